"""What the owner of a job may see and do, once the token has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import access
import records
from contract import keys, state
from contract.events import Sweep, Watchdog
from contract.failures import FailureCode
from contract.job import Artifact, JobState, JobStatus, MotionSource, Upload
from dispatch import cancel_runs, dispatch
from presign import attachment
from problems import Problem, not_found, unauthorized
from services import Services


@dataclass(frozen=True)
class SignedGet:
    """A link to read one object."""

    url: str
    expires_at: datetime


async def authorised(services: Services, job_id: str, authorization: str | None) -> records.Job:
    """The job this token belongs to. Raises Problem: 401 without a token, 404 for a wrong one as for no job."""
    token = access.bearer(authorization)
    if token is None:
        raise unauthorized()
    job = await records.load(services.store, job_id)
    if job is None or not access.matches(token, job.record.token_sha256):
        raise not_found("There is no job with this id and token.")
    return job


def status_link(services: Services, job_id: str) -> SignedGet:
    """Where the browser polls the status, for as long as a presigned URL can live."""
    return _signed_get(services, keys.status(job_id), services.settings.status_url_s, {})


def artifact_link(services: Services, artifact: Artifact) -> SignedGet:
    """A download named after the input."""
    disposition = {"response-content-disposition": attachment(artifact.name)}
    return _signed_get(services, artifact.key, services.settings.link_s, disposition)


async def cancel(services: Services, job: records.Job) -> JobStatus:
    """Stop the job and every run of it. Raises IllegalTransition when it has ended."""
    now = services.now()
    status = await records.change_status(services.store, job.record.job_id, lambda s: state.cancel(s, now))
    await cancel_runs(services, job)
    await records.mark_closed(services.store, job.record.job_id)
    return status


async def retry(services: Services, job: records.Job) -> JobStatus:
    """Start a failed or cancelled job again. Raises IllegalTransition, and Problem when what it reads is not there."""
    job_id, now = job.record.job_id, services.now()
    state.retry(job.status, now)
    video_etag = await _stored_video(services, job.record.upload) if job.record.upload else None
    if job.record.parent:
        await check_stored(services, job.record.parent.motion)
    failure = job.status.failure
    if failure is not None and not failure.retryable:
        raise Problem(409, failure.code, failure.message)
    await records.mark_open(services.store, job_id)
    attempt = job.status.attempt + 1
    # first, because nobody delivers this request again should it be cut off with the job queued
    await services.messages.send(Watchdog(job_id=job_id, attempt=attempt), services.settings.look_s)
    return await dispatch(
        services, job_id, attempt, enqueue=lambda status: state.retry(status, now), video_etag=video_etag
    )


async def check_stored(services: Services, motion: MotionSource) -> None:
    """Raises Problem where the motion that a re-analysis reads was erased with the job that recovered it."""
    if await services.store.head(motion.key) is None:
        raise Problem(
            409, FailureCode.MOTION_GONE, "The analysis this one builds on was deleted. Upload the video again."
        )


async def delete(services: Services, job: records.Job) -> None:
    """Leave a tombstone, stop every run, erase everything, and once more when no URL and no worker is left."""
    job_id, now = job.record.job_id, services.now()
    # first, because a job that was deleted but never swept would keep its video for ever
    await services.messages.send(Sweep(job_id=job_id), _last_write_s(services))
    if job.status.state is not JobState.DELETED:
        await records.change_status(services.store, job_id, lambda status: state.delete(status, now))
    await cancel_runs(services, job)
    await records.erase(services.store, job_id)


async def sweep(services: Services, message: Sweep) -> None:
    """Erase what a late upload or a dying worker left behind a deleted job; early messages are sent once more."""
    status = await records.load_status(services.store, message.job_id)
    if status is None or status.state is not JobState.DELETED:
        return
    await records.erase(services.store, message.job_id)
    remaining = status.updated_at + timedelta(seconds=_last_write_s(services)) - services.now()
    if remaining > timedelta(0):
        await services.messages.send(message, round(remaining.total_seconds()) + 1)


async def _stored_video(services: Services, upload: Upload) -> str:
    video = await services.store.head(upload.key)
    if video is None or video.bytes != upload.bytes:
        raise Problem(409, FailureCode.UPLOAD_INCOMPLETE, "The video of this job was not uploaded.")
    return video.etag


def _last_write_s(services: Services) -> int:
    settings = services.settings
    return round(settings.upload_url_s + settings.upload_grace_s + settings.lease_s) + 1


def _signed_get(services: Services, key: str, lifetime_s: int, query: dict[str, str]) -> SignedGet:
    now = services.now()
    url = services.presigner.url("GET", key, now, lifetime_s, query=query)
    return SignedGet(url=url, expires_at=now + timedelta(seconds=lifetime_s))
