"""A stored motion judged anew: the worker's part of a re-analysis. The job it came from is only read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from contract import keys
from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.inputs import LogLength
from contract.job import ArtifactKind, JobOptions, MotionSource, Stage, Summary
from gpu_worker import motion as motion_file
from gpu_worker.entry_time import NO_LOG
from gpu_worker.motion import Motion
from gpu_worker.offline import clip_of, write_clip
from gpu_worker.pipeline import Report
from gpu_worker.results import Files
from gpu_worker.tilt import recovered_with, stated
from gpu_worker.verdict import summary
from gpu_worker.video.remote import RemoteChanged


def reanalyse(
    source: MotionSource,
    open_source: Callable[[], BinaryIO],
    options: JobOptions,
    out: Path,
    report: Report,
    inherited: LogLength = NO_LOG,
) -> Summary:
    """Angles, analysis and reports of a stored motion into `out`, named after the video it was recovered from.

    A camera tilt in `options` counts as if it had been given when the body was recovered. The first entries of the log
    are `inherited`: they stay, and where they hold nowhere a warning says so.

    Raises JobFailed where the motion is gone or of another version of this program, and for inputs that do not fit.
    """
    report.progress(Stage.STARTING, 0.0)
    motion = recovered_with(_read(source, open_source), stated(options))
    report.progress(Stage.ANALYSIS, 0.1)
    clip = clip_of(motion, options.inputs, inherited)
    report.progress(Stage.ANALYSIS, 0.5)
    written: list[tuple[ArtifactKind, Path]] = []
    files = Files(out, keys.stem(source.name), lambda kind, path: written.append((kind, path)))
    write_clip(clip, files, options.language)
    for done, (kind, path) in enumerate(written):
        report.progress(Stage.UPLOADING, 0.8 + 0.2 * done / len(written))
        report.finished(kind, path)
    return summary(clip.analysis, clip.body_model)


def _read(source: MotionSource, open_source: Callable[[], BinaryIO]) -> Motion:
    try:
        with open_source() as file:
            content = file.read()
    except (FileNotFoundError, RemoteChanged) as gone:
        deleted = refusal("motion_deleted", "the analysis this one builds on was deleted")
        raise JobFailed(FailureCode.MOTION_GONE, deleted) from gone
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise JobFailed(FailureCode.MOTION_GONE, refusal("motion_damaged", "the stored motion is damaged"))
    try:
        return motion_file.load(content)
    except ValueError as other_version:
        other = refusal("motion_other", "the stored motion is of another version of this program")
        raise JobFailed(FailureCode.MOTION_GONE, other) from other_version
