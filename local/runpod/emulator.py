"""The emulator as a whole: an HTTP server in a thread of its own, steered from any other thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from local.reaper import Reaper
from local.runpod.faults import Fault, Faults
from local.runpod.jobs import Job
from local.runpod.platform import Platform
from local.runpod.public_api import PublicApi
from local.runpod.settings import Settings
from local.runpod.webhooks import WebhookCall
from local.runpod.worker_api import WorkerApi
from local.runpod.workers import Fleet

MAX_BODY_BYTES = 64 << 20
T = TypeVar("T")


@dataclass(frozen=True)
class WorkerView:
    """A running worker: its pod id, process id and what it works on."""

    id: str
    pid: int
    ready: bool
    jobs: frozenset[str]


class Emulator:
    """Context manager around one emulated endpoint; `url` stands for `https://api.runpod.ai`."""

    def __init__(self, settings: Settings, reaper: Reaper) -> None:
        self.settings = settings
        self._reaper = reaper
        self._faults = Faults()
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._error: BaseException | None = None
        self._port = 0

    def __enter__(self) -> Emulator:
        self._thread = threading.Thread(target=self._main, name="runpod", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._error is not None:
            raise RuntimeError("the RunPod emulator did not start") from self._error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            if self._thread.is_alive():
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            if self._error is not None:
                raise RuntimeError("the RunPod emulator broke down") from self._error

    @property
    def url(self) -> str:
        """Base of the API: `<url>/v2/<endpoint>/run` takes a job."""
        return f"http://{self.settings.host}:{self._port}"

    def inject(self, fault: Fault) -> None:
        """Let calls fail from now on, as the fault says."""
        self._call(lambda: self._faults.add(fault))

    def redeliver(self, job_id: str) -> None:
        """Hand a running job to one more worker."""
        self._call(lambda: self._platform.redeliver(self._job(job_id)))

    def scale_down(self) -> None:
        """End every worker that is idle, as the idle timeout does."""
        self._call(lambda: self._platform.scale_down())

    def job(self, job_id: str) -> dict[str, Any]:
        """A job's status with `deliveries`, how often a worker was handed it."""
        return self._call(lambda: {**self._job(job_id).view(), "deliveries": self._job(job_id).deliveries})

    def jobs(self) -> list[dict[str, Any]]:
        """Every remembered job's status with its input, oldest first."""
        return self._call(lambda: [job.webhook_body() for job in self._platform.jobs])

    def workers(self) -> list[WorkerView]:
        """The workers that run now."""
        return self._call(
            lambda: [WorkerView(w.id, w.process.pid, w.ready, frozenset(w.jobs)) for w in self._platform.fleet]
        )

    def failed_starts(self) -> int:
        """How many workers in a row ended before they asked for a job."""
        return self._call(lambda: self._platform.failed_starts)

    def webhook_calls(self) -> list[WebhookCall]:
        """Every try to deliver a webhook so far."""
        return self._call(lambda: list(self._platform.webhooks.calls))

    def _job(self, job_id: str) -> Job:
        job = self._platform.jobs.get(job_id)
        if job is None:
            raise KeyError(job_id)
        return job

    def _call(self, action: Callable[[], T]) -> T:
        async def on_loop() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(on_loop(), self._loop).result()

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self._error = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        fleet = Fleet(self.settings, self._reaper)
        self._platform = Platform(self.settings, fleet)
        app = web.Application(middlewares=[self._faults.middleware], client_max_size=MAX_BODY_BYTES)
        app.add_routes([*PublicApi(self._platform).routes(), *WorkerApi(self._platform).routes()])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port).start()
            self._port = runner.addresses[0][1]
            fleet.base_url = f"{self.url}/v2/{self.settings.endpoint}"
            self._started.set()
            await self._run_until_stopped()
        finally:
            fleet.discard_all()
            await self._platform.webhooks.close()
            await runner.cleanup()

    async def _run_until_stopped(self) -> None:
        """Let the platform work; what breaks it is raised here."""
        platform = asyncio.create_task(self._platform.run())
        stop = asyncio.create_task(self._stop.wait())
        done, unfinished = await asyncio.wait({platform, stop}, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()
        if platform in done:
            platform.result()
