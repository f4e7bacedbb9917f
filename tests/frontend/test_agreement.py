"""What the page takes for granted about the other tiers, compared with them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

import problems
from contract import inputs
from contract.failures import SENTENCES, FailureCode
from contract.job import END_STATES, ArtifactKind, JobState, Stage
from gpu_worker.angles import zones
from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.table import encoded
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.camera import CameraResult
from gpu_worker.ergonomics.nv361.rules import ROWS
from gpu_worker.motion import Gravity
from settings import PUT_LIMIT_BYTES
from tests.frontend.ask import ask_page
from tests.frontend.sample_results import CAMERA, FOCAL_PX, TILT, movement


def test_page_knows_every_state_stage_result_and_failure() -> None:
    page = ask_page("contract")
    assert set(page["states"]) == {str(state) for state in JobState}
    assert set(page["ended"]) == {str(state) for state in END_STATES}
    assert page["stages"] == [str(stage) for stage in Stage]
    assert set(page["kinds"]) == {str(kind) for kind in ArtifactKind}
    assert set(page["codes"]) == {str(code) for code in FailureCode}
    assert page["uploadLimitBytes"] == PUT_LIMIT_BYTES


def test_page_tells_failures_in_the_contract_s_words() -> None:
    assert ask_page("contract")["sentences"] == {str(code): sentence for code, sentence in SENTENCES.items()}


EDGE = Path(problems.__file__).parent


def codes_of(pattern: str) -> set[str]:
    """What the first group of `pattern` finds in the edge's and the contract's sources."""
    return {code for path in EDGE.rglob("*.py") for code in re.findall(pattern, path.read_text(encoding="utf-8"))}


OF_A_SHIFT = {"log_of_a_clip"}
"""Refused of a whole shift only, which the command line takes and the edge does not."""


@pytest.mark.parametrize("language", ["cs", "en"])
def test_page_has_a_sentence_for_every_code_the_edge_answers(language: str) -> None:
    said = ask_page("strings")[language]
    codes = codes_of(r'Problem\(\s*\d+, "(\w+)"') | {
        code.lower() for code in codes_of(r"Problem\(\s*\d+, FailureCode\.(\w+)")
    }
    assert {"invalid_request", "not_found", "file_too_large", "motion_gone", "internal"} <= codes
    assert {code for code in codes if not {f"problem.{code}", f"failure.{code}"} & set(said)} == set()
    refused = codes_of(r'refusal\(\s*"(\w+)"') | codes_of(r'Fault\([^"]*"[^"]*", "(\w+)"')
    assert {"segments_overlap", "filmed_ahead"} <= refused
    assert {code for code in refused if f"inputs.fault.{code}" not in said} == OF_A_SHIFT


MODELS: dict[str, type[BaseModel]] = {
    "person": inputs.Person,
    "workers": inputs.Inputs,
    "camera": inputs.Camera,
    "load": inputs.LoadEntry,
    "coupling": inputs.CouplingEntry,
    "support": inputs.SupportEntry,
    "activity": inputs.ActivityEntry,
    "shift": inputs.Shift,
    "breaks": inputs.Break,
    "operations": inputs.Operation,
    "segments": inputs.Segment,
    "neutral": inputs.Interval,
    "exclusions": inputs.Exclusion,
    "corrections": inputs.Correction,
    "rows": inputs.RowEntry,
    "report": inputs.ReportHeader,
}


def limits_of(model: type[BaseModel], name: str) -> dict[str, Any]:
    """The contract's limits of a field, in the page's words; those that it does not set are left out."""
    told = model.model_json_schema(mode="validation")["properties"][name]
    told = next((choice for choice in told.get("anyOf", []) if choice.get("type") != "null"), told)
    words = {"minimum": "least", "maximum": "most", "maxLength": "most", "enum": "choices", "exclusiveMinimum": "least"}
    found = {word: told[key] for key, word in words.items() if key in told}
    return found | ({"above": True} if "exclusiveMinimum" in told else {})


@pytest.mark.parametrize("section", ask_page("inputs"), ids=lambda section: section["id"])
def test_form_s_fields_and_limits_are_the_contract_s(section: dict[str, Any]) -> None:
    model = MODELS[section["id"]]
    for field in section["fields"]:
        shown = {key: field[key] for key in ("least", "most", "choices", "above") if key in field}
        if field["name"] == "signal":
            assert set(shown["choices"]) <= {signal.name for signal in SIGNALS if signal.quantity.unit == "deg"}
        elif field["kind"] == "row":
            assert shown["choices"] == list(ROWS)
        else:
            assert shown == limits_of(model, field["name"]), field["name"]
        assert field.get("needed", False) or not model.model_fields[field["name"]].is_required()
    owner = inputs.Shift if section["id"] == "breaks" else inputs.Inputs
    if section["path"]:
        entries = owner.model_json_schema()["properties"][section["path"].split(".")[-1]]
        assert section.get("most") == entries.get("maxItems")


def test_page_finds_inputs_and_warnings_in_the_analysis() -> None:
    assert {"inputs", "assumed", "warnings"} <= set(Analysis.model_fields)


def test_page_reads_the_camera_that_the_worker_writes(tmp_path: Path) -> None:
    assert Analysis.model_fields["camera"].annotation == CameraResult | None
    analysis = tmp_path / "sample.analysis.json"
    for camera, lens in ((CAMERA, {"focalPx": FOCAL_PX, "width": 1280, "height": 720}),
                         (CAMERA.model_copy(update={"lens": None}), None)):  # fmt: skip
        analysis.write_text(json.dumps({"camera": camera.model_dump(mode="json")}))
        tilt = {"pitchDeg": TILT.pitch_deg, "rollDeg": TILT.roll_deg}
        assert ask_page("camera", str(analysis)) == {"tilt": tilt, "source": TILT.source, "lens": lens}
    analysis.write_text("{}")
    assert ask_page("camera", str(analysis)) is None


@pytest.mark.parametrize(("pitch", "roll"), [(-12.0, 2.0), (30.0, -20.0), (0.0, 90.0)])
def test_page_s_vertical_is_the_worker_s(pitch: float, roll: float) -> None:
    expected = Gravity(pitch, roll, 1.0, 1.0, "given").camera_to_gravity()[1]
    np.testing.assert_allclose(ask_page("up", str(pitch), str(roll)), expected, atol=1e-12)


def test_chart_s_limits_are_those_of_the_zones() -> None:
    expected = {part: dict(zip(("back", "middle", "far"), edges, strict=True)) for part, _, edges in zones.PARTS}
    assert ask_page("limits") == expected


def test_chart_shows_the_angles_that_the_zones_count(tmp_path: Path) -> None:
    series = movement()
    table = tmp_path / "sample.angles.csv"
    table.write_bytes(b"".join(encoded(series)))
    page = ask_page("angles", str(table))
    assert page["times"] == pytest.approx(series.times_s, abs=1e-6)
    counted = {
        "trunk": series.signals["trunk_flexion"],
        "neck": series.signals["neck_flexion"],
        "arm_left": zones.signed_elevation(series, "left"),
        "arm_right": zones.signed_elevation(series, "right"),
    }
    for part, values in counted.items():
        shown = np.array([np.nan if value is None else value for value in page["signals"][part]])
        np.testing.assert_allclose(shown, values, atol=0.006)


def test_zone_table_reads_the_worker_s_analysis(tmp_path: Path) -> None:
    measured = zones.original_zones(movement())
    analysis = tmp_path / "sample.analysis.json"
    analysis.write_text(json.dumps({"original_zones": measured.as_json()}))
    page = ask_page("zones", str(analysis))
    assert [part["part"] for part in page] == [part.part for part in measured.parts]
    for shown, part in zip(page, measured.parts, strict=True):
        assert [zone["seconds"] for zone in shown["zones"]] == [zone.seconds for zone in part.zones]
        assert [(zone["from"], zone["to"]) for zone in shown["zones"]] == [
            (zone.low_deg, zone.high_deg) for zone in part.zones
        ]
        assert shown["unseenS"] == part.unknown_s
