"""Jobs of the emulated endpoint and their queue: state only, no I/O, no clock."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    """RunPod's states of a job."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"


FINAL = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED, RunState.TIMED_OUT})
_ABSENT = object()


class BadRequest(ValueError):
    """The submitted job is not acceptable; the text is the answer's error."""


@dataclass(frozen=True)
class Policy:
    """A job's limits, in the platform's seconds."""

    execution_s: float = 600.0
    ttl_s: float = 86_400.0
    low_priority: bool = False

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Policy:
        """From the request, where it is in milliseconds. Raises BadRequest outside RunPod's bounds."""
        execution, ttl = raw.get("executionTimeout", 600_000), raw.get("ttl", 86_400_000)
        if not 5_000 <= execution <= 604_800_000:
            raise BadRequest("executionTimeout must be between 5 seconds and 7 days")
        if not 10_000 <= ttl <= 604_800_000:
            raise BadRequest("ttl must be between 10 seconds and 7 days")
        return cls(execution / 1000, ttl / 1000, bool(raw.get("lowPriority", False)))


@dataclass
class Job:
    """One job from submission to the end of its retention. Times are the platform's clock, in real seconds.

    `holders` are the workers that were handed the job and may report on it: more than one after a duplicate delivery.
    """

    id: str
    input: Any
    webhook: str | None
    policy: Policy
    sync: bool
    created: float
    state: RunState = RunState.IN_QUEUE
    started: float | None = None
    ended: float | None = None
    worker_id: str | None = None
    holders: set[str] = field(default_factory=set)
    deliveries: int = 0
    output: Any = _ABSENT
    error: str | None = None
    stream: list[Any] = field(default_factory=list)
    streamed: int = 0
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ended_for_good(self) -> bool:
        """True once no report changes it any more."""
        return self.state in FINAL

    def view(self) -> dict[str, Any]:
        """What `/status` answers."""
        view: dict[str, Any] = {"id": self.id, "status": str(self.state)}
        if self.started is not None:
            view["delayTime"] = round((self.started - self.created) * 1000)
            if self.ended is not None:
                view["executionTime"] = round((self.ended - self.started) * 1000)
        if self.worker_id is not None:
            view["workerId"] = self.worker_id
        if self.output is not _ABSENT:
            view["output"] = self.output
        if self.error is not None:
            view["error"] = self.error
        return view

    def webhook_body(self) -> dict[str, Any]:
        """What the webhook receives: the status and what was asked for."""
        return {**self.view(), "input": self.input, "webhook": self.webhook}

    def delivery(self) -> dict[str, Any]:
        """What a worker is handed."""
        return {"id": self.id, "input": self.input, "webhook": self.webhook, "status": str(self.state)}


class JobTable:
    """Every job the endpoint remembers, and the order in which they wait."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[str] = deque()
        self.counts: Counter[str] = Counter(completed=0, failed=0, retried=0)

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))

    def get(self, job_id: str) -> Job | None:
        """The job, while it is remembered."""
        return self._jobs.get(job_id)

    def waiting(self) -> int:
        """How many jobs ask for a worker."""
        return len(self._waiting)

    def calls_for_worker(self) -> int:
        """How many waiting jobs may start a worker; low priority ones only use what is there."""
        return sum(not self._jobs[job_id].policy.low_priority for job_id in self._waiting)

    def submit(self, body: Any, sync: bool, now: float) -> Job:
        """A new job at the end of the queue. Raises BadRequest."""
        if not isinstance(body, dict) or body.get("input") is None:
            raise BadRequest("input is required")
        policy = Policy.parse(body.get("policy") or {})
        job_id = f"{'sync-' if sync else ''}{uuid.uuid4()}-l1"
        job = Job(job_id, body["input"], body.get("webhook"), policy, sync, created=now)
        self._jobs[job.id] = job
        self._waiting.append(job.id)
        return job

    def hand_out(self, worker_id: str, now: float) -> Job | None:
        """The next job for a worker, or None. A job it already holds stays for another worker."""
        for job_id in self._waiting:
            job = self._jobs[job_id]
            if worker_id in job.holders:
                continue
            self._waiting.remove(job_id)
            job.state = RunState.IN_PROGRESS
            job.started, job.worker_id = now, worker_id
            job.holders.add(worker_id)
            job.deliveries += 1
            return job
        return None

    def requeue(self, job: Job) -> None:
        """Deliver a job once more, before all others."""
        if not job.holders:
            job.state, job.started, job.worker_id = RunState.IN_QUEUE, None, None
        self.counts["retried"] += 1
        if job.id not in self._waiting:
            self._waiting.appendleft(job.id)

    def finish(self, job: Job, state: RunState, now: float, *, output: Any = _ABSENT, error: str | None = None) -> bool:
        """Close a job; False when it was closed before, which changes nothing."""
        if job.ended_for_good:
            return False
        job.state, job.ended, job.output, job.error = state, now, output, error
        self._unqueue(job.id)
        if state is RunState.COMPLETED:
            self.counts["completed"] += 1
        elif state is not RunState.CANCELLED:
            self.counts["failed"] += 1
        job.finished.set()
        return True

    def restart(self, job: Job) -> None:
        """Run a failed or timed-out job again, as `/retry` asks. Raises BadRequest in other states."""
        if job.state not in {RunState.FAILED, RunState.TIMED_OUT}:
            raise BadRequest("only failed and timed-out jobs can be retried")
        job.state, job.started, job.ended, job.worker_id = RunState.IN_QUEUE, None, None, None
        job.output, job.error, job.deliveries = _ABSENT, None, 0
        job.holders.clear()
        job.finished = asyncio.Event()
        self.counts["retried"] += 1
        self._waiting.append(job.id)

    def remove(self, job: Job) -> None:
        """Forget a job: `/status` answers 404 from now on."""
        self._unqueue(job.id)
        del self._jobs[job.id]
        job.finished.set()

    def purge(self) -> int:
        """Forget every job that waits for its first delivery; how many."""
        waiting = [self._jobs[job_id] for job_id in self._waiting if self._jobs[job_id].state is RunState.IN_QUEUE]
        for job in waiting:
            self.remove(job)
        return len(waiting)

    def _unqueue(self, job_id: str) -> None:
        if job_id in self._waiting:
            self._waiting.remove(job_id)
