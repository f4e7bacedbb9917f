"""The object store as edge needs it: small JSON objects written by compare-and-set, and facts about large ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_DELETE_AT_ONCE = 1000
_TOO_FAST = "(10058)"
_WRITES = 4
_BETWEEN_WRITES_S = 1.2


class PreconditionFailed(Exception):
    """Somebody else wrote this object since it was read: read again, decide again."""


@dataclass(frozen=True)
class ObjectFacts:
    """What the store knows of an object; the ETag without quotes."""

    key: str
    bytes: int
    etag: str


@dataclass(frozen=True)
class StoredText:
    """A small object and the ETag to write it back with."""

    text: str
    etag: str


class ObjectStore(Protocol):
    """A bucket. Every method may also raise what the transport raises; callers let that pass and are tried again."""

    async def head(self, key: str) -> ObjectFacts | None:
        """Facts about an object, None where there is none."""

    async def read(self, key: str) -> StoredText | None:
        """A small text object, None where there is none."""

    async def create(self, key: str, text: str) -> str:
        """Store a JSON object that must not exist yet; its ETag. Raises PreconditionFailed."""

    async def replace(self, key: str, text: str, etag: str) -> str:
        """Store a JSON object in place of the one with `etag`; the new ETag. Raises PreconditionFailed."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; those that do not exist are no error."""

    def list(self, prefix: str, after: str = "") -> AsyncIterator[ObjectFacts]:
        """All objects under a prefix, in order of their keys, from the first behind `after` on."""


class R2Store:
    """The bucket through the Worker's R2 binding.

    R2 takes about one write a second to one key and refuses more with error 10058; such a write is made again after
    `pause` seconds. Its condition makes that safe.
    """

    def __init__(self, bucket: Any, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._bucket = bucket
        self._pause = pause

    async def head(self, key: str) -> ObjectFacts | None:
        found = await self._bucket.head(key)
        return None if found is None else _facts(found)

    async def read(self, key: str) -> StoredText | None:
        found = await self._bucket.get(key)
        return None if found is None else StoredText(text=await found.text(), etag=found.etag)

    async def create(self, key: str, text: str) -> str:
        return await self._put(key, text, {"etagDoesNotMatch": "*"})

    async def replace(self, key: str, text: str, etag: str) -> str:
        return await self._put(key, text, {"etagMatches": etag})

    async def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _DELETE_AT_ONCE):
            await self._bucket.delete(list(keys[start : start + _DELETE_AT_ONCE]))

    async def list(self, prefix: str, after: str = "") -> AsyncIterator[ObjectFacts]:
        beginning = {"startAfter": after} if after else {}
        cursor: str | None = None
        while True:
            page = await self._bucket.list({"prefix": prefix} | ({"cursor": cursor} if cursor else beginning))
            for found in page["objects"]:
                yield _facts(found)
            if not page["truncated"]:
                return
            cursor = page["cursor"]

    async def _put(self, key: str, text: str, condition: dict[str, str]) -> str:
        metadata = {"contentType": "application/json", "cacheControl": "no-store"}
        for left in reversed(range(_WRITES)):
            try:
                stored = await self._bucket.put(key, text, {"onlyIf": condition, "httpMetadata": metadata})
            except Exception as refused:
                if _TOO_FAST not in str(refused) or not left:
                    raise
                await self._pause(_BETWEEN_WRITES_S)
            else:
                break
        if stored is None:
            raise PreconditionFailed(key)
        return str(stored.etag)


def _facts(found: Any) -> ObjectFacts:
    return ObjectFacts(key=found.key, bytes=int(found.size), etag=found.etag)
