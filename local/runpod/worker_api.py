"""The protocol between RunPod and `runpod.serverless.start`, as the SDK speaks it."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from local.runpod.jobs import Job, RunState
from local.runpod.platform import Platform
from local.runpod.settings import MAX_OUTPUT_BYTES
from local.runpod.workers import Worker

DRAIN_PAUSE_S = 0.2
T = TypeVar("T")


class WorkerApi:
    """Routes under `/v2/<endpoint>/` that take the worker's own key, raw."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """All routes the SDK calls."""
        prefix = f"/v2/{self._platform.settings.endpoint}"
        return [
            web.get(f"{prefix}/job-take/{{worker}}", self.take),
            web.get(f"{prefix}/job-take-batch/{{worker}}", self.take_batch),
            web.get(f"{prefix}/job-stop/{{worker}}", self.stop),
            web.post(f"{prefix}/job-done/{{worker}}/{{job}}", self.done),
            web.post(f"{prefix}/job-stream/{{worker}}/{{job}}", self.stream),
            web.get(f"{prefix}/ping/{{worker}}", self.ping),
        ]

    async def take(self, request: web.Request) -> web.Response:
        """One job, or 204 after a long poll."""
        jobs = await self._take(request, 1)
        return web.json_response(jobs[0].delivery()) if jobs else web.Response(status=204)

    async def take_batch(self, request: web.Request) -> web.Response:
        """Up to `batch_size` jobs, or 204 after a long poll."""
        jobs = await self._take(request, int(request.query.get("batch_size", "1")))
        return web.json_response([job.delivery() for job in jobs]) if jobs else web.Response(status=204)

    async def stop(self, request: web.Request) -> web.Response:
        """The jobs this worker has to drop, or 204 after a long poll."""
        worker = self._worker(request)
        signals = await self._poll(request, worker, lambda: _drained(worker.stop_signals))
        return web.json_response({"jobsToStop": signals}) if signals else web.Response(status=204)

    async def done(self, request: web.Request) -> web.Response:
        """A result, an error, or a progress update; JSON, whatever the content type says."""
        worker = self._worker(request)
        job = self._held_job(request, worker)
        raw = await request.read()
        if len(raw) > MAX_OUTPUT_BYTES:
            self._platform.finish(job, RunState.COMPLETED)
            raise web.HTTPBadRequest(text="output is too large")
        report = _json_object(raw)
        if report.get("status") == "IN_PROGRESS":
            if not job.ended_for_good:
                job.output = report.get("output")
            return web.json_response({})
        self._close(job, report)
        self._platform.reported(worker, job)
        if report.get("stopPod"):
            self._platform.fleet.drain(worker, self._platform.now())
            self._platform.bell.ring()
        return web.json_response({})

    async def stream(self, request: web.Request) -> web.Response:
        """An item a generator handler has yielded."""
        job = self._held_job(request, self._worker(request))
        job.stream.append(_json_object(await request.read()))
        return web.json_response({})

    async def ping(self, request: web.Request) -> web.Response:
        """A sign of life; the ping process of a dead worker is answered and otherwise ignored."""
        self._authorise(request)
        worker = self._platform.fleet.get(request.match_info["worker"])
        if worker is not None:
            self._platform.seen(worker)
            worker.pings.append(dict(request.query))
        return web.json_response({})

    async def _take(self, request: web.Request, count: int) -> list[Job]:
        worker = self._worker(request)
        if request.query.get("job_in_progress") == "0":
            self._platform.dropped(worker)

        def handed_out() -> list[Job]:
            jobs: list[Job] = []
            while len(jobs) < count and (job := self._platform.take(worker)) is not None:
                jobs.append(job)
            return jobs

        return await self._poll(request, worker, handed_out) or []

    async def _poll(self, request: web.Request, worker: Worker, look: Callable[[], T]) -> T | None:
        """Look until there is something, the poll is over, the worker is to end, or it has hung up."""
        end = self._platform.now() + self._platform.settings.long_poll_s
        while (left := end - self._platform.now()) > 0:
            if request.transport is None or request.transport.is_closing():
                return None
            self._platform.seen(worker)
            found = look()
            if found:
                return found
            if worker.draining:
                await asyncio.sleep(DRAIN_PAUSE_S)
                return None
            await self._platform.bell.wait(min(left, 1.0))
        return None

    def _authorise(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._platform.settings.worker_key.encode()):
            raise web.HTTPUnauthorized(text="unauthorized")

    def _worker(self, request: web.Request) -> Worker:
        self._authorise(request)
        worker = self._platform.fleet.get(request.match_info["worker"])
        if worker is None:
            raise web.HTTPBadRequest(text="no such worker")
        self._platform.seen(worker)
        return worker

    def _held_job(self, request: web.Request, worker: Worker) -> Job:
        job = self._platform.jobs.get(request.match_info["job"])
        if job is None or worker.id not in job.holders:
            raise web.HTTPBadRequest(text="job is not assigned to this worker")
        return job

    def _close(self, job: Job, report: dict[str, Any]) -> None:
        result = {"output": report["output"]} if "output" in report else {}
        error = report.get("error")
        if error:
            text = error if isinstance(error, str) else json.dumps(error)
            self._platform.finish(job, RunState.FAILED, error=text, **result)
        else:
            self._platform.finish(job, RunState.COMPLETED, **result)


def _drained(signals: list[str]) -> list[str]:
    taken = signals.copy()
    signals.clear()
    return taken


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError as broken:
        raise web.HTTPBadRequest(text="not JSON") from broken
    if not isinstance(value, dict):
        raise web.HTTPBadRequest(text="not an object")
    return value
