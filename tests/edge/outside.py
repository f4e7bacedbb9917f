"""What lies outside of edge in its tests: an HTTP client, a caller with a job, and somebody who plays RunPod."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import keys
from contract.job import JobRecord, JobState, JobStatus
from local.edge import EVENTS, Edge
from local.waiting import wait_until

LINK_KEY = "the-newest-secret-of-links"
OLD_LINK_KEY = "the-secret-of-links-before-it"
API_KEY = "a-runpod-key-for-tests"
NONCE = "nonce-of-a-worker"
PATIENCE_S = 40.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def ask(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One HTTP request; a body that is not bytes goes as JSON.

    Each comes from another address, unless `headers` say from which, because jobs of one address are counted.
    """
    sent = {"cf-connecting-ip": f"10.{'.'.join(str(part) for part in secrets.token_bytes(3))}", **(headers or {})}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        sent.setdefault("content-type", "application/json")
    request = urllib.request.Request(url, data=body, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as got:
            return Answer(got.status, {k.lower(): v for k, v in got.headers.items()}, got.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, {k.lower(): v for k, v in refused.headers.items()}, refused.read())


@dataclass
class RunPodStandIn:
    """Answers RunPod's public API and remembers what it was asked. The outside, not a part of ours."""

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    keys_seen: set[str] = field(default_factory=set)
    refuse: set[str] = field(default_factory=set)  # job ids whose /run fails
    health_asked: int = 0
    url: str = ""

    def runs_of(self, job_id: str) -> list[dict[str, Any]]:
        """The requests of one job's runs, oldest first."""
        return [run for run in self.runs.values() if run["input"]["job_id"] == job_id]

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> tuple[int, Any]:
        """What RunPod would say."""
        self.keys_seen.add(authorization)
        _, _, _, operation, *rest = path.split("/")
        if operation == "run":
            request = json.loads(body)
            if request["input"]["job_id"] in self.refuse:
                return 500, {"error": "no capacity"}
            run_id = f"run-{len(self.runs) + 1}"
            self.runs[run_id] = {**request, "id": run_id, "status": "IN_QUEUE"}
            return 200, {"id": run_id, "status": "IN_QUEUE"}
        if operation == "health":
            self.health_asked += 1
            return 200, {"jobs": {}, "workers": {"idle": 1, "unhealthy": 0}}
        run = self.runs.get(rest[0])
        if run is None:
            return 404, {"error": "job not found"}
        if operation == "cancel":
            self.cancelled.append(rest[0])
            run["status"] = "CANCELLED"
        return 200, {"id": rest[0], **{name: run.get(name) for name in ("status", "error", "executionTime")}}


@dataclass(frozen=True)
class Caller:
    """Somebody with a job: what the browser knows, and what lies in the bucket behind it."""

    edge: Edge
    job_id: str
    token: str
    status_url: str
    upload: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> JobStatus:
        """The polled object, fetched as the browser does."""
        return JobStatus.model_validate_json(ask("GET", self.status_url).body)

    @property
    def record(self) -> JobRecord:
        """Edge's private record."""
        return JobRecord.model_validate_json(self.edge.objects.get(keys.record(self.job_id)) or b"")

    @property
    def key(self) -> str:
        """Where the video lies."""
        assert self.record.upload is not None
        return self.record.upload.key

    def api(self, method: str, suffix: str = "", body: Any = None) -> Answer:
        """A request about the job, with its token."""
        url = f"{self.edge.url}/api/jobs/{self.job_id}{suffix}"
        return ask(method, url, body, headers={"authorization": f"Bearer {self.token}"})

    def put(self, content: bytes) -> Answer:
        """The upload as the browser sends it."""
        return ask("PUT", self.upload["url"], content, self.upload["headers"])

    def announce(self, times: int = 1) -> None:
        """R2's event about what lies in the bucket now."""
        facts = self.edge.objects.head(self.key)
        assert facts is not None
        self.edge.send(EVENTS, [event(self.key, facts.size, facts.etag)] * times)

    def reaches(self, wanted: JobState, attempt: int | None = None) -> JobStatus:
        """Wait for a state; the status then."""

        def look() -> JobStatus | None:
            now = self.status
            return now if now.state is wanted and attempt in (None, now.attempt) else None

        found = wait_until(look, PATIENCE_S, f"{wanted} of {self.job_id}")
        assert found is not None
        return found

    def age(self, days: int) -> None:
        """Let the job have been announced days ago."""
        record = self.record.model_copy(update={"created_at": self.record.created_at - timedelta(days=days)})
        self.edge.objects.put(keys.record(self.job_id), record.model_dump_json().encode(), "application/json")

    def write(self, status: JobStatus) -> None:
        """Write the status as a worker does."""
        self.edge.objects.put(keys.status(self.job_id), status.model_dump_json().encode(), "application/json")


def event(key: str, size: int, etag: str) -> dict[str, Any]:
    """R2's event notification."""
    return {
        "account": "account",
        "action": "PutObject",
        "bucket": "poloha",
        "object": {"key": key, "size": size, "eTag": etag},
        "eventTime": datetime.now(UTC).isoformat(),
    }
