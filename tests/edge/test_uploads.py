"""From an upload to a run at RunPod, whatever R2's events do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contract import keys
from contract.events import Expiry
from contract.job import JobState
from local.edge import DEAD_LETTERS, EVENTS, Edge, RelayCounts
from local.waiting import wait_until
from tests.edge.outside import API_KEY, PATIENCE_S, Caller, RunPodStandIn, event

NewJob = Callable[..., Caller]


def test_an_uploaded_video_is_sent_to_runpod(edge: Edge, new_job: NewJob, runpod: RunPodStandIn) -> None:
    job = new_job(options={"quality": "low"})
    job.put(b"video")
    job.announce()
    status = job.reaches(JobState.QUEUED, attempt=1)
    (run,) = wait_until(lambda: runpod.runs_of(job.job_id), PATIENCE_S, "a run")
    stored = edge.objects.head(job.key)
    assert stored is not None
    source = {"kind": "video", "key": job.key, "name": "walk.mp4", "etag": stored.etag, "bytes": 5}
    assert run["input"]["source"] == source
    assert run["input"]["options"]["quality"] == "low"
    assert run["policy"] == {"executionTimeout": 86_400_000, "ttl": 172_800_000}
    assert run["webhook"].startswith(f"{edge.url}/api/webhooks/runpod/{job.job_id}?attempt=1&sig=")
    assert job.token not in str(run)
    assert runpod.keys_seen == {f"Bearer {API_KEY}"}
    assert status.revision == 2


def test_an_event_that_comes_twice_starts_one_run(
    queued: Callable[[], Caller], runpod: RunPodStandIn, new_job: NewJob
) -> None:
    job = queued()
    job.announce(times=2)
    later = new_job()
    later.put(b"video")
    later.announce(times=2)
    wait_until(lambda: runpod.runs_of(later.job_id), PATIENCE_S, "the run of the job announced last")
    assert len(runpod.runs_of(job.job_id)) == len(runpod.runs_of(later.job_id)) == 1
    assert job.status.revision == 2


@pytest.mark.parametrize("key", [f"uploads/{'u' * 22}/walk.mp4", "uploads/no-job.mp4", f"uploads/{'u' * 22}/a/b.mp4"])
def test_an_upload_of_no_known_job_is_erased(edge: Edge, key: str) -> None:
    etag = edge.objects.put(key, b"stray")
    edge.send(EVENTS, [event(key, 5, etag)])
    wait_until(lambda: edge.objects.head(key) is None, PATIENCE_S, "the stray upload to be erased")


def test_an_event_about_a_key_outside_uploads_erases_nothing(edge: Edge, queued: Callable[[], Caller]) -> None:
    job = queued()
    key = keys.record(job.job_id)
    edge.send(EVENTS, [event(key, 5, "etag"), {"neither": "R2's", "nor": "ours"}])
    assert queued().status.state is JobState.QUEUED
    assert edge.objects.head(key) is not None


def test_a_late_upload_of_a_deleted_job_is_erased(edge: Edge, new_job: NewJob) -> None:
    job = new_job()
    key = job.key
    job.api("DELETE")
    etag = edge.objects.put(key, b"video")
    edge.send(EVENTS, [event(key, 5, etag)])
    wait_until(lambda: edge.objects.head(key) is None, PATIENCE_S, "the late upload to be erased")


@pytest.mark.parametrize(("content", "code"), [(b"", "upload_incomplete"), (b"vid", "size_mismatch")])
def test_an_upload_of_another_size_than_announced_fails(
    edge: Edge, new_job: NewJob, runpod: RunPodStandIn, content: bytes, code: str
) -> None:
    job = new_job(size=5)
    edge.objects.put(job.key, content, "video/mp4")
    job.announce()
    failure = job.reaches(JobState.FAILED).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == (code, False)
    assert f"found {len(content)}" in failure.message
    assert not runpod.runs_of(job.job_id)
    assert job.api("POST", "/retry").status == 409


def test_a_run_that_runpod_refuses_is_asked_for_again(new_job: NewJob, runpod: RunPodStandIn) -> None:
    job = new_job()
    runpod.refuse.add(job.job_id)
    job.put(b"video")
    job.announce()
    job.reaches(JobState.QUEUED)
    runpod.refuse.discard(job.job_id)
    wait_until(lambda: job.record.attempts[0].run_ids, PATIENCE_S, "a run")


def test_an_upload_whose_event_got_lost_is_found_when_its_address_runs_out(edge: Edge, new_job: NewJob) -> None:
    job = new_job()
    job.put(b"video")
    job.age(days=1)
    edge.send(EVENTS, [Expiry(job_id=job.job_id).model_dump(mode="json")])
    job.reaches(JobState.QUEUED, attempt=1)


def test_a_job_whose_upload_never_came_expires_and_a_later_one_is_erased(edge: Edge, new_job: NewJob) -> None:
    job = new_job()
    job.age(days=1)
    edge.send(EVENTS, [Expiry(job_id=job.job_id).model_dump(mode="json")])
    job.reaches(JobState.EXPIRED)
    edge.objects.put(job.key, b"video")
    job.announce()
    wait_until(lambda: edge.objects.head(job.key) is None, PATIENCE_S, "the late upload to be erased")
    assert job.status.state is JobState.EXPIRED


def test_a_dead_upload_event_fails_a_job_that_nothing_runs_for(
    edge: Edge, new_job: NewJob, queued: Callable[[], Caller]
) -> None:
    waiting, running = new_job(), queued()
    waiting.put(b"video")
    edge.send(DEAD_LETTERS, [event(running.key, 5, "etag"), event(waiting.key, 5, "etag")])
    failure = waiting.reaches(JobState.FAILED).failure
    assert failure is not None
    assert failure.code == "internal"
    assert "reference" in failure.message
    assert running.status.state is JobState.QUEUED
    assert waiting.api("POST", "/retry").json["status"]["state"] == "queued"


def test_a_dead_message_of_ours_is_sent_again(edge: Edge, new_job: NewJob) -> None:
    job = new_job()
    job.age(days=1)
    edge.send(DEAD_LETTERS, [Expiry(job_id=job.job_id).model_dump(mode="json")])
    job.reaches(JobState.EXPIRED)


@pytest.fixture
def relay(edge: Edge) -> Iterator[Callable[..., RelayCounts]]:
    """Switches the local relay of R2's events on, with mishaps, for one test."""
    yield lambda **mishaps: edge.relay(enabled=True, **mishaps)
    edge.relay(enabled=False, drop=0.0, double=0.0)


def test_the_local_relay_announces_an_upload_as_r2_does(
    new_job: NewJob, runpod: RunPodStandIn, relay: Callable[..., RelayCounts]
) -> None:
    job = new_job()
    before = relay(double=1.0).sent
    job.put(b"video")
    wait_until(lambda: runpod.runs_of(job.job_id), PATIENCE_S, "a run")
    wait_until(lambda: relay().sent >= before + 2, PATIENCE_S, "the event to be sent twice")
    assert job.status.attempt == 1


def test_an_event_that_the_local_relay_drops_never_comes(new_job: NewJob, relay: Callable[..., RelayCounts]) -> None:
    dropped, announced = new_job(), new_job()
    before = relay(drop=1.0).dropped
    dropped.put(b"video")
    wait_until(lambda: relay().dropped > before, PATIENCE_S, "the event to be dropped")
    relay(drop=0.0)
    announced.put(b"video")
    announced.reaches(JobState.QUEUED)
    assert dropped.status.state is JobState.AWAITING_UPLOAD
