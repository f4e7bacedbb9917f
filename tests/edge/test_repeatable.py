"""A crash between any two steps: the redelivered message goes on where the first delivery ended.

Bucket, queue and RunPod are stood in for in memory (`world.py`). What runs is edge's own code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

import consumer
import jobs
import records
from contract import keys, state
from contract.events import Sweep, Watchdog
from contract.job import JobState, JobStatus, Lease
from contract.state import IllegalTransition
from runpod_api import Answer
from tests.edge.world import Crash, Message, World, deliver, every_crash, uploaded


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
