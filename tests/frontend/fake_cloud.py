"""The world outside the page: an edge that answers the API's own models and a storage on another origin.

Tests move a job along with `contract.state`, as the real tiers do, and break things with the switches of `Faults`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, quote, urlsplit

from api import ArtifactLink, JobCreated, JobStarted, JobView, NewJob, Reanalysis, UploadInstructions
from contract import keys, state
from contract.job import Artifact, ArtifactKind, JobState, JobStatus, Lease, Stage, VideoFacts
from local.headers import write_headers
from problems import Problem, not_found
from tests.frontend.handlers import SiteHandler, StorageHandler
from tests.frontend.objects import Seen, Stored

LEASE = Lease(run_id="run-1", nonce="nonce-000001")


@dataclass
class Faults:
    """What goes wrong. Lists are used up from the front."""

    puts: list[str] = field(default_factory=list)
    """For each coming PUT: `drop` (the connection breaks), `lost_answer` (stored, but nobody hears), `503`, `403`."""
    create: Problem | None = None
    hold_create: threading.Event | None = None
    """Holds the edge's answers to announced videos until it is set."""
    reanalyse: Problem | None = None
    hold_reanalyse: threading.Event | None = None
    """Holds the edge's answers to what is judged again until it is set."""
    storage_down: bool = False
    conditional_down: bool = False
    edge_down: bool = False
    refuse_once: list[str] = field(default_factory=list)
    """Endings of results whose next GET is refused, as with a link that has run out."""
    hold_view: threading.Event | None = None
    """Holds the edge's finished answers about a job until it is set, so that they are old when they arrive."""
    gate: threading.Event | None = None
    """Holds PUTs half-way until it is set."""


