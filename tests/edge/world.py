"""Bucket, queue and RunPod stood in for in memory: each of their calls can fail, before or after it took effect."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import consumer
import records
import uploads
from contract import keys
from contract.events import OwnMessage, R2Event, Round
from contract.job import JobOptions
from runpod_api import Answer, RunPodEndpoint
from services import Services
from settings import Settings
from storage import ObjectFacts, PreconditionFailed, StoredText

SETTINGS = Settings.model_validate(
    {
        "storage_endpoint": "https://store.example", "storage_bucket": "poloha", "storage_access_key_id": "id",
        "storage_secret_access_key": "secret", "runpod_endpoint_id": "ep", "runpod_api_key": "key",
        "public_url": "https://edge.example", "link_keys": "a-secret-of-16-characters",
    }
)  # fmt: skip


class Crash(Exception):
    """The Worker was cut off here."""


@dataclass
class World:
    """The outside. Call number `crash_at` fails, having taken effect or not."""

    crash_at: int | None = None
    crash_after_effect: bool = False
    calls: int = 0
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    sent: list[OwnMessage] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    etags: itertools.count[int] = field(default_factory=itertools.count)

    def step(self, effect: Callable[[], object]) -> None:
        """One call to the outside with its effect."""
        self.calls += 1
        crashes = self.calls == self.crash_at
        if crashes and not self.crash_after_effect:
            raise Crash
        effect()
        if crashes:
            raise Crash

    # the bucket
    async def head(self, key: str) -> ObjectFacts | None:
        found = self.objects.get(key)
        return None if found is None else ObjectFacts(key, len(found[0]), found[1])

    async def read(self, key: str) -> StoredText | None:
        found = self.objects.get(key)
        return None if found is None else StoredText(found[0].decode(), found[1])

    async def create(self, key: str, text: str) -> str:
        if key in self.objects:
            raise PreconditionFailed(key)
        return self.put(key, text.encode())

    async def replace(self, key: str, text: str, etag: str) -> str:
        if self.objects[key][1] != etag:
            raise PreconditionFailed(key)
        return self.put(key, text.encode())

    async def delete(self, deleted: Sequence[str]) -> None:
        self.step(lambda: [self.objects.pop(key, None) for key in deleted])

    async def list(self, prefix: str, after: str = "") -> AsyncIterator[ObjectFacts]:
        for key in sorted(key for key in self.objects if key.startswith(prefix) and key > after):
            yield ObjectFacts(key, len(self.objects[key][0]), self.objects[key][1])

    def put(self, key: str, content: bytes) -> str:
        etag = f"etag-{next(self.etags)}"
        self.step(lambda: self.objects.update({key: (content, etag)}))
        return etag

    # the queue
    async def send(self, message: OwnMessage, delay_s: int) -> None:
        self.step(lambda: self.sent.append(message))

    # RunPod
    async def fetch(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Answer:
        *_, operation, last = url.split("/")
        if last == "run":
            run_id = f"run-{len(self.runs) + 1}"
            self.step(lambda: self.runs.update({run_id: "IN_QUEUE"}))
            return Answer(200, json.dumps({"id": run_id, "status": "IN_QUEUE"}))
        if operation == "cancel":
            self.step(lambda: self.runs.update({last: "CANCELLED"}))
        return (
            Answer(200, json.dumps({"id": last, "status": self.runs[last]})) if last in self.runs else Answer(404, "")
        )

    @property
    def services(self) -> Services:
        """Edge's view of this world."""
        runpod = RunPodEndpoint("https://runpod.example", "ep", "key", self.fetch)
        return Services(SETTINGS, self, self, runpod, self, lambda: self.now)

    async def admits(self, caller: str) -> bool:
        return True

    def job(self, job_id: str) -> records.Job:
        """Both objects of the job."""
        found = asyncio.run(records.load(self, job_id))
        assert found is not None
        return found


@dataclass
class Message:
    """A queue message that is delivered until it is acknowledged."""

    body: object
    attempts: int = 0
    acknowledged: bool = False

    def ack(self) -> None:
        self.acknowledged = True

    def retry(self, options: dict[str, int]) -> None:
        assert 0 < options["delaySeconds"] <= 600


def deliver(world: World, body: object) -> None:
    """Deliver until acknowledged, as the queue does."""
    message = Message(body)
    while not message.acknowledged:
        message.attempts += 1
        asyncio.run(consumer.consume(world.services, [message], consumer.handle))


def daily_round(world: World) -> None:
    """The cron, and what its messages lead to; what waits in the queue is delivered too."""
    world.sent.append(Round())
    for _ in ("the round", "its checks", "what they sent"):
        sent, world.sent = world.sent, []
        for told in sent:
            deliver(world, told.model_dump(mode="json"))


def uploaded(world: World) -> tuple[str, dict[str, object]]:
    """A job with its video in the bucket, and the event about it."""
    job_id = asyncio.run(uploads.create_job(world.services, "walk.mp4", 5, "video/mp4", JobOptions())).status.job_id
    key = keys.upload(job_id, "walk.mp4")
    etag = world.put(key, b"video")
    body = {"key": key, "size": 5, "eTag": etag}
    event = R2Event.model_validate(
        {"account": "a", "action": "PutObject", "bucket": "poloha", "object": body, "eventTime": world.now}
    )
    return job_id, event.model_dump(mode="json", by_alias=True)


def every_crash(prepare: Callable[[World], Callable[[], object]]) -> list[tuple[int, bool]]:
    """Every call of the operation that `prepare` returns, failing before and after its effect."""
    world = World()
    operation = prepare(world)
    before = world.calls
    operation()
    return [(call, after) for call in range(before + 1, world.calls + 1) for after in (False, True)]
