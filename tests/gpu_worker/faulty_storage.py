"""A small S3-like server on the loopback interface that fails in the ways networks do; a fake of the outside."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
from botocore.config import Config

Fault = Callable[[int], str]
"""Takes the number of the GET request; returns `ok`, `reset`, `close` (early), `503`, or `whole` (range ignored)."""


class FaultyStorage(ThreadingHTTPServer):
    """Holds one object, `b/k`."""

    daemon_threads = True

    def __init__(self, content: bytes, fault: Fault) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content, self.fault, self.etag = content, fault, '"v1"'
        self.gets: list[str] = []
        """The ranges asked for."""

    def client(self) -> Any:
        """A boto3 client that does not hide faults behind tries of its own."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.server_port}",
            aws_access_key_id="id",
            aws_secret_access_key="secret",
            config=Config(
                region_name="auto",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "total_max_attempts": 1},
                read_timeout=5,
            ),
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are what this server is for."""


@contextmanager
def storage(content: bytes, fault: Fault = lambda _: "ok") -> Iterator[FaultyStorage]:
    """Run the server for as long as the block lasts."""
    with FaultyStorage(content, fault) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FaultyStorage
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        found = self.path == "/b/k"
        self._head(200 if found else 404, len(self.server.content) if found else 0)

    def do_GET(self) -> None:
        self.server.gets.append(self.headers["Range"])
        fault = self.server.fault(len(self.server.gets))
        if fault == "503":
            self._head(503, 0)
            return
        if self.headers["If-Match"] != self.server.etag:
            body = b"<Error><Code>PreconditionFailed</Code></Error>"
            self._head(412, len(body))
            self.wfile.write(body)
            return
        first, last = (int(n) for n in self.headers["Range"].removeprefix("bytes=").split("-"))
        body = self.server.content[first : last + 1]
        if fault == "whole":
            self._head(200, len(self.server.content))
            self.wfile.write(self.server.content)
            return
        self._head(206, len(body), f"bytes {first}-{first + len(body) - 1}/{len(self.server.content)}")
        self.wfile.write(body if fault == "ok" else body[: len(body) // 2])
        if fault == "reset":
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = fault != "ok"

    def _head(self, status: int, length: int, content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", self.server.etag)
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
