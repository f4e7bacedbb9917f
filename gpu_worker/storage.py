"""The bucket through boto3, set up for R2 and its simulator; conditional writes for the status object."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import add_expect_header

from contract import keys
from gpu_worker.settings import WorkerSettings
from gpu_worker.video.remote import RemoteFile

NO_STORE = "no-store"
_BETWEEN_TRIES_S = 5.0
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


class Conflict(Exception):
    """The object is not the one last read: read it again, decide again."""


class Missing(Exception):
    """There is no object of this key."""


class Unavailable(Exception):
    """The storage cannot answer now; trying again later may help."""


@dataclass(frozen=True)
class Stored:
    """An object's content and the ETag that a conditional write has to name."""

    body: bytes
    etag: str


class Bucket:
    """The objects this worker reads and writes."""

    def __init__(self, settings: WorkerSettings) -> None:
        self.name = settings.storage_bucket
        self.client = _client(settings)
        self._patience_s = settings.storage_patience_s

    def read(self, key: str) -> Stored:
        """The object whole. Raises Missing or Unavailable."""
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key)
            return Stored(body=answer["Body"].read(), etag=answer["ETag"])
        except (ClientError, BotoCoreError, OSError) as error:
            raise _meaning(error) from error

    def replace(self, key: str, body: bytes, etag: str, content_type: str) -> str:
        """Store `body` if the object still has `etag`; returns the new ETag. Raises Conflict or Unavailable."""
        try:
            answer = self.client.put_object(
                Bucket=self.name, Key=key, Body=body, IfMatch=etag, ContentType=content_type, CacheControl=NO_STORE
            )
        except (ClientError, BotoCoreError, OSError) as error:
            raise _meaning(error) from error
        return str(answer["ETag"])

    def create(self, key: str, body: bytes, content_type: str) -> None:
        """Store `body` where nothing is yet. Raises Conflict or Unavailable."""
        try:
            self.client.put_object(Bucket=self.name, Key=key, Body=body, IfNoneMatch="*", ContentType=content_type)
        except (ClientError, BotoCoreError, OSError) as error:
            raise _meaning(error) from error

    def upload(self, path: Path, key: str, content_type: str, on_sent: Callable[[int], None]) -> None:
        """Send a result file, in parts where it is large; `on_sent` hears of every piece, in bytes, from any thread.

        Raises botocore or boto3 errors when the storage stays away for longer than its patience.
        """
        end, extra = time.monotonic() + self._patience_s, {"ContentType": content_type}
        while True:
            try:
                self.client.upload_file(str(path), self.name, key, ExtraArgs=extra, Callback=on_sent)
            except (Boto3Error, ClientError, BotoCoreError) as error:
                # boto3 hides what the storage answered behind an error of its own
                answered = error.__context__ if isinstance(error, Boto3Error) else error
                away = isinstance(_meaning(answered or error), Unavailable)
                if not away or time.monotonic() + _BETWEEN_TRIES_S > end:
                    raise
            else:
                return
            time.sleep(_BETWEEN_TRIES_S)

    def open(self, key: str, etag: str | None) -> BinaryIO:
        """The object as a seekable file that is read in ranges; None: the version that is there now."""
        return cast(BinaryIO, RemoteFile(self.client, self.name, key, etag, patience_s=self._patience_s))

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below `prefix`."""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            for item in page.get("Contents", []):
                yield item["Key"]

    def erase(self, key: str) -> None:
        """Remove an object; one that is gone already is fine."""
        self.client.delete_object(Bucket=self.name, Key=key)


class BucketCheckpoints:
    """Finished chunks as objects of a job, see `gpu_worker.checkpoints`."""

    def __init__(self, bucket: Bucket, job_id: str, fingerprint: str) -> None:
        self._bucket, self._job_id, self._fingerprint = bucket, job_id, fingerprint

    def chunks(self) -> Iterator[bytes]:
        """See Checkpoints; a storage that is away ends the list."""
        number = 0
        while True:
            try:
                yield self._bucket.read(self._key(number)).body
            except (Missing, Unavailable):
                return
            number += 1

    def keep(self, number: int, chunk: bytes) -> None:
        """See Checkpoints."""
        try:
            self._bucket.create(self._key(number), chunk, "application/octet-stream")
        except (Conflict, Unavailable):
            return

    def _key(self, number: int) -> str:
        return keys.checkpoint(self._job_id, self._fingerprint, number)


def sha256(path: Path) -> str:
    """Hex digest of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _client(settings: WorkerSettings) -> Any:
    """A boto3 client without the newer default checksums and without `Expect`, which R2 and its simulator dislike."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.storage_endpoint,
        aws_access_key_id=settings.storage_access_key_id,
        aws_secret_access_key=settings.storage_secret_access_key.get_secret_value(),
        config=Config(
            signature_version="s3v4",
            region_name=settings.storage_region,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
            retries={"mode": "standard", "max_attempts": 6},
            connect_timeout=10,
            read_timeout=60,
        ),
    )
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


def _meaning(error: BaseException) -> BaseException:
    unexpected = error
    if isinstance(error, ClientError):
        answer: dict[str, dict[str, Any]] = error.response
        code, http = str(answer["Error"].get("Code", "")), int(answer["ResponseMetadata"].get("HTTPStatusCode", 0))
        if code in _CONFLICTS or http in (409, 412):
            return Conflict(code)
        if code in _MISSING or http == 404:
            return Missing(code)
        if http != 429 and http < 500:
            return unexpected
    return Unavailable(str(error))
