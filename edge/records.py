"""Reading and changing a job's two objects by compare-and-set."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from contract import keys
from contract.job import JobRecord, JobStatus, OpenJob
from contract.state import IllegalTransition, Superseded
from storage import ObjectStore, PreconditionFailed

_TRIES = 8


class UnknownJob(Exception):
    """There is no such job, or its record was erased."""


@dataclass(frozen=True)
class Job:
    """Both objects of a job as they were read."""

    record: JobRecord
    status: JobStatus

    @property
    def run_ids(self) -> tuple[str, ...]:
        """Every run ever asked for, and the one that holds the lease."""
        known = [run for attempt in self.record.attempts for run in attempt.run_ids]
        return tuple(dict.fromkeys([*known, *self._leased()]))

    def run_ids_of(self, attempt: int) -> tuple[str, ...]:
        """The runs of one attempt; the leaseholder belongs to the current one."""
        entry = self.record.attempt(attempt)
        leased = self._leased() if attempt == self.status.attempt else []
        return tuple(dict.fromkeys([*(entry.run_ids if entry else ()), *leased]))

    def _leased(self) -> list[str]:
        return [self.status.lease.run_id] if self.status.lease else []


async def create(store: ObjectStore, record: JobRecord, status: JobStatus) -> None:
    """Store a new job: first the mark that it is open, so that the daily round finds whatever a crash left behind."""
    await store.create(keys.active(record.job_id), "{}")
    await store.create(keys.record(record.job_id), record.model_dump_json())
    await store.create(keys.status(record.job_id), status.model_dump_json())


async def load_status(store: ObjectStore, job_id: str) -> JobStatus | None:
    """The status, None where there is no such job."""
    found = await store.read(keys.status(job_id))
    return None if found is None else JobStatus.model_validate_json(found.text)


async def load_record(store: ObjectStore, job_id: str) -> JobRecord | None:
    """Edge's private facts, None where there is no such job or it was deleted."""
    found = await store.read(keys.record(job_id))
    return None if found is None else JobRecord.model_validate_json(found.text)


async def load(store: ObjectStore, job_id: str) -> Job | None:
    """Both objects, None where either is missing."""
    record = await load_record(store, job_id)
    status = await load_status(store, job_id)
    return Job(record, status) if record and status else None


async def change_status(store: ObjectStore, job_id: str, decide: Callable[[JobStatus], JobStatus]) -> JobStatus:
    """Store what `decide` makes of the current status; asked again with a newer one as often as somebody was faster.

    Raises UnknownJob, and whatever `decide` raises.
    """
    key = keys.status(job_id)
    for _ in range(_TRIES):
        found = await store.read(key)
        if found is None:
            raise UnknownJob(job_id)
        status = decide(JobStatus.model_validate_json(found.text))
        try:
            await store.replace(key, status.model_dump_json(), found.etag)
        except PreconditionFailed:
            continue
        return status
    raise PreconditionFailed(key)


async def try_status(store: ObjectStore, job_id: str, decide: Callable[[JobStatus], JobStatus]) -> bool:
    """`change_status` where the job's state may have gone on meanwhile: False where it does not allow the change."""
    try:
        await change_status(store, job_id, decide)
    except (IllegalTransition, Superseded):
        return False
    return True


async def change_record(store: ObjectStore, job_id: str, decide: Callable[[JobRecord], JobRecord]) -> JobRecord:
    """As change_status, for the private record; what `decide` leaves as it is is not written."""
    key = keys.record(job_id)
    for _ in range(_TRIES):
        found = await store.read(key)
        if found is None:
            raise UnknownJob(job_id)
        before = JobRecord.model_validate_json(found.text)
        after = decide(before)
        if after == before:
            return after
        try:
            await store.replace(key, after.model_dump_json(), found.etag)
        except PreconditionFailed:
            continue
        return after
    raise PreconditionFailed(key)


async def mark_open(store: ObjectStore, job_id: str) -> None:
    """Put the job on the list of open ones, where it may stand already."""
    with contextlib.suppress(PreconditionFailed):
        await store.create(keys.active(job_id), "{}")


async def load_open(store: ObjectStore, job_id: str) -> tuple[OpenJob, str | None]:
    """The job's mark and the ETag to change it with, None where it is not on the list."""
    found = await store.read(keys.active(job_id))
    return (OpenJob(), None) if found is None else (OpenJob.model_validate_json(found.text), found.etag)


async def change_open(store: ObjectStore, job_id: str, mark: OpenJob, etag: str | None) -> None:
    """Store the job's mark in place of the one with `etag`. Raises PreconditionFailed."""
    key, text = keys.active(job_id), mark.model_dump_json()
    await (store.create(key, text) if etag is None else store.replace(key, text, etag))


async def mark_closed(store: ObjectStore, job_id: str) -> None:
    """Take the job from the list of open ones."""
    await store.delete([keys.active(job_id)])


async def erase(store: ObjectStore, job_id: str) -> None:
    """Remove everything of a job but its status; the record goes last, because it lets the owner ask once more."""
    record = keys.record(job_id)
    for prefix in keys.job_prefixes(job_id):
        found = [facts.key async for facts in store.list(prefix) if facts.key != record]
        await store.delete(found)
    await store.delete([record])
