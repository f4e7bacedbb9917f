"""Messages as the clouds and we ourselves send them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from contract.events import Expiry, R2Event, RunView, Sweep, Watchdog, parse_message

JOB = "j" * 22
R2: dict[str, Any] = {
    "account": "3f4b7e3dcab231cbfdaa90a6a28bd548",
    "action": "CompleteMultipartUpload",
    "bucket": "poloha",
    "object": {"key": f"uploads/{JOB}/walk.mp4", "size": 65536, "eTag": "c846ff7a18f28c2e262116d6e8719ef0"},
    "eventTime": "2024-05-24T19:36:44.379Z",
}


def test_r2s_event_is_read_whatever_cloudflare_adds() -> None:
    event = parse_message({**R2, "copySource": {"bucket": "b", "object": "o"}, "news": 1})
    assert isinstance(event, R2Event)
    assert event.created
    assert (event.object.size, event.object.etag) == (65536, "c846ff7a18f28c2e262116d6e8719ef0")


def test_a_deletion_is_an_event_but_creates_nothing() -> None:
    event = parse_message({**R2, "action": "DeleteObject", "object": {"key": "uploads/x"}})
    assert isinstance(event, R2Event)
    assert not event.created


@pytest.mark.parametrize("message", [Watchdog(job_id=JOB, attempt=2), Expiry(job_id=JOB), Sweep(job_id=JOB)])
def test_our_messages_come_back_as_they_were_sent(message: Watchdog | Expiry | Sweep) -> None:
    assert parse_message(message.model_dump(mode="json")) == message


@pytest.mark.parametrize(
    "body",
    [
        None, "text", 5, [], {}, {"kind": "unknown", "job_id": JOB}, {"kind": "expiry", "job_id": "../etc"},
        {"kind": "watchdog", "job_id": JOB, "attempt": 0}, {**R2, "object": None}, {**R2, "eventTime": "yesterday"},
    ],
)  # fmt: skip
def test_anything_else_is_refused(body: Any) -> None:
    with pytest.raises(ValidationError):
        parse_message(body)


def test_runpods_view_is_read_whatever_runpod_adds() -> None:
    view = RunView.model_validate(
        {
            "id": "abc-u1",
            "status": "FAILED",
            "error": "x",
            "executionTime": 1200,
            "delayTime": 5,
            "workerId": "w",
            "retries": 2,
        }
    )
    assert (view.status, view.execution_ms, view.worker_id) == ("FAILED", 1200, "w")
    with pytest.raises(ValidationError):
        RunView.model_validate({"id": "abc-u1", "status": "DREAMING"})
