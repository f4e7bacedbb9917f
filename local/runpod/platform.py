"""What RunPod decides: who gets a job, when a worker starts and ends, when a job is over."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from local.runpod.jobs import Job, JobTable, RunState
from local.runpod.settings import KEEP_RESULT_S, KEEP_SYNC_RESULT_S, Settings
from local.runpod.webhooks import Webhooks
from local.runpod.workers import Bell, Fleet, Worker

MAX_BACKOFF_S = 30.0


class Platform:
    """Owns jobs and workers. Both APIs call it; `run` does what happens by itself."""

    def __init__(self, settings: Settings, fleet: Fleet) -> None:
        self.settings = settings
        self.fleet = fleet
        self.jobs = JobTable()
        self.webhooks = Webhooks(settings)
        self.bell = Bell()
        self.failed_starts = 0
        self._start_after = 0.0

    # What the public API asks for

    def submit(self, body: Any, sync: bool = False) -> Job:
        """Accept a job. Raises BadRequest."""
        job = self.jobs.submit(body, sync, self.now())
        self.bell.ring()
        return job

    def cancel(self, job: Job) -> None:
        """Stop a job wherever it is; nothing happens to one that is over."""
        self._stop_on_workers(job)
        self.finish(job, RunState.CANCELLED)

    def retry(self, job: Job) -> None:
        """Run a failed job again. Raises BadRequest."""
        self.jobs.restart(job)
        self.bell.ring()

    def redeliver(self, job: Job) -> None:
        """Hand a running job to one more worker although the first still works on it: at-least-once delivery."""
        self.jobs.requeue(job)
        self.bell.ring()

    def scale_down(self) -> None:
        """End every idle worker now."""
        for worker in self.fleet:
            if worker.ready and not worker.busy:
                self._drain(worker, self.now())

    def finish(self, job: Job, state: RunState, **result: Any) -> None:
        """Close a job and tell its webhook, unless it was closed before."""
        if self.jobs.finish(job, state, self.now(), **result):
            self.webhooks.send(job)

    def health(self) -> dict[str, dict[str, int]]:
        """What `/health` answers."""
        states = [job.state for job in self.jobs]
        workers = [worker for worker in self.fleet if not worker.draining]
        return {
            "jobs": {
                "completed": self.jobs.counts["completed"],
                "failed": self.jobs.counts["failed"],
                "inProgress": states.count(RunState.IN_PROGRESS),
                "inQueue": states.count(RunState.IN_QUEUE),
                "retried": self.jobs.counts["retried"],
            },
            "workers": {
                "idle": sum(worker.ready and not worker.busy for worker in workers),
                "initializing": sum(not worker.ready for worker in workers),
                "ready": sum(worker.ready for worker in workers),
                "running": sum(worker.busy for worker in workers),
                "throttled": 0,
                "unhealthy": int(self.failed_starts > 0),
            },
        }

    # What workers ask for

    def seen(self, worker: Worker) -> None:
        """A worker called: it is alive."""
        worker.last_seen = self.now()

    def take(self, worker: Worker) -> Job | None:
        """A job for a worker that asks for one."""
        worker.ready = True
        self.failed_starts = 0
        job = self.jobs.hand_out(worker.id, self.now()) if not worker.draining else None
        if job is not None:
            worker.jobs.add(job.id)
        return job

    def reported(self, worker: Worker, job: Job) -> None:
        """A worker is done with a job, whatever came of it."""
        self._released(worker, job.id)

    def dropped(self, worker: Worker) -> None:
        """A worker says that it has no job in progress: what it was told to stop, it has stopped."""
        for job_id in list(worker.stopping):
            self._released(worker, job_id)

    # What happens by itself

    async def run(self) -> None:
        """Look at every job and worker, again and again, until cancelled."""
        while True:
            now = self.now()
            for job in self.jobs:
                self._age(job, now)
            for worker in self.fleet:
                self._check(worker, now)
            self._scale(now)
            await asyncio.sleep(self.settings.tick_s)

    @staticmethod
    def now() -> float:
        """The platform's clock."""
        return time.monotonic()

    def _age(self, job: Job, now: float) -> None:
        scaled = self.settings.scaled
        if job.ended is not None:
            if now - job.ended > scaled(KEEP_SYNC_RESULT_S if job.sync else KEEP_RESULT_S):
                self.jobs.remove(job)
        elif now - job.created > scaled(job.policy.ttl_s):
            self._stop_on_workers(job)
            self.jobs.remove(job)
        elif job.started is not None and now - job.started > scaled(job.policy.execution_s):
            self._stop_on_workers(job)
            self.finish(job, RunState.TIMED_OUT, error="job timed out: executionTimeout exceeded")

    def _check(self, worker: Worker, now: float) -> None:
        patience = self.settings.silence_s if worker.ready else self.settings.start_timeout_s
        overdue = worker.drain_until is not None and now > worker.drain_until
        if worker.exited or overdue or now - worker.last_seen > patience:
            self._lose(worker, now)
        elif any(now > end for end in worker.stopping.values()):
            self._drain(worker, now)

    def _lose(self, worker: Worker, now: float) -> None:
        if not worker.ready and not worker.draining:
            self.failed_starts += 1
            self._start_after = now + min(2.0 ** (self.failed_starts - 1), MAX_BACKOFF_S)
        self.fleet.discard(worker)
        for job_id in worker.jobs:
            job = self.jobs.get(job_id)
            if job is None or job.ended_for_good:
                continue
            job.holders.discard(worker.id)
            if job.holders:
                continue
            if job.deliveries <= self.settings.redeliveries:
                self.jobs.requeue(job)
            else:
                self.finish(job, RunState.FAILED, error=f"job lost after {job.deliveries} deliveries: worker exited")
        self.bell.ring()

    def _scale(self, now: float) -> None:
        alive = [worker for worker in self.fleet if not worker.draining]
        free = [worker for worker in alive if worker.available]
        wanted = max(self.jobs.calls_for_worker() - len(free), self.settings.min_workers - len(alive), 0)
        for _ in range(min(wanted, self.settings.max_workers - len(self.fleet))):
            if now >= self._start_after:
                self.fleet.start(now)
        spare = len(alive) - self.settings.min_workers
        for worker in free[: max(spare, 0)]:
            idle = worker.ready and now - worker.idle_since > self.settings.idle_timeout_s
            if idle and not self.jobs.waiting():
                self._drain(worker, now)

    def _drain(self, worker: Worker, now: float) -> None:
        self.fleet.drain(worker, now)
        self.bell.ring()

    def _stop_on_workers(self, job: Job) -> None:
        for worker in self.fleet:
            if job.id in worker.jobs:
                worker.jobs.discard(job.id)
                worker.stopping[job.id] = self.now() + self.settings.stop_grace_s
                worker.stop_signals.append(job.id)
        self.bell.ring()

    def _released(self, worker: Worker, job_id: str) -> None:
        worker.jobs.discard(job_id)
        worker.stopping.pop(job_id, None)
        worker.idle_since = self.now()
