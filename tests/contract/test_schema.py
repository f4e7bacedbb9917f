"""The committed schema is the model's, and describes what is really written."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import contract
from contract import state
from contract.job import VideoFacts
from contract.schema import status_schema

COMMITTED = Path(contract.__file__).parent / "status.schema.json"


def test_the_committed_schema_is_that_of_the_model() -> None:
    assert COMMITTED.read_text() == status_schema(), "run: python -m contract.schema > edge/contract/status.schema.json"


def test_the_schema_names_every_field_that_is_written() -> None:
    status = state.create("j" * 22, VideoFacts(name="walk.mp4", bytes=5), datetime(2026, 1, 1, 12, tzinfo=UTC))
    written = json.loads(status.model_dump_json())
    schema = json.loads(COMMITTED.read_text())
    assert set(written) == set(schema["properties"])
    assert set(schema["required"]) <= set(written)
    assert schema["additionalProperties"] is False
    assert re.fullmatch(r"2026-01-01T12:00:00\.000Z", written["updated_at"])
