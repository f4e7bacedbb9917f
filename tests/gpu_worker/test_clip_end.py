"""Entries with seconds that the clip does not have: refused, or cut, and never passed over in silence."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from contract.inputs import Inputs
from gpu_worker.clip_end import TIMED, reaches_behind, refuse_behind

LENGTH_S = 30.0
LOG: dict[str, object] = {"who": "JN", "when": "2026-11-23T10:00:00Z", "reason": "x"}
ENTRIES: dict[str, dict[str, object]] = {
    "segments": {"operation": "a"},
    "neutral": {},
    "load": {"kg": 5},
    "coupling": {"coupling": "good"},
    "support": {"part": "trunk", "supported": True},
    "activity": {"muscle_use": True},
    "lifts": {"load_kg": 5},
    "exclusions": LOG,
    "corrections": {**LOG, "signal": "trunk_flexion", "value_deg": 3},
}
"""What an entry says besides its seconds."""


def entered(field: str, *seconds: tuple[float, float]) -> Inputs:
    stretches = [{**ENTRIES[field], "start_s": start, "end_s": end} for start, end in seconds]
    return Inputs.model_validate({field: stretches})


def test_every_kind_of_entry_with_seconds_is_looked_at() -> None:
    told = Inputs.model_json_schema()["$defs"]
    listed = {
        name: told[field["items"]["$ref"].rsplit("/", 1)[1]]
        for name, field in Inputs.model_json_schema()["properties"].items()
        if "$ref" in field.get("items", {})
    }
    assert {name for name, entry in listed.items() if "start_s" in entry["properties"]} == set(TIMED) == set(ENTRIES)


@pytest.mark.parametrize("field", ENTRIES)
def test_an_entry_that_lies_behind_the_end_is_refused_by_its_place(field: str) -> None:
    refuse_behind(entered(field, (0, 29), (29, 60)), LENGTH_S)
    with pytest.raises(PydanticCustomError, match=f"{field}, item 2 begins at 30.2 s, but the clip lasts 30.0 s"):
        refuse_behind(entered(field, (0, 30), (30.2, 60)), LENGTH_S)


@pytest.mark.parametrize("field", ENTRIES)
def test_an_entry_that_goes_on_behind_the_end_is_found(field: str) -> None:
    assert not reaches_behind(entered(field, (0, 30.1)), LENGTH_S)
    assert reaches_behind(entered(field, (0, 29), (29, 30.2)), LENGTH_S)


def test_a_stretch_from_the_very_end_on_holds_nowhere_while_a_lift_there_may_be_rounded() -> None:
    refuse_behind(entered("lifts", (30.1, 31)), LENGTH_S)
    with pytest.raises(PydanticCustomError):
        refuse_behind(entered("exclusions", (30, 31)), LENGTH_S)


def test_an_entry_for_the_rest_of_the_clip_is_not_one_across_its_end() -> None:
    rest = Inputs.model_validate({"load": [{"kg": 5, "start_s": 20}, {"kg": 5, "operation": None}]})
    refuse_behind(rest, LENGTH_S)
    assert not reaches_behind(rest, LENGTH_S)


@pytest.mark.parametrize("field", ENTRIES)
def test_an_entry_from_the_beginning_on_holds_even_in_a_single_picture(field: str) -> None:
    refuse_behind(entered(field, (0, 1)), 0.0)
    with pytest.raises(PydanticCustomError):
        refuse_behind(entered(field, (1, 2)), 0.0)
