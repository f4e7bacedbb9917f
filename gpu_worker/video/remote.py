"""An object in a bucket as a seekable file: ranged GETs that resume, one block of read-ahead, bounded memory.

FFmpeg's own HTTP reader silently lost a tenth of the frames under connection faults; this one reads on where a body
broke off, and never mixes two versions of an object, because every request names the ETag.
"""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_CACHED_BLOCKS = 3
_PIECE_BYTES = 1 << 18
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0
_GONE = {"NoSuchKey", "404", "NotFound", "NoSuchBucket"}
_CHANGED = {"PreconditionFailed", "412"}


class RemoteUnavailable(OSError):
    """The storage did not deliver in spite of many tries."""


class RemoteChanged(OSError):
    """The object is no longer the one that was opened."""


class RemoteFile(io.RawIOBase):
    """A read-only file over `client` (boto3, S3). Holds at most five blocks; close it to end the read-ahead.

    `etag` None means the version that is there now. Raises FileNotFoundError, RemoteChanged, or RemoteUnavailable
    when tries have brought nothing for `patience_s`, as `clock` tells it; `sleep` waits between them.
    """

    def __init__(
        self,
        client: Any,
        bucket: str,
        key: str,
        etag: str | None,
        block_bytes: int = 8 << 20,
        patience_s: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._client, self._object = client, {"Bucket": bucket, "Key": key}
        self._block_bytes, self._patience_s, self._sleep, self._clock = block_bytes, patience_s, sleep, clock
        self._position, self._last_block = 0, -1
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._ahead: tuple[int, Future[bytes]] | None = None
        self._closing = False
        self._fetcher = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        head = self._patiently(lambda: self._client.head_object(**self._object))
        self.size = int(head["ContentLength"])
        """Bytes of the object."""
        self._etag = str(head["ETag"])  # quoted, as If-Match wants it; `etag` may come without
        if etag is not None and etag.strip('"') != self._etag.strip('"'):
            raise RemoteChanged(f"{key} is another version than the one announced")

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """The position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position; nothing is fetched."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise OSError(22, "a position before the start")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` as far as the object goes; returns the count of bytes."""
        target = memoryview(buffer).cast("B")
        done = 0
        while done < len(target) and self._position < self.size:
            number, start = divmod(self._position, self._block_bytes)
            part = memoryview(self._block(number))[start : start + len(target) - done]
            target[done : done + len(part)] = part
            done += len(part)
            self._position += len(part)
        return done

    def close(self) -> None:
        """End the read-ahead and free the blocks."""
        if not self.closed:
            self._closing = True
            self._fetcher.shutdown(wait=True, cancel_futures=True)
            self._blocks.clear()
        super().close()

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
        else:
            if self._ahead is not None and self._ahead[0] == number:
                content = self._ahead[1].result()
            else:
                content = self._fetch(number)
            self._blocks[number] = content
            while len(self._blocks) > _CACHED_BLOCKS:
                self._blocks.popitem(last=False)
        # Who has just opened the file may seek to an index at its end; who reads on in order wants the next block.
        if number == self._last_block + 1 and number > 0:
            self._read_ahead(number + 1)
        self._last_block = number
        return self._blocks[number]

    def _read_ahead(self, number: int) -> None:
        wanted = number * self._block_bytes < self.size and number not in self._blocks
        if wanted and (self._ahead is None or self._ahead[0] != number):
            if self._ahead is not None:
                self._ahead[1].cancel()
            self._ahead = (number, self._fetcher.submit(self._fetch, number))

    def _fetch(self, number: int) -> bytes:
        """One block, read on from where a body broke off."""
        start = number * self._block_bytes
        end = min(start + self._block_bytes, self.size)
        content = bytearray()
        failures, since = 0, self._clock()
        while len(content) < end - start:
            before = len(content)
            try:
                self._append(content, start, end)
            except (BotoCoreError, ClientError, OSError) as error:
                if len(content) > before:
                    failures, since = 0, self._clock()
                failures += 1
                self._wait(error, failures, since)
        return bytes(content)

    def _append(self, content: bytearray, start: int, end: int) -> None:
        wanted = f"bytes={start + len(content)}-{end - 1}"
        answer = self._client.get_object(**self._object, Range=wanted, IfMatch=self._etag)
        body = answer["Body"]
        try:
            if not str(answer.get("ContentRange", "")).startswith(f"bytes {start + len(content)}-"):
                raise RemoteUnavailable("the storage does not answer ranged requests")
            while piece := body.read(min(_PIECE_BYTES, end - start - len(content))):
                content += piece
                if self._closing:
                    raise RemoteUnavailable("closed while reading")
        finally:
            body.close()
        if len(content) < end - start:
            raise ConnectionError("the body ended early")

    def _patiently(self, request: Callable[[], Any]) -> Any:
        failures, since = 0, self._clock()
        while True:
            try:
                return request()
            except (BotoCoreError, ClientError, OSError) as error:
                failures += 1
                self._wait(error, failures, since)

    def _wait(self, error: Exception, failures: int, since: float) -> None:
        """Wait before the next try, or raise what the error means."""
        code = str(error.response.get("Error", {}).get("Code")) if isinstance(error, ClientError) else ""
        if code in _GONE:
            raise FileNotFoundError(self._object["Key"]) from error
        if code in _CHANGED:
            raise RemoteChanged("the object changed while it was read") from error
        status = error.response["ResponseMetadata"]["HTTPStatusCode"] if isinstance(error, ClientError) else 0
        hopeless = 400 <= status < 500 and status not in (408, 429)
        over = self._closing or self._clock() - since > self._patience_s
        if hopeless or isinstance(error, RemoteUnavailable) or over:
            raise RemoteUnavailable(f"the object cannot be read: {error}") from error
        self._sleep(min(_FIRST_WAIT_S * 2 ** (failures - 1), _LONGEST_WAIT_S))
