"""A crash between any two steps: the redelivered message goes on where the first delivery ended.

Bucket, queue and RunPod are stood in for in memory, so that each of their calls can fail, before or after it took
effect. What runs is edge's own code.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

import consumer
import jobs
import records
import uploads
from contract import keys, state
from contract.events import Expiry, R2Event, Sweep, Watchdog
from contract.job import JobOptions, JobState, JobStatus, Lease
from contract.state import IllegalTransition
from runpod_api import Answer, RunPodEndpoint
from services import Services
from settings import Settings
from storage import ObjectFacts, PreconditionFailed, StoredText

SETTINGS = Settings.model_validate(
    {
        "storage_endpoint": "https://store.example", "storage_bucket": "poloha", "storage_access_key_id": "id",
        "storage_secret_access_key": "secret", "runpod_endpoint_id": "ep", "runpod_api_key": "key",
        "public_url": "https://edge.example", "link_keys": "a-secret-of-16-characters",
    }
)  # fmt: skip


class Crash(Exception):
    """The Worker was cut off here."""


@dataclass
class World:
    """The outside. Call number `crash_at` fails, having taken effect or not."""

    crash_at: int | None = None
    crash_after_effect: bool = False
    calls: int = 0
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    sent: list[Watchdog | Expiry | Sweep] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    etags: itertools.count[int] = field(default_factory=itertools.count)

    def step(self, effect: Callable[[], object]) -> None:
        """One call to the outside with its effect."""
        self.calls += 1
        crashes = self.calls == self.crash_at
        if crashes and not self.crash_after_effect:
            raise Crash
        effect()
        if crashes:
            raise Crash

    # the bucket
    async def head(self, key: str) -> ObjectFacts | None:
        found = self.objects.get(key)
        return None if found is None else ObjectFacts(key, len(found[0]), found[1])

    async def read(self, key: str) -> StoredText | None:
        found = self.objects.get(key)
        return None if found is None else StoredText(found[0].decode(), found[1])

    async def create(self, key: str, text: str) -> str:
        if key in self.objects:
            raise PreconditionFailed(key)
        return self.put(key, text.encode())

    async def replace(self, key: str, text: str, etag: str) -> str:
        if self.objects[key][1] != etag:
            raise PreconditionFailed(key)
        return self.put(key, text.encode())

    async def delete(self, deleted: Sequence[str]) -> None:
        self.step(lambda: [self.objects.pop(key, None) for key in deleted])

    async def list(self, prefix: str) -> AsyncIterator[ObjectFacts]:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            yield ObjectFacts(key, len(self.objects[key][0]), self.objects[key][1])

    def put(self, key: str, content: bytes) -> str:
        etag = f"etag-{next(self.etags)}"
        self.step(lambda: self.objects.update({key: (content, etag)}))
        return etag

    # the queue
    async def send(self, message: Watchdog | Expiry | Sweep, delay_s: int) -> None:
        self.step(lambda: self.sent.append(message))

    # RunPod
    async def fetch(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Answer:
        *_, operation, last = url.split("/")
        if last == "run":
            run_id = f"run-{len(self.runs) + 1}"
            self.step(lambda: self.runs.update({run_id: "IN_QUEUE"}))
            return Answer(200, json.dumps({"id": run_id, "status": "IN_QUEUE"}))
        if operation == "cancel":
            self.step(lambda: self.runs.update({last: "CANCELLED"}))
        return (
            Answer(200, json.dumps({"id": last, "status": self.runs[last]})) if last in self.runs else Answer(404, "")
        )

    @property
    def services(self) -> Services:
        """Edge's view of this world."""
        runpod = RunPodEndpoint("https://runpod.example", "ep", "key", self.fetch)
        return Services(SETTINGS, self, self, runpod, lambda: self.now)

    def job(self, job_id: str) -> records.Job:
        """Both objects of the job."""
        found = asyncio.run(records.load(self, job_id))
        assert found is not None
        return found


@dataclass
class Message:
    """A queue message that is delivered until it is acknowledged."""

    body: object
    attempts: int = 0
    acknowledged: bool = False

    def ack(self) -> None:
        self.acknowledged = True

    def retry(self, options: dict[str, int]) -> None:
        assert 0 < options["delaySeconds"] <= 600


def deliver(world: World, body: object) -> None:
    """Deliver until acknowledged, as the queue does."""
    message = Message(body)
    while not message.acknowledged:
        message.attempts += 1
        asyncio.run(consumer.consume(world.services, [message], consumer.handle))


def uploaded(world: World) -> tuple[str, dict[str, object]]:
    """A job with its video in the bucket, and the event about it."""
    job_id = asyncio.run(uploads.create_job(world.services, "walk.mp4", 5, "video/mp4", JobOptions())).status.job_id
    key = keys.upload(job_id, "walk.mp4")
    etag = world.put(key, b"video")
    body = {"key": key, "size": 5, "eTag": etag}
    event = R2Event.model_validate(
        {"account": "a", "action": "PutObject", "bucket": "poloha", "object": body, "eventTime": world.now}
    )
    return job_id, event.model_dump(mode="json", by_alias=True)


