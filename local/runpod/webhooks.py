"""RunPod's callback: a POST of the finished job, tried again when the answer is not 200."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import aiohttp

from local.runpod.jobs import Job
from local.runpod.settings import WEBHOOK_PAUSE_S, WEBHOOK_TRIES, Settings


@dataclass(frozen=True)
class WebhookCall:
    """One try: what was said and what came back (None: no answer at all)."""

    job_id: str
    state: str
    number: int
    at: float
    answer: int | None


class Webhooks:
    """Delivers callbacks and remembers every try."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: set[asyncio.Task[None]] = set()
        self.calls: list[WebhookCall] = []

    def send(self, job: Job) -> None:
        """Start telling the job's webhook, if it has one, of the state it is in now."""
        if job.webhook is not None:
            task = asyncio.create_task(self._deliver(job.id, job.webhook, job.webhook_body()))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Give up what is still to be tried."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _deliver(self, job_id: str, url: str, body: dict[str, object]) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            for number in range(1, WEBHOOK_TRIES + 1):
                if number > 1:
                    await asyncio.sleep(self._settings.scaled(WEBHOOK_PAUSE_S))
                answer = await _post(session, url, body)
                self.calls.append(WebhookCall(job_id, str(body["status"]), number, time.monotonic(), answer))
                if answer == 200:
                    return


async def _post(session: aiohttp.ClientSession, url: str, body: dict[str, object]) -> int | None:
    try:
        async with session.post(url, json=body) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return None
