"""`python -m gpu_worker` is the RunPod worker; `python -m gpu_worker analyse VIDEO -o DIR` the same without a cloud."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from contract.job import JobOptions
from gpu_worker import examples
from gpu_worker.arguments import read
from gpu_worker.checkpoints import Checkpoints, FolderCheckpoints, fingerprint
from gpu_worker.offline import Outcome, assess_shift, compare_shifts, header_warnings, report_clip, validate_clip
from gpu_worker.pipeline import Source, analyse, device_of, digest
from gpu_worker.report.catalogue import catalogue
from gpu_worker.settings import Settings, WorkerSettings
from gpu_worker.terminal import TerminalReport, run
from gpu_worker.userfiles import fitting, naming, read_inputs


def main(arguments: list[str] | None = None) -> int:
    """Run the worker, or one of the commands; returns the exit status: 0, 1 (the clip), 2 (a file), 3 (our fault)."""
    chosen = read(arguments)
    return _serve() if chosen.command is None else run(lambda: _command(chosen), catalogue(chosen.language))


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
        warnings = analyse(source, options, settings, chosen.out, report, kept).warnings
    return Outcome((), (*warnings, *header_warnings(options.inputs.report)))


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
