"""Memory and speed against a video's length: `python -m bench.length 1 10 60 --quality low`.

Loops a sample video to each number of minutes by copying its packets, analyses it as a user would, in a process of its
own, and prints its peak memory, the seconds of each phase, and how long it took as a multiple of the video. Memory that
does not grow with the minutes is the point. `--fps 30` encodes the sample once at that rate before it is looped:
`balancing` has 60 frames a second, most phones 30. At every cut of the loop the person jumps and is searched for anew,
which no long shot needs; `--there-and-back` encodes the sample forwards and then backwards, so that there is no cut.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import av
from av import VideoStream

from contract.job import ArtifactKind, Quality, Stage
from gpu_worker.report.catalogue import catalogue
from gpu_worker.settings import Settings
from gpu_worker.video.reader import open_video
from gpu_worker.video.writer import VideoWriter
from local.samples import ensure

REPORT = "report"
"""Everything after the overlay: workbook, document, rows."""
_PROGRESS = re.compile(r"^\s*\d+%\s+(.+?)\s*$")
_STAGES = {catalogue("en").text(f"stage-{stage}"): stage for stage in Stage}


@dataclass(frozen=True)
class Run:
    """One analysis."""

    minutes: float
    quality: str
    seconds: float
    peak_mib: float
    """Largest resident set of the process."""
    phases: Mapping[str, float]
    """Phase -> seconds, in the order they ran."""

    @property
    def ratio(self) -> float:
        """Time taken over the video's length."""
        return self.seconds / (60 * self.minutes)


@dataclass(frozen=True)
class _Packet:
    """One encoded picture; times in ticks of the stream, the first shown at 0."""

    data: bytes
    pts: int
    dts: int
    ticks: int
    keyframe: bool


def loop_video(source: Path, target: Path, minutes: float) -> float:
    """Write `source`'s picture over and over, whole passes, until it lasts at least `minutes`; the minutes it lasts."""
    with av.open(str(source)) as opened, av.open(str(target), "w") as made:
        stream = opened.streams.video[0]
        if stream.time_base is None:
            raise ValueError(f"{source.name} has no time base")
        tick_s = float(stream.time_base)
        copy = made.add_stream_from_template(stream)
        packets = _packets(opened.demux(stream))
        one_pass = max(packet.pts + packet.ticks for packet in packets)
        passes = max(1, math.ceil(60 * minutes / (one_pass * tick_s)))
        for number in range(passes):
            for packet in packets:
                again = av.Packet(packet.data)
                again.stream, again.time_base = copy, stream.time_base
                again.pts, again.dts = packet.pts + number * one_pass, packet.dts + number * one_pass
                again.duration, again.is_keyframe = packet.ticks, packet.keyframe
                made.mux(again)
        return passes * one_pass * tick_s / 60


def thinned(source: Path, target: Path, fps: int, *, there_and_back: bool = False) -> None:
    """Write `source` again as H.264 with at most `fps` frames a second, and then backwards too if asked."""
    with (
        open_video(source, source.name) as video,
        VideoWriter(target, video.clip.width, video.clip.height, fps=fps) as writer,
    ):
        shown = []
        for frame in video.frames(fps):
            writer.write(frame.image, frame.time_s)
            if there_and_back:
                shown.append(frame)
        # The last frame is not shown twice, nor is the first one, with which the next pass begins.
        for frame in shown[-2:0:-1]:
            writer.write(frame.image, 2 * shown[-1].time_s - frame.time_s)


def _packets(read: Iterable[av.Packet[VideoStream]]) -> list[_Packet]:
    found = [
        _Packet(bytes(packet), packet.pts, packet.dts, packet.duration or 0, packet.is_keyframe)
        for packet in read
        if packet.pts is not None and packet.dts is not None
    ]
    first = min(packet.pts for packet in found)
    return [replace(packet, pts=packet.pts - first, dts=packet.dts - first) for packet in found]


