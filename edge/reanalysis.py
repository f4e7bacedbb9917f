"""Re-analysis: a new job over what a finished one recovered, with other inputs. The finished one is only read."""

from __future__ import annotations

from dataclasses import dataclass

import access
import log
import records
from contract import state
from contract.events import Watchdog
from contract.failures import FailureCode
from contract.inputs import Inputs, LogRewritten, check_append_only
from contract.job import ArtifactKind, JobOptions, JobRecord, JobState, Language, MotionSource, Parent
from contract.log import length
from dispatch import dispatch
from jobs import check_stored
from problems import Problem
from services import Services


@dataclass(frozen=True)
class Started:
    """A job that is under way. The token is told once and not stored."""

    job_id: str
    token: str


async def start(services: Services, parent: records.Job, inputs: Inputs, language: Language | None) -> Started:
    """Record and dispatch a job that judges `parent`'s motion by `inputs`.

    It is born `queued`, so whatever cuts this off after its status is stored, the watchdog sent before brings it under
    way. Raises Problem where `parent` has not completed, its motion is gone, or `inputs` may not follow its own.
    """
    motion, options = _motion(parent), parent.record.options
    await check_stored(services, motion)
    _check(options.inputs, inputs)
    now, job_id, token = services.now(), access.new_id(), access.new_id()
    record = JobRecord(
        job_id=job_id,
        owner=parent.record.owner,
        token_sha256=access.digest(token),
        options=_options(options, inputs, language),
        created_at=now,
        parent=Parent(job_id=parent.record.job_id, motion=motion, inherited=length(options.inputs)),
    )
    await services.messages.send(Watchdog(job_id=job_id, attempt=1), services.settings.look_s)
    await records.create(services.store, record, state.create_queued(job_id, parent.status.video, now))
    log.info("reanalysis", job=job_id, parent=parent.record.job_id)
    try:
        await dispatch(services, job_id, 1)
    except Exception as problem:
        # it is under way all the same, and without this answer nobody would have its token
        log.error("dispatch_failed", problem, job=job_id)
    return Started(job_id=job_id, token=token)


def _options(before: JobOptions, inputs: Inputs, language: Language | None) -> JobOptions:
    """The parent's options with the new inputs; a camera angle they change wins over one given with the upload."""
    update: dict[str, object] = {"inputs": inputs, "language": language or before.language}
    for angle in ("pitch_deg", "roll_deg"):
        told = getattr(inputs.camera, angle)
        if told is not None and told != getattr(before.inputs.camera, angle):
            update[f"camera_{angle}"] = None
    return before.model_copy(update=update)


def _check(before: Inputs, after: Inputs) -> None:
    try:
        check_append_only(before, after)
    except LogRewritten as rewritten:
        detail = "Exclusions and corrections entered before have to stay, unchanged and in order; add to them."
        raise Problem(409, "log_rewritten", detail) from rewritten
    if before.person.height_m != after.person.height_m:
        detail = "The body was recovered with the height given before. To change it, upload the video."
        raise Problem(409, "needs_video", detail)


def _motion(parent: records.Job) -> MotionSource:
    """What `parent` recovered; a re-analysis hands on what it was made from itself."""
    status = parent.status
    if status.state is not JobState.COMPLETED:
        raise Problem(409, "not_completed", "Only a completed analysis can be judged anew. Wait until it has ended.")
    if parent.record.parent is not None:
        return parent.record.parent.motion
    for artifact in status.artifacts:
        if artifact.kind is ArtifactKind.MOTION:
            name = status.video.name
            return MotionSource(key=artifact.key, name=name, sha256=artifact.sha256, bytes=artifact.bytes)
    raise Problem(409, FailureCode.MOTION_GONE, "This analysis holds no motion to judge anew. Upload the video again.")