class FakeCloud:
    """Both servers. Context manager. `url` is the page's address; `storage_url` another origin."""

    def __init__(self, dist: Path) -> None:
        self.dist, self.faults = dist, Faults()
        self.objects: dict[str, Stored] = {}
        self.tokens: dict[str, str] = {}
        self.options: dict[str, NewJob] = {}
        self.reanalyses: dict[str, Reanalysis] = {}
        """What was asked for, by the new job's id."""
        self.seen: list[Seen] = []
        self.generation = 1
        """Presigned URLs of an older generation are refused, as expired ones are."""
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> FakeCloud:
        self.storage_url = self._serve(StorageHandler)
        write_headers(self.dist, self.storage_url)
        self.url = self._serve(SiteHandler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _serve(self, handler: type[BaseHTTPRequestHandler]) -> str:
        bound = type(handler.__name__, (handler,), {"cloud": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    # What the edge does

    def create(self, asked: NewJob) -> JobCreated:
        """Announce a video."""
        if self.faults.hold_create is not None:
            self.faults.hold_create.wait()
        if self.faults.create is not None:
            raise self.faults.create
        job_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.tokens[job_id], self.options[job_id] = token, asked
        self._store(state.create(job_id, VideoFacts(name=asked.name, bytes=asked.bytes), self._now()))
        headers = {"content-type": asked.content_type, "content-length": str(asked.bytes), "if-none-match": "*"}
        url = self.sign(keys.upload(job_id, asked.name))
        put = UploadInstructions(url=url, headers=headers, expires_at=self._now() + timedelta(hours=6))
        return JobCreated(job_id=job_id, token=token, status_url=self.sign(keys.status(job_id)), upload=put)

    def act(self, job_id: str, action: str, token: str) -> JobView | None:
        """See, cancel, retry or delete a job. Raises Problem."""
        if self.tokens.get(job_id) != token:
            raise not_found("There is no job with this id and token.")
        if action == "cancel":
            self.change(job_id, lambda status: state.cancel(status, self._now()))
        elif action == "retry":
            self.change(job_id, lambda status: state.retry(status, self._now()))
        elif action == "delete":
            self.change(job_id, lambda status: state.delete(status, self._now()))
            return None
        answer = self.view(job_id)
        if self.faults.hold_view is not None:
            self.faults.hold_view.wait()
        return answer

    def reanalyse(self, parent: str, token: str, asked: Reanalysis) -> JobStarted:
        """Start a job over a finished one's motion. Raises Problem."""
        if self.tokens.get(parent) != token:
            raise not_found("There is no job with this id and token.")
        if self.faults.hold_reanalyse is not None:
            self.faults.hold_reanalyse.wait()
        if self.faults.reanalyse is not None:
            raise self.faults.reanalyse
        job_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.tokens[job_id], self.reanalyses[job_id] = token, asked
        self._store(state.create_queued(job_id, self.status(parent).video, self._now()))
        return JobStarted(job_id=job_id, token=token, status_url=self.sign(keys.status(job_id)))

    def view(self, job_id: str) -> JobView:
        """The status with fresh links."""
        status, later = self.status(job_id), self._now() + timedelta(hours=1)
        links = [
            ArtifactLink(
                name=a.name,
                kind=a.kind,
                bytes=a.bytes,
                content_type=a.content_type,
                url=self.sign(a.key, attachment=a.name),
                expires_at=later,
            )
            for a in status.artifacts
        ]
        status_url = self.sign(keys.status(job_id))
        return JobView(status=status, status_url=status_url, status_url_expires_at=later, artifacts=links)

    def sign(self, key: str, **query: str) -> str:
        """A link of the present generation."""
        extra = "".join(f"&{name}={quote(value)}" for name, value in query.items())
        return f"{self.storage_url}/{quote(key)}?generation={self.generation}{extra}"

    def admits(self, url: str) -> bool:
        """Whether a link is still good."""
        return parse_qs(urlsplit(url).query).get("generation") == [str(self.generation)]

    def expire_links(self) -> None:
        """Refuse every link given out so far."""
        self.generation += 1

    # What the other tiers do

    def only_job(self) -> str:
        """The one job that was created."""
        (job_id,) = self.tokens
        return job_id

    def status(self, job_id: str) -> JobStatus:
        """The stored status."""
        return JobStatus.model_validate_json(self.objects[keys.status(job_id)].body)

    def change(self, job_id: str, step: Callable[[JobStatus], JobStatus]) -> JobStatus:
        """Store the status that `step` makes of the present one."""
        changed = step(self.status(job_id))
        self._store(changed)
        return changed

    def start(self, job_id: str) -> None:
        """Queue the job and let a worker take it."""
        self.queue(job_id)
        attempt = self.status(job_id).attempt
        self.change(job_id, lambda status: state.claim(status, attempt, LEASE, self._now(), 45))

    def queue(self, job_id: str) -> None:
        """The upload's event has arrived."""
        if self.status(job_id).state is JobState.AWAITING_UPLOAD:
            self.change(job_id, lambda status: state.queue(status, 1, self._now()))

    def report(self, job_id: str, stage: Stage, progress: float, artifacts: tuple[Artifact, ...] = ()) -> None:
        """The worker shows how far it is."""
        video = VideoFacts(name=self.status(job_id).video.name, bytes=self.status(job_id).video.bytes,
                           duration_s=4.0, width=1280, height=720, fps=30.0, frames=120)  # fmt: skip
        attempt = self.status(job_id).attempt
        self.change(
            job_id,
            lambda status: state.report(
                status,
                attempt,
                LEASE.nonce,
                self._now(),
                stage=stage,
                progress=progress,
                video=video,
                artifacts=artifacts,
            ),
        )

    def complete(self, job_id: str, artifacts: tuple[Artifact, ...]) -> None:
        """The worker closes the job."""
        attempt = self.status(job_id).attempt
        self.change(job_id, lambda status: state.complete(status, attempt, LEASE.nonce, self._now(), artifacts, None))

    def put_result(self, job_id: str, kind: ArtifactKind, body: bytes, content_type: str) -> Artifact:
        """Store a result file."""
        status = self.status(job_id)
        key = keys.result(job_id, status.attempt, LEASE.nonce, status.video.name, kind)
        self.objects[key] = Stored(body, content_type)
        digest = hashlib.sha256(body).hexdigest()
        name = f"{keys.stem(status.video.name)}.{kind}"
        return Artifact(name=name, kind=kind, key=key, bytes=len(body), sha256=digest, content_type=content_type)

    def wait_for(self, happened: Callable[[], bool], limit_s: float = 20) -> None:
        """Look until something has happened. Raises TimeoutError."""
        deadline = time.monotonic() + limit_s
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.02)

    def uploaded(self, job_id: str) -> Stored | None:
        """The video as it arrived."""
        return self.objects.get(keys.upload(job_id, self.options[job_id].name))

    def _store(self, status: JobStatus) -> None:
        body = json.dumps(status.model_dump(mode="json")).encode()
        self.objects[keys.status(status.job_id)] = Stored(body, "application/json")

    def _now(self) -> datetime:
        return datetime.now(UTC)
