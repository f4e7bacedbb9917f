"""The whole cloud on this machine: page, edge, storage, queues and GPU workers, started and stopped together."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_urlsafe
from types import TracebackType

from local.edge import ACCESS_KEY_ID, BUCKET, ROOT, SECRET_ACCESS_KEY, Edge, EdgeFailed, RelaySettings, free_port
from local.reaper import Reaper
from local.runpod import Emulator, Settings
from local.site import publish

WORKER_COMMAND = (sys.executable, "-u", "-m", "gpu_worker")
PASSED_ON = ("PATH", "LANG", "TMPDIR", "DEVICE", "VIDEO_DECODER", "SMPLX_MODEL_PATH", "MAX_VIDEO_S", "OMP_NUM_THREADS")
LOG_TAIL = 20


class StackFailed(Exception):
    """The stack did not start or has broken down; the text says what happened and where to read more."""


@dataclass(frozen=True)
class StackOptions:
    """How a stack differs from production.

    `data` keeps bucket, queues and logs. `edge_vars` override those of wrangler.toml, `worker_env` adds to the worker's
    environment, `runpod` overrides the emulator's settings. `page` is the built site.
    """

    data: Path
    edge_vars: Mapping[str, str] = field(default_factory=dict)
    worker_env: Mapping[str, str] = field(default_factory=dict)
    runpod: Mapping[str, object] = field(default_factory=dict)
    relay: RelaySettings | None = None
    port: int | None = None
    page: Path = ROOT / "frontend/dist"


class Stack:
    """Context manager; inside it everything runs and `url` is the page's address. Raises StackFailed.

    Whatever it starts ends with it, also when this process is killed.
    """

    edge: Edge
    runpod: Emulator
    secrets: tuple[str, ...]
    """What no browser may ever receive."""

    def __init__(self, options: StackOptions) -> None:
        self.options = options
        self._data = options.data.resolve()
        self.logs = self._data / "logs"
        self._running = ExitStack()

    def __enter__(self) -> Stack:
        try:
            self._start()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @property
    def url(self) -> str:
        """Where the page and the API are."""
        return self.edge.url

    @staticmethod
    def in_use(data: Path) -> bool:
        """True while a stack runs on the folder `data`."""
        if not (data / "lock").exists():
            return False
        with (data / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def check(self) -> None:
        """Raises StackFailed when no worker can start, with the end of its log."""
        if self.runpod.failed_starts() < 2:
            return
        spoken = [log for log in self.logs.glob("worker-*.log") if log.stat().st_size]
        if not spoken:
            raise StackFailed("The GPU worker does not start, and says nothing.")
        newest = max(spoken, key=lambda log: log.stat().st_mtime)
        tail = "\n".join(f"  {line}" for line in newest.read_text(errors="replace").splitlines()[-LOG_TAIL:])
        raise StackFailed(f"The GPU worker does not start. The end of {newest}:\n{tail}")

    def _start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._lock()
        runpod_port = free_port()
        api_key, link_key = token_urlsafe(24), token_urlsafe(24)
        site = self._data / "site"
        self.edge = Edge(
            {
                "RUNPOD_API_BASE": f"http://127.0.0.1:{runpod_port}",
                "RUNPOD_ENDPOINT_ID": "local",
                "RUNPOD_API_KEY": api_key,
                "LINK_KEYS": link_key,
                **self.options.edge_vars,
            },
            persist=self._data / "edge",
            port=self.options.port,
            relay=self.options.relay,
            assets=site,
        )
        publish(self.options.page, site, self.edge.storage_endpoint)
        self.runpod = Emulator(
            replace(self._runpod_settings(), port=runpod_port, api_key=api_key),
            self._running.enter_context(Reaper()),
        )
        self.secrets = (api_key, link_key, self.runpod.settings.worker_key, SECRET_ACCESS_KEY)
        self._running.enter_context(self.runpod)
        self._running.enter_context(self.edge)
        self._running.callback(self._keep_edge_log)

    def _runpod_settings(self) -> Settings:
        settings = Settings(
            worker_command=WORKER_COMMAND,
            worker_env=self._worker_environment(),
            worker_dir=ROOT,
            log_dir=self.logs,
            worker_key=token_urlsafe(24),
        )
        return replace(settings, **self.options.runpod)  # type: ignore[arg-type]

    def _worker_environment(self) -> dict[str, str]:
        # A home of its own: the SDK prefers the key in ~/.runpod/config.toml to the one it is given.
        home = self._data / "home"
        home.mkdir(exist_ok=True)
        return {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            "HOME": str(home),
            "POLOHA_CACHE": str(ROOT / ".cache"),
            "STORAGE_ENDPOINT": self.edge.storage_endpoint,
            "STORAGE_BUCKET": BUCKET,
            "STORAGE_REGION": "auto",
            "STORAGE_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "STORAGE_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            **self.options.worker_env,
        }

    def _lock(self) -> None:
        lock = self._running.enter_context((self._data / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise StackFailed(f"Another stack is running on {self._data}. Stop it first.") from taken

    def _keep_edge_log(self) -> None:
        with suppress(EdgeFailed):
            (self.logs / "edge.log").write_text("".join(f"{line}\n" for line in self.edge.logs()))
