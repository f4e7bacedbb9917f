"""What the fake cloud keeps and what it has seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Stored:
    """An object and its type."""

    body: bytes
    content_type: str

    @property
    def etag(self) -> str:
        """Quoted, as S3 gives it."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


@dataclass(frozen=True)
class Seen:
    """A request that came."""

    method: str
    path: str
    conditional: bool
