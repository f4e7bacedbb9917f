"""One video through the stages, in constant memory. Knows nothing of RunPod, buckets or status objects.

Phase A decodes and finds the landmarks; phase B solves for the body over the whole clip and measures angles; their
results are handed out before phase C decodes once more to draw the overlay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from contract import keys
from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.job import ArtifactKind, JobOptions, Quality, Stage, Summary
from gpu_worker import motion as motion_file
from gpu_worker.angles.series import AngleSeries
from gpu_worker.body.background import Background, Segments
from gpu_worker.body.export import save_smplx
from gpu_worker.body.gravity import given, to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.solver import fit
from gpu_worker.body.track import BodyTrack
from gpu_worker.body.upright import estimate_gravity
from gpu_worker.checkpoints import Checkpoints, NoCheckpoints
from gpu_worker.entry_time import refuse_behind
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.motion import Gravity, Motion
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.pose.recorded import RecordedEstimator
from gpu_worker.pose.track import PoseTrack
from gpu_worker.report.build import clip_report
from gpu_worker.report.glb import write_glb
from gpu_worker.report.moments import MomentPictures
from gpu_worker.report.overlay import write_overlay
from gpu_worker.results import Files, write_clip_reports, write_verdict
from gpu_worker.settings import Settings
from gpu_worker.tilt import stated
from gpu_worker.verdict import entered, judge, measure, summary
from gpu_worker.video.clip import Clip, Frame
from gpu_worker.video.reader import open_video

SAMPLE_HZ: dict[Quality, float | None] = {
    Quality.LOW: 5.0,
    Quality.MEDIUM: 12.0,
    Quality.HIGH: 25.0,
    Quality.ULTRA: None,
}
"""Frames a second looked at, by tier; None is every frame."""

_SHARE: dict[Stage, tuple[float, float]] = {
    Stage.STARTING: (0.0, 0.02),
    Stage.POSE: (0.02, 0.6),
    Stage.BODY: (0.6, 0.75),
    Stage.ANALYSIS: (0.75, 0.8),
    Stage.OVERLAY: (0.8, 0.99),
}
"""Where each stage begins and ends in the progress of the whole job, by its share of the time."""


class Report(Protocol):
    """Where the pipeline's news go. Any call may raise to stop the work."""

    def progress(self, stage: Stage, fraction: float) -> None:
        """`fraction` 0..1 of the whole job is done."""

    def video(self, clip: Clip) -> None:
        """The video was opened."""

    def finished(self, kind: ArtifactKind, path: Path) -> None:
        """A result file is complete."""


@dataclass(frozen=True)
class Source:
    """A video that can be opened more than once: phase C reads it again."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Analysed:
    """What a run says besides its files."""

    summary: Summary
    warnings: tuple[str, ...]
    """Of the analysis, as keys of the report's catalogue."""


@dataclass(frozen=True)
class Looked:
    """What phase A saw."""

    heads: tuple[NDArray[np.float64], ...]
    """Where everybody's heads were, see PoseTrack."""
    segments: Segments
    """Straight lines of the room."""
    decoded: int
    """Frames."""
    duration_s: float
    lost_s: float
    """Seconds that could not be decoded."""


@dataclass(frozen=True)
class Recovered:
    """What phases A and B know of the clip."""

    body: Body
    track: BodyTrack
    motion: Motion
    angles: AngleSeries
    analysis: Analysis
    heads: tuple[NDArray[np.float64], ...]
    """Where everybody's heads were, see PoseTrack."""


def analyse(
    source: Source,
    options: JobOptions,
    settings: Settings,
    out: Path,
    report: Report,
    checkpoints: Checkpoints | None = None,
) -> Analysed:
    """Write every result of `source` into the folder `out`, named after the input; go on from `checkpoints`.

    Raises JobFailed with what the user can do about it.
    """
    recovered = _recover(source, options, settings, report, checkpoints or NoCheckpoints())
    files = Files(out, keys.stem(source.name), report.finished)
    alone = _publish(recovered, files)
    gpu = _decodes_on_gpu(settings)
    pictures = _draw(source, recovered, options, files, report, gpu=gpu) if options.overlay else {}
    clip = clip_report(recovered.analysis, recovered.angles, recovered.motion, pictures=pictures)
    write_clip_reports(clip, alone, files, options.language)
    return Analysed(summary(recovered.analysis, recovered.body.name), recovered.analysis.warnings)


def _look(
    source: Source, options: JobOptions, settings: Settings, report: Report, checkpoints: Checkpoints
) -> tuple[PoseTrack, Looked]:
    """Phase A: from the video to the person's landmarks. The networks, a quarter of the memory, end with it."""
    networks = load_estimator(
        settings.poloha_cache / "models", settings.device, mirrored=options.quality is Quality.ULTRA
    )
    estimator = RecordedEstimator(networks, checkpoints.chunks(), checkpoints.keep, settings.checkpoint_calls)
    background = Background()
    with source.open() as file, open_video(file, source.name, gpu=_decodes_on_gpu(settings)) as video:
        _check_length(video.clip, settings)
        _check_entries(video.clip, options)
        report.video(video.clip)
        sampled = _shown_to(background, video.frames(SAMPLE_HZ[options.quality]))
        pose = estimate(sampled, video.clip, estimator, options.person, _share(report, Stage.POSE))
        looked = Looked(pose.heads, background.segments(), video.decoded, video.clip.duration_s, video.lost_s)
    return pose, looked


