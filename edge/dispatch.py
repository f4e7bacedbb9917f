"""Sending a job to RunPod. Every step can be repeated; a redelivered message goes on at the first missing one.

Intent into the record → status `queued` → watchdog message → `/run` → run id into the record → closed meanwhile?
The record is written before each `/run`: while the store takes no writes, no run is asked for that nobody could note.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import log
import records
from access import LinkSigner
from contract import state
from contract.events import RunInput, RunPolicy, RunRequest, RunView, Watchdog
from contract.inputs import LogLength
from contract.job import Attempt, JobRecord, JobState, JobStatus
from contract.state import IllegalTransition, Superseded
from runpod_api import RunPodError
from services import Services
from settings import Settings

Enqueue = Callable[[JobStatus], JobStatus]


async def dispatch(
    services: Services, job_id: str, attempt: int, *, enqueue: Enqueue | None = None, video_etag: str | None = None
) -> JobStatus:
    """Bring attempt `attempt` under way, from wherever an earlier try got to; the status afterwards.

    `enqueue` decides the move to `queued`; by default the automatic one. It raises Superseded or IllegalTransition to
    leave the job as it is, which is no error here. `video_etag` is noted for this attempt and later ones. Raises
    UnknownJob and what the store raises; then the caller's message is to be delivered again.
    """
    now = services.now()
    record = await records.change_record(services.store, job_id, lambda r: _with_intent(r, attempt, now, video_etag))
    decide = enqueue or (lambda status: state.queue(status, attempt, now))
    try:
        status = await records.change_status(services.store, job_id, decide)
    except (Superseded, IllegalTransition):
        status = await _current(services, job_id)
    entry = record.attempt(attempt)
    if entry is not None and not entry.run_ids and status.state is JobState.QUEUED and status.attempt == attempt:
        record = await _run(services, record, attempt)
        status = await _current(services, job_id)
    if status.ended and status.state is not JobState.COMPLETED:
        await cancel_runs(services, records.Job(record, status))
    return status


async def cancel_runs(services: Services, job: records.Job) -> None:
    """Stop every run of the job. A run that cannot be reached stops by itself: it may write nothing any more."""
    for run_id in job.run_ids:
        try:
            await services.runpod.cancel(run_id)
        except RunPodError as error:
            log.alert("cancel_failed", job=job.record.job_id, run=run_id, error=str(error))


def webhook_url(settings: Settings, signer: LinkSigner, job_id: str, attempt: int) -> str:
    """Where RunPod reports the end of a run; the signature binds it to job and attempt."""
    signature = signer.sign(job_id, attempt)
    return f"{settings.public_url}/api/webhooks/runpod/{job_id}?attempt={attempt}&sig={signature}"


def with_run(record: JobRecord, attempt: int, run_id: str) -> JobRecord:
    """The record with this run among the attempt's."""
    entry = record.attempt(attempt)
    if entry is None or run_id in entry.run_ids:
        return record
    return record.with_attempt(entry.model_copy(update={"run_ids": (*entry.run_ids, run_id)}))


def with_view(record: JobRecord, attempt: int, view: RunView) -> JobRecord:
    """The record with this run among the attempt's, and what RunPod says that it took."""
    record = with_run(record, attempt, view.id)
    entry = record.attempt(attempt)
    if entry is None or view.execution_ms is None:
        return record
    return record.with_attempt(entry.with_spend(view.id, view.execution_ms / 1000))


async def _run(services: Services, record: JobRecord, attempt: int) -> JobRecord:
    job_id = record.job_id
    await services.messages.send(Watchdog(job_id=job_id, attempt=attempt), services.settings.look_s)
    try:
        view = await services.runpod.run(_request(services, record, attempt))
    except RunPodError as error:
        # the watchdog just sent asks again; delivering this message again as well would double them every time
        log.alert("waits_for_runpod", job=job_id, attempt=attempt, error=str(error))
        return record
    log.info("dispatched", job=job_id, attempt=attempt, run=view.id)
    return await records.change_record(services.store, job_id, lambda r: with_run(r, attempt, view.id))


def _request(services: Services, record: JobRecord, attempt: int) -> RunRequest:
    settings, source = services.settings, record.source
    if source is None:
        raise ValueError(f"job {record.job_id} has no video yet")
    return RunRequest(
        input=RunInput(
            job_id=record.job_id,
            attempt=attempt,
            source=source,
            options=record.options,
            inherited=LogLength() if record.parent is None else record.parent.inherited,
        ),
        webhook=webhook_url(settings, services.webhook_signer, record.job_id, attempt),
        policy=RunPolicy(executionTimeout=settings.execution_timeout_s * 1000, ttl=settings.ttl_s * 1000),
    )


def _with_intent(record: JobRecord, attempt: int, now: datetime, video_etag: str | None) -> JobRecord:
    if video_etag is not None:
        record = record.model_copy(update={"video_etag": video_etag})
    entry = record.attempt(attempt) or Attempt(number=attempt, intended_at=now)
    return record if entry.run_ids else record.with_attempt(entry.model_copy(update={"asked": entry.asked + 1}))


async def _current(services: Services, job_id: str) -> JobStatus:
    status = await records.load_status(services.store, job_id)
    if status is None:
        raise records.UnknownJob(job_id)
    return status
