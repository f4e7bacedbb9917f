"""The Worker's entry points. Thin: values in, values out; the rest is in the modules beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import js  # type: ignore[import-not-found]  # the runtime's own
from workers import Response, WorkerEntrypoint

import consumer
import outgoing
import routes
from contract.events import OwnMessage, Round
from runpod_api import RunPodEndpoint
from services import MAX_DELAY_S, Services
from settings import Settings
from storage import R2Store

_DEAD_LETTERS = "upload-events-dlq"
_HEALTH = "/api/health"


class Default(WorkerEntrypoint):
    """`/api/*`, the queue and the daily round; every other address is a static asset and never comes here."""

    async def fetch(self, request: Any) -> Any:
        """Answer an API request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = routes.Request(str(request.method), request.url, headers, _Body(request).text)
        if asked.method == "GET" and asked.path == _HEALTH:
            return await self._health(asked)
        return _response(await routes.answer(lambda: _services(self.env), asked))

    async def queue(self, batch: Any, env: Any, ctx: Any) -> None:
        """Work off messages."""
        handle = consumer.handle_dead if batch.queue == _DEAD_LETTERS else consumer.handle
        await consumer.consume(_services(self.env), batch.messages, handle)

    async def scheduled(self, controller: Any, env: Any, ctx: Any) -> None:
        """The daily round."""
        await _services(self.env).messages.send(Round(), 0)

    async def _health(self, asked: routes.Request) -> Any:
        """Answered from Cloudflare's cache while it is fresh, so that nobody can make us ask RunPod all the time."""
        cache = js.caches.default
        key = asked.url.partition("?")[0]
        known = await cache.match(key)
        if known:
            return known
        response = _response(await routes.answer(lambda: _services(self.env), asked))
        await cache.put(key, response.js_object.clone())
        return response


class _Body:
    """A request's body, read as a whole but never more of it than we have use for."""

    def __init__(self, request: Any) -> None:
        self._request = request

    async def text(self, limit_bytes: int) -> str | None:
        """The body; None where it is longer than `limit_bytes`."""
        if self._request.method in ("GET", "HEAD"):
            return ""
        content = bytearray()
        async for chunk in self._request.body:
            content += chunk.to_bytes()
            if len(content) > limit_bytes:
                return None
        return content.decode(errors="replace")


class _QueueBinding:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, message: OwnMessage, delay_s: int) -> None:
        options = {"contentType": "json", "delaySeconds": min(delay_s, MAX_DELAY_S)}
        await self._binding.send(message.model_dump(mode="json"), options)


class _RateLimitBinding:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def admits(self, caller: str) -> bool:
        return bool((await self._binding.limit({"key": caller})).success)


def _response(reply: routes.Reply) -> Response:
    headers = {**reply.headers, "x-content-type-options": "nosniff"}
    return Response(reply.body or None, status=reply.status, headers=headers)


def _services(env: Any) -> Services:
    settings = Settings.read(lambda name: getattr(env, name, None))
    runpod = RunPodEndpoint(
        settings.runpod_api_base, settings.runpod_endpoint_id, settings.runpod_api_key.get_secret_value(), outgoing.send
    )
    bucket, messages, admission = R2Store(env.BUCKET), _QueueBinding(env.EVENTS), _RateLimitBinding(env.NEW_JOBS)
    return Services(settings, bucket, messages, runpod, admission, lambda: datetime.now(UTC))
