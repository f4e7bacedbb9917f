"""From a motion file to a verdict, without the video: the chain that a re-analysis runs again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.inputs import Inputs, LogLength
from contract.job import Summary
from gpu_worker import __version__
from gpu_worker.angles import errors
from gpu_worker.angles.calibration import neutral_of
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.table import rounded
from gpu_worker.entry_time import NO_LOG, entry_warnings, length_of, refuse_behind, refuse_unseen
from gpu_worker.ergonomics.analyse import analyse, signature
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.camera import CameraResult, LensResult, Tilt
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.hidden import mostly_hidden
from gpu_worker.motion import Gravity, Motion

LOST_WARN_S = 0.5
"""Containers are off by a frame or two; more than this is a damaged file."""
TILT_DISPUTED = "tilt_disputed"
"""Warning: lines of the room and balance tell different tilts of the camera; a person should draw a vertical line."""
HIDDEN = {"legs": "legs_hidden", "arm_left": "arm_hidden_left", "arm_right": "arm_hidden_right"}
"""Warnings of limbs that were out of sight for much of the time. Without legs there are no angles of legs and no
posture class there; an arm is still guessed from the rest of the body, and its angles are less sure."""


def measure(motion: Motion, inputs: Inputs, inherited: LogLength = NO_LOG) -> AngleSeries:
    """The angles of a motion, from the neutral posture the user marked or that was found.

    Rounded as the table is, so that what is judged now and what is judged from the file later are the same. Raises
    JobFailed(INVALID_INPUTS) where the person is in none of the seconds marked as neutral, an entry lies behind the
    clip's end, or a correction where nobody is seen, unless it belongs to the `inherited` part of the log.
    """
    with entered():
        refuse_behind(inputs, length_of(motion), inherited)
    marked = [(interval.start_s, interval.end_s) for interval in inputs.neutral]
    try:
        neutral = neutral_of(motion, marked_s=marked, confirmed=inputs.person.stands_neutral)
    except ValueError:
        nobody = refusal("neutral_unseen", "nobody is seen upright in the seconds marked as neutral")
        raise JobFailed(FailureCode.INVALID_INPUTS, nobody) from nobody
    measured = rounded(angles(motion, neutral))
    with entered():
        refuse_unseen(inputs, measured, inherited)
    return measured


def summary(analysis: Analysis, body_model: str) -> Summary:
    """The few numbers a list of jobs shows."""
    return Summary(
        observed_s=round(analysis.observed_s, 3),
        unknown_s=round(analysis.unknown_s, 3),
        body_model=body_model,
        worst_zone_percent={part.part: round(part.zones[-1].percent, 2) for part in analysis.original_zones.parts},
    )


def judge(motion: Motion, measured: AngleSeries, inputs: Inputs) -> Analysis:
    """Every method over the clip's angles, signed with what they were measured from.

    Raises JobFailed(INVALID_INPUTS) for inputs that do not fit the clip: a setting, signal or operation there is not.
    """
    made_from = signature(motion.video_name, motion.video_sha256, motion.quality, f"poloha {__version__}")
    with entered():
        analysis = analyse(measured, inputs, made_from=made_from, errors=errors.of(measured))
    warnings = [*analysis.warnings, *entry_warnings(inputs, measured, length_of(motion))]
    if motion.video_lost_s > LOST_WARN_S:
        warnings.append("video_damaged")
    if motion.tilt_disputed:
        warnings.append(TILT_DISPUTED)
    warnings += [HIDDEN[limb] for limb in mostly_hidden(motion.joint_sigma_deg, motion.seen)]
    return analysis.model_copy(update={"warnings": tuple(warnings), "camera": camera_of(motion)})


def camera_of(motion: Motion) -> CameraResult:
    """How the camera stood and saw, and what the video says of it where that is not what is used."""
    used, lens, seen = motion.gravity, motion.lens, motion.estimate
    return CameraResult(
        **_tilt_values(used),
        source=used.source,
        estimate=None
        if seen is None or _tilt_values(seen.gravity) == _tilt_values(used)
        else Tilt(**_tilt_values(seen.gravity)),
        contradicting={name: Tilt(**_tilt_values(said)) for name, said in seen.sources.items()}
        if seen is not None and seen.disagrees
        else {},
        lens=None if lens is None else LensResult(focal_px=lens.focal_px, width=lens.width, height=lens.height),
    )


def _tilt_values(gravity: Gravity) -> dict[str, float]:
    return {name: getattr(gravity, name) for name in Tilt.model_fields}


@contextmanager
def entered() -> Iterator[None]:
    """What the rules refuse of the inputs becomes JobFailed(INVALID_INPUTS); any other error is our fault."""
    try:
        yield
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        first = error.errors()[0]
        raise JobFailed(FailureCode.INVALID_INPUTS, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except PydanticCustomError as error:
        raise JobFailed(FailureCode.INVALID_INPUTS, error) from error
