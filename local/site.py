"""The built page as it is served: with the headers that let it talk to us and to its storage, and to nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit


def policy(storage_endpoint: str) -> str:
    """The Content-Security-Policy of a page whose videos and results lie at `storage_endpoint`."""
    address = urlsplit(storage_endpoint)
    sources = f"'self' blob: {address.scheme}://{address.netloc}"
    return "; ".join(
        [
            "default-src 'self'",
            *(f"{kind}-src {sources}" for kind in ("connect", "img", "media")),
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def headers(storage_endpoint: str) -> str:
    """Cloudflare's `_headers` file for the page."""
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy(storage_endpoint)}\n"
        "  Referrer-Policy: no-referrer\n"
        "  X-Content-Type-Options: nosniff\n"
    )


def publish(built: Path, target: Path, storage_endpoint: str) -> None:
    """Copy the built page to `target`, with its headers. Raises FileNotFoundError when it was not built."""
    if not (built / "index.html").is_file():
        raise FileNotFoundError(f"{built}: the page is not built")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)
    (target / "_headers").write_text(headers(storage_endpoint))
