"""What the page takes for granted about the other tiers, compared with them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.failures import SENTENCES, FailureCode
from contract.job import END_STATES, ArtifactKind, JobState, Stage
from gpu_worker.angles import zones
from gpu_worker.angles.table import encoded
from tests.frontend.browser import node
from tests.frontend.sample_results import movement

READ = Path(__file__).with_name("read.mjs")


def ask_page(*question: str) -> Any:
    """What the page's modules answer."""
    run = subprocess.run([node(), str(READ), *question], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def test_page_knows_every_state_stage_result_and_failure() -> None:
    page = ask_page("contract")
    assert set(page["states"]) == {str(state) for state in JobState}
    assert set(page["ended"]) == {str(state) for state in END_STATES}
    assert page["stages"] == [str(stage) for stage in Stage]
    assert set(page["kinds"]) == {str(kind) for kind in ArtifactKind}
    assert set(page["codes"]) == {str(code) for code in FailureCode}


def test_page_tells_failures_in_the_contract_s_words() -> None:
    assert ask_page("contract")["sentences"] == {str(code): sentence for code, sentence in SENTENCES.items()}


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
