"""Angles of which one camera finds only part: where the measured gains lead to."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contract.inputs import Inputs, Operation, RowEntry, Segment, ShiftInputs
from gpu_worker.angles import gains
from gpu_worker.angles.zones import original_zones
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.nv361.rows import flattened
from gpu_worker.ergonomics.nv361.rules import ROWS
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import acted

TWISTED = {"trunk_twist": [(10.0, 100.0, 30.0)], "trunk_flexion": [(110.0, 116.0, 70.0)]}


@pytest.fixture(scope="module")
def twisted() -> Analysis:
    """Ninety seconds of 300 with the trunk twisted by 30°, six with it bent by 70°."""
    inputs = Inputs(segments=(Segment(start_s=0, end_s=301, operation="turning"),))
    return analyse(acted(TWISTED, seconds=300), inputs, Settings(draws=20))


def shift(**more: object) -> ShiftInputs:
    return ShiftInputs.model_validate({"operations": (Operation(name="turning", minutes=480),), **more})


def test_rows_of_flattened_angles_read_at_least_and_others_do_not(twisted: Analysis) -> None:
    rows = {row.row: row for row in assess([twisted], shift()).rows}
    assert rows["trup.3"].at_least == ("trunk_twist",)
    assert rows["trup.1"].at_least == rows["phk.4"].at_least == ()
    assert {row.row: row.at_least for row in twisted.rows} == {name: row.at_least for name, row in rows.items()}


def test_a_row_somebody_timed_is_no_lower_bound(twisted: Analysis) -> None:
    found = assess([twisted], shift(rows=(RowEntry(row="trup.3", minutes=12),)))
    assert next(row for row in found.rows if row.row == "trup.3").at_least == ()


def test_a_flattened_row_is_certain_only_of_the_highest_category(twisted: Analysis) -> None:
    for row in assess([twisted], shift()).rows:
        assert not (row.at_least and row.certain) or row.category == 3


def test_lower_bounds_count_unless_they_are_told_not_to(twisted: Analysis) -> None:
    strict = assess([twisted], shift(settings={"count_lower_bounds": False}))
    counted = assess([twisted], shift())
    assert counted.deciding_rows == ("trup.3",)
    assert counted.category == 3
    assert strict.deciding_rows == ()
    assert next(row.minutes for row in strict.rows if row.row == "trup.3") == pytest.approx(144, abs=1)
    assert next(row.category for row in strict.rows if row.row == "trup.3") is None


def test_the_frame_of_the_head_decides_which_gain_counts() -> None:
    head = ROWS["hlava_krk.1"]
    assert flattened(head, Settings()) == ()
    assert flattened(head, Settings(head_frame="thorax")) == ("neck_flexion",)


def test_original_zones_of_flattened_angles_are_marked() -> None:
    marked = {part.part: part.at_least for part in original_zones(acted({})).parts}
    assert marked == {"trunk": False, "neck": True, "arm_left": False, "arm_right": False}


def test_gains_read_back_as_they_are_committed_and_of_unknown_angles_are_refused() -> None:
    shipped = gains.shipped()
    assert gains.parse(gains.as_json(shipped)) == shipped
    assert all(np.isfinite(gain) and 0 <= gain <= 1.5 for gain in shipped.gains.values())
    with pytest.raises(ValueError, match="tail_wag"):
        gains.parse(gains.as_json(replace(shipped, gains={"tail_wag": 0.3})))


def test_method_page_names_the_flattened_angles_with_their_gains() -> None:
    page = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf-8")
    section = page.split("### Flattened angles")[1].split("###")[0]
    shipped = gains.shipped()
    named = {name: float(gain) for name, gain in re.findall(r"`(\w+)` (0\.\d+)", section)}
    assert named == {name: gain for name, gain in shipped.gains.items() if gain < shipped.least}