def every_crash(prepare: Callable[[World], Callable[[], object]]) -> list[tuple[int, bool]]:
    """Every call of the operation that `prepare` returns, failing before and after its effect."""
    world = World()
    operation = prepare(world)
    before = world.calls
    operation()
    return [(call, after) for call in range(before + 1, world.calls + 1) for after in (False, True)]


def first_dispatch(world: World) -> Callable[[], object]:
    _, event = uploaded(world)
    return lambda: deliver(world, event)


@pytest.mark.parametrize(("crash_at", "after"), every_crash(first_dispatch))
def test_an_upload_event_cut_off_anywhere_ends_in_one_queued_attempt(crash_at: int, after: bool) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    job_id, event = uploaded(world)
    deliver(world, event)
    job = world.job(job_id)
    assert (job.status.state, job.status.attempt, job.status.revision) == (JobState.QUEUED, 1, 2)
    (entry,) = job.record.attempts
    assert len(entry.run_ids) == 1
    assert set(entry.run_ids) <= set(world.runs)
    assert len(world.runs) <= 2
    assert Watchdog(job_id=job_id, attempt=1) in world.sent


@pytest.mark.parametrize(("crash_at", "after"), every_crash(first_dispatch))
def test_an_upload_event_that_is_never_redelivered_is_made_up_for(crash_at: int, after: bool) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    job_id, event = uploaded(world)
    message = Message(event)
    asyncio.run(consumer.consume(world.services, [message], consumer.handle))
    world.now += timedelta(days=1)
    asyncio.run(consumer.rearm(world.services))
    for sent in list(world.sent):
        deliver(world, sent.model_dump(mode="json"))
    assert world.job(job_id).record.attempts[0].run_ids


def lost_worker(world: World) -> tuple[str, dict[str, object]]:
    """A job whose worker claimed it and died, and the watchdog's message."""
    job_id, event = uploaded(world)
    deliver(world, event)
    lease = Lease(run_id="run-1", nonce="nonce-of-a-worker")
    asyncio.run(records.change_status(world, job_id, lambda status: state.claim(status, 1, lease, world.now, 45)))
    world.runs["run-1"] = "FAILED"
    world.now += timedelta(minutes=5)
    return job_id, Watchdog(job_id=job_id, attempt=1).model_dump(mode="json")


def second_dispatch(world: World) -> Callable[[], object]:
    _, message = lost_worker(world)
    return lambda: deliver(world, message)


@pytest.mark.parametrize(("crash_at", "after"), every_crash(second_dispatch))
def test_a_look_cut_off_anywhere_ends_in_one_next_attempt(crash_at: int, after: bool) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    job_id, message = lost_worker(world)
    deliver(world, message)
    for sent in [sent for sent in world.sent if sent.kind == "watchdog"]:
        deliver(world, sent.model_dump(mode="json"))
    job = world.job(job_id)
    assert (job.status.state, job.status.attempt) == (JobState.QUEUED, 2)
    entry = job.record.attempt(2)
    assert entry is not None
    assert len(entry.run_ids) == 1


def deletion(world: World) -> Callable[[], object]:
    job_id, event = uploaded(world)
    deliver(world, event)
    return lambda: asyncio.run(jobs.delete(world.services, world.job(job_id)))


@pytest.mark.parametrize(("crash_at", "after"), every_crash(deletion))
def test_a_deletion_cut_off_anywhere_is_completed_by_asking_again_or_by_the_sweep(crash_at: int, after: bool) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    job_id, event = uploaded(world)
    deliver(world, event)
    with pytest.raises(Crash):
        asyncio.run(jobs.delete(world.services, world.job(job_id)))
    if keys.record(job_id) in world.objects:
        asyncio.run(jobs.delete(world.services, world.job(job_id)))
    world.now += timedelta(days=1)
    deliver(world, Sweep(job_id=job_id).model_dump(mode="json"))
    assert set(world.objects) == {keys.status(job_id)}
    assert Sweep(job_id=job_id) in world.sent
    assert set(world.runs.values()) == {"CANCELLED"}


def test_a_job_cancelled_while_its_run_is_asked_for_has_that_run_cancelled() -> None:
    world = World()
    job_id, event = uploaded(world)
    fetch = world.fetch

    async def owner_is_faster(
        method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Answer:
        if url.endswith("/run"):
            await jobs.cancel(world.services, await _loaded(world, job_id))
        return await fetch(method, url, headers, body, timeout_s)

    world.fetch = owner_is_faster  # type: ignore[method-assign]
    deliver(world, event)
    assert world.job(job_id).status.state is JobState.CANCELLED
    assert world.runs == {"run-1": "CANCELLED"}


async def _loaded(world: World, job_id: str) -> records.Job:
    found = await records.load(world, job_id)
    assert found is not None
    return found


def test_of_two_who_write_at_once_the_slower_decides_again() -> None:
    world = World()
    job_id, _ = uploaded(world)
    seen: list[JobState] = []

    def decide(status: JobStatus) -> JobStatus:
        if not seen:
            faster = state.cancel(status, world.now)
            world.put(keys.status(job_id), faster.model_dump_json().encode())
        seen.append(status.state)
        return state.queue(status, 1, world.now)

    with pytest.raises(IllegalTransition):
        asyncio.run(records.change_status(world, job_id, decide))
    assert seen == [JobState.AWAITING_UPLOAD, JobState.CANCELLED]
    assert world.job(job_id).status.state is JobState.CANCELLED
