"""What the demo shows in the terminal: a line that moves while a job runs, and a summary at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contract.job import ArtifactKind, JobState, JobStatus
from local.client import Watch

BAR_WIDTH = 24
LINE_WIDTH = 78


@dataclass
class Outcome:
    """How one video fared; `problem` says why there is no result."""

    video: Path
    folder: Path
    seconds: float = 0.0
    watch: Watch | None = None
    files: list[Path] = field(default_factory=list)
    problem: str = ""

    @property
    def completed(self) -> bool:
        """True when the job ended well and every result is here."""
        ended_well = self.watch is not None and self.watch.last.state is JobState.COMPLETED
        return ended_well and not self.problem

    @property
    def state(self) -> str:
        """The job's last known state, `not sent` before there was one."""
        return str(self.watch.last.state) if self.watch else "not sent"


class Ticker:
    """Shows a job's progress: in place on a terminal, else one line for each state and stage."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._started = time.monotonic()
        self._shown = ""

    def phase(self, text: str) -> None:
        """Show something that is no status yet."""
        self._show(text, text)

    def status(self, status: JobStatus) -> None:
        """Show a new status."""
        what = " ".join(str(part) for part in (status.state, status.stage) if part)
        filled = round(status.progress * BAR_WIDTH)
        bar = "█" * filled + "·" * (BAR_WIDTH - filled)
        self._show(what, f"{what:<24} {bar} {status.progress:4.0%}")

    def end(self) -> None:
        """Leave the last line standing."""
        if self._live:
            print()

    def _show(self, what: str, text: str) -> None:
        line = f"  {time.monotonic() - self._started:6.1f} s  {text}"
        if self._live:
            print(f"\r{line:<{LINE_WIDTH}}", end="", flush=True)
        elif what != self._shown:
            print(line, flush=True)
        self._shown = what


def history(watch: Watch) -> str:
    """The states in their order, with the progress that was seen in each."""
    parts: list[str] = []
    for state in dict.fromkeys(status.state for status in watch.history):
        seen = [status.progress for status in watch.history if status.state is state]
        moved = seen[0] < seen[-1]
        parts.append(f"{state} {seen[0]:.0%}…{seen[-1]:.0%} in {len(seen)} steps" if moved else str(state))
    return " → ".join(parts)


def summary(outcomes: Sequence[Outcome], root: Path) -> str:
    """The table at the end; paths below `root` are shown relative to it."""
    lines = ["", f"{'video':<40}{'state':<12}{'time':>10}"]
    for outcome in outcomes:
        lines += ["─" * 62, f"{outcome.video.name[:39]:<40}{outcome.state:<12}{outcome.seconds:>8.1f} s"]
        if outcome.problem:
            lines.append(f"  {outcome.problem}")
        if outcome.watch:
            reads = f"{outcome.watch.reads} reads of the status object, {outcome.watch.unchanged} unchanged"
            lines += [f"  {history(outcome.watch)}", f"  {reads}"]
        lines += [f"  {line}" for line in _zones(outcome.files)]
        lines += [f"  {size(file):>10}  {_shown(file, root)}" for file in outcome.files]
    return "\n".join(lines)


def _zones(files: Sequence[Path]) -> list[str]:
    """Percent of the observed time in each zone of the original program, a line for each body part."""
    found = [file for file in files if file.name.endswith(ArtifactKind.ANALYSIS)]
    if not found:
        return []
    parts = json.loads(found[0].read_text())["original_zones"]["parts"]
    return [
        f"{part['part']:<10}" + "".join(f"{_range(zone):>11} {zone['percent']:3.0f} %" for zone in part["zones"])
        for part in parts
    ]


def _range(zone: dict[str, float | None]) -> str:
    low, high = zone["low_deg"], zone["high_deg"]
    if low is None:
        return f"< {high:g}°"
    return f"> {low:g}°" if high is None else f"{low:g}…{high:g}°"


def size(file: Path) -> str:
    """A file's size for people."""
    kilobytes = file.stat().st_size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{kilobytes:.1f} kB"


def _shown(file: Path, root: Path) -> Path:
    return file.relative_to(root) if file.is_relative_to(root) else file
