"""A video in a bucket as a seekable file: read in ranges, ahead of the decoder, without a full download.

FFmpeg's own HTTP reader loses frames silently when a connection breaks; this one goes on where it broke.
"""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from contract.failures import FailureCode, JobFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")
BLOCK_BYTES = 8 << 20
_KEPT_BLOCKS = 4
_ATTEMPTS = 8
_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 8.0


class RemoteFile(io.RawIOBase):
    """Read-only and seekable, over ranged GETs that all name the same ETag.

    Holds at most four blocks and the one being read ahead. Raises JobFailed(UPLOAD_INCOMPLETE) when the object is
    gone or is no longer the one with `etag`, OSError when the storage stays away through eight attempts.
    """

    def __init__(
        self,
        client: Any,
        bucket: str,
        key: str,
        etag: str | None,
        block_bytes: int = BLOCK_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._sleep = client, sleep
        self._object = {"Bucket": bucket, "Key": key, **({"IfMatch": _quoted(etag)} if etag else {})}
        self._block_bytes = block_bytes
        self._position = 0
        self._blocks: OrderedDict[int, Future[bytes]] = OrderedDict()
        self._reader = ThreadPoolExecutor(2, thread_name_prefix="read-ahead")
        self.size: int = self._persistently(lambda: self._client.head_object(**self._object)["ContentLength"])

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As io.IOBase: the new position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        """As io.RawIOBase: up to the end of a block at once, 0 at the end of the file."""
        view = memoryview(buffer).cast("B")
        if self._position >= self.size or not len(view):
            return 0
        number, offset = divmod(self._position, self._block_bytes)
        block = self._block(number)
        part = block[offset : offset + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Let go of the blocks and the threads."""
        if not self.closed:
            self._reader.shutdown(wait=False, cancel_futures=True)
            self._blocks.clear()
        super().close()

    def _block(self, number: int) -> bytes:
        self._ask(number)
        if (number + 1) * self._block_bytes < self.size:
            self._ask(number + 1)
        while len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        try:
            return self._blocks[number].result()
        except BaseException:
            self._blocks.pop(number, None)
            raise

    def _ask(self, number: int) -> None:
        if number not in self._blocks:
            self._blocks[number] = self._reader.submit(self._fetch, number)
        self._blocks.move_to_end(number)

    def _fetch(self, number: int) -> bytes:
        begin = number * self._block_bytes
        end = min(begin + self._block_bytes, self.size)
        block = bytearray()

        def go_on() -> bytes:
            answer = self._client.get_object(**self._object, Range=f"bytes={begin + len(block)}-{end - 1}")
            with answer["Body"] as body:
                while piece := body.read(1 << 16):
                    block.extend(piece)
            if len(block) < end - begin:
                raise OSError("the connection ended early")
            return bytes(block)

        return self._persistently(go_on)

    def _persistently(self, call: Callable[[], T]) -> T:
        wait = _FIRST_WAIT_S
        for _ in range(_ATTEMPTS):
            try:
                return call()
            except (BotoCoreError, ClientError, HTTPError, OSError) as error:
                _refuse_if_final(error)
                problem = error
            self._sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_S)
        raise OSError(f"the storage did not answer: {problem}") from problem


def _quoted(etag: str) -> str:
    """R2's events name ETags without their quotes, a condition needs them."""
    return f'"{etag.strip(chr(34))}"'


def _refuse_if_final(error: Exception) -> None:
    """Raises what trying again can't mend."""
    if not isinstance(error, ClientError):
        return
    status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
    if status in (404, 412):
        raise JobFailed(FailureCode.UPLOAD_INCOMPLETE, "the stored video is gone or was replaced") from error
    if status != 429 and status < 500:
        raise error
