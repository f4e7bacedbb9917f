"""The clouds around edge in virtual time, failing at random: queue, bucket, RunPod, workers and an owner.

Edge's code and the worker's pen are the real ones. Everything else is drawn from one seed: which call fails before or
after it took effect, who is killed where, what is delivered late, twice or never, and who comes in between.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import consumer
import jobs
import reanalysis
import records
import webhooks
from contract import keys, state
from contract.events import OwnMessage, Round, RunInput, RunView
from contract.failures import Failure, FailureCode
from contract.inputs import Inputs
from contract.job import Artifact, ArtifactKind, JobStatus, Lease, Stage, Summary
from contract.state import AUTOMATIC, OWNER, IllegalTransition, Superseded
from gpu_worker.status import Clock, Pace, StatusWriter
from gpu_worker.storage import Conflict, Missing, Stored, Unavailable
from problems import Problem
from runpod_api import Answer, RunPodError
from storage import ObjectFacts, PreconditionFailed, StoredText
from tests.edge.world import SETTINGS, Crash, World, uploaded

KILL_NOTICED_S, RESULT_KEPT_S = 60.0, 1800.0
MAX_RETRIES, MAX_DEAD_RETRIES, RETRY_DELAY_S = 10, 100, 5.0
DAY_S = 86_400.0
FORESEEN = (Crash, PreconditionFailed, RunPodError, records.UnknownJob)
REFUSED = (*FORESEEN, IllegalTransition, Problem)


class Killed(BaseException):
    """The process ended here: nobody catches this."""


@dataclass
class Run:
    """A run at RunPod."""

    id: str
    request: dict[str, Any]
    state: str = "IN_QUEUE"
    deliveries: int = 0

    @property
    def over(self) -> bool:
        """True once it cannot change any more."""
        return self.state not in ("IN_QUEUE", "IN_PROGRESS")


@dataclass
class Letter:
    """A queue message under way."""

    body: Any
    attempts: int = 0
    again_s: float | None = RETRY_DELAY_S

    def ack(self) -> None:
        self.again_s = None

    def retry(self, options: dict[str, int]) -> None:
        self.again_s = float(options["delaySeconds"])


@dataclass
class Storm(World):
    """Faults happen until `calm_s`; then everything works and what is under way may come to its end."""

    seed: int = 0
    calm_s: float = 4 * 3600.0
    fault_rate: float = 0.08
    writes_fail: tuple[float, float] = (0.0, 0.0)
    dice: Random = field(default_factory=Random)
    start: datetime = World.now
    agenda: list[tuple[float, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    at_runpod: dict[str, Run] = field(default_factory=dict)
    letters: int = 0
    moves: dict[str, list[JobStatus]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice.seed(self.seed)

    @property
    def unended(self) -> list[JobStatus]:
        """The last status of every job that has not ended."""
        return [moves[-1] for moves in self.moves.values() if not moves[-1].ended]

    def new_id(self) -> str:
        """Stands for access.new_id, so that a seed repeats its storm."""
        return f"{self.dice.getrandbits(64):022d}"

    def logged(self, event: str, problem: BaseException, **_: object) -> None:
        """Stands for log.error: an error that nobody foresaw is a fault of edge's."""
        if not isinstance(problem, FORESEEN):
            self.wrong.append(f"{event}: {problem!r}")

    # time

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return (self.now - self.start).total_seconds()

    def after(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Do something later."""
        heapq.heappush(self.agenda, (self.elapsed_s + seconds, next(self.numbers), act))

    async def pass_time(self, days: float) -> None:
        """Everything due in so many days; what is due within the same second happens at once."""
        while self.agenda and self.agenda[0][0] <= days * DAY_S:
            due = self.agenda[0][0]
            self.now = max(self.now, self.start + timedelta(seconds=due))
            acts = []
            while self.agenda and self.agenda[0][0] <= due + 1:
                acts.append(heapq.heappop(self.agenda)[2]())
            for outcome in await asyncio.gather(*acts, return_exceptions=True):
                if isinstance(outcome, BaseException) and not isinstance(outcome, Killed):
                    raise outcome

    # mishaps

    def chance(self, rate: float) -> bool:
        """True in this share of cases, never once it is calm."""
        return self.elapsed_s < self.calm_s and self.dice.random() < rate

    def step(self, effect: Callable[[], object]) -> None:
        self.calls += 1
        mishap: BaseException | None = None
        if self.chance(self.fault_rate):
            mishap = self.dice.choice([Crash(), Killed()])
            if self.dice.random() < 0.5:
                raise mishap
        effect()
        if mishap is not None:
            raise mishap

    async def turn(self) -> None:
        """Let others come in between."""
        for _ in range(self.dice.randrange(4)):
            await asyncio.sleep(0)

    # the bucket

    async def head(self, key: str) -> ObjectFacts | None:
        await self.turn()
        return await super().head(key)

    async def read(self, key: str) -> StoredText | None:
        await self.turn()
        self.step(lambda: None)
        return await super().read(key)

    async def create(self, key: str, text: str) -> str:
        await self.turn()
        return await super().create(key, text)

    async def replace(self, key: str, text: str, etag: str) -> str:
        await self.turn()
        if key not in self.objects:
            raise PreconditionFailed(key)
        return await super().replace(key, text, etag)

    async def delete(self, deleted: Sequence[str]) -> None:
        await self.turn()
        await super().delete(deleted)

    async def list(self, prefix: str, after: str = "") -> AsyncIterator[ObjectFacts]:
        await self.turn()
        async for found in super().list(prefix, after):
            yield found

    def put(self, key: str, content: bytes) -> str:
        if self.writes_fail[0] <= self.elapsed_s < self.writes_fail[1]:
            raise Crash
        etag = f"etag-{next(self.etags)}"

        def effect() -> None:
            self.objects[key] = (content, etag)
            if key.startswith(keys.STATUSES):
                self._moved(JobStatus.model_validate_json(content))

        self.step(effect)
        return etag

    def _moved(self, status: JobStatus) -> None:
        """Every stored status follows from the one before, and no lease is taken from a worker that is alive."""
        before = self.moves.setdefault(status.job_id, [])
        if before:
            last = before[-1]
            allowed = {last.state} | AUTOMATIC[last.state] | OWNER[last.state]
            if status.revision != last.revision + 1 or status.state not in allowed:
                self.wrong.append(f"no such move: {last} -> {status}")
            leases = (last.lease, status.lease)
            taken = all(leases) and len({lease.run_id for lease in leases if lease}) == 2
            if taken and not state.silent(last, self.now, SETTINGS.lease_s):
                self.wrong.append(f"taken from the living: {last} -> {status}")
        before.append(status)

    # the queue

    async def send(self, message: OwnMessage, delay_s: int) -> None:
        await self.turn()
        self.step(lambda: self.post(message.model_dump(mode="json"), float(min(delay_s, 43_200))))

    def post(self, body: Any, delay_s: float) -> None:
        """Put a message on the queue, sometimes twice."""
        for _ in range(2 if self.chance(0.1) else 1):
            self.letters += 1
            self._hand_out(Letter(body), delay_s + self.dice.random() * 5, dead=False)

    def _hand_out(self, letter: Letter, delay_s: float, *, dead: bool) -> None:
        async def deliver() -> None:
            letter.attempts += 1
            letter.again_s = RETRY_DELAY_S
            handle = consumer.handle_dead if dead else consumer.handle
            try:
                await consumer.consume(self.services, [letter], handle)
            finally:
                if letter.again_s is None:
                    self.letters -= 1
                elif letter.attempts <= (MAX_DEAD_RETRIES if dead else MAX_RETRIES):
                    self._hand_out(letter, letter.again_s, dead=dead)
                elif dead:
                    self.letters -= 1
                else:
                    self._hand_out(Letter(letter.body), 0, dead=True)

        self.after(delay_s, deliver)

    def every_day(self) -> None:
        """The cron."""

        async def round_() -> None:
            self.every_day()
            self.post(Round().model_dump(mode="json"), 0)

        self.after(DAY_S, round_)

    # RunPod

    async def fetch(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Answer:
        await self.turn()
        if self.chance(self.fault_rate):
            return Answer(self.dice.choice([429, 500, 503]), "")
        *_, operation, last = url.split("/")
        if last == "run":
            return self._queued(json.loads(body or ""))
        run = self.at_runpod.get(last)
        if run is None:
            return Answer(404, "")
        if operation == "cancel" and not run.over:
            self._step_outside(lambda: self.finish(run, "CANCELLED"))
        return Answer(200, json.dumps({"id": run.id, "status": run.state}))

    def _step_outside(self, effect: Callable[[], object]) -> None:
        """A call over the network: a cut is an OSError."""
        try:
            self.step(effect)
        except Crash as cut:
            raise OSError("connection cut") from cut

    def _queued(self, request: dict[str, Any]) -> Answer:
        run = Run(f"run-{len(self.runs) + 1}", request)

        def effect() -> None:
            self.runs[run.id] = request["input"]["job_id"]
            self.at_runpod[run.id] = run
            self.after(request["policy"]["ttl"] / 1000, lambda: self._forget(run))
            if not self.chance(0.05):
                self.after(self.dice.uniform(1, 300), lambda: self._take(run))

        self._step_outside(effect)
        return Answer(200, json.dumps({"id": run.id, "status": run.state}))

    async def _forget(self, run: Run) -> None:
        self.at_runpod.pop(run.id, None)
        run.state = run.state if run.over else "FORGOTTEN"

    async def _take(self, run: Run) -> None:
        if run.state != "IN_QUEUE":
            return
        run.state = "IN_PROGRESS"
        for _ in range(2 if self.chance(0.1) else 1):
            self._deliver(run)

    def _deliver(self, run: Run) -> None:
        run.deliveries += 1
        self.after(self.dice.uniform(0, 2), Work(self, run).begin)

    async def lost(self, run: Run) -> None:
        """RunPod notices that a worker is gone."""
        if run.state != "IN_PROGRESS":
            return
        if run.deliveries < 2:
            self._deliver(run)
        else:
            self.finish(run, "FAILED")

    def finish(self, run: Run, how: str) -> None:
        """A run is over; its webhook may never come, or come twice."""
        if run.over:
            return
        run.state = how
        self.after(RESULT_KEPT_S, lambda: self._forget(run))
        for _ in range(self.dice.choice([0, 1, 1, 2]) if self.elapsed_s < self.calm_s else 1):
            self.after(self.dice.uniform(0, 30), lambda: self._call_back(run, how))

    async def _call_back(self, run: Run, how: str) -> None:
        told = run.request["input"]
        view = RunView(id=run.id, status=how, execution_ms=1000.0)  # type: ignore[arg-type]
        try:
            await webhooks.run_ended(self.services, told["job_id"], told["attempt"], view)
        except REFUSED:
            return

    # the owner

    def upload(self) -> str:
        """A job whose video lies in the bucket; its event may get lost or come twice."""
        calm, self.calm_s = self.calm_s, 0.0
        job_id, event = uploaded(self)
        self.calm_s = calm
        for _ in range(self.dice.choice([0, 1, 1, 1, 2])):
            self.post(event, self.dice.uniform(0, 20))
        return job_id

    def meddle(self, times: int) -> None:
        """The owner does something at some time to some job."""
        for _ in range(times):
            self.after(self.dice.uniform(0, self.calm_s), self._meddled)

    async def _meddled(self) -> None:
        job_id = self.dice.choice(list(self.moves))
        what = self.dice.choice([jobs.cancel, jobs.retry, jobs.retry, jobs.delete, again])
        try:
            job = await records.load(self, job_id)
            if job is not None:
                await what(self.services, job)
        except REFUSED:
            return


async def again(services: Any, job: records.Job) -> None:
    """Judge a finished job anew."""
    await reanalysis.start(services, job, Inputs(), None)


@dataclass
class Work:
    """A worker process on one delivery of a run: the real pen over the same bucket."""

    storm: Storm
    run: Run
    waited_s: float = 0.0
    steps: int = 0

    def __post_init__(self) -> None:
        dice = self.storm.dice
        self.job = RunInput.model_validate(self.run.request["input"])
        self.nonce = f"nonce-{dice.getrandbits(64):x}-more"
        self.steps = dice.randrange(1, 12)
        clock = Clock(lambda: self.storm.now, lambda: self.storm.elapsed_s + self.waited_s, self._wait)
        lease = Lease(run_id=self.run.id, nonce=self.nonce)
        pace = Pace(0.0, 0.0, 5.0, SETTINGS.lease_s)
        self.pen = StatusWriter(self, self.job.job_id, self.job.attempt, lease, pace, clock)

    def _wait(self, seconds: float) -> None:
        self.waited_s += seconds

    # its view of the bucket

    def read(self, key: str) -> Stored:
        found = self.storm.objects.get(key)
        if found is None:
            raise Missing(key)
        self._over_the_network(lambda: None)
        return Stored(*found)

    def replace(self, key: str, body: bytes, etag: str, content_type: str) -> str:
        found = self.storm.objects.get(key)
        if found is None or found[1] != etag:
            raise Conflict(key)
        lease = JobStatus.model_validate_json(body).lease
        if lease is None or lease.nonce != self.nonce:
            self.storm.wrong.append(f"{self.nonce} wrote under another's lease: {lease}")
        return str(self._over_the_network(lambda: self.storm.put(key, body)))

    def _over_the_network(self, call: Callable[[], object]) -> object:
        try:
            return call()
        except Crash as cut:
            raise Unavailable("connection cut") from cut

    # its work

    async def begin(self) -> None:
        """Claim the job, and go on step by step."""
        await self._carefully(self.pen.claim)

    async def _go_on(self) -> None:
        if self.run.over and self.storm.dice.random() < 0.5:
            return
        self.steps -= 1
        if self.steps:
            await self._carefully(lambda: self.pen.progress(Stage.POSE, 0.1))
        else:
            await self._carefully(self._end)

    def _end(self) -> None:
        if self.storm.dice.random() < 0.2:
            self.pen.fail(Failure.of(FailureCode.NO_PERSON_FOUND))
            return
        key = keys.result(self.job.job_id, self.job.attempt, self.nonce, "walk.mp4", ArtifactKind.MOTION)
        self._over_the_network(lambda: self.storm.put(key, b"motion"))
        self.pen.publish(
            Artifact(
                name="walk.motion.npz", kind=ArtifactKind.MOTION, key=key, bytes=6, sha256="0" * 64, content_type="a/b"
            )
        )
        self.pen.complete(Summary(observed_s=1, unknown_s=0, body_model="openbody"))

    async def _carefully(self, act: Callable[[], object]) -> None:
        await self.storm.turn()
        storm = self.storm
        try:
            if storm.chance(0.1):
                raise Killed
            act()
        except Superseded:
            storm.finish(self.run, "COMPLETED")
        except Unavailable:
            storm.finish(self.run, "FAILED")
        except Killed:
            storm.after(KILL_NOTICED_S, lambda: storm.lost(self.run))
        else:
            if self.steps:
                silent_s = 200.0 if storm.chance(0.05) else 15.0
                storm.after(storm.dice.uniform(2, silent_s), self._go_on)
            else:
                storm.finish(self.run, "COMPLETED")