def _recover(
    source: Source, options: JobOptions, settings: Settings, report: Report, checkpoints: Checkpoints
) -> Recovered:
    """Phases A and B: from the video to the body in the gravity frame, its angles and the verdict."""
    report.progress(Stage.STARTING, 0.0)
    body = load_body(settings.smplx_model_path)
    pose, looked = _look(source, options, settings, report, checkpoints)
    track = fit(
        pose,
        body,
        focal_px=options.focal_px,
        height_m=options.height_m or options.inputs.person.height_m,
        device=device_of(settings),
        on_progress=_share(report, Stage.BODY),
    )
    del pose  # The landmarks have done their part.
    tilt = estimate_gravity(track, looked.segments)
    motion = motion_file.stored(
        to_motion(
            track,
            _gravity(options, tilt.gravity),
            quality=options.quality,
            video_name=source.name,
            video_sha256=digest(source),
            video_frames=looked.decoded,
            video_duration_s=looked.duration_s,
            video_lost_s=looked.lost_s,
            estimate=tilt,
        )
    )
    report.progress(Stage.ANALYSIS, _SHARE[Stage.ANALYSIS][0])
    measured = measure(motion, options.inputs)
    verdict = judge(motion, measured, options.inputs)
    return Recovered(body, track, motion, measured, verdict, looked.heads)


def _publish(recovered: Recovered, files: Files) -> ShiftAssessment:
    """Phase B's results, each handed out as soon as it is written; the assessment of the clip alone."""
    files.write(ArtifactKind.MOTION, lambda path: motion_file.save(recovered.motion, path))
    files.write(ArtifactKind.SMPLX, lambda path: save_smplx(recovered.track, recovered.motion.gravity, path))
    return write_verdict(recovered.angles, recovered.analysis, files)


def _draw(
    source: Source, recovered: Recovered, options: JobOptions, files: Files, report: Report, *, gpu: bool
) -> Mapping[int, bytes]:
    """Phase C: the animated body, then decode once more and draw it over the video; pictures of the worst moments."""
    upright = recovered.motion.gravity.camera_to_gravity()
    track, body = recovered.track, recovered.body
    files.write(ArtifactKind.GLB, lambda path: write_glb(track, body, path, camera_to_gravity=upright))
    pictures = MomentPictures(
        recovered.analysis.worst_moments,
        track,
        body,
        language=options.language,
        blur=options.blur_faces,
        heads=recovered.heads,
    )
    with source.open() as file, open_video(file, source.name, gpu=gpu) as video:
        frames = pictures.watch(video.frames(SAMPLE_HZ[options.quality]))
        files.write(
            ArtifactKind.OVERLAY,
            lambda path: write_overlay(
                frames,
                track,
                body,
                recovered.angles,
                path,
                blur_faces=options.blur_faces,
                language=options.language,
                heads=recovered.heads,
                on_progress=_share(report, Stage.OVERLAY),
            ),
        )
    return pictures.finish()


def _gravity(options: JobOptions, seen: Gravity) -> Gravity:
    camera = stated(options)
    return given(seen, pitch_deg=camera.pitch_deg, roll_deg=camera.roll_deg)


def _shown_to(background: Background, frames: Iterable[Frame]) -> Iterator[Frame]:
    for frame in frames:
        background.add(frame.image)
        yield frame


def device_of(settings: Settings) -> str:
    """`cpu` or `cuda`: where networks and fit run on this machine."""
    if settings.device != "auto":
        return settings.device
    return "cuda" if torch.cuda.is_available() else "cpu"


def _decodes_on_gpu(settings: Settings) -> bool:
    return settings.video_decoder == "auto" and device_of(settings) == "cuda"


def _share(report: Report, stage: Stage) -> Callable[[float], None]:
    """A stage's own progress 0..1, told as progress of the whole job."""
    begin, end = _SHARE[stage]
    return lambda done: report.progress(stage, begin + (end - begin) * min(max(done, 0.0), 1.0))


def _check_length(clip: Clip, settings: Settings) -> None:
    if settings.max_video_s is not None and clip.duration_s > settings.max_video_s:
        length, limit = f"{clip.duration_s:.0f}", f"{settings.max_video_s:.0f}"
        longer = refusal("video_length", "{length} s; the limit is {limit} s", length=length, limit=limit)
        raise JobFailed(FailureCode.VIDEO_TOO_LONG, longer)


def _check_entries(clip: Clip, options: JobOptions) -> None:
    """What is entered for no second of this clip ends the job before it costs anything."""
    if clip.duration_s:
        with entered():
            refuse_behind(options.inputs, clip.duration_s)


def digest(source: Source) -> str:
    """SHA-256 of the video, every byte in order; see `docs/decisions.md`."""
    with source.open() as file:
        sha = hashlib.sha256()
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()
