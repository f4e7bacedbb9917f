"""HTTP of the fake cloud: one handler for the page and its API, one for the storage."""

from __future__ import annotations

import json
import mimetypes
import re
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from api import NewJob, Reanalysis
from problems import Problem, not_found
from tests.frontend.cors import answered, committed_rules, preflight
from tests.frontend.objects import Seen, Stored

if TYPE_CHECKING:
    from tests.frontend.fake_cloud import FakeCloud

JOB = re.compile(r"/api/jobs/(?P<job>[\w-]{22})(?:/(?P<action>cancel|retry|reanalyse))?")
RULES = committed_rules()


class _Handler(BaseHTTPRequestHandler):
    cloud: ClassVar[FakeCloud]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `cloud.seen` instead."""

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Answer and go on."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def note(self, path: str) -> None:
        """Write down that this request came."""
        self.cloud.seen.append(Seen(self.command, path, self.headers.get("If-None-Match") is not None))

    def hang_up(self) -> None:
        """Break the connection without an answer."""
        self.close_connection = True
        self.connection.close()


class SiteHandler(_Handler):
    """The page with the headers of `_headers`, and the API."""

    def do_GET(self) -> None:
        """Page, asset or job."""
        path = urlsplit(self.path).path
        if path.startswith("/api/"):
            return self._api()
        file = (self.cloud.dist / ("index.html" if path == "/" else path.lstrip("/"))).resolve()
        if self.cloud.dist.resolve() not in file.parents or not file.is_file():
            return self.reply(404)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return self.reply(200, file.read_bytes(), {"Content-Type": kind, **page_headers(self.cloud.dist)})

    def do_POST(self) -> None:
        """The API."""
        self._api()

    def do_DELETE(self) -> None:
        """The API."""
        self._api()

    def _api(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.cloud.faults.edge_down:
            return self.hang_up()
        try:
            status, answer = self._answer(body)
        except Problem as problem:
            document = json.dumps(problem.body()).encode()
            return self.reply(problem.status, document, {"Content-Type": "application/problem+json"})
        return self.reply(status, answer, {"Content-Type": "application/json", "Cache-Control": "no-store"})

    def _answer(self, body: bytes) -> tuple[int, bytes]:
        path = urlsplit(self.path).path
        self.note(path)
        if self.command == "POST" and path == "/api/jobs":
            return 201, self.cloud.create(NewJob.model_validate_json(body)).model_dump_json().encode()
        found = JOB.fullmatch(path)
        if found is None:
            raise not_found()
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if found["action"] == "reanalyse":
            asked = Reanalysis.model_validate_json(body)
            return 201, self.cloud.reanalyse(found["job"], token, asked).model_dump_json().encode()
        action = "delete" if self.command == "DELETE" else found["action"] or "see"
        view = self.cloud.act(found["job"], action, token)
        return (204, b"") if view is None else (202 if action == "retry" else 200, view.model_dump_json().encode())


class StorageHandler(_Handler):
    """The bucket behind presigned links, with the committed cross-origin rules."""

    def do_OPTIONS(self) -> None:
        """Preflight."""
        allowed = preflight(RULES, dict(self.headers.items()))
        asks_condition = "if-none-match" in (self.headers.get("Access-Control-Request-Headers") or "")
        reading = self.headers.get("Access-Control-Request-Method") == "GET"
        if allowed is None or (self.cloud.faults.conditional_down and asks_condition and reading):
            return self.reply(403)
        return self.reply(204, b"", allowed)

    def do_GET(self) -> None:
        """An object, whole or in part; 304 where the reader has it."""
        key = self._key()
        self.note(f"/{key}")
        if self.cloud.faults.storage_down:
            return self.hang_up()
        if not self.cloud.admits(self.path) or self._refused(key):
            return self._reply(403)
        stored = self.cloud.objects.get(key)
        if stored is None:
            return self._reply(404)
        if self.headers.get("If-None-Match") == stored.etag:
            return self._reply(304, b"", {"ETag": stored.etag})
        return self._send(key, stored)

    def do_PUT(self) -> None:
        """Store a new object; what exists stays (412)."""
        key, fault = self._key(), self._fault()
        self.note(f"/{key}")
        if fault in {"403", "503"}:
            self.rfile.read(int(self.headers["Content-Length"]))
            return self._reply(int(fault))
        if fault == "drop":
            return self.hang_up()
        body = self._body()
        if key in self.cloud.objects and self.headers.get("If-None-Match") == "*":
            return self._reply(412)
        job = self.cloud.options[key.split("/")[1]]
        if (self.headers.get("Content-Type"), len(body)) != (job.content_type, job.bytes):
            return self._reply(403)
        self.cloud.objects[key] = Stored(body, job.content_type)
        return self.hang_up() if fault == "lost_answer" else self._reply(200)

    def _refused(self, key: str) -> bool:
        endings = self.cloud.faults.refuse_once
        found = next((ending for ending in endings if key.endswith(ending)), None)
        if found is not None:
            endings.remove(found)
        return found is not None

    def _body(self) -> bytes:
        length = int(self.headers["Content-Length"])
        first = self.rfile.read(length // 2)
        if self.cloud.faults.gate is not None:
            self.cloud.faults.gate.wait()
        return first + self.rfile.read(length - length // 2)

    def _fault(self) -> str:
        return self.cloud.faults.puts.pop(0) if self.cloud.faults.puts else ""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _send(self, key: str, stored: Stored) -> None:
        name = parse_qs(urlsplit(self.path).query).get("attachment", [""])[0]
        headers = {"ETag": stored.etag, "Content-Type": stored.content_type, "Accept-Ranges": "bytes"}
        if name:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if wanted is None:
            return self._reply(200, stored.body, headers)
        start, end = int(wanted[1]), int(wanted[2] or len(stored.body) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(stored.body)}"
        return self._reply(206, stored.body[start : end + 1], headers)

    def _reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        shared = answered(RULES, self.headers.get("Origin"), self.command)
        self.reply(status, body, {**(headers or {}), **shared})


def page_headers(dist: Path) -> dict[str, str]:
    """The headers `_headers` gives to every path."""
    rules = (dist / "_headers").read_text().split("\n/")[0].splitlines()[1:]
    return dict(line.strip().split(": ", 1) for line in rules if line.strip())
