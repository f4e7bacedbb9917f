"""A job as the page drives it: announce, put the video into storage, watch the status object, fetch the results."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from contract.job import ArtifactKind, JobOptions, JobStatus

TIMEOUT_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S, PAUSE_GROWTH = 1.0, 4.0, 1.5
_BLOCK = 1 << 20
# Whatever proxy the environment names, these addresses are on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Refused(Exception):
    """Edge or storage said no; `code` is the problem document's, or the HTTP status as text."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{detail or code} (HTTP {status})")
        self.status, self.code = status, code


class Unreachable(Exception):
    """Nothing answered."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Upload(_Answer):
    """How to send the video."""

    method: str
    url: str
    headers: dict[str, str]


class Created(_Answer):
    """A job that waits for its video."""

    job_id: str
    token: str
    status_url: str
    upload: Upload


class Link(_Answer):
    """A result and where to fetch it now."""

    name: str
    kind: ArtifactKind
    bytes: int
    url: str


class View(_Answer):
    """The status with fresh links."""

    status: JobStatus
    status_url: str
    artifacts: tuple[Link, ...]


@dataclass(frozen=True)
class Response:
    """An HTTP answer, whole."""

    status: int
    body: bytes
    etag: str = ""


@dataclass
class Watch:
    """What was seen of the status object: every change, and how many of the reads brought nothing new."""

    history: list[JobStatus] = field(default_factory=list)
    reads: int = 0
    unchanged: int = 0

    @property
    def last(self) -> JobStatus:
        """The newest status."""
        return self.history[-1]


class Client:
    """Talks to one edge, and to the storage it points at. `asked` counts the requests to each address of the edge."""

    def __init__(self, url: str, opener: urllib.request.OpenerDirector = _OPENER) -> None:
        self._url = url
        self._opener = opener
        self.asked: Counter[str] = Counter()

    def create(self, name: str, size: int, content_type: str, options: JobOptions | None = None) -> Created:
        """Announce a video. Raises Refused or Unreachable."""
        asked: dict[str, Any] = {"name": name, "bytes": size, "content_type": content_type}
        if options is not None:
            asked["options"] = options.model_dump(mode="json")
        return Created.model_validate_json(self._api("POST", "/api/jobs", json.dumps(asked).encode()).body)

    def put(self, created: Created, video: Path) -> None:
        """Send the video straight to storage, from disk. Raises Refused or Unreachable."""
        upload = created.upload
        # As in a browser, the length is the body's own, whatever was announced.
        headers = {name: value for name, value in upload.headers.items() if name.lower() != "content-length"}
        headers["Content-Length"] = str(video.stat().st_size)
        with video.open("rb") as body:
            request = urllib.request.Request(upload.url, data=body, headers=headers, method=upload.method)
            _accepted(self._send(request))

    def watch(
        self,
        created: Created,
        tell: Callable[[JobStatus], None] = lambda _: None,
        check: Callable[[], None] = lambda: None,
    ) -> Watch:
        """Read the status object, not the edge, until the job has ended.

        `tell` gets every new status; `check` is called between the reads and may raise to stop waiting.
        """
        watch, etag, pause = Watch(), "", FIRST_PAUSE_S
        while True:
            watch.reads += 1
            conditional = {"If-None-Match": etag} if etag else {}
            found = self._send(urllib.request.Request(created.status_url, headers=conditional))
            if found.status == 304:
                watch.unchanged += 1
                pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE_S)
            else:
                _accepted(found)
                watch.history.append(JobStatus.model_validate_json(found.body))
                tell(watch.last)
                etag, pause = found.etag, FIRST_PAUSE_S
            if watch.last.ended:
                return watch
            check()
            time.sleep(pause)

    def view(self, created: Created) -> View:
        """The job with fresh links, as its owner may see it. Raises Refused or Unreachable."""
        return View.model_validate_json(self._api("GET", f"/api/jobs/{created.job_id}", token=created.token).body)

    def cancel(self, created: Created) -> View:
        """Stop the job. Raises Refused or Unreachable."""
        path = f"/api/jobs/{created.job_id}/cancel"
        return View.model_validate_json(self._api("POST", path, b"", token=created.token).body)

    def fetch(self, link: Link, target: Path) -> None:
        """Download a result. Raises Refused or Unreachable."""
        try:
            with self._opener.open(link.url, timeout=TIMEOUT_S) as response, target.open("wb") as file:
                while block := response.read(_BLOCK):
                    file.write(block)
        except urllib.error.HTTPError as error:
            _accepted(Response(error.code, error.read()))
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{link.name}: {error}") from error

    def _api(self, method: str, path: str, body: bytes | None = None, token: str = "") -> Response:
        self.asked[f"{method} {path}"] += 1
        headers = {"Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return _accepted(
            self._send(urllib.request.Request(self._url + path, data=body, headers=headers, method=method))
        )

    def _send(self, request: urllib.request.Request) -> Response:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return Response(response.status, response.read(), response.headers.get("ETag", ""))
        except urllib.error.HTTPError as error:
            return Response(error.code, error.read())
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{request.method} {request.host}: {error}") from error


def _accepted(response: Response) -> Response:
    if 200 <= response.status < 300:
        return response
    try:
        problem = json.loads(response.body)
        code, detail = str(problem["code"]), str(problem.get("detail", ""))
    except (ValueError, KeyError, TypeError):
        code, detail = str(response.status), response.body.decode(errors="replace")[:300]
    raise Refused(response.status, code, detail)
