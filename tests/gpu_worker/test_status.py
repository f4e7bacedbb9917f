"""The worker's pen: what the status object shows, and who may write it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from contract import keys, state
from contract.failures import Failure, FailureCode
from contract.job import Artifact, ArtifactKind, JobState, JobStatus, Lease, Stage, Summary, VideoFacts
from gpu_worker.status import Clock, Pace, StatusWriter
from gpu_worker.storage import Conflict, Missing, Stored, Unavailable

JOB = "A" * 22
START = datetime(2026, 1, 1, tzinfo=UTC)
SUMMARY = Summary(observed_s=1, unknown_s=0, body_model="openbody")


@dataclass
class FakeTime:
    """Time that moves only when told, or when somebody sleeps."""

    elapsed: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.elapsed += seconds

    def clock(self) -> Clock:
        return Clock(lambda: START + timedelta(seconds=self.elapsed), lambda: self.elapsed, self.sleep)


@dataclass
class FakeStore:
    """One object with compare-and-set; `faults` says what the next calls of `replace` do besides."""

    body: bytes | None = None
    version: int = 0
    written: list[JobStatus] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def read(self, key: str) -> Stored:
        assert key == keys.status(JOB)
        if self.body is None:
            raise Missing(key)
        return Stored(self.body, str(self.version))

    def replace(self, key: str, body: bytes, etag: str, content_type: str) -> str:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "away":
            raise Unavailable("503")
        if etag != str(self.version):
            raise Conflict
        self.put(JobStatus.model_validate_json(body))
        if fault == "answer lost":
            raise Unavailable("connection reset")
        return str(self.version)

    def put(self, status: JobStatus) -> None:
        self.body, self.version = status.model_dump_json().encode(), self.version + 1
        self.written.append(status)

    @property
    def now(self) -> JobStatus:
        return self.written[-1]


def queued() -> JobStatus:
    return state.queue(state.create(JOB, VideoFacts(name="a.mp4", bytes=9), START), 1, START)


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    store.put(queued())
    return store


Writer = Callable[..., StatusWriter]


@pytest.fixture
def writer(store: FakeStore, clock: FakeTime) -> Writer:
    def make(run_id: str = "run-1", nonce: str = "nonce-one", attempt: int = 1) -> StatusWriter:
        return StatusWriter(store, JOB, attempt, Lease(run_id=run_id, nonce=nonce), Pace(), clock.clock())

    return make


def artifact() -> Artifact:
    key = keys.result(JOB, 1, "nonce-one", "a.mp4", ArtifactKind.ANGLES)
    return Artifact(
        name="a.angles.csv", kind=ArtifactKind.ANGLES, key=key, bytes=1, sha256="0" * 64, content_type="text/csv"
    )


def test_claim_shows_processing_under_my_lease(store: FakeStore, writer: Writer) -> None:
    writer().claim()
    assert store.now.state is JobState.PROCESSING
    assert store.now.lease == Lease(run_id="run-1", nonce="nonce-one")


def test_progress_is_written_at_most_every_two_seconds(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    pen = writer()
    pen.claim()
    for step in range(100):
        clock.elapsed += 0.125
        pen.progress(Stage.POSE, step / 100)
    moments = [s.updated_at for s in store.written if s.stage is Stage.POSE]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    assert len(moments) == 6
    assert min(gaps) >= 2.0


def test_second_worker_for_the_same_attempt_stops(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    writer().claim()
    clock.elapsed += 10
    with pytest.raises(state.Superseded):
        writer("run-2", "nonce-two").claim()
    assert store.now.lease is not None
    assert store.now.lease.run_id == "run-1"


def test_worker_takes_over_when_the_first_has_been_silent(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    first = writer()
    first.claim()
    clock.elapsed += 46
    writer("run-2", "nonce-two").claim()
    with pytest.raises(state.Superseded):
        first.progress(Stage.POSE, 0.5)


def test_redelivery_of_the_same_run_takes_over_at_once(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    first = writer()
    first.claim()
    clock.elapsed += 3
    writer(nonce="nonce-two").claim()
    with pytest.raises(state.Superseded):
        first.complete(SUMMARY)
    assert store.now.state is JobState.PROCESSING


def test_cancelled_job_stops_the_worker_at_its_next_write(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    pen = writer()
    pen.claim()
    store.put(state.cancel(store.now, START))
    clock.elapsed += 2
    with pytest.raises(state.Superseded):
        pen.progress(Stage.POSE, 0.1)
    assert store.now.state is JobState.CANCELLED


def test_erased_status_stops_the_worker(store: FakeStore, writer: Writer) -> None:
    store.body = None
    with pytest.raises(state.Superseded):
        writer().claim()


@pytest.mark.parametrize("fault", ["away", "answer lost"])
def test_closing_write_is_stored_once_whatever_the_storage_does(
    store: FakeStore, writer: Writer, clock: FakeTime, fault: str
) -> None:
    pen = writer()
    pen.claim()
    pen.publish(artifact())
    store.faults = [fault]
    pen.complete(SUMMARY)
    assert [s.state for s in store.written].count(JobState.COMPLETED) == 1
    assert store.now.artifacts == (artifact(),)


def test_storage_that_is_away_costs_a_heartbeat_but_no_work(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    pen = writer()
    pen.claim()
    store.faults = ["away"]
    clock.elapsed += 2
    pen.progress(Stage.POSE, 0.2)
    clock.elapsed += 2
    pen.progress(Stage.POSE, 0.3)
    assert store.now.progress == 0.3


def test_storage_that_stays_away_ends_the_closing_write(store: FakeStore, writer: Writer) -> None:
    pen = writer()
    pen.claim()
    store.faults = ["away"] * 1000
    with pytest.raises(Unavailable):
        pen.fail(Failure.of(FailureCode.NO_PERSON_FOUND))


def test_closing_write_keeps_a_second_from_the_one_before(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    pen = writer()
    pen.claim()
    pen.fail(Failure.of(FailureCode.NO_PERSON_FOUND))
    assert (store.now.updated_at - store.written[-2].updated_at).total_seconds() >= 1.0


def test_what_decoding_told_is_in_the_closed_status(store: FakeStore, writer: Writer) -> None:
    pen = writer()
    pen.claim()
    pen.video(VideoFacts(name="a.mp4", bytes=9, duration_s=2.5, width=4, height=3, fps=30, frames=75))
    pen.complete(SUMMARY)
    assert store.now.video.frames == 75


def test_work_and_its_guard_write_one_after_the_other(store: FakeStore, writer: Writer, clock: FakeTime) -> None:
    pen = writer()
    pen.claim()
    clock.elapsed += 2
    inside, go_on = threading.Event(), threading.Event()
    plain = store.replace

    def slow(key: str, body: bytes, etag: str, content_type: str) -> str:
        inside.set()
        assert go_on.wait(30)
        return plain(key, body, etag, content_type)

    store.replace = slow
    work = threading.Thread(target=pen.progress, args=(Stage.POSE, 0.5))
    work.start()
    assert inside.wait(30)
    store.replace = plain
    guard = threading.Thread(target=pen.fail, args=(Failure.of(FailureCode.TIMED_OUT),))
    guard.start()
    guard.join(0.05)
    assert guard.is_alive(), "the guard wrote while the work was writing"
    go_on.set()
    work.join(30)
    guard.join(30)
    assert [s.state for s in store.written[-2:]] == [JobState.PROCESSING, JobState.FAILED]
    assert store.written[-2].progress == 0.5
