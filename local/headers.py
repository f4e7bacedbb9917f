"""Writes `_headers`, by which Cloudflare's assets send the page with its Content-Security-Policy.

The page talks to two origins: its own and the storage's, which only whoever deploys or starts the local stack knows.
So the file is made after the build, into the folder that is served.
"""

from __future__ import annotations

import re
from pathlib import Path

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class NotAnOrigin(ValueError):
    """The storage origin must be `scheme://host[:port]`, nothing more: it becomes part of a policy."""


def content_security_policy(storage_origin: str) -> str:
    """The policy of the page: scripts and styles from itself only, data also from the storage. Raises NotAnOrigin."""
    if _ORIGIN.fullmatch(storage_origin) is None:
        raise NotAnOrigin(storage_origin)
    data = f"'self' blob: {storage_origin}"
    rules = {
        "default-src": "'self'",
        "connect-src": data,
        "img-src": data,
        "media-src": data,
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def write_headers(dist: Path, storage_origin: str) -> None:
    """Write `dist/_headers` for a page whose presigned URLs point to `storage_origin`. Raises NotAnOrigin."""
    everywhere = {
        "Content-Security-Policy": content_security_policy(storage_origin),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    # Built files carry a hash of their content in the name, so they never change.
    assets = {"Cache-Control": "public, max-age=31536000, immutable"}
    (dist / "_headers").write_text(f"{_rule('/*', everywhere)}\n{_rule('/assets/*', assets)}", encoding="utf-8")


def _rule(pattern: str, headers: dict[str, str]) -> str:
    return "".join([f"{pattern}\n", *(f"  {name}: {value}\n" for name, value in headers.items())])
