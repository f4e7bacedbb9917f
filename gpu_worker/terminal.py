"""What a command shows on stderr: progress, what it wrote, and what went wrong, in the reader's language."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.job import ArtifactKind, JobOptions, Stage
from gpu_worker.offline import Outcome
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.problems import problems
from gpu_worker.report.texts import warning_text
from gpu_worker.userfiles import ShiftFile, Unusable
from gpu_worker.video.clip import Clip

MODELS = {model.__name__: model for model in (ShiftFile, JobOptions)}
"""What users write beside inputs and settings."""


class TerminalReport:
    """A progress bar on stderr; plain lines where stderr is no terminal."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words
        self._live = sys.stderr.isatty()
        self._stage: Stage | None = None

    def progress(self, stage: Stage, fraction: float) -> None:
        """See pipeline.Report."""
        if self._live:
            bar = "█" * round(30 * fraction)
            print(f"\r{bar:░<30} {fraction:4.0%} {stage:<10}", end="", file=sys.stderr, flush=True)
        elif stage is not self._stage:
            print(f"{fraction:4.0%} {stage}", file=sys.stderr, flush=True)
        self._stage = stage

    def video(self, clip: Clip) -> None:
        """See pipeline.Report."""
        self._line(f"{clip.name}: {clip.width}×{clip.height}, {clip.fps:.3g} Hz, {clip.duration_s:.1f} s, {clip.codec}")

    def finished(self, kind: ArtifactKind, path: Path) -> None:
        """See pipeline.Report."""
        self._line(self._words.text("command-wrote", path=str(path)))

    def _line(self, text: str) -> None:
        print(f"\r{text:<60}" if self._live else text, file=sys.stderr, flush=True)


def run(command: Callable[[], Outcome], words: Catalogue) -> int:
    """Run a command and say what came of it; returns the exit status.

    0: done. 1: the clip cannot be judged. 2: a file or an entry has to be mended. 3: our own fault, with its traceback.
    130: interrupted.
    """
    try:
        outcome = command()
    except Unusable as error:
        return _refused(error.reason, words, error.path)
    except (PydanticCustomError, ValidationError) as error:
        return _refused(error, words)
    except JobFailed as error:
        _say(f"\n{error.failure.code}: {_failure(error, words)}")
        return 1
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        unwritten = refusal("not_written", "the file cannot be written: {reason}", reason=error.strerror or "")
        return _refused(unwritten, words, Path(error.filename))
    except KeyboardInterrupt:
        return 130
    except Exception:
        traceback.print_exc()
        _say(f"{FailureCode.INTERNAL}: {words.text('failure-internal')}")
        return 3
    for path in outcome.written:
        _say(words.text("command-wrote", path=str(path)))
    for warning in outcome.warnings:
        _say(words.text("command-note", text=warning_text(warning, words)))
    return 0


def _refused(reason: PydanticCustomError | ValidationError, words: Catalogue, path: Path | None = None) -> int:
    model = MODELS.get(reason.title) if isinstance(reason, ValidationError) else None
    for problem in problems(reason, words, model):
        _say(": ".join((problem.code, *([str(path)] if path else []), problem.text)))
    return 2


def _failure(error: JobFailed, words: Catalogue) -> str:
    """The sentence of a failure, the files it is about, and what exactly is wrong."""
    code = str(error.failure.code).replace("_", "-")
    parts = [*getattr(error, "__notes__", ()), words.text(f"failure-{code}")]
    cause = error.__cause__
    if isinstance(cause, PydanticCustomError | ValidationError):
        parts += [problem.text for problem in problems(cause, words)]
    elif error.detail:
        parts.append(f"({error.detail})")
    return " ".join(parts)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
