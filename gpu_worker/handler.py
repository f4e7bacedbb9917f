"""A RunPod job in, status and results out."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from contract import keys
from contract.base import refusal
from contract.events import RunInput
from contract.failures import Failure, FailureCode, JobFailed
from contract.job import CONTENT_TYPES, Artifact, ArtifactKind, Lease, MotionSource, Stage, Summary, VideoFacts
from contract.state import Superseded
from gpu_worker.checkpoints import fingerprint
from gpu_worker.pipeline import Source, analyse, device_of
from gpu_worker.reanalysis import reanalyse
from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.problems import reasons
from gpu_worker.settings import WorkerSettings
from gpu_worker.status import Pace, StatusWriter
from gpu_worker.storage import Bucket, BucketCheckpoints, Unavailable, sha256
from gpu_worker.video.clip import Clip
from gpu_worker.video.remote import RemoteChanged, RemoteUnavailable


class Stopped(Exception):
    """RunPod asked this run to stop."""


def log(event: str, **facts: object) -> None:
    """One JSON line on stdout; never a secret, a link or a person's name."""
    print(json.dumps({"event": event, **facts}, default=str), flush=True)


@dataclass
class CloudReport:
    """Takes the pipeline's news to the bucket. Every call may raise Superseded or Stopped, which ends the work."""

    bucket: Bucket
    writer: StatusWriter
    job: RunInput
    nonce: str
    asked_at: datetime
    """When the job was created; tells the downloads of re-analyses from those of the first analysis."""
    stopped: threading.Event
    moved: float = field(default_factory=time.monotonic)
    """Monotonic time of the last progress; the stall guard reads it from its own thread."""

    @property
    def prefix(self) -> str:
        """Where this run's results lie."""
        return keys.results_of_run(self.job.job_id, self.job.attempt, self.nonce)

    def progress(self, stage: Stage, fraction: float) -> None:
        """See pipeline.Report."""
        if self.stopped.is_set():
            raise Stopped
        self._show_life()
        self.writer.progress(stage, fraction)
        # the write may have waited for its storage: what comes now has its whole time again
        self._show_life()

    def _show_life(self) -> None:
        self.moved = time.monotonic()

    def video(self, clip: Clip) -> None:
        """See pipeline.Report."""
        self.writer.video(
            VideoFacts(
                name=self.job.source.name,
                bytes=self.job.source.bytes,
                duration_s=clip.duration_s,
                width=clip.width,
                height=clip.height,
                fps=clip.fps or None,
                frames=clip.frames,
            )
        )

    def finished(self, kind: ArtifactKind, path: Path) -> None:
        """See pipeline.Report."""
        key = keys.result(self.job.job_id, self.job.attempt, self.nonce, self.job.source.name, kind)
        self.bucket.upload(path, key, CONTENT_TYPES[kind], lambda _: self._show_life())
        self._show_life()
        size = path.stat().st_size
        self.writer.publish(
            Artifact(
                name=self._download_name(kind),
                kind=kind,
                key=key,
                bytes=size,
                sha256=sha256(path),
                content_type=CONTENT_TYPES[kind],
            )
        )

    def _download_name(self, kind: ArtifactKind) -> str:
        source = self.job.source
        asked = f".{self.asked_at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}" if isinstance(source, MotionSource) else ""
        return f"{keys.stem(source.name)}{asked}.{kind}"


_SUSPECT = {FailureCode.INTERNAL, FailureCode.OUT_OF_MEMORY}
"""After these the next job begins in a fresh process: a GPU's context or a full disk may be past help."""


def run_job(job: RunInput, run_id: str, settings: WorkerSettings, stopped: threading.Event) -> dict[str, str | bool]:
    """Do one job from claim to closing write; returns what RunPod keeps of it, well below a kilobyte.

    Every end is in the status object before this returns. Raises only what storage raises when it stays away for
    longer than `storage_patience_s`: then RunPod sees a failed run and the watchdog starts another attempt.
    """
    bucket, nonce = Bucket(settings), secrets.token_urlsafe(12)
    pace = Pace(settings.status_interval_s, settings.closing_interval_s, settings.storage_patience_s, settings.lease_s)
    writer = StatusWriter(bucket, job.job_id, job.attempt, Lease(run_id=run_id, nonce=nonce), pace)
    try:
        claimed = writer.claim()
    except Superseded as reason:
        log("superseded", job=job.job_id, attempt=job.attempt, reason=str(reason))
        return answer(job, "superseded")
    log("claimed", job=job.job_id, attempt=job.attempt, run=run_id)
    report = CloudReport(bucket, writer, job, nonce, claimed.created_at, stopped)
    guard = StallGuard(report, settings.stall_s)
    guard.start()
    try:
        ended = _work(job, settings, report)
    finally:
        guard.finish()
    log("ended", job=job.job_id, attempt=job.attempt, ended=ended)
    return answer(job, ended)


def answer(job: RunInput, ended: str) -> dict[str, str | bool]:
    """What RunPod's loop is told; it takes `refresh_worker` out and ends this process after the job."""
    told: dict[str, str | bool] = {"job_id": job.job_id, "ended": ended}
    return {**told, "refresh_worker": True} if ended in _SUSPECT else told


