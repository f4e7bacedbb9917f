"""The state machine of a job: the only place where a status changes. Pure; time comes in as an argument.

Every function returns the next status, one revision on, or raises: `IllegalTransition` where the move does not exist,
`Superseded` where the caller is no longer the one who may write. Whoever stores a status does so by compare-and-set
and, when refused, reads again and decides again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from contract.failures import Failure, FailureCode
from contract.job import (
    AUTOMATIC_ATTEMPTS,
    Artifact,
    JobState,
    JobStatus,
    Lease,
    Stage,
    Summary,
    VideoFacts,
)

S = JobState
AUTOMATIC: dict[JobState, frozenset[JobState]] = {
    S.AWAITING_UPLOAD: frozenset({S.QUEUED, S.FAILED, S.EXPIRED}),
    S.QUEUED: frozenset({S.QUEUED, S.PROCESSING, S.FAILED}),
    S.PROCESSING: frozenset({S.QUEUED, S.PROCESSING, S.COMPLETED, S.FAILED}),
    S.COMPLETED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.DELETED: frozenset(),
}
OWNER: dict[JobState, frozenset[JobState]] = {
    S.AWAITING_UPLOAD: frozenset({S.CANCELLED, S.DELETED}),
    S.QUEUED: frozenset({S.CANCELLED, S.DELETED}),
    S.PROCESSING: frozenset({S.CANCELLED, S.DELETED}),
    S.COMPLETED: frozenset({S.DELETED}),
    S.FAILED: frozenset({S.QUEUED, S.DELETED}),
    S.CANCELLED: frozenset({S.QUEUED, S.DELETED}),
    S.EXPIRED: frozenset({S.DELETED}),
    S.DELETED: frozenset(),
}


class IllegalTransition(Exception):
    """The job's state does not allow this move."""

    def __init__(self, source: JobState, target: JobState) -> None:
        super().__init__(f"{source} -> {target}")
        self.source, self.target = source, target


class Superseded(Exception):
    """Another attempt, another worker or an end state has taken this caller's place: stop, write nothing more."""


def create(job_id: str, video: VideoFacts, now: datetime) -> JobStatus:
    """The first status of a job: it waits for its upload."""
    return JobStatus(job_id=job_id, state=S.AWAITING_UPLOAD, revision=1, created_at=now, updated_at=now, video=video)


def create_queued(job_id: str, video: VideoFacts, now: datetime) -> JobStatus:
    """The first status of a re-analysis: everything it needs is stored already, so its first attempt may start."""
    return JobStatus(
        job_id=job_id, state=S.QUEUED, attempt=1, revision=1, created_at=now, updated_at=now, video=video
    )  # fmt: skip


def queue(status: JobStatus, attempt: int, now: datetime) -> JobStatus:
    """Queue attempt `attempt` automatically: the first one, or the next after a worker was lost.

    Raises Superseded when that attempt, or a later one, was queued already.
    """
    if attempt <= status.attempt:
        raise Superseded(f"attempt {attempt} after {status.attempt}")
    if attempt != status.attempt + 1 or attempt > status.attempt_limit:
        raise IllegalTransition(status.state, S.QUEUED)
    return _queued(_automatic(status, S.QUEUED), attempt, status.attempt_limit, now)


def retry(status: JobStatus, now: datetime) -> JobStatus:
    """The owner starts a failed or cancelled job again: the next attempt, with a new budget."""
    if S.QUEUED not in OWNER[status.state]:
        raise IllegalTransition(status.state, S.QUEUED)
    return _queued(status, status.attempt + 1, status.attempt + AUTOMATIC_ATTEMPTS, now)


def claim(status: JobStatus, attempt: int, lease: Lease, now: datetime, lease_s: float) -> JobStatus:
    """A worker takes the job, or takes it over from a dead one.

    Raises Superseded when the job has ended, runs as another attempt, or is alive under another run's lease. The same
    run id means that the platform delivered the job again after a death, so it is taken over at once.
    """
    if status.ended or status.attempt != attempt:
        raise Superseded(f"{status.state}, attempt {status.attempt}")
    held = status.lease
    if held is not None and held.run_id != lease.run_id and not silent(status, now, lease_s):
        raise Superseded(f"run {held.run_id} is alive")
    _automatic(status, S.PROCESSING)
    return _next(
        status, now, state=S.PROCESSING, lease=lease, heartbeat_at=now, stage=Stage.STARTING, progress=0.0,
        message="", artifacts=(),
    )  # fmt: skip


