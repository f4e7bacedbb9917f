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
from contract.events import Check, Round, Sweep, Watchdog
from contract.job import JobState, JobStatus, Lease
from contract.state import IllegalTransition
from runpod_api import Answer
from tests.edge.world import Crash, Message, World, daily_round, deliver, every_crash, uploaded


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
    daily_round(world)
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


def healthy(world: World) -> Watchdog:
    """A job that waits for its run, and the message that looks at it."""
    job_id, event = uploaded(world)
    deliver(world, event)
    world.sent.clear()
    return Watchdog(job_id=job_id, attempt=1)


def one_look(world: World) -> Callable[[], object]:
    message = healthy(world)
    return lambda: deliver(world, message.model_dump(mode="json"))


@pytest.mark.parametrize(("crash_at", "after"), every_crash(one_look))
def test_a_look_cut_off_anywhere_is_followed_by_another(crash_at: int, after: bool) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    message = healthy(world)
    deliver(world, message.model_dump(mode="json"))
    assert message.following in world.sent


def test_looks_that_come_twice_do_not_multiply() -> None:
    world = World()
    message = healthy(world)
    for look in (message, message, message.following, message, message.following):
        deliver(world, look.model_dump(mode="json"))
    assert world.sent == [message.following, message.following.following]


def test_a_look_of_the_daily_round_takes_the_place_of_one_that_got_lost() -> None:
    world = World()
    message = healthy(world)
    deliver(world, message.model_dump(mode="json"))
    world.sent.clear()
    deliver(world, Check(job_id=message.job_id).model_dump(mode="json"))
    assert world.sent == [message.following]


def test_a_job_that_runpod_never_takes_ends_and_says_so() -> None:
    world = World()
    job_id, event = uploaded(world)

    async def refuse(*_: object) -> Answer:
        return Answer(402, "")

    world.fetch = refuse  # type: ignore[assignment]
    deliver(world, event)
    message = Watchdog(job_id=job_id, attempt=1)
    for days in (1, 3):
        world.now += timedelta(days=days)
        deliver(world, message.model_dump(mode="json"))
        message = message.following
        failure = world.job(job_id).status.failure
        assert (failure is not None) == (days == 3)
    assert failure is not None
    assert (failure.code, failure.retryable) == ("internal", True)
    assert keys.active(job_id) not in world.objects


def test_a_dead_worker_is_found_although_runpod_does_not_answer_any_more() -> None:
    world = World()
    job_id, message = lost_worker(world)

    async def away(*_: object) -> Answer:
        raise OSError("connection refused")

    world.fetch = away  # type: ignore[assignment]
    asyncio.run(consumer.consume(world.services, [Message(message)], consumer.handle))
    assert world.job(job_id).status.attempt == 1
    world.now += timedelta(days=3)
    deliver(world, message)
    assert world.job(job_id).status.attempt == 2


def test_a_creation_that_was_cut_off_leaves_nothing_behind() -> None:
    world = World()
    job_id, _ = uploaded(world)
    del world.objects[keys.status(job_id)]
    deliver(world, Check(job_id=job_id).model_dump(mode="json"))
    assert [key for key in world.objects if job_id in key] == []


def test_a_round_of_any_length_goes_on_piece_by_piece_and_over_a_job_that_cannot_be_read() -> None:
    world = World()
    job_id, _ = uploaded(world)
    broken = "A" * 22
    world.put(keys.status(broken), b"{}")
    world.put(keys.record(broken), b"{}")
    for number in range(1200):
        world.put(keys.active(f"{number:022d}"), b"{}")
    world.put(keys.active(broken), b"{}")
    world.sent, checked, longest = [Round()], set[str](), 0
    while world.sent:
        sent, world.sent = world.sent, []
        for told in sent:
            before = world.calls
            if told.kind == "round":
                deliver(world, told.model_dump(mode="json"))
            elif told.kind == "check":
                checked.add(told.job_id)
            longest = max(longest, world.calls - before)
    assert len(checked) == 1202
    assert {job_id, broken} <= checked
    assert longest < 1000


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
