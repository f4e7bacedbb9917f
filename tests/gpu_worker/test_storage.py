"""Results on their way to a bucket that is away for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError, EndpointConnectionError

from gpu_worker import storage
from gpu_worker.settings import WorkerSettings
from gpu_worker.storage import Bucket

SETTINGS = WorkerSettings.model_validate(
    {
        "storage_endpoint": "https://store.example", "storage_bucket": "b", "storage_access_key_id": "id",
        "storage_secret_access_key": "secret", "storage_patience_s": 300,
    }
)  # fmt: skip


def cut() -> None:
    raise EndpointConnectionError(endpoint_url="https://store.example")


def refused(status: int) -> Callable[[], None]:
    """The storage's answer as boto3 hands it on."""

    def refuse() -> None:
        try:
            raise ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")
        except ClientError as answer:
            raise S3UploadFailedError("failed") from answer

    return refuse


@dataclass
class Client:
    """boto3's client in front of a storage that does `fault` for so many seconds."""

    fault: Callable[[], None]
    away_s: float
    waits: list[float]
    stored: int = 0

    def upload_file(self, *_: Any, **__: Any) -> None:
        if sum(self.waits) < self.away_s:
            self.fault()
        self.stored += 1


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was slept, which is also the time."""
    slept = list[float]()
    monkeypatch.setattr(storage, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept)))
    return slept


def send(client: Client) -> None:
    bucket = Bucket(SETTINGS)
    bucket.client = client
    bucket.upload(Path("a.glb"), "results/a.glb", "model/gltf-binary", lambda _: None)


@pytest.mark.parametrize("fault", [cut, refused(503), refused(429)])
def test_a_result_waits_for_a_storage_that_is_away_for_some_minutes(
    fault: Callable[[], None], waits: list[float]
) -> None:
    client = Client(fault, 290, waits)
    send(client)
    assert client.stored == 1


def test_a_storage_that_stays_away_is_given_up(waits: list[float]) -> None:
    with pytest.raises(EndpointConnectionError):
        send(Client(cut, 3600, waits))
    assert 290 <= sum(waits) <= 300


def test_a_storage_that_says_no_is_not_asked_again(waits: list[float]) -> None:
    with pytest.raises(S3UploadFailedError):
        send(Client(refused(403), 3600, waits))
    assert waits == []