def report(
    status: JobStatus,
    attempt: int,
    nonce: str,
    now: datetime,
    *,
    stage: Stage,
    progress: float,
    message: str = "",
    video: VideoFacts | None = None,
    artifacts: Iterable[Artifact] = (),
) -> JobStatus:
    """The leaseholder shows progress, which is also its heartbeat. Progress never falls within an attempt."""
    _fence(status, attempt, nonce)
    changes: dict[str, Any] = {
        "stage": stage,
        "progress": max(status.progress, min(progress, 1.0)),
        "message": message,
        "heartbeat_at": now,
        "artifacts": tuple(artifacts) or status.artifacts,
    }
    return _next(status, now, **changes, video=video or status.video)


def complete(
    status: JobStatus,
    attempt: int,
    nonce: str,
    now: datetime,
    artifacts: Iterable[Artifact],
    summary: Summary | None = None,
    video: VideoFacts | None = None,
) -> JobStatus:
    """The leaseholder closes the job with its results; this write fixes the set of artifacts."""
    _fence(status, attempt, nonce)
    return _next(
        _automatic(status, S.COMPLETED), now, state=S.COMPLETED, stage=None, progress=1.0, message="",
        heartbeat_at=now, artifacts=tuple(artifacts), summary=summary, video=video or status.video,
    )  # fmt: skip


def fail_as_worker(status: JobStatus, attempt: int, nonce: str, now: datetime, failure: Failure) -> JobStatus:
    """The leaseholder gives up; only it may."""
    _fence(status, attempt, nonce)
    return fail(status, now, failure)


def fail(status: JobStatus, now: datetime, failure: Failure) -> JobStatus:
    """Edge or the leaseholder closes the job without results."""
    return _next(
        _automatic(status, S.FAILED), now, state=S.FAILED, stage=None, failure=failure, message="", artifacts=()
    )


def expire(status: JobStatus, now: datetime) -> JobStatus:
    """The upload never came."""
    return _next(_automatic(status, S.EXPIRED), now, state=S.EXPIRED)


def cancel(status: JobStatus, now: datetime) -> JobStatus:
    """The owner stops the job."""
    _owner(status, S.CANCELLED)
    return _next(
        status, now, state=S.CANCELLED, stage=None, lease=None, message="", artifacts=(),
        failure=Failure.of(FailureCode.CANCELLED),
    )  # fmt: skip


def delete(status: JobStatus, now: datetime) -> JobStatus:
    """The owner removes the job: a tombstone that holds no trace of the video."""
    _owner(status, S.DELETED)
    video = VideoFacts(name="", bytes=status.video.bytes)
    return _next(
        status, now, state=S.DELETED, stage=None, lease=None, message="", video=video, artifacts=(), failure=None,
        summary=None,
    )  # fmt: skip


def silent(status: JobStatus, now: datetime, lease_s: float) -> bool:
    """True when the leaseholder has shown no progress for longer than the lease.

    So has one whose clock runs ahead by more than that: its heartbeat says nothing, so RunPod is asked.
    """
    return status.heartbeat_at is None or abs(now - status.heartbeat_at) > timedelta(seconds=lease_s)


def is_my_write(stored: JobStatus, mine: JobStatus) -> bool:
    """True when `stored` is the very write whose answer was lost.

    Nonce and revision do not tell: edge leaves the lease in place when it fails a job.
    """
    return stored.model_dump_json() == mine.model_dump_json()


def _fence(status: JobStatus, attempt: int, nonce: str) -> None:
    if status.state is not S.PROCESSING or status.attempt != attempt:
        raise Superseded(f"{status.state}, attempt {status.attempt}")
    if status.lease is None or status.lease.nonce != nonce:
        raise Superseded("another worker holds the lease")


def _automatic(status: JobStatus, target: JobState) -> JobStatus:
    if target not in AUTOMATIC[status.state]:
        raise IllegalTransition(status.state, target)
    return status


def _owner(status: JobStatus, target: JobState) -> JobStatus:
    if target not in OWNER[status.state]:
        raise IllegalTransition(status.state, target)
    return status


def _queued(status: JobStatus, attempt: int, limit: int, now: datetime) -> JobStatus:
    return _next(
        status, now, state=S.QUEUED, attempt=attempt, attempt_limit=limit, stage=None, progress=0.0, message="",
        lease=None, heartbeat_at=None, artifacts=(), failure=None, summary=None,
    )  # fmt: skip


def _next(status: JobStatus, now: datetime, **changes: Any) -> JobStatus:
    moment = max(now, status.updated_at)
    return JobStatus.model_validate(
        {**status.__dict__, **changes, "revision": status.revision + 1, "updated_at": moment}
    )
