"""The queue side: one message at a time, each acknowledged or put back by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from pydantic import ValidationError

import daily
import jobs
import log
import uploads
import watchdog
from contract.events import Check, Expiry, OwnMessage, R2Event, Round, Sweep, Watchdog, parse_message
from dead_letters import bury
from services import Services

Message = R2Event | OwnMessage
Handler = Callable[[Services, Message, bool], Awaitable[None]]
"""The last argument says that the message was handed out before, to somebody who may have been cut off anywhere."""
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
            await handle(services, message, delivery.attempts > 1)
        except Exception as problem:
            log.error("message_failed", problem, attempts=delivery.attempts)
            delay = services.settings.retry_s * 2 ** min(delivery.attempts - 1, 10)
            delivery.retry({"delaySeconds": min(delay, _LONGEST_RETRY_S)})
        else:
            delivery.ack()


async def handle(services: Services, message: Message, again: bool) -> None:
    """What each message of the main queue is for."""
    match message:
        case R2Event():
            await uploads.uploaded(services, message)
        case Watchdog():
            await watchdog.look(services, message, again=again)
        case Expiry():
            await uploads.expire(services, message)
        case Sweep():
            await jobs.sweep(services, message)
        case Round():
            await daily.go_round(services, message)
        case Check():
            await daily.check(services, message)


async def handle_dead(services: Services, message: Message, again: bool) -> None:
    """What each message of the dead letter queue is for."""
    await bury(services, message)
