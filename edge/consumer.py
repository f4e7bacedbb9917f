"""The queue side: one message at a time, each acknowledged or put back by itself, and the daily round."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from pydantic import ValidationError

import jobs
import log
import records
import uploads
import watchdog
from contract import keys
from contract.events import Expiry, R2Event, Sweep, Watchdog, parse_message
from contract.job import JobState
from dead_letters import bury
from services import Services

Message = R2Event | Watchdog | Expiry | Sweep
Handler = Callable[[Services, Message], Awaitable[None]]
_LONGEST_RETRY_S = 600


class Delivery(Protocol):
    """One delivered queue message, as Cloudflare's binding shows it."""

    body: Any
    attempts: int

    def ack(self) -> None:
        """Never deliver it again."""

    def retry(self, options: dict[str, int]) -> None:
        """Deliver it again after `delaySeconds`."""


async def consume(services: Services, deliveries: Iterable[Delivery], handle: Handler) -> None:
    """Work off a batch. A message that fails comes again later, the others are not touched by it."""
    for delivery in deliveries:
        try:
            message = parse_message(delivery.body)
        except ValidationError as problem:
            # it would fail the same way every time; a lost upload event is made up for when the job's URL runs out
            log.error("unreadable_message", problem)
            delivery.ack()
            continue
        try:
            await handle(services, message)
        except Exception as problem:
            log.error("message_failed", problem, attempts=delivery.attempts)
            delay = services.settings.retry_s * 2 ** min(delivery.attempts - 1, 10)
            delivery.retry({"delaySeconds": min(delay, _LONGEST_RETRY_S)})
        else:
            delivery.ack()


async def handle(services: Services, message: Message) -> None:
    """What each message of the main queue is for."""
    match message:
        case R2Event():
            await uploads.uploaded(services, message)
        case Watchdog():
            await watchdog.look(services, message)
        case Expiry():
            await uploads.expire(services, message)
        case Sweep():
            await jobs.sweep(services, message)


async def handle_dead(services: Services, message: Message) -> None:
    """What each message of the dead letter queue is for."""
    await bury(services, message)


async def rearm(services: Services) -> None:
    """The daily round over open jobs: whatever message of theirs got lost is sent again; a spare one does no harm."""
    async for facts in services.store.list(keys.ACTIVE):
        job_id = facts.key.removeprefix(keys.ACTIVE)
        job = await records.load(services.store, job_id)
        if job is None or job.status.ended:
            await records.mark_closed(services.store, job_id)
        elif job.status.state is JobState.AWAITING_UPLOAD:
            await services.messages.send(Expiry(job_id=job_id), 0)
        else:
            await services.messages.send(Watchdog(job_id=job_id, attempt=job.status.attempt), 0)
