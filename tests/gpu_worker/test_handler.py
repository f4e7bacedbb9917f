"""What a RunPod job ends in when something goes wrong inside the worker."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from contract.base import refusal
from contract.events import RunInput
from contract.failures import SENTENCES, Failure, FailureCode, JobFailed
from contract.job import Artifact, ArtifactKind, JobOptions, JobStatus, MotionSource, Stage, VideoSource
from gpu_worker import handler
from gpu_worker.handler import CloudReport, StallGuard, Stopped, answer, failure_of, make_handler
from gpu_worker.settings import WorkerSettings
from gpu_worker.status import StatusWriter
from gpu_worker.storage import Bucket
from gpu_worker.video.remote import RemoteChanged

VIDEO = VideoSource(key="uploads/x/a.mp4", name="a.mp4", etag="e", bytes=9)
JOB = RunInput(job_id="A" * 22, attempt=1, source=VIDEO, options=JobOptions())
ASKED_AT = datetime(2026, 11, 29, 9, 5, 7, tzinfo=timezone(timedelta(hours=1)))


@dataclass
class Pen:
    """Stands for the status object: remembers what was written."""

    written: list[tuple[Stage, float]] = field(default_factory=list)
    failure: Failure | None = None
    published: list[Artifact] = field(default_factory=list)

    def publish(self, artifact: Artifact) -> None:
        self.published.append(artifact)

    def progress(self, stage: Stage, fraction: float, message: str = "") -> None:
        self.written.append((stage, fraction))

    def fail(self, failure: Failure) -> JobStatus | None:
        self.failure = failure
        return None


def report(pen: Pen, stopped: threading.Event | None = None) -> CloudReport:
    return CloudReport(
        cast(Bucket, None), cast(StatusWriter, pen), JOB, "nonce-one", ASKED_AT, stopped or threading.Event()
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (JobFailed(FailureCode.NO_PERSON_FOUND), FailureCode.NO_PERSON_FOUND),
        (MemoryError(), FailureCode.OUT_OF_MEMORY),
        (RemoteChanged("other version"), FailureCode.UPLOAD_INCOMPLETE),
        (FileNotFoundError("uploads/x"), FailureCode.UPLOAD_INCOMPLETE),
        (ZeroDivisionError("boom"), FailureCode.INTERNAL),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_becomes_a_code_with_a_sentence(error: Exception, code: FailureCode) -> None:
    failure = failure_of(error, "en")
    assert failure.code is code
    assert failure.message[0].isupper()
    assert "boom" not in failure.message


def test_a_stopped_job_returns_when_its_work_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = threading.Event(), list[str]()

    def work(job: RunInput, run_id: str, settings: object, stopped: threading.Event) -> dict[str, str]:
        began.set()
        assert stopped.wait(30)
        time.sleep(0.1)
        ended.append(run_id)
        return {}

    async def stop() -> None:
        handle = make_handler(cast(WorkerSettings, None))
        task = asyncio.create_task(handle({"id": "run-1", "input": JOB.model_dump(mode="json")}))
        await asyncio.to_thread(began.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended == ["run-1"]

    monkeypatch.setattr(handler, "run_job", work)
    asyncio.run(stop())


@pytest.mark.parametrize(("ended", "fresh"), [("completed", False), ("no_person_found", False), ("internal", True)])
def test_after_an_unforeseen_error_the_next_job_begins_in_a_fresh_process(ended: str, fresh: bool) -> None:
    assert answer(JOB, ended).get("refresh_worker", False) is fresh


def test_a_wrong_environment_is_named_and_no_secret_shown() -> None:
    secret = "the-storage-secret"
    given = {"STORAGE_ENDPOINT": "https://store.example", "STORAGE_ACCESS_KEY_ID": "id"}
    with pytest.raises(ValidationError, match="storage_bucket") as refused:
        WorkerSettings.from_environment({**given, "STORAGE_SECRET_ACCESS_KEY": secret})
    assert secret[-8:] not in str(refused.value)
    settings = {**given, "STORAGE_BUCKET": "poloha", "STORAGE_SECRET_ACCESS_KEY": secret}
    assert secret not in repr(WorkerSettings.from_environment(settings))


def test_an_unforeseen_error_gets_a_reference_and_no_inner_details() -> None:
    first, second = failure_of(ValueError("secret path"), "en"), failure_of(ValueError("secret path"), "en")
    assert "Reference: " in first.message
    assert first.message != second.message
    assert "secret" not in first.message


def test_what_exactly_went_wrong_is_told_in_the_language_of_the_job() -> None:
    failed = JobFailed(FailureCode.NO_PERSON_FOUND, refusal("rarely_seen", "seen in {percent} %", percent="12"))
    assert failure_of(failed, "cs").message == f"{SENTENCES[failed.failure.code]} (Osoba je vidět jen v 12 % videa.)"
    assert failure_of(failed, "en").message.endswith("(The person is seen in only 12 % of the video.)")


def test_a_stop_signal_ends_the_work_at_its_next_step() -> None:
    stopped = threading.Event()
    news = report(Pen(), stopped)
    news.progress(Stage.POSE, 0.1)
    stopped.set()
    with pytest.raises(Stopped):
        news.progress(Stage.POSE, 0.2)


def test_a_video_without_a_stored_length_shows_life_although_its_fraction_stands_still() -> None:
    pen = Pen()
    news = report(pen)
    news.moved = 0.0
    news.progress(Stage.POSE, 0.02)
    first = news.moved
    news.progress(Stage.POSE, 0.02)
    assert 0.0 < first <= news.moved
    assert pen.written == [(Stage.POSE, 0.02)] * 2


def test_a_status_that_is_slow_to_write_leaves_the_next_step_its_time() -> None:
    class Slow(Pen):
        def progress(self, stage: Stage, fraction: float, message: str = "") -> None:
            news.moved = 0.0

    news = report(Slow())
    news.progress(Stage.POSE, 0.1)
    assert news.moved > 0.0


def test_a_long_upload_shows_life_with_every_piece_sent(tmp_path: Path) -> None:
    path = tmp_path / "a.angles.csv"
    path.write_bytes(b"x" * 9)
    pen, seen = Pen(), list[float]()

    class Slow:
        """A bucket that sends a file in three pieces."""

        def upload(self, path: Path, key: str, content_type: str, on_sent: Callable[[int], None]) -> None:
            for _ in range(3):
                news.moved = 0.0
                on_sent(3)
                seen.append(news.moved)

    news = CloudReport(cast(Bucket, Slow()), cast(StatusWriter, pen), JOB, "nonce-one", ASKED_AT, threading.Event())
    news.finished(ArtifactKind.ANGLES, path)
    assert len(seen) == 3
    assert min(seen) > 0.0
    assert [artifact.bytes for artifact in pen.published] == [9]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (VIDEO, "a.report.pdf"),
        (MotionSource(key="results/x", name="a.mp4", sha256="0" * 64, bytes=9), "a.2026-11-29T080507Z.report.pdf"),
    ],
    ids=["first", "again"],
)
def test_downloads_of_a_re_analysis_have_a_name_of_their_own_and_keys_stay_as_they_were(
    source: VideoSource | MotionSource, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.report.pdf"
    path.write_bytes(b"x")
    job, pen, stored = JOB.model_copy(update={"source": source}), Pen(), list[str]()

    class Taking:
        """A bucket that takes everything."""

        def upload(self, path: Path, key: str, content_type: str, on_sent: Callable[[int], None]) -> None:
            stored.append(key)

    news = CloudReport(cast(Bucket, Taking()), cast(StatusWriter, pen), job, "nonce-one", ASKED_AT, threading.Event())
    news.finished(ArtifactKind.DOCUMENT, path)
    assert [artifact.name for artifact in pen.published] == [name]
    assert stored == [artifact.key for artifact in pen.published] == [f"results/{JOB.job_id}/1-nonce-one/a.report.pdf"]


def _until(met: Callable[[], bool]) -> None:
    while not met():
        time.sleep(0.005)


def test_work_that_stands_still_ends_as_timed_out_and_ends_the_process() -> None:
    pen, ended = Pen(), list[int]()
    guard = StallGuard(report(pen), stall_s=0.05, end=ended.append)
    guard.start()
    _until(lambda: bool(ended))
    assert pen.failure is not None
    assert pen.failure.code is FailureCode.TIMED_OUT
    assert ended == [1]


def test_work_that_moves_is_left_alone() -> None:
    pen, ended = Pen(), list[int]()
    news = report(pen)
    guard = StallGuard(news, stall_s=3600, end=ended.append)
    guard.start()
    news.progress(Stage.POSE, 0.5)
    guard.finish()
    assert not ended
    assert pen.failure is None
