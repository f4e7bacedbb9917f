"""Entries with seconds that the clip does not have: refused, or cut, and never passed over in silence."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from contract.inputs import Inputs, LogLength
from gpu_worker.angles.series import AngleSeries
from gpu_worker.entry_time import TIMED, entry_warnings, refuse_behind, refuse_unseen
from gpu_worker.ergonomics.entry import Entry, read_warning
from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.texts import warning_text
from tests.gpu_worker.acted import acted

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


SEEN = acted({}, LENGTH_S)


def told(inputs: Inputs, angles: AngleSeries = SEEN) -> list[str]:
    return list(entry_warnings(inputs, angles, LENGTH_S))


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
    assert told(entered(field, (0, 30.1))) == []
    (warning,) = told(entered(field, (0, 29), (29, 30.2)))
    key, entry = read_warning(warning)
    assert entry is not None
    assert (key, entry.field, entry.number, entry.start_s, entry.end_s) == ("cut_at_end", field, 2, 29, 30.2)


def test_a_stretch_from_the_very_end_on_holds_nowhere_while_a_lift_there_may_be_rounded() -> None:
    refuse_behind(entered("lifts", (30.1, 31)), LENGTH_S)
    with pytest.raises(PydanticCustomError):
        refuse_behind(entered("exclusions", (30, 31)), LENGTH_S)


def test_an_entry_for_the_rest_of_the_clip_is_not_one_across_its_end() -> None:
    rest = Inputs.model_validate({"load": [{"kg": 5, "start_s": 20}, {"kg": 5, "operation": None}]})
    refuse_behind(rest, LENGTH_S)
    assert told(rest) == []


@pytest.mark.parametrize("field", ENTRIES)
def test_an_entry_from_the_beginning_on_holds_even_in_a_single_picture(field: str) -> None:
    refuse_behind(entered(field, (0, 1)), 0.0)
    with pytest.raises(PydanticCustomError):
        refuse_behind(entered(field, (1, 2)), 0.0)


def test_what_came_with_the_log_of_before_is_told_instead_of_refused() -> None:
    old, new = entered("exclusions", (31, 32)), entered("exclusions", (31, 32), (33, 34))
    refuse_behind(old, LENGTH_S, LogLength(exclusions=1))
    assert told(old) == ["behind_end:exclusions:1:31.0:32.0:"]
    with pytest.raises(PydanticCustomError, match="exclusions, item 2 begins"):
        refuse_behind(new, LENGTH_S, LogLength(exclusions=1))
    with pytest.raises(PydanticCustomError, match="corrections, item 1 begins"):
        refuse_behind(entered("corrections", (31, 32)), LENGTH_S, LogLength(exclusions=1))


def test_a_correction_in_whose_seconds_nobody_is_seen_is_refused_unless_it_came_with_the_log() -> None:
    hidden = acted({}, LENGTH_S, unseen=[(10, 20)])
    refuse_unseen(entered("corrections", (9, 20), (19, 25)), hidden)
    behind_the_last_picture = entered("corrections", (29, 30), (30.05, 31))
    for inputs in (entered("corrections", (0, 5), (10, 20)), behind_the_last_picture):
        with pytest.raises(PydanticCustomError, match="corrections, item 2: nobody is seen from"):
            refuse_unseen(inputs, hidden)
        refuse_unseen(inputs, hidden, LogLength(corrections=2))
    assert told(entered("corrections", (0, 5), (10, 20)), hidden) == [
        "correction_unseen:corrections:2:10.0:20.0:signal=trunk_flexion"
    ]


def test_a_correction_that_meets_the_person_in_part_says_so() -> None:
    hidden = acted({}, LENGTH_S, unseen=[(10, 20), (25, 25.1)])
    partly = entered("corrections", (8, 12), (0, 10), (24, 26))
    assert told(partly, hidden) == ["correction_partly_unseen:corrections:1:8.0:12.0:signal=trunk_flexion"]
    of_a_row = Inputs.model_validate({"corrections": [{**LOG, "row": "trup.1", "share": 0}]})
    refuse_unseen(of_a_row, hidden)
    assert told(of_a_row, hidden) == []


@pytest.mark.parametrize(
    ("entry", "warning"),
    [
        (Entry("load", 2, 10, 40, ("operation", "a:b=c")), "cut_at_end:load:2:10.0:40.0:operation=a:b=c"),
        (Entry("support", 1, None, 40, None), "cut_at_end:support:1::40.0:"),
    ],
)
def test_a_warning_is_read_as_it_was_written(entry: Entry, warning: str) -> None:
    assert entry.warning("cut_at_end") == warning
    assert read_warning(warning) == ("cut_at_end", entry)
    assert read_warning("coarse_rate") == ("coarse_rate", None)


STRETCH = "0:01.0 to 0:02.0"


@pytest.mark.parametrize(
    ("language", "warning", "entry", "said"),
    [
        ("en", "cut_at_end:load:2:1.0:2.0:operation=a", f"Load (load › item 2, {STRETCH}, operation “a”)", "The entry"),
        ("cs", "cut_at_end:coupling:1:10.0::", "Úchop (coupling › 1. položka, od 0:10,0)", "Zadání pokračuje"),
        ("en", "correction_unseen:corrections:3:1.0:2.0:signal=knee_flexion_left",
         f"Correction (corrections › item 3, {STRETCH}, Knee, left)", "Nobody"),
        ("cs", "behind_end:corrections:1::2.0:row=trup.6",
         "Oprava (corrections › 1. položka, do 0:02,0, Trup 6)", "Zadání převzaté"),
        ("en", "correction_partly_unseen:corrections:1:1.0:2.0:posture=one_legged",
         f"Correction (corrections › item 1, {STRETCH}, on one leg)", "In part"),
    ],
)  # fmt: skip
def test_a_warning_names_its_entry_in_the_reader_s_language(
    language: Language, warning: str, entry: str, said: str
) -> None:
    assert warning_text(warning, catalogue(language)).startswith(f"{entry}: {said}")


def test_a_warning_of_an_analysis_of_before_is_told_without_an_entry() -> None:
    assert warning_text("cut_at_end", catalogue("en")).startswith("The entry goes on behind the end")
