"""The status object as the worker writes it: by compare-and-set, at most once in two seconds, never after its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from contract import keys, state
from contract.failures import Failure
from contract.job import Artifact, JobStatus, Lease, Stage, Summary, VideoFacts
from gpu_worker.storage import Conflict, Missing, Stored, Unavailable

CONTENT_TYPE = "application/json"
Change = Callable[[JobStatus, datetime], JobStatus]


class StatusStore(Protocol):
    """The two calls of `storage.Bucket` that a status needs."""

    def read(self, key: str) -> Stored: ...

    def replace(self, key: str, body: bytes, etag: str, content_type: str) -> str: ...


@dataclass(frozen=True)
class Pace:
    """How often to write and how long to insist, in seconds."""

    interval_s: float = 2.0
    closing_interval_s: float = 1.0
    patience_s: float = 300.0
    lease_s: float = 45.0


@dataclass(frozen=True)
class Clock:
    """Time as arguments: the wall clock for the record, a monotonic one for pacing, a way to wait."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class StatusWriter:
    """The leaseholder's pen. Raises state.Superseded from any call once another may write.

    `claim` first; then `progress` as often as the work likes (it is written at most every `interval_s`, and a storage
    that is away only costs a heartbeat); then exactly one of `complete` and `fail`, which insist.

    The work and the guard that watches it may call from two threads: one writes at a time, and who cannot get the pen
    within the storage's patience gets Unavailable.
    """

    def __init__(
        self, store: StatusStore, job_id: str, attempt: int, lease: Lease, pace: Pace, clock: Clock | None = None
    ) -> None:
        self._store, self._key = store, keys.status(job_id)
        self._attempt, self._lease = attempt, lease
        self._pace, self._clock = pace, clock or Clock()
        self._pen = threading.Lock()
        self._known: tuple[JobStatus, str] | None = None
        self._written = float("-inf")
        self._video: VideoFacts | None = None
        self._artifacts: list[Artifact] = []
        self._stage, self._fraction, self._message = Stage.STARTING, 0.0, ""

    def claim(self) -> JobStatus:
        """Take the job, or take it over from a dead worker."""
        return self._insist(lambda s, now: state.claim(s, self._attempt, self._lease, now, self._pace.lease_s))

    def progress(self, stage: Stage, fraction: float, message: str = "") -> None:
        """Show progress: `fraction` 0..1 of the whole job."""
        self._stage, self._fraction, self._message = stage, fraction, message
        self._write_if_due()

    def video(self, facts: VideoFacts) -> None:
        """Add what decoding told of the video."""
        self._video = facts

    def publish(self, artifact: Artifact) -> None:
        """Add a finished result, so that it can be fetched before the job ends."""
        self._artifacts.append(artifact)
        self._write_if_due()

    def complete(self, summary: Summary) -> JobStatus:
        """Close the job with all published artifacts."""
        self._pause()
        done = tuple(self._artifacts)
        return self._insist(
            lambda s, now: state.complete(s, self._attempt, self._lease.nonce, now, done, summary, self._video)
        )

    def fail(self, failure: Failure) -> JobStatus:
        """Close the job without results."""
        self._pause()
        return self._insist(lambda s, now: state.fail_as_worker(s, self._attempt, self._lease.nonce, now, failure))

    def current_artifacts(self) -> tuple[Artifact, ...]:
        """What the stored status lists now; nothing when it is gone or out of reach."""
        try:
            return self._read()[0].artifacts
        except (state.Superseded, Unavailable):
            return ()

    def _reported(self, status: JobStatus, now: datetime) -> JobStatus:
        return state.report(
            status,
            self._attempt,
            self._lease.nonce,
            now,
            stage=self._stage,
            progress=self._fraction,
            message=self._message,
            video=self._video,
            artifacts=self._artifacts,
        )

    def _write_if_due(self) -> None:
        if self._clock.monotonic() - self._written < self._pace.interval_s:
            return
        try:
            self._change(self._reported, patience_s=0.0)
        except Unavailable:
            self._written = self._clock.monotonic()

    def _pause(self) -> None:
        self._clock.sleep(max(0.0, self._written + self._pace.closing_interval_s - self._clock.monotonic()))

    def _insist(self, change: Change) -> JobStatus:
        return self._change(change, self._pace.patience_s)

    def _change(self, change: Change, patience_s: float) -> JobStatus:
        """Compare-and-set until it is stored; a write of mine whose answer was lost counts as stored.

        Raises Unavailable when the storage stays away for longer than `patience_s`.
        """
        if not self._pen.acquire(timeout=self._pace.patience_s):
            raise Unavailable("another thread is still writing the status")
        try:
            return self._change_alone(change, patience_s)
        finally:
            self._pen.release()

    def _change_alone(self, change: Change, patience_s: float) -> JobStatus:
        end, wait = self._clock.monotonic() + patience_s, 1.0
        mine: JobStatus | None = None
        while True:
            try:
                status, etag = self._known or self._read()
                if mine is not None and state.is_my_write(status, mine):
                    return self._stored(status, etag)
                mine = change(status, self._clock.now())
                self._known = None
                etag = self._store.replace(self._key, mine.model_dump_json().encode(), etag, CONTENT_TYPE)
                return self._stored(mine, etag)
            except Conflict:
                continue
            except Unavailable:
                if self._clock.monotonic() + wait > end:
                    raise
                self._clock.sleep(wait)
                wait = min(2 * wait, 15.0)

    def _read(self) -> tuple[JobStatus, str]:
        try:
            stored = self._store.read(self._key)
        except Missing as error:
            raise state.Superseded("the job is gone") from error
        return JobStatus.model_validate_json(stored.body), stored.etag

    def _stored(self, status: JobStatus, etag: str) -> JobStatus:
        self._known = status, etag
        self._written = self._clock.monotonic()
        return status
