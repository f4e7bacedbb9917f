"""The Worker on this machine: starts local/edge.mjs, speaks with it, and stops it with all its children."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from local.worker_bundle import OFFLINE_FLAGS

ROOT = Path(__file__).resolve().parents[1]
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "local-access-key", "local-secret-key"  # those of wrangler.toml
BUCKET = "poloha"
EVENTS, DEAD_LETTERS = "upload-events", "upload-events-dlq"
_STORAGE_PATH = "/cdn-cgi/local/r2/s3"
_PATIENCE_S = 120.0
QUIET = {
    "CI": "true",
    "WRANGLER_SEND_METRICS": "false",
    "CLOUDFLARE_CF_FETCH_ENABLED": "false",
    "WRANGLER_HIDE_BANNER": "true",
    "NO_COLOR": "1",
}


class EdgeFailed(Exception):
    """The Worker did not start, has died, or an operation on it failed; the message holds what it said."""


@dataclass(frozen=True)
class RelaySettings:
    """How faithfully uploads are announced to the queue. Probabilities 0..1; the same seed gives the same mishaps."""

    enabled: bool = True
    queue: str = EVENTS
    prefix: str = "uploads/"
    seed: int = 0
    drop: float = 0.0
    double: float = 0.0
    delay_s: float = 0.0


@dataclass(frozen=True)
class RelayCounts:
    """Events put on the queue, and uploads of which none was."""

    sent: int
    dropped: int


@dataclass(frozen=True)
class ObjectFacts:
    """An object of the local bucket; the ETag without quotes."""

    key: str
    size: int
    etag: str
    content_type: str | None


class Objects:
    """The local bucket, behind the Worker's back."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> str:
        """Store an object; its ETag."""
        return str(self._edge.ask("put", key, base64.b64encode(content).decode(), content_type))

    def get(self, key: str) -> bytes | None:
        """An object's content, None where there is none."""
        found = self._edge.ask("get", key)
        return None if found is None else base64.b64decode(found["base64"])

    def head(self, key: str) -> ObjectFacts | None:
        """Facts about an object, None where there is none."""
        found = self._edge.ask("head", key)
        return None if found is None else _facts(found)

    def list(self, prefix: str = "") -> list[ObjectFacts]:
        """All objects under a prefix."""
        return [_facts(found) for found in self._edge.ask("list", prefix)]

    def delete(self, *keys: str) -> None:
        """Remove objects."""
        self._edge.ask("delete", list(keys))


class Edge:
    """Context manager: the Worker runs from `with` to its end.

    `vars` override those of wrangler.toml and stand for secrets too; addresses and keys of the local store are filled
    in where they are not given. `persist` is the folder that keeps bucket and queues, None keeps them in memory.
    `assets` stands in for `frontend/dist`. Raises EdgeFailed.
    """

    def __init__(
        self,
        vars: Mapping[str, str],
        *,
        persist: Path | None = None,
        port: int | None = None,
        relay: RelaySettings | None = None,
        assets: Path | None = None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.storage_endpoint = self.url + _STORAGE_PATH
        self.objects = Objects(self)
        self._options = {
            "config": str(ROOT / "wrangler.toml"),
            "flags": OFFLINE_FLAGS,
            "vars": {**self._defaults(), **vars},
            "persist": None if persist is None else str(persist),
            "port": self.port,
            "relay": asdict(relay or RelaySettings()),
            "assets": None if assets is None else str(assets),
        }
        self._process: subprocess.Popen[str] | None = None
        self._answers: IO[str] | None = None
        self._said: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by close()
        self._lock = threading.Lock()
        self._asked = 0

    def __enter__(self) -> Edge:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_group(self) -> int:
        """The group of all processes of the running Worker."""
        if self._process is None:
            raise EdgeFailed("the Worker is not running")
        return self._process.pid

    def send(self, queue: str, bodies: Sequence[Any]) -> None:
        """Put messages on a queue the Worker consumes, as R2 or anyone else would."""
        self.ask("send", queue, list(bodies))

    def scheduled(self, cron: str = "17 3 * * *") -> None:
        """Run the cron handler now."""
        outcome = self.ask("scheduled", cron)
        if outcome.get("outcome") != "ok":
            raise EdgeFailed(f"scheduled: {outcome}")

    def logs(self) -> list[str]:
        """What the Worker logged, oldest first."""
        return [entry["message"] for entry in self.ask("logs")]

    def relay(self, **settings: float | bool) -> RelayCounts:
        """Change how uploads are announced from now on (fields of RelaySettings); what came of all of them so far."""
        return RelayCounts(**self.ask("relay", settings))

    def ask(self, operation: str, *args: Any) -> Any:
        """One operation of local/edge.mjs. Raises EdgeFailed."""
        with self._lock:
            if self._process is None or self._process.stdin is None:
                raise EdgeFailed("the Worker is not running")
            self._asked += 1
            try:
                self._process.stdin.write(json.dumps({"id": self._asked, "op": operation, "args": args}) + "\n")
                self._process.stdin.flush()
            except BrokenPipeError as error:
                raise EdgeFailed(f"the Worker has died:\n{self._output()}") from error
            answer = self._answer()
        if "error" in answer:
            raise EdgeFailed(f"{operation}: {answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """Stop the Worker and everything it started. May be called more than once."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._answers is not None:
            self._answers.close()
        self._said.close()

    def _start(self) -> None:
        read, write = os.pipe()
        search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = {**os.environ, **QUIET, "PATH": search, "MINIFLARE_WORKERD_PATH": str(ROOT / "local/workerd-py")}
        self._process = subprocess.Popen(
            ["node", str(ROOT / "local/edge.mjs"), json.dumps({**self._options, "answers": write})],
            cwd=ROOT, env=environment, pass_fds=[write], stdin=subprocess.PIPE, stdout=self._said, stderr=self._said,
            text=True, start_new_session=True,
        )  # fmt: skip
        os.close(write)
        self._answers = os.fdopen(read)
        self._answer()

    def _answer(self) -> Any:
        assert self._answers is not None
        # wrangler does not end on every configuration error: it stands still instead
        if not select.select([self._answers], [], [], _PATIENCE_S)[0]:
            raise EdgeFailed(f"the Worker gave no answer for {_PATIENCE_S:g} s:\n{self._output()}")
        line = self._answers.readline()
        if not line:
            raise EdgeFailed(f"the Worker has died:\n{self._output()}")
        return json.loads(line)

    def _output(self) -> str:
        self._said.seek(0)
        return self._said.read()[-4000:]

    def _defaults(self) -> dict[str, str]:
        return {
            "STORAGE_ENDPOINT": self.storage_endpoint,
            "STORAGE_BUCKET": BUCKET,
            "STORAGE_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "STORAGE_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "PUBLIC_URL": self.url,
        }


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _facts(found: Any) -> ObjectFacts:
    return ObjectFacts(found["key"], found["size"], found["etag"], found.get("contentType"))
