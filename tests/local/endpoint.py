"""A client of an emulated endpoint, and a receiver of its webhooks."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.runpod import Emulator
from local.waiting import wait_until

FINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Answer:
    """HTTP status and JSON body."""

    code: int
    body: Any


@dataclass(frozen=True)
class Endpoint:
    """Calls the public API of an emulator over HTTP."""

    emulator: Emulator

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        """One request with the account's key, or another."""
        request = urllib.request.Request(
            f"{self.emulator.url}/v2/{self.emulator.settings.endpoint}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {key or self.emulator.settings.api_key}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                return Answer(response.status, json.load(response))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.loads(error.read() or b"null"))

    def run(self, webhook: str | None = None, policy: dict[str, int] | None = None, **wish: Any) -> str:
        """Queue a job that asks the tiny worker for `wish`; its id."""
        body = {"input": {"id": 1, **wish}, "webhook": webhook, "policy": policy}
        return str(self.call("POST", "run", {k: v for k, v in body.items() if v is not None}).body["id"])

    def status(self, job_id: str) -> dict[str, Any]:
        """What `/status` says."""
        return dict(self.call("GET", f"status/{job_id}").body)

    def wait(self, job_id: str, states: set[str] = FINAL) -> dict[str, Any]:
        """The job once it is in one of `states`."""
        wait_until(lambda: self.status(job_id)["status"] in states, PATIENCE_S, f"{job_id} to be {states}")
        return self.status(job_id)

    def started(self, journal: Path, deliveries: int = 1) -> list[list[str]]:
        """Job and worker of every start in the journal, once there are that many."""
        wait_until(lambda: len(_lines(journal)) >= deliveries, PATIENCE_S, f"{deliveries} starts")
        return _lines(journal)


def _lines(journal: Path) -> list[list[str]]:
    return [line.split() for line in journal.read_text().splitlines()] if journal.exists() else []


@dataclass
class Receiver:
    """Takes webhooks; answers with the codes given, then with 200."""

    codes: list[int] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.received.append(body)
                self.send_response(receiver.codes.pop(0) if receiver.codes else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?mac=1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
