"""The Worker's entry points. Thin: values in, values out; the rest is in the modules beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from workers import Response, WorkerEntrypoint

import consumer
import outgoing
import routes
from contract.events import Expiry, Sweep, Watchdog
from runpod_api import RunPodEndpoint
from services import MAX_DELAY_S, Services
from settings import Settings
from storage import R2Store

_DEAD_LETTERS = "upload-events-dlq"
_BODY_LIMIT_BYTES = 1_000_000


class Default(WorkerEntrypoint):
    """`/api/*`, the queue and the daily round; every other address is a static asset and never comes here."""

    async def fetch(self, request: Any) -> Any:
        """Answer an API request."""
        if int(request.headers.get("content-length") or 0) > _BODY_LIMIT_BYTES:
            return Response("", status=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.text()
        asked = routes.Request(str(request.method), request.url, headers, body)
        reply = await routes.answer(_services(self.env), asked)
        return Response(reply.body or None, status=reply.status, headers=dict(reply.headers))

    async def queue(self, batch: Any, env: Any, ctx: Any) -> None:
        """Work off messages."""
        handle = consumer.handle_dead if batch.queue == _DEAD_LETTERS else consumer.handle
        await consumer.consume(_services(self.env), batch.messages, handle)

    async def scheduled(self, controller: Any, env: Any, ctx: Any) -> None:
        """The daily round."""
        await consumer.rearm(_services(self.env))


class _QueueBinding:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, message: Watchdog | Expiry | Sweep, delay_s: int) -> None:
        options = {"contentType": "json", "delaySeconds": min(delay_s, MAX_DELAY_S)}
        await self._binding.send(message.model_dump(mode="json"), options)


def _services(env: Any) -> Services:
    settings = Settings.read(lambda name: getattr(env, name, None))
    runpod = RunPodEndpoint(
        settings.runpod_api_base, settings.runpod_endpoint_id, settings.runpod_api_key.get_secret_value(), outgoing.send
    )
    return Services(settings, R2Store(env.BUCKET), _QueueBinding(env.EVENTS), runpod, lambda: datetime.now(UTC))