def _work(job: RunInput, settings: WorkerSettings, report: CloudReport) -> str:
    try:
        with tempfile.TemporaryDirectory(prefix="poloha-") as folder:
            summary = _results(job, settings, Path(folder), report)
        report.writer.complete(summary)
        _erase_leftovers(report)
    except (Superseded, Stopped) as reason:
        log("stopped", job=job.job_id, attempt=job.attempt, reason=str(reason) or type(reason).__name__)
        _erase_own_set(report)
        return "stopped"
    except (RemoteUnavailable, Unavailable, Boto3Error, BotoCoreError, ClientError):
        # Another attempt may find the storage again, so the job stays open: RunPod sees a failed run.
        raise
    except Exception as error:
        return _close_failed(error, report)
    return "completed"


def _results(job: RunInput, settings: WorkerSettings, folder: Path, report: CloudReport) -> Summary:
    bucket, source = report.bucket, job.source
    if isinstance(source, MotionSource):
        return reanalyse(source, lambda: bucket.open(source.key, None), job.options, folder, report, job.inherited)
    made_with = fingerprint(source.etag, job.options, device_of(settings), settings.checkpoint_calls)
    checkpoints = BucketCheckpoints(bucket, job.job_id, made_with)
    video = Source(source.name, lambda: bucket.open(source.key, source.etag))
    return analyse(video, job.options, settings, folder, report, checkpoints).summary


def _close_failed(error: Exception, report: CloudReport) -> str:
    failure = failure_of(error, report.job.options.language)
    if failure.code is FailureCode.INTERNAL:
        log(
            "internal",
            job=report.job.job_id,
            message=failure.message,
            traceback="".join(traceback.format_exception(error)),
        )
    try:
        report.writer.fail(failure)
        ended = str(failure.code)
    except Superseded:
        ended = "stopped"
    _erase_own_set(report)
    return ended


def failure_of(error: Exception, language: Language) -> Failure:
    """What the user reads when the pipeline raised `error`, its details in `language`.

    Unexpected errors get a reference to find them in the log.
    """
    failed = error if isinstance(error, JobFailed) else _as_failed(error)
    return Failure.of(failed.failure.code, " ".join(reasons(failed, catalogue(language))))


def _as_failed(error: Exception) -> JobFailed:
    if isinstance(error, FileNotFoundError | RemoteChanged):
        gone = refusal("video_gone", "the stored video is gone or was replaced")
        return JobFailed(FailureCode.UPLOAD_INCOMPLETE, gone)
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return JobFailed(FailureCode.OUT_OF_MEMORY)
    reference = refusal("internal_reference", "reference {reference}", reference=secrets.token_hex(4))
    return JobFailed(FailureCode.INTERNAL, reference)


def _erase_leftovers(report: CloudReport) -> None:
    """Remove the results of runs that lost the lease, and the checkpoints, which nobody needs any more."""
    _erase(report, f"{keys.RESULTS}{report.job.job_id}/", lambda key: not key.startswith(report.prefix))
    _erase(report, f"{keys.CHECKPOINTS}{report.job.job_id}/", lambda key: True)


def _erase_own_set(report: CloudReport) -> None:
    """Remove this run's results, unless they are the ones the closed job shows."""
    shown = {artifact.key for artifact in report.writer.current_artifacts()}
    _erase(report, report.prefix, lambda key: key not in shown)


def _erase(report: CloudReport, prefix: str, condemned: Callable[[str], bool]) -> None:
    """The job's state is settled by now, so a storage that is away only leaves files behind: log it."""
    try:
        for key in report.bucket.keys(prefix):
            if condemned(key):
                report.bucket.erase(key)
    except (BotoCoreError, ClientError, OSError) as error:
        log("erase_failed", job=report.job.job_id, error=str(error))


class StallGuard(threading.Thread):
    """Ends the process when the work stands still: a stuck decoder or GPU call can't be interrupted otherwise."""

    def __init__(self, report: CloudReport, stall_s: float, end: Callable[[int], object] = os._exit) -> None:
        super().__init__(daemon=True)
        self._report, self._stall_s, self._end = report, stall_s, end
        self._done = threading.Event()

    def run(self) -> None:
        """Watch until the work is done."""
        while not self._done.wait(min(self._stall_s / 4, 5.0)):
            if time.monotonic() - self._report.moved > self._stall_s:
                log("stalled", job=self._report.job.job_id, stall_s=self._stall_s)
                try:
                    self._report.writer.fail(Failure.of(FailureCode.TIMED_OUT))
                finally:
                    self._end(1)
                return

    def finish(self) -> None:
        """The work is done: stop watching."""
        self._done.set()
        self.join()


def make_handler(settings: WorkerSettings) -> Callable[[dict[str, Any]], Any]:
    """The coroutine function RunPod's loop calls. The work runs in a thread, so that stop signals are heard.

    One that is stopped returns when its work has: the loop takes the next job then, and two would share the memory.
    """

    async def handler(job: dict[str, Any]) -> dict[str, str | bool]:
        stopped = threading.Event()
        request = RunInput.model_validate(job["input"])
        work = asyncio.create_task(asyncio.to_thread(run_job, request, str(job["id"]), settings, stopped))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.wait([work])
            raise

    return handler
