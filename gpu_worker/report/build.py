"""From results to a report: the facts of each clip, the report's number and revision."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from contract.inputs import ShiftInputs
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.motion import Motion
from gpu_worker.pose.weights import MODELS
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.tested import outside_range

BUILT_IN_WEIGHTS = {
    name: digest for name, digest in MODELS.items() if not name.startswith(("pose_landmark_lite", "pose_landmark_full"))
}
"""Networks of the built-in detector that a result may rest on, with their digests."""


def clip_report(
    analysis: Analysis,
    angles: AngleSeries,
    motion: Motion,
    *,
    pictures: Mapping[int, bytes] | None = None,
    weights_sha256: Mapping[str, str] | None = None,
) -> ClipReport:
    """One clip ready to be reported.

    pictures: JPEG of the worst moments by index (`moments.MomentPictures`). weights_sha256: network weights by name,
    where another detector than the built-in one found the body.
    """
    return ClipReport(
        analysis=analysis,
        angles=angles,
        body_model=motion.body_model,
        body_sha256=motion.body_sha256,
        pictures=pictures or {},
        outside_range=outside_range(analysis, angles, motion),
        weights_sha256=BUILT_IN_WEIGHTS if weights_sha256 is None else weights_sha256,
    )


def shift_report(title: str, clips: Sequence[ClipReport], shift: ShiftInputs) -> Report:
    """The report of a shift. Raises ValueError where clips and shift do not belong together (`ergonomics.assess`)."""
    return report_of(title, clips, assess([clip.analysis for clip in clips], shift))


def report_of(title: str, clips: Sequence[ClipReport], found: ShiftAssessment) -> Report:
    """The report of what was found of the clips' shift; a single clip makes a shift of its own."""
    entered = found.shift.report.number or next((c.analysis.inputs.report.number for c in clips), None)
    changes = {entry.when for entry in (*found.exclusions, *found.corrections)}
    number, revision = entered or _number(clips, found.shift), 1 + len(changes)
    return Report(
        title=title,
        number=number,
        revision=revision,
        assessment=found.model_copy(update={"title": title, "number": number, "revision": revision}),
        clips=_told_apart(clips),
    )


def _told_apart(clips: Sequence[ClipReport]) -> tuple[ClipReport, ...]:
    """The clips, those of the same name counted: cameras call the videos of two workers alike."""
    names = [clip.analysis.signature.video_name for clip in clips]
    return tuple(
        replace(clip, number=names[: place + 1].count(name) if names.count(name) > 1 else None)
        for place, (clip, name) in enumerate(zip(clips, names, strict=True))
    )


def _number(clips: Sequence[ClipReport], shift: ShiftInputs) -> str:
    """A number of its own for the same videos and the same shift, whatever was corrected since."""
    lasting = shift.model_copy(update={"corrections": (), "exclusions": ()}).model_dump_json()
    videos = "\n".join(clip.analysis.signature.video_sha256 for clip in clips)
    return "P-" + hashlib.sha256(f"{videos}\n{lasting}".encode()).hexdigest()[:10].upper()
