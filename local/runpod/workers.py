"""Worker processes: each the unmodified SDK loop in a process group of its own, told apart by its pod id."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local.reaper import Reaper, kill_group
from local.runpod.settings import Settings

_GPU = "gpu=Emulated"


@dataclass
class Worker:
    """One worker as the platform sees it. Times are the platform's clock, in real seconds.

    `jobs` it was handed and has not reported; `stopping` those it was told to drop, with the time its patience ends.
    """

    id: str
    process: subprocess.Popen[bytes]
    log: Path
    started: float
    last_seen: float
    idle_since: float
    jobs: set[str] = field(default_factory=set)
    stopping: dict[str, float] = field(default_factory=dict)
    stop_signals: list[str] = field(default_factory=list)
    pings: list[dict[str, str]] = field(default_factory=list)
    ready: bool = False
    drain_until: float | None = None

    @property
    def draining(self) -> bool:
        """True once it was asked to end: it gets no more jobs."""
        return self.drain_until is not None

    @property
    def busy(self) -> bool:
        """True while it works on something, wanted or not."""
        return bool(self.jobs or self.stopping)

    @property
    def available(self) -> bool:
        """True when it can take a job, or will once it has started."""
        return not (self.draining or self.busy or self.exited)

    @property
    def exited(self) -> bool:
        """True when the process is gone."""
        return self.process.poll() is not None


class Fleet:
    """Every worker process that runs."""

    def __init__(self, settings: Settings, reaper: Reaper) -> None:
        self._settings = settings
        self._reaper = reaper
        self._workers: dict[str, Worker] = {}
        self.base_url = ""

    def __iter__(self) -> Iterator[Worker]:
        return iter(list(self._workers.values()))

    def __len__(self) -> int:
        return len(self._workers)

    def get(self, worker_id: str) -> Worker | None:
        """The worker with this pod id, unless it is gone."""
        return self._workers.get(worker_id)

    def start(self, now: float) -> Worker:
        """Start one more worker process."""
        worker_id = uuid.uuid4().hex[:14]
        self._settings.log_dir.mkdir(parents=True, exist_ok=True)
        log = self._settings.log_dir / f"worker-{worker_id}.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                self._settings.worker_command,
                cwd=self._settings.worker_dir,
                env={**self._settings.worker_env, **self._environment(worker_id)},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._reaper.watch(process.pid)
        worker = Worker(worker_id, process, log, started=now, last_seen=now, idle_since=now)
        self._workers[worker_id] = worker
        return worker

    def drain(self, worker: Worker, now: float) -> None:
        """Ask a worker to end; `discard` it when it has, or when its patience is over."""
        if not worker.draining:
            worker.drain_until = now + self._settings.stop_grace_s
            if not worker.exited:
                worker.process.send_signal(signal.SIGTERM)

    def discard(self, worker: Worker) -> None:
        """Kill what is left of a worker's process group and forget it.

        The SDK pings from a process of its own, which outlives a killed worker.
        """
        kill_group(worker.process.pid)
        worker.process.wait()
        self._reaper.release(worker.process.pid)
        self._workers.pop(worker.id, None)

    def discard_all(self) -> None:
        """End every worker at once."""
        for worker in self:
            self.discard(worker)

    def _environment(self, worker_id: str) -> dict[str, str]:
        base = self.base_url
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?{_GPU}",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?{_GPU}",
            "RUNPOD_WEBHOOK_POST_STREAM": f"{base}/job-stream/$RUNPOD_POD_ID/$ID?{_GPU}",
            "RUNPOD_WEBHOOK_PING": f"{base}/ping/$RUNPOD_POD_ID",
            "RUNPOD_PING_INTERVAL": str(self._settings.ping_interval_ms),
            "RUNPOD_AI_API_KEY": self._settings.worker_key,
            "RUNPOD_POD_ID": worker_id,
            "RUNPOD_POD_HOSTNAME": f"{worker_id}-local",
            "RUNPOD_ENDPOINT_ID": self._settings.endpoint,
            "RUNPOD_LOG_LEVEL": "INFO",
            # The SDK's own checks look for a GPU and connect to a public address.
            "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",
            "RUNPOD_SKIP_GPU_CHECK": "true",
        }


class Bell:
    """Wakes every long poll, so that each looks again at what it waits for."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_s: float) -> bool:
        """Wait for the next ring; False when there was none in time."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            return False
        return True
