"""One video through the stages, in constant memory. Knows nothing of RunPod, buckets or status objects.

Phase A decodes and finds the landmarks; phase B solves for the body over the whole clip and measures angles; their
results are handed out before phase C decodes once more to draw the overlay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import torch

from contract import keys
from contract.failures import FailureCode, JobFailed
from contract.job import ArtifactKind, JobOptions, Quality, Stage, Summary
from gpu_worker import motion as motion_file
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.table import write as write_csv
from gpu_worker.angles.zones import OriginalZones, original_zones
from gpu_worker.body.export import save_smplx
from gpu_worker.body.gravity import ASSUMED_LEVEL, given, to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.solver import fit
from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import Motion
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.report.glb import write_glb
from gpu_worker.report.overlay import write_overlay
from gpu_worker.settings import Settings
from gpu_worker.video.clip import Clip
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
class Recovered:
    """What phases A and B know of the clip."""

    body: Body
    track: BodyTrack
    motion: Motion
    angles: AngleSeries


def analyse(source: Source, options: JobOptions, settings: Settings, out: Path, report: Report) -> Summary:
    """Write every result of `source` into the folder `out`, named after the input.

    Raises JobFailed with what the user can do about it.
    """
    recovered = _recover(source, options, settings, report)
    summary = _publish(source, recovered, options, out, report)
    if options.overlay:
        _draw(source, recovered, options, out, report)
    return summary


def _recover(source: Source, options: JobOptions, settings: Settings, report: Report) -> Recovered:
    """Phases A and B: from the video to the body in the gravity frame, and its angles."""
    report.progress(Stage.STARTING, 0.0)
    body = load_body(settings.smplx_model_path)
    estimator = load_estimator(settings.poloha_cache / "models", settings.device)
    with source.open() as file, open_video(file, source.name) as video:
        _check_length(video.clip, settings)
        report.video(video.clip)
        sampled = video.frames(SAMPLE_HZ[options.quality])
        pose = estimate(sampled, video.clip, estimator, options.person, _share(report, Stage.POSE))
        decoded, seconds = video.decoded, video.clip.duration_s
    track = fit(
        pose,
        body,
        focal_px=options.focal_px,
        height_m=options.height_m,
        device=_device(settings),
        on_progress=_share(report, Stage.BODY),
    )
    motion = to_motion(
        track,
        given(ASSUMED_LEVEL, pitch_deg=options.camera_pitch_deg, roll_deg=options.camera_roll_deg),
        quality=options.quality,
        video_name=source.name,
        video_sha256=digest(source),
        video_frames=decoded,
        video_duration_s=seconds,
    )
    report.progress(Stage.ANALYSIS, _SHARE[Stage.ANALYSIS][0])
    return Recovered(body, track, motion, angles(motion))


def _publish(source: Source, recovered: Recovered, options: JobOptions, out: Path, report: Report) -> Summary:
    """Phase B's results, each handed out as soon as it is written."""
    zones = original_zones(recovered.angles)

    def path(kind: ArtifactKind) -> Path:
        return out / f"{keys.stem(source.name)}.{kind}"

    motion_file.save(recovered.motion, path(ArtifactKind.MOTION))
    save_smplx(recovered.track, recovered.motion.gravity, path(ArtifactKind.SMPLX))
    write_csv(recovered.angles, path(ArtifactKind.ANGLES))
    path(ArtifactKind.ANALYSIS).write_text(json.dumps({"original_zones": zones.as_json()}, indent=1), encoding="utf-8")
    for kind in (ArtifactKind.MOTION, ArtifactKind.SMPLX, ArtifactKind.ANGLES, ArtifactKind.ANALYSIS):
        report.finished(kind, path(kind))
    return _summary(recovered, zones)


def _draw(source: Source, recovered: Recovered, options: JobOptions, out: Path, report: Report) -> None:
    """Phase C: the animated body, then decode once more and draw it over the video."""
    target = out / f"{keys.stem(source.name)}.{ArtifactKind.OVERLAY}"
    model = out / f"{keys.stem(source.name)}.{ArtifactKind.GLB}"
    write_glb(recovered.track, recovered.body, model, camera_to_gravity=recovered.motion.gravity.camera_to_gravity())
    report.finished(ArtifactKind.GLB, model)
    with source.open() as file, open_video(file, source.name) as video:
        write_overlay(
            video.frames(SAMPLE_HZ[options.quality]),
            recovered.track,
            recovered.body,
            recovered.angles,
            target,
            blur_faces=options.blur_faces,
            on_progress=_share(report, Stage.OVERLAY),
        )
    report.finished(ArtifactKind.OVERLAY, target)


def _device(settings: Settings) -> str:
    if settings.device != "auto":
        return settings.device
    return "cuda" if torch.cuda.is_available() else "cpu"


def _share(report: Report, stage: Stage) -> Callable[[float], None]:
    """A stage's own progress 0..1, told as progress of the whole job."""
    begin, end = _SHARE[stage]
    return lambda done: report.progress(stage, begin + (end - begin) * min(max(done, 0.0), 1.0))


def _check_length(clip: Clip, settings: Settings) -> None:
    if settings.max_video_s is not None and clip.duration_s > settings.max_video_s:
        raise JobFailed(
            FailureCode.VIDEO_TOO_LONG, f"{clip.duration_s:.0f} s; the limit is {settings.max_video_s:.0f} s"
        )


def _summary(recovered: Recovered, zones: OriginalZones) -> Summary:
    trunk = zones.parts[0]
    return Summary(
        observed_s=round(trunk.observed_s, 3),
        unknown_s=round(trunk.unknown_s, 3),
        body_model=recovered.body.name,
        worst_zone_percent={part.part: round(part.zones[-1].percent, 2) for part in zones.parts},
    )


def digest(source: Source) -> str:
    """SHA-256 of the video, every byte in order; see `docs/decisions.md`."""
    with source.open() as file:
        sha = hashlib.sha256()
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()
