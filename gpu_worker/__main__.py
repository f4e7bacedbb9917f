"""`python -m gpu_worker` is the RunPod worker; `python -m gpu_worker analyse VIDEO -o DIR` the same without a cloud."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

from pydantic import ValidationError

from contract.failures import JobFailed
from contract.job import ArtifactKind, JobOptions, Quality, Stage
from gpu_worker.checkpoints import Checkpoints, FolderCheckpoints, fingerprint
from gpu_worker.offline import assess_shift, compare_shifts, read_inputs, report_clip, validate_clip
from gpu_worker.pipeline import Source, analyse, device_of, digest
from gpu_worker.settings import Settings, WorkerSettings
from gpu_worker.video.clip import Clip


class TerminalReport:
    """A progress bar on stderr; plain lines where stderr is no terminal."""

    def __init__(self) -> None:
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
        self._line(f"wrote {path}")

    def _line(self, text: str) -> None:
        print(f"\r{text:<60}" if self._live else text, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the worker, or one of the commands; returns the exit status."""
    chosen = _parser().parse_args(arguments)
    commands: dict[str | None, Callable[[argparse.Namespace], int]] = {None: _serve, "analyse": _analyse}
    try:
        return commands.get(chosen.command, _from_files)(chosen)
    except ValidationError as error:
        for problem in error.errors():
            print(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return 2
    except JobFailed as error:
        print(f"\n{error.failure.code}: {error.failure.message}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gpu_worker", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    command = commands.add_parser("analyse", help="analyse one video on this machine")
    command.add_argument("video", type=Path)
    command.add_argument("--quality", choices=list(Quality), default=Quality.MEDIUM, type=Quality)
    command.add_argument("--person", type=int, help="0 is the person seen most, 1 the next, …")
    command.add_argument("--height", type=float, dest="height_m", metavar="METRES", help="the worker's height")
    command.add_argument("--pitch", type=float, dest="camera_pitch_deg", metavar="DEG", help="negative looks down")
    command.add_argument("--roll", type=float, dest="camera_roll_deg", metavar="DEG", help="positive turns clockwise")
    command.add_argument("--focal", type=float, dest="focal_px", metavar="PIXELS")
    command.add_argument("--no-blur", action="store_false", dest="blur_faces", help="leave faces as they are")
    command.add_argument("--no-overlay", action="store_false", dest="overlay", help="no video with the body drawn in")
    command.add_argument(
        "--checkpoints", type=Path, metavar="DIR", help="keep finished chunks there and go on from them"
    )
    report = commands.add_parser("report", help="judge a .motion.npz again, with other inputs")
    report.add_argument("motion", type=Path)
    assess = commands.add_parser("assess", help="judge a whole shift of clips")
    assess.add_argument("shift", type=Path, help="JSON: title, clips (motion, inputs), shift")
    compare = commands.add_parser("compare", help="set one .assessment.json against another")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    validate = commands.add_parser("validate", help="set a clip against a stopwatch or goniometer record")
    validate.add_argument("motion", type=Path)
    validate.add_argument("--stopwatch", type=Path, metavar="CSV", help="columns row, start_s, end_s")
    validate.add_argument("--goniometer", type=Path, metavar="CSV", help="columns time_s, signal, value_deg")
    for command_with_inputs in (command, report, validate):
        command_with_inputs.add_argument("--inputs", type=Path, metavar="JSON", help="what the video does not show")
    for any_command in (command, report, assess, compare, validate):
        any_command.add_argument("-o", "--out", type=Path, required=True, help="folder for the results")
        any_command.add_argument("--language", choices=("en", "cs"), default="en", help="of reports and overlay")
    return parser


def _analyse(chosen: argparse.Namespace) -> int:
    told = {name: value for name, value in vars(chosen).items() if name in JobOptions.model_fields}
    options = JobOptions.model_validate({**told, "inputs": read_inputs(chosen.inputs)})
    if not chosen.video.is_file():
        print(f"There is no file {chosen.video}.", file=sys.stderr)
        return 2
    chosen.out.mkdir(parents=True, exist_ok=True)
    source = Source(chosen.video.name, lambda: chosen.video.open("rb"))
    settings = Settings.from_environment(os.environ)
    kept = _checkpoints(chosen.checkpoints, source, options, settings)
    analyse(source, options, settings, chosen.out, TerminalReport(), kept)
    return 0


def _checkpoints(folder: Path | None, source: Source, options: JobOptions, settings: Settings) -> Checkpoints | None:
    if folder is None:
        return None
    made_with = fingerprint(digest(source), options, device_of(settings), settings.checkpoint_calls)
    return FolderCheckpoints(folder, made_with)


def _from_files(chosen: argparse.Namespace) -> int:
    """The commands that need no video; a file that is missing or wrong is named, not traced."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        for path in _written(chosen):
            print(f"wrote {path}", file=sys.stderr)
    except (OSError, EOFError, KeyError, BadZipFile) as error:
        print(f"A file could not be read: {error}", file=sys.stderr)
        return 2
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise
        print(str(error), file=sys.stderr)
        return 2
    return 0


def _written(chosen: argparse.Namespace) -> list[Path]:
    match chosen.command:
        case "report":
            return report_clip(chosen.motion, read_inputs(chosen.inputs), chosen.out, chosen.language)
        case "assess":
            return assess_shift(chosen.shift, chosen.out, chosen.language)
        case "compare":
            return compare_shifts(chosen.before, chosen.after, chosen.out, chosen.language)
    return validate_clip(
        chosen.motion,
        read_inputs(chosen.inputs),
        chosen.out,
        chosen.language,
        stopwatch=chosen.stopwatch,
        goniometer=chosen.goniometer,
    )


def _serve(_: argparse.Namespace) -> int:
    settings = WorkerSettings.from_environment(os.environ)
    # Imported here: it takes two seconds and only the worker process needs it.
    import runpod

    from gpu_worker.handler import make_handler

    runpod.serverless.start({"handler": make_handler(settings)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
