"""Finding dead workers. A look either settles the job or is followed by another look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import access
import log
import records
from contract import state
from contract.events import RunView, Watchdog
from contract.failures import Failure, FailureCode
from contract.job import JobRecord, JobState, JobStatus, OpenJob
from contract.state import IllegalTransition, Superseded
from dispatch import dispatch, with_view
from runpod_api import RunPodError
from services import Services

_ALIVE = ("IN_QUEUE", "IN_PROGRESS")
_LONG_IN_QUEUE_S = 900
_MEMORY_SIGNS = ("out of memory", "outofmemory", "oomkilled", "exit code 137")


async def look(services: Services, message: Watchdog, *, again: bool) -> None:
    """See whether the attempt is alive; "look again" is a new message, so that a long job never counts as retried.

    Messages may come twice and be sent twice. Were each followed by the next, they would multiply for as long as a job
    lasts; so the job's mark says which look comes next, and a message behind it is dropped. `again`: whoever had this
    message before may have been cut off between the mark and the next message.
    """
    job = await records.load(services.store, message.job_id)
    if job is None:
        return
    if job.status.ended:
        await records.mark_closed(services.store, message.job_id)
        return
    if job.status.attempt != message.attempt:
        # an earlier delivery may have been cut off after it queued the next attempt, before that one's own message
        if job.status.state is JobState.QUEUED and not job.run_ids_of(job.status.attempt):
            await dispatch(services, job.status.job_id, job.status.attempt)
        return
    mark, etag = await records.load_open(services.store, message.job_id)
    following = message.following
    next_mark = OpenJob(attempt=following.attempt, look=following.look)
    passed = (mark.attempt, mark.look) > (next_mark.attempt, next_mark.look)
    if passed or (mark == next_mark and not again):
        return
    if await settle(services, job):
        return
    if mark != next_mark:
        await records.change_open(services.store, message.job_id, next_mark, etag)
    await services.messages.send(following, services.settings.look_s)


async def settle(services: Services, job: records.Job, *, hinted: bool = False) -> bool:
    """Close or redispatch an attempt whose runs are over without a closed status; False while it may still finish.

    `hinted`: RunPod called us, so its state is asked for even where the heartbeat is fresh.
    """
    status = job.status
    runs = job.run_ids_of(status.attempt)
    if status.state is JobState.QUEUED and not runs:
        if _overdue(services, status):
            await give_up(services, job)
            return True
        await dispatch(services, status.job_id, status.attempt)
        return False
    quiet = _quiet(services, status)
    if status.state is JobState.PROCESSING and not quiet and not hinted:
        return False
    views = {run: await _view(services, status, run) for run in runs}
    if any(view is not None and view.status in _ALIVE for view in views.values()):
        _alert_when_queued_long(services, status)
        return False
    deciding = [views[status.lease.run_id]] if status.lease else list(views.values())
    if not quiet and not any(view is not None and view.status != "COMPLETED" for view in deciding):
        return False
    await _note_spend(services, status, [view for view in views.values() if view is not None])
    await _lost(services, status, _cause(deciding))
    current = await records.load_status(services.store, status.job_id)
    return current is None or current.ended or current.attempt != status.attempt


async def give_up(services: Services, job: records.Job) -> None:
    """Fail a job for which no run could be asked for; one that waits for more than that is left alone."""
    job_id, reference, now = job.record.job_id, access.new_id(), services.now()
    failure = Failure.of(FailureCode.INTERNAL, f"reference {reference}")

    def decide(status: JobStatus) -> JobStatus:
        idle = status.state is JobState.QUEUED and not job.run_ids_of(status.attempt)
        if status.state is not JobState.AWAITING_UPLOAD and not idle:
            raise IllegalTransition(status.state, JobState.FAILED)
        return state.fail(status, now, failure)

    if not await records.try_status(services.store, job_id, decide):
        return
    log.alert("gave_up", job=job_id, reference=reference)
    await records.mark_closed(services.store, job_id)


async def _view(services: Services, status: JobStatus, run_id: str) -> RunView | None:
    """What RunPod says of a run; nothing where it does not answer and no run lives as long."""
    try:
        return await services.runpod.status(run_id)
    except RunPodError:
        if not _overdue(services, status):
            raise
        return None


async def _note_spend(services: Services, status: JobStatus, views: list[RunView]) -> None:
    """What the lost runs took: their webhooks may never come."""

    def noted(record: JobRecord) -> JobRecord:
        for view in views:
            record = with_view(record, status.attempt, view)
        return record

    await records.change_record(services.store, status.job_id, noted)


async def _lost(services: Services, status: JobStatus, failure: Failure) -> None:
    log.alert("attempt_lost", job=status.job_id, attempt=status.attempt, code=failure.code)
    now = services.now()
    again = failure.code is not FailureCode.CANCELLED and status.attempt < status.attempt_limit
    if again:
        attempt = status.attempt + 1
        decide = _if_unchanged(status, lambda current: state.queue(current, attempt, now))
        await dispatch(services, status.job_id, attempt, enqueue=decide)
        return
    decide = _if_unchanged(status, lambda current: state.fail(current, now, failure))
    if not await records.try_status(services.store, status.job_id, decide):
        return
    await records.mark_closed(services.store, status.job_id)


def _if_unchanged(seen: JobStatus, decide: Callable[[JobStatus], JobStatus]) -> Callable[[JobStatus], JobStatus]:
    """A worker may have shown life, or closed the job, since the decision was made on `seen`."""

    def decided(current: JobStatus) -> JobStatus:
        if current.revision != seen.revision:
            raise Superseded(f"revision {current.revision} after {seen.revision}")
        return decide(current)

    return decided


def _quiet(services: Services, status: JobStatus) -> bool:
    if status.state is JobState.PROCESSING:
        return state.silent(status, services.now(), services.settings.lease_s)
    return _untouched(services, status, services.settings.lease_s)


def _overdue(services: Services, status: JobStatus) -> bool:
    """True when nothing has happened for longer than RunPod keeps any run."""
    return _untouched(services, status, services.settings.ttl_s)


def _untouched(services: Services, status: JobStatus, seconds: float) -> bool:
    return services.now() - status.updated_at > timedelta(seconds=seconds)


def _cause(views: list[RunView | None]) -> Failure:
    ended = [view for view in views if view is not None]
    if any(view.status == "TIMED_OUT" for view in ended):
        return Failure.of(FailureCode.TIMED_OUT)
    errors = " ".join(str(view.error).lower() for view in ended if view.error)
    if any(sign in errors for sign in _MEMORY_SIGNS):
        return Failure.of(FailureCode.OUT_OF_MEMORY)
    if ended and all(view.status == "CANCELLED" for view in ended):
        return Failure.of(FailureCode.CANCELLED)
    return Failure.of(FailureCode.WORKER_LOST)


def _alert_when_queued_long(services: Services, status: JobStatus) -> None:
    waited = (services.now() - status.updated_at).total_seconds()
    if status.state is JobState.QUEUED and waited > _LONG_IN_QUEUE_S:
        log.alert("queued_long", job=status.job_id, attempt=status.attempt, waited_s=round(waited))
