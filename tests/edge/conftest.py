"""One real Worker for all tests of edge."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract import state
from contract.job import Lease
from local import worker_bundle
from local.edge import ROOT, Edge, RelaySettings
from local.waiting import wait_until
from tests.edge.outside import API_KEY, LINK_KEY, NONCE, OLD_LINK_KEY, PATIENCE_S, Caller, RunPodStandIn, ask


@pytest.fixture(scope="session")
def runpod() -> Iterator[RunPodStandIn]:
    stand_in = RunPodStandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, said = stand_in.answer(self.command, self.path, self.headers.get("authorization", ""), body)
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield stand_in
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def edge(runpod: RunPodStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    worker_bundle.ensure(ROOT)
    assets: Path = tmp_path_factory.mktemp("assets")
    (assets / "index.html").write_text("<title>the page</title>")
    variables = {
        "RUNPOD_API_BASE": runpod.url,
        "RUNPOD_ENDPOINT_ID": "endpoint",
        "RUNPOD_API_KEY": API_KEY,
        "LINK_KEYS": f"{LINK_KEY},{OLD_LINK_KEY}",
        "LOOK_S": "1",
        "RETRY_S": "1",
    }
    with Edge(variables, assets=assets, relay=RelaySettings(enabled=False)) as running:
        yield running


@pytest.fixture
def new_job(edge: Edge) -> Iterator[Callable[..., Caller]]:
    """Announces a video of some size. Afterwards the job is deleted, so that no watchdog looks at it any more."""
    made: list[Caller] = []

    def announce(size: int = 5, name: str = "walk.mp4", **more: Any) -> Caller:
        body = {"name": name, "bytes": size, "content_type": "video/mp4", **more}
        answer = ask("POST", f"{edge.url}/api/jobs", body)
        assert answer.status == 201, answer.body
        job = answer.json
        made.append(Caller(edge, job["job_id"], job["token"], job["status_url"], job["upload"]))
        return made[-1]

    yield announce
    for job in made:
        job.api("DELETE")


@pytest.fixture
def queued(new_job: Callable[..., Caller], runpod: RunPodStandIn) -> Callable[[], Caller]:
    """A job whose video was uploaded and announced, and whose run waits at RunPod."""

    def send() -> Caller:
        caller = new_job()
        assert caller.put(b"video").status == 200
        caller.announce()
        wait_until(lambda: caller.record.attempts and caller.record.attempts[0].run_ids, PATIENCE_S, "a run")
        return caller

    return send


@pytest.fixture
def processing(queued: Callable[[], Caller]) -> Callable[..., Caller]:
    """A job that a worker took and last showed life `silent_s` seconds ago."""

    def claim(silent_s: float) -> Caller:
        caller = queued()
        lease = Lease(run_id=caller.record.attempts[0].run_ids[0], nonce=NONCE)
        status = state.claim(caller.status, 1, lease, datetime.now(UTC), 45)
        caller.write(status.model_copy(update={"heartbeat_at": datetime.now(UTC) - timedelta(seconds=silent_s)}))
        return caller

    return claim
