"""The built page as it is served: with the headers that let it talk to us and to its storage, and to nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from local.headers import write_headers


def publish(built: Path, target: Path, storage_endpoint: str) -> None:
    """Copy the built page to `target`, with its headers. Raises FileNotFoundError when it was not built."""
    if not (built / "index.html").is_file():
        raise FileNotFoundError(f"{built}: the page is not built")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)
    storage = urlsplit(storage_endpoint)
    write_headers(target, f"{storage.scheme}://{storage.netloc}")
