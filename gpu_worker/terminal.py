"""What a command shows on stderr: progress, what it wrote, and what went wrong, in the reader's language."""

from __future__ import annotations

import errno
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
from gpu_worker.report.problems import place_words, problems, reasons
from gpu_worker.report.texts import warning_text
from gpu_worker.userfiles import ShiftFile, Unusable
from gpu_worker.video.clip import Clip

MODELS = {model.__name__: model for model in (ShiftFile, JobOptions)}
"""What users write beside inputs and settings."""
UNWRITABLE = {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS}
"""What keeps results from being written and the user can mend."""
LINE = 72
"""Characters that a line of the progress is cleared to."""


class TerminalReport:
    """A progress bar on stderr; plain lines where stderr is no terminal."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words
        self._live = sys.stderr.isatty()
        self._stage: Stage | None = None

    def progress(self, stage: Stage, fraction: float) -> None:
        """See pipeline.Report."""
        doing = self._words.text(f"stage-{stage}")
        if self._live:
            bar = f"{'█' * round(30 * fraction):░<30} {fraction:4.0%} {doing}"
            print(f"\r{bar:<{LINE}}", end="", file=sys.stderr, flush=True)
        elif stage is not self._stage:
            print(f"{fraction:4.0%} {doing}", file=sys.stderr, flush=True)
        self._stage = stage

    def video(self, clip: Clip) -> None:
        """See pipeline.Report."""
        fps, length = self._words.number(clip.fps), self._words.number(clip.duration_s)
        self._line(f"{clip.name}: {clip.width}×{clip.height}, {fps} Hz, {length} s, {clip.codec}")

    def finished(self, kind: ArtifactKind, path: Path) -> None:
        """See pipeline.Report."""
        self._line(self._words.text("command-wrote", path=str(path)))

    def _line(self, text: str) -> None:
        print(f"\r{text:<{LINE}}" if self._live else text, file=sys.stderr, flush=True)


def run(command: Callable[[], Outcome], words: Catalogue) -> int:
    """Run a command and say what came of it; returns the exit status.

    0: done. 1: the clip cannot be judged. 2: a file or an entry has to be mended. 3: our own fault, with its traceback.
    130: interrupted.
    """
    try:
        outcome = command()
    except Unusable as error:
        return _refused(error.reason, words, error.path, place_words(error.place, words))
    except (PydanticCustomError, ValidationError) as error:
        return _refused(error, words)
    except JobFailed as error:
        _say(f"\n{error.failure.code}: {_failure(error, words)}")
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            return _unwritten(error, words)
        traceback.print_exc()
        _say(f"{FailureCode.INTERNAL}: {words.text('failure-internal')}")
        return 3
    for path in outcome.written:
        _say(words.text("command-wrote", path=str(path)))
    for warning in outcome.warnings:
        _say(words.text("command-note", text=warning_text(warning, words)))
    for clip in outcome.clip_warnings:
        for warning in clip.warnings:
            _say(words.text("command-note", text=f"{clip.clip}: {warning_text(warning, words)}"))
    return 0


def _refused(
    reason: PydanticCustomError | ValidationError, words: Catalogue, path: Path | None = None, place: str = ""
) -> int:
    model = MODELS.get(reason.title) if isinstance(reason, ValidationError) else None
    for problem in problems(reason, words, model):
        _say(": ".join((problem.code, *([str(path)] if path else []), *([place] if place else []), problem.text)))
    return 2


def _unwritten(error: OSError, words: Catalogue) -> int:
    reason = refusal("not_written", "the file cannot be written: {reason}", reason=error.strerror or "")
    return _refused(reason, words, Path(error.filename) if error.filename else None)


def _failure(error: JobFailed, words: Catalogue) -> str:
    """The sentence of a failure, the files it is about, and what exactly is wrong."""
    code = str(error.failure.code).replace("_", "-")
    said = " ".join((words.text(f"failure-{code}"), *reasons(error, words)))
    return ": ".join((*getattr(error, "__notes__", ()), said))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