def timed(lines: Iterable[str]) -> Iterator[tuple[float, str]]:
    """Every line with the seconds since the first was asked for."""
    start = time.perf_counter()
    for line in lines:
        yield time.perf_counter() - start, line.rstrip()


def stage_told(line: str) -> str | None:
    """The stage that a line of the worker's progress names, if it is one."""
    progress = _PROGRESS.match(line)
    return str(_STAGES[progress[1]]) if progress else None


def phases_of(told: Iterable[tuple[float, str]], end_s: float) -> dict[str, float]:
    """Seconds of each phase, from the worker's progress lines with their times; the last one lasts until `end_s`.

    What comes before the first line counts as starting.
    """
    begins: list[tuple[str, float]] = [(str(Stage.STARTING), 0.0)]
    for at, line in told:
        stage = stage_told(line)
        if stage and stage != begins[-1][0]:
            begins.append((stage, at))
        elif line.startswith("wrote ") and line.endswith(f".{ArtifactKind.OVERLAY}"):
            begins.append((REPORT, at))
    found: dict[str, float] = {}
    for (name, begin), end in zip(begins, [*(begin for _, begin in begins[1:]), end_s], strict=True):
        found[name] = found.get(name, 0.0) + end - begin
    return found


def analyse(video: Path, minutes: float, quality: str, out: Path) -> Run:
    """Run the worker's command on `video`. Raises RuntimeError with its last words where it fails."""
    command = [sys.executable, "-m", "gpu_worker", "analyse", str(video), "--quality", quality, "-o", str(out)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr:
        told = list(timed(process.stderr))
    # Only wait4 tells the peak of this one process.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError("\n".join(line for _, line in told[-20:]))
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(minutes, quality, seconds, usage.ru_maxrss * unit / 2**20, phases_of(told, seconds))


def lines(runs: Iterable[Run]) -> Iterator[str]:
    """A table, a line a run."""
    names = [*(str(stage) for stage in Stage), REPORT]
    listed = list(runs)
    used = [name for name in names if any(name in run.phases for run in listed)]
    yield f"{'minutes':>8} {'peak MiB':>9} {'seconds':>8} {'× video':>8} " + " ".join(f"{n:>9}" for n in used)
    for run in listed:
        phases = " ".join(f"{run.phases.get(name, 0.0):9.1f}" for name in used)
        yield f"{run.minutes:8.2f} {run.peak_mib:9.0f} {run.seconds:8.1f} {run.ratio:8.2f} {phases}"


def main() -> None:
    """Measure every length asked for, print the table; `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float, nargs="+", help="lengths to measure")
    parser.add_argument("--quality", choices=list(Quality), default=Quality.LOW)
    parser.add_argument("--sample", choices=("balancing", "two-people"), default="balancing")
    parser.add_argument("--fps", type=int, help="thin the sample to so many frames a second")
    parser.add_argument("--there-and-back", action="store_true", help="no cuts; needs --fps")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    if chosen.there_and_back and not chosen.fps:
        parser.error("--there-and-back needs --fps")
    samples = ensure(Settings().poloha_cache / "samples", lambda line: print(line, file=sys.stderr, flush=True))
    sample = next(sample for sample in samples if sample.name == chosen.sample)
    runs = []
    for minutes in chosen.minutes:
        with tempfile.TemporaryDirectory() as scratch:
            video, once = Path(scratch) / "long.mp4", sample.video
            if chosen.fps:
                once = Path(scratch) / "once.mp4"
                thinned(sample.video, once, chosen.fps, there_and_back=chosen.there_and_back)
            lasts = loop_video(once, video, minutes)
            runs.append(analyse(video, lasts, str(chosen.quality), Path(scratch) / "results"))
        print(f"{minutes:g} min: {runs[-1].seconds:.0f} s, {runs[-1].peak_mib:.0f} MiB", file=sys.stderr, flush=True)
    print("\n".join(lines(runs)))
    if chosen.json:
        chosen.json.write_text(json.dumps([{**asdict(run), "ratio": run.ratio} for run in runs], indent=1) + "\n")


if __name__ == "__main__":
    main()
