"""`python -m gpu_worker` is the RunPod worker; `python -m gpu_worker analyse VIDEO -o DIR` the same without a cloud."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract.job import JobOptions, Quality
from gpu_worker import examples
from gpu_worker.checkpoints import Checkpoints, FolderCheckpoints, fingerprint
from gpu_worker.offline import Outcome, assess_shift, compare_shifts, report_clip, validate_clip
from gpu_worker.pipeline import Source, analyse, device_of, digest
from gpu_worker.report.catalogue import catalogue
from gpu_worker.settings import Settings, WorkerSettings
from gpu_worker.terminal import TerminalReport, run
from gpu_worker.userfiles import fitting, naming, read_inputs


def main(arguments: list[str] | None = None) -> int:
    """Run the worker, or one of the commands; returns the exit status: 0, 1 (the clip), 2 (a file), 3 (our fault)."""
    chosen = _parser().parse_args(arguments)
    return _serve() if chosen.command is None else run(lambda: _command(chosen), catalogue(chosen.language))


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
    validate.add_argument("--stopwatch", type=Path, metavar="CSV", help="columns row,start_s,end_s")
    validate.add_argument("--goniometer", type=Path, metavar="CSV", help="columns time_s,signal,value_deg")
    example = commands.add_parser("example", help="write an example of a file to fill in")
    example.add_argument("kind", choices=examples.KINDS, help="what --inputs, assess and validate read")
    for command_with_inputs in (command, report, validate):
        command_with_inputs.add_argument("--inputs", type=Path, metavar="JSON", help="as `example work`")
    example.add_argument("-o", "--out", type=Path, default=Path(), help="folder for it; this one if not given")
    for any_command in (command, report, assess, compare, validate):
        any_command.add_argument("-o", "--out", type=Path, required=True, help="folder for the results")
    for any_command in (command, report, assess, compare, validate, example):
        any_command.add_argument("--language", choices=("en", "cs"), default="en", help="of results and messages")
    return parser


def _command(chosen: argparse.Namespace) -> Outcome:
    out, language = chosen.out, chosen.language
    with naming(out, writing=True):
        out.mkdir(parents=True, exist_ok=True)
    match chosen.command:
        case "analyse":
            return _analyse(chosen)
        case "report":
            return report_clip(chosen.motion, chosen.inputs, out, language)
        case "assess":
            return assess_shift(chosen.shift, out, language)
        case "compare":
            return compare_shifts(chosen.before, chosen.after, out, language)
        case "example":
            return Outcome(examples.write(chosen.kind, out, language))
    records = {"stopwatch": chosen.stopwatch, "goniometer": chosen.goniometer}
    return validate_clip(chosen.motion, chosen.inputs, out, language, **records)


def _analyse(chosen: argparse.Namespace) -> Outcome:
    with naming(chosen.video):
        chosen.video.open("rb").close()
    told = {name: value for name, value in vars(chosen).items() if name in JobOptions.model_fields}
    options = JobOptions.model_validate({**told, "inputs": read_inputs(chosen.inputs)})
    source = Source(chosen.video.name, lambda: chosen.video.open("rb"))
    settings = Settings.from_environment(os.environ)
    kept = _checkpoints(chosen.checkpoints, source, options, settings)
    report = TerminalReport(catalogue(chosen.language))
    with fitting(chosen.inputs, options.inputs):
        return Outcome((), analyse(source, options, settings, chosen.out, report, kept).warnings)


def _checkpoints(folder: Path | None, source: Source, options: JobOptions, settings: Settings) -> Checkpoints | None:
    if folder is None:
        return None
    made_with = fingerprint(digest(source), options, device_of(settings), settings.checkpoint_calls)
    return FolderCheckpoints(folder, made_with)


def _serve() -> int:
    settings = WorkerSettings.from_environment(os.environ)
    # Imported here: it takes two seconds and only the worker process needs it.
    import runpod

    from gpu_worker.handler import make_handler

    runpod.serverless.start({"handler": make_handler(settings)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
