"""A job from its creation to the moment its video lies in the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import access
import log
import records
from contract import keys, state
from contract.events import Expiry, R2Event
from contract.failures import Failure, FailureCode
from contract.job import JobOptions, JobRecord, JobState, JobStatus, Upload, UploadKind, VideoFacts
from contract.keys import MalformedKey
from contract.state import IllegalTransition
from dispatch import dispatch
from services import Services


@dataclass(frozen=True)
class SignedPut:
    """A single PUT straight to the store; the headers are part of the signature."""

    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True)
class Created:
    """A new job. The token is told once and not stored."""

    status: JobStatus
    token: str
    put: SignedPut


async def create_job(services: Services, name: str, size: int, content_type: str, options: JobOptions) -> Created:
    """Record a job that waits for a video of `size` bytes, and allow exactly this upload, once."""
    now = services.now()
    job_id, token = access.new_id(), access.new_id()
    upload = Upload(
        kind=UploadKind.PUT, name=name, bytes=size, content_type=content_type, key=keys.upload(job_id, name)
    )
    record = JobRecord(job_id=job_id, token_sha256=access.digest(token), options=options, upload=upload, created_at=now)
    status = state.create(job_id, VideoFacts(name=name, bytes=size), now)
    await records.create(services.store, record, status)
    await services.messages.send(Expiry(job_id=job_id), _seconds(_due(services, record) - now))
    log.info("created", job=job_id, bytes=size)
    return Created(status=status, token=token, put=_signed_put(services, upload, now))


async def uploaded(services: Services, event: R2Event) -> None:
    """R2 stored an object under `uploads/`: start its job, or erase what belongs to none."""
    if not event.created or event.bucket != services.settings.storage_bucket:
        return
    job = await _claimant(services, event.object.key)
    if job is not None:
        await accept(services, job)
    elif event.object.key.startswith(keys.UPLOADS):
        await services.store.delete([event.object.key])
        log.alert("erased_unclaimed_upload")


async def accept(services: Services, job: records.Job) -> bool:
    """Check the stored video against what was announced and dispatch attempt 1; False where there is no video.

    Safe to repeat: a job that has gone on already is left alone.
    """
    record, upload = job.record, job.record.upload
    video = await services.store.head(upload.key) if upload else None
    if upload is None or video is None:
        return False
    if video.bytes != upload.bytes:
        await _refuse(services, record.job_id, upload.bytes, video.bytes)
        return True
    await dispatch(services, record.job_id, 1, video_etag=video.etag)
    return True


async def expire(services: Services, message: Expiry) -> None:
    """Every upload URL has run out. A video that is there was announced by an event that got lost; else: expired."""
    job = await records.load(services.store, message.job_id)
    if job is None or job.status.state is not JobState.AWAITING_UPLOAD:
        return
    now = services.now()
    remaining = _seconds(_due(services, job.record) - now)
    if remaining > 0:
        await services.messages.send(message, remaining)
        return
    if await accept(services, job):
        log.alert("event_was_lost", job=message.job_id)
        return
    if not await records.try_status(services.store, message.job_id, lambda status: state.expire(status, now)):
        return
    await records.mark_closed(services.store, message.job_id)
    log.info("expired", job=message.job_id)


async def _refuse(services: Services, job_id: str, announced: int, found: int) -> None:
    code = FailureCode.SIZE_MISMATCH if found else FailureCode.UPLOAD_INCOMPLETE
    failure = Failure.of(code, f"announced {announced} bytes, found {found}")
    now = services.now()

    def refuse(status: JobStatus) -> JobStatus:
        if status.state is not JobState.AWAITING_UPLOAD:
            raise IllegalTransition(status.state, JobState.FAILED)
        return state.fail(status, now, failure)

    if not await records.try_status(services.store, job_id, refuse):
        return
    await records.mark_closed(services.store, job_id)
    log.info("refused", job=job_id, code=code, bytes=found)


async def _claimant(services: Services, key: str) -> records.Job | None:
    """The job that waits or waited for this very object, None where nobody can want it any more."""
    try:
        job_id = keys.parse_upload(key).job_id
    except MalformedKey:
        return None
    job = await records.load(services.store, job_id)
    if job is None or job.status.state in (JobState.DELETED, JobState.EXPIRED):
        return None
    upload = job.record.upload
    return job if upload is not None and upload.key == key else None


def _signed_put(services: Services, upload: Upload, now: datetime) -> SignedPut:
    headers = {"content-type": upload.content_type, "content-length": str(upload.bytes), "if-none-match": "*"}
    lifetime = services.settings.upload_url_s
    url = services.presigner.url("PUT", upload.key, now, lifetime, headers=headers)
    return SignedPut(url=url, headers=headers, expires_at=now + timedelta(seconds=lifetime))


def _due(services: Services, record: JobRecord) -> datetime:
    settings = services.settings
    return record.created_at + timedelta(seconds=settings.upload_url_s + settings.upload_grace_s)


def _seconds(delay: timedelta) -> int:
    return max(0, -int(-delay.total_seconds() // 1))
