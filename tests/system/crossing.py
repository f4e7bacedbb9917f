"""Puts the stack's storage on an origin of its own, behind the committed cross-origin rules, as R2 is.

The local simulator serves page and storage from one origin and allows every other. Two small proxies part them: one for
the page and its API, one for the storage. Signatures stay valid because the storage still sees the host it was signed
for; the page sees the storage's new address in every answer and in its policy.
"""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar
from urllib.parse import urlsplit

from tests.frontend.cors import answered, committed_rules, preflight

RULES = committed_rules()
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server", "host"}


class Crossing:
    """Context manager. `page_url` serves what the stack serves; `storage_url` is where its links then point."""

    def __init__(self, stack_url: str) -> None:
        self.stack_url = stack_url
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> Crossing:
        self.storage_url = self._serve(_StorageProxy)
        self.page_url = self._serve(_PageProxy)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _serve(self, handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type(handler.__name__, (handler,), {"crossing": self}))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"


class _Proxy(BaseHTTPRequestHandler):
    crossing: ClassVar[Crossing]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def fetch(self, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """The stack's own answer to this request."""
        target = urlsplit(self.crossing.stack_url)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(target.netloc, timeout=60)
        try:
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
            return response.status, kept, response.read()
        finally:
            connection.close()

    def passed_on(self) -> dict[str, str]:
        """The request's headers without those of this connection, and without what tells of another origin."""
        left_out = HOP_BY_HOP | {"origin", "referer", "accept-encoding"}
        return {name: value for name, value in self.headers.items() if name.lower() not in left_out}

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer the browser."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _PageProxy(_Proxy):
    def do_GET(self) -> None:
        """Page and API, with the storage's other address."""
        status, headers, body = self.fetch(self.passed_on())
        old, new = self.crossing.stack_url, self.crossing.storage_url
        moved = {name: value.replace(old, new) for name, value in headers.items()}
        self.reply(status, moved, body.replace(old.encode(), new.encode()))

    do_POST = do_GET
    do_DELETE = do_GET


class _StorageProxy(_Proxy):
    def do_OPTIONS(self) -> None:
        """Preflight, by the committed rules."""
        allowed = preflight(RULES, dict(self.headers.items()))
        self.reply(403 if allowed is None else 204, allowed or {}, b"")

    def do_GET(self) -> None:
        """An object; the simulator's own permissions are left out."""
        status, headers, body = self.fetch(self.passed_on())
        own = {name: value for name, value in headers.items() if not name.lower().startswith("access-control-")}
        self.reply(status, {**own, **answered(RULES, self.headers.get("Origin"), self.command)}, body)

    do_PUT = do_GET
    do_HEAD = do_GET
