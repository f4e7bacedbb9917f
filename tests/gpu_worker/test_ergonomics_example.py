"""The worked example of `docs/method.md`: what it says is what the program computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.inputs import Break, Inputs, Operation, Segment, Shift, ShiftInputs
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import acted

TEXT = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
EXAMPLE = TEXT[TEXT.index("### A worked example") :]


@pytest.fixture(scope="module")
def clip() -> Analysis:
    """The clip of the example."""
    raised = [(110 + 8 * n, 110.7 + 8 * n, 70.0) for n in range(20)]
    script = {"trunk_flexion": [(10, 30, 65.0), (60, 100, 50.0)]}
    script |= dict.fromkeys(("arm_elevation_right", "arm_elevation_gravity_right", "arm_flexion_right"), raised)
    told = Inputs(segments=(Segment(start_s=0, end_s=301, operation="stacking"),))
    return analyse(acted(script, seconds=300, unseen=[(280, 291.9)]), told, Settings(draws=0))


@pytest.fixture(scope="module")
def shift(clip: Analysis) -> ShiftAssessment:
    """The shift of the example."""
    operations = (Operation(name="stacking", minutes=360), Operation(name="driving", minutes=120))
    hours = Shift(minutes=510, breaks=(Break(minutes=30, meal=True),))
    return assess([clip], ShiftInputs(shift=hours, operations=operations))


def test_the_example_observes_what_the_page_says(clip: Analysis) -> None:
    assert (round(clip.observed_s, 6), round(clip.unknown_s, 6)) == (288, 12)
    assert clip.warnings == ()
    arm = next(r for r in clip.observations[0].regions if r.region == "arm_over_60_right")
    assert (arm.visits, round(arm.dynamic_s, 6)) == (20, 14)


@pytest.mark.parametrize("row", ["trup.1", "trup.6", "phk.4"])
def test_every_line_of_the_examples_table_is_computed_so(shift: ShiftAssessment, row: str) -> None:
    found = next(r for r in shift.rows if r.row == row)
    cells = [cell.strip() for cell in next(x for x in EXAMPLE.splitlines() if x.startswith(f"| `{row}`")).split("|")]
    assert cells[4] == f"{found.minutes:.1f}"
    assert cells[5] == f"{found.unknown_outside:.1f} – {found.unknown_inside:.1f}"
    assert cells[7] == str(found.category)


def test_the_examples_category_follows(shift: ShiftAssessment) -> None:
    assert (shift.category, shift.at_least, shift.deciding_rows) == (2, True, ("trup.1",))
    assert sum(row.status == "not_assessed" for row in shift.rows) == 18
    assert f"{shift.union_minutes:.1f} minutes in N or PP" in EXAMPLE
    assert f"= {shift.n_minutes:.1f}, above 30: category {shift.category_by_sum}" in EXAMPLE
    assert shift.unobserved_minutes == 120
    assert [(r.setting, r.value, r.category) for r in shift.readings] == [("category_by", "sum", 3)]


def test_the_examples_rula_score_is_4_while_the_trunk_is_bent_65_degrees(clip: Analysis) -> None:
    right = next(side for side in clip.rula.sides if side.side == "right")
    assert {time.score: round(time.seconds, 6) for time in right.scores} == {3: 268, 4: 20}
