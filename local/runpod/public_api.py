"""RunPod's public API, as a client of the endpoint meets it."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import deque
from contextlib import suppress
from typing import Any

from aiohttp import web

from local.runpod.jobs import BadRequest, Job
from local.runpod.platform import Platform
from local.runpod.settings import MAX_RUN_BYTES, MAX_RUNSYNC_BYTES

RATE_WINDOW_S = 10.0
RUNS_IN_WINDOW = 1000
CANCELS_IN_WINDOW = 100
MAX_SYNC_WAIT_S = 300.0


class PublicApi:
    """Routes under `/v2/<endpoint>/` that take the account's API key."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._runs: deque[float] = deque()
        self._cancels: deque[float] = deque()

    def routes(self) -> list[web.RouteDef]:
        """All routes, each behind the key."""
        prefix = f"/v2/{self._platform.settings.endpoint}"
        return [
            web.post(f"{prefix}/run", self.run),
            web.post(f"{prefix}/runsync", self.runsync),
            web.get(f"{prefix}/status/{{job}}", self.status),
            web.post(f"{prefix}/status/{{job}}", self.status),
            web.get(f"{prefix}/stream/{{job}}", self.stream),
            web.post(f"{prefix}/cancel/{{job}}", self.cancel),
            web.post(f"{prefix}/retry/{{job}}", self.retry),
            web.post(f"{prefix}/purge-queue", self.purge),
            web.get(f"{prefix}/health", self.health),
        ]

    async def run(self, request: web.Request) -> web.Response:
        """Queue a job."""
        self._authorise(request)
        self._brake(self._runs, RUNS_IN_WINDOW)
        job = await self._submit(request, sync=False, limit=MAX_RUN_BYTES)
        return web.json_response({"id": job.id, "status": str(job.state)})

    async def runsync(self, request: web.Request) -> web.Response:
        """Queue a job and wait for it, 90 s unless asked otherwise."""
        self._authorise(request)
        self._brake(self._runs, RUNS_IN_WINDOW)
        job = await self._submit(request, sync=True, limit=MAX_RUNSYNC_BYTES)
        wait_s = min(int(request.query.get("wait", "90000")) / 1000, MAX_SYNC_WAIT_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(job.finished.wait(), self._platform.settings.scaled(wait_s))
        return web.json_response(job.view())

    async def status(self, request: web.Request) -> web.Response:
        """How a job stands."""
        return web.json_response(self._job(request).view())

    async def stream(self, request: web.Request) -> web.Response:
        """What a generator handler has yielded since the last call."""
        job = self._job(request)
        fresh, job.streamed = job.stream[job.streamed :], len(job.stream)
        return web.json_response({"status": str(job.state), "stream": fresh})

    async def cancel(self, request: web.Request) -> web.Response:
        """Stop a job."""
        job = self._job(request)
        self._brake(self._cancels, CANCELS_IN_WINDOW)
        self._platform.cancel(job)
        return web.json_response({"id": job.id, "status": str(job.state)})

    async def retry(self, request: web.Request) -> web.Response:
        """Run a failed job again."""
        job = self._job(request)
        try:
            self._platform.retry(job)
        except BadRequest as refused:
            raise _error(web.HTTPBadRequest, str(refused)) from refused
        return web.json_response({"id": job.id, "status": str(job.state)})

    async def purge(self, request: web.Request) -> web.Response:
        """Forget every job that waits."""
        self._authorise(request)
        return web.json_response({"removed": self._platform.jobs.purge(), "status": "completed"})

    async def health(self, request: web.Request) -> web.Response:
        """Jobs and workers by state."""
        self._authorise(request)
        return web.json_response(self._platform.health())

    def _authorise(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._platform.settings.api_key.encode()):
            raise _error(web.HTTPUnauthorized, "unauthorized")

    def _job(self, request: web.Request) -> Job:
        self._authorise(request)
        job = self._platform.jobs.get(request.match_info["job"])
        if job is None:
            raise _error(web.HTTPNotFound, "job not found")
        return job

    async def _submit(self, request: web.Request, sync: bool, limit: int) -> Job:
        raw = await request.read()
        if len(raw) > limit:
            raise _error(web.HTTPBadRequest, f"request is larger than {limit >> 20} MB")
        try:
            return self._platform.submit(json.loads(raw), sync)
        except BadRequest as refused:
            raise _error(web.HTTPBadRequest, str(refused)) from refused
        except ValueError as broken:
            raise _error(web.HTTPBadRequest, "request is not JSON") from broken

    def _brake(self, calls: deque[float], limit: int) -> None:
        now = self._platform.now()
        while calls and now - calls[0] > RATE_WINDOW_S:
            calls.popleft()
        if len(calls) >= limit:
            raise _error(web.HTTPTooManyRequests, "too many requests")
        calls.append(now)


def _error(kind: Any, text: str) -> web.HTTPException:
    error: web.HTTPException = kind(text=json.dumps({"error": text}), content_type="application/json")
    return error
