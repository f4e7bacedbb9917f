"""ISO 11226 and EN 1005-4: angles, holds, supports, frequencies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract.inputs import Inputs, Operation, Shift, SupportEntry
from gpu_worker.ergonomics import en1005_4, iso11226
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.method_results import MachinePart, StaticPart
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import Stretch, acted

VECTORS = {v["id"]: v for v in json.loads((Path(__file__).parent / "vectors" / "ergonomics.json").read_text())}
QUICK = Settings(draws=0)
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize("part", ["trunk", "upper_arm", "head"])
def test_longest_holds_of_the_published_vectors(part: str) -> None:
    vector = VECTORS["iso-1"]
    line: iso11226.Line = {"trunk": "trunk", "upper_arm": "arm", "head": "head"}[part]  # type: ignore[assignment]
    got = iso11226.longest_hold_s(line, vector["input"][f"{part}_deg"])
    assert got.tolist() == vector["expected"][f"{part}_s"]


@pytest.mark.parametrize(
    ("part", "angle", "seconds", "supported", "verdict"),
    [
        ("trunk", 20, 3600, NOTHING, "acceptable"),
        ("trunk", 40, 150, NOTHING, "acceptable"),
        ("trunk", 40, 150.1, NOTHING, "not_recommended"),
        ("trunk", 40, 3600, {"trunk"}, "acceptable"),
        ("trunk", 60.1, 5, {"trunk"}, "not_recommended"),
        ("trunk", -10, 5, NOTHING, "not_recommended"),
        ("trunk", -10, 5, {"trunk"}, "acceptable"),
        ("trunk_asymmetry", 10, 3600, NOTHING, "acceptable"),
        ("trunk_asymmetry", 10.1, 5, {"trunk"}, "not_recommended"),
        ("head", 55, 270, NOTHING, "acceptable"),
        ("head", 55, 271, NOTHING, "not_recommended"),
        ("head", 85.1, 5, {"trunk", "head"}, "not_recommended"),
        ("head", -5.1, 5, {"trunk"}, "not_recommended"),
        ("head", -5.1, 5, {"head"}, "acceptable"),
        ("neck", 25.1, 5, NOTHING, "not_recommended"),
        ("arm", 40, 120, NOTHING, "acceptable"),
        ("arm", 40, 121, NOTHING, "not_recommended"),
        ("arm", 40, 121, {"arm"}, "acceptable"),
        ("arm", 61, 5, {"arm"}, "not_recommended"),
        ("knee_sitting", 89, 5, NOTHING, "not_recommended"),
        ("knee_sitting", 135, 5, NOTHING, "acceptable"),
        ("knee_sitting", 136, 5, NOTHING, "not_recommended"),
    ],
)
def test_iso_verdict_of_one_hold(part: str, angle: float, seconds: float, supported: set[str], verdict: str) -> None:
    assert iso11226.verdict_of_hold(part, angle, seconds, frozenset(supported)) == verdict


def test_a_stretched_knee_is_fine_when_leaning_back() -> None:
    assert iso11226.verdict_in_zone("knee_sitting", 2, 150, 5, NOTHING, leaning_back=True) == "acceptable"


EN_CELLS = """
trunk -1: CA:b CA:c NA
trunk 0: A A A
trunk 20: A A A
trunk 20.1: CA:a A NA
trunk 60: CA:a A NA
trunk 60.1: NA CA:c NA
trunk_asymmetry 10: A A A
trunk_asymmetry 10.1: NA CA:c NA
arm 20: A A A
arm 60: CA:a A CA:d
arm 60.1: NA CA:c NA
arm_behind 0: A A A
arm_behind 1: NA CA:c NA
line_of_sight -1: NA CA:c NA
line_of_sight 40: A A A
line_of_sight 40.1: NA CA:c NA
head_side 10: A A A
head_side 10.1: NA CA:c NA
head_twist 45: A A A
head_twist 45.1: NA CA:c NA
end_of_range 89.9: A A A
end_of_range 90: NA CA:c NA
"""


@pytest.mark.parametrize("line", EN_CELLS.strip().splitlines())
def test_every_cell_of_en_1005_4(line: str) -> None:
    where, cells = line.split(": ")
    part, angle = where.split()
    position = int(en1005_4.TABLES[part].zone_of(float(angle)))
    uses: tuple[en1005_4.Use, ...] = ("static", "low_frequency", "high_frequency")
    assert [en1005_4.cell(part, position, use) for use in uses] == cells.split()


@pytest.mark.parametrize(
    ("part", "cell", "told", "verdict"),
    [
        ("trunk", "CA:a", {"supported": True}, "acceptable"),
        ("trunk", "CA:a", {"angle_deg": 40, "hold_s": 150}, "acceptable"),
        ("trunk", "CA:a", {"angle_deg": 40, "hold_s": 151}, "not_acceptable"),
        ("trunk", "CA:b", {"supported": True}, "acceptable"),
        ("trunk", "CA:b", {}, "not_acceptable"),
        ("trunk", "CA:c", {}, "conditional"),
        ("trunk", "CA:c", {"long_use": True}, "not_acceptable"),
        ("trunk", "CA:c", {"long_use": False}, "acceptable"),
        ("arm", "CA:d", {"frequency_per_min": 10}, "not_acceptable"),
        ("arm", "CA:d", {"frequency_per_min": 9.9}, "conditional"),
        ("arm", "CA:d", {"frequency_per_min": 9.9, "long_use": False}, "acceptable"),
    ],
)
def test_conditions_of_en_1005_4(part: str, cell: en1005_4.Cell, told: dict[str, float], verdict: str) -> None:
    values = {"supported": False, "long_use": None, **told}
    assert en1005_4.resolve(part, cell, **values) == verdict  # type: ignore[arg-type]


def iso_of(script: dict[str, list[Stretch]], part: str, side: str, inputs: Inputs | None = None) -> StaticPart:
    """ISO 11226 result of an acted clip of five minutes."""
    analysis = analyse(acted(script, seconds=300), inputs, QUICK)
    return next(p for p in analysis.iso11226 if p.part == part and p.side == side)


def test_a_hold_past_its_limit_is_not_recommended_and_shown() -> None:
    part = iso_of({"trunk_flexion": [(10, 210, 40)]}, "trunk", "both")
    assert part.not_recommended_s == pytest.approx(200, abs=0.2)
    assert part.worst is not None
    assert part.worst_limit_s == pytest.approx(150)


def test_support_makes_a_long_hold_acceptable() -> None:
    told = Inputs(support=(SupportEntry(part="arm_right", supported=True),))
    script: dict[str, list[Stretch]] = {"arm_elevation_gravity_right": [(10, 210, 40)]}
    assert iso_of(script, "arm", "right").not_recommended_s == pytest.approx(200, abs=0.2)
    assert iso_of(script, "arm", "right", told).not_recommended_s == 0
    assert iso_of(script, "arm", "left", told).not_recommended_s == 0


@pytest.mark.parametrize(
    ("signal", "angle", "seconds"),
    [("arm_retroflexion_left", 12, 30), ("arm_adduction_left", 12, 0), ("arm_adduction_left", 25, 30)],
)
def test_an_arm_drawn_back_or_far_across_is_awkward(signal: str, angle: float, seconds: float) -> None:
    part = iso_of({signal: [(10, 40, angle)]}, "arm_awkward", "left")
    assert part.not_recommended_s == pytest.approx(seconds, abs=0.2)


def en_of(script: dict[str, list[Stretch]], part: str, side: str) -> MachinePart:
    """EN 1005-4 result of an acted clip of five minutes."""
    analysis = analyse(acted(script, seconds=300), settings=QUICK)
    return next(p for p in analysis.en1005_4 if p.part == part and p.side == side)


def test_frequent_reaching_above_sixty_degrees_is_not_acceptable() -> None:
    often = en_of({"arm_elevation_gravity_left": [(t, t + 2, 70) for t in range(5, 290, 10)]}, "arm", "left")
    assert [(u.zone, u.use, u.verdict) for u in often.uses if u.zone == 3] == [(3, "high_frequency", "not_acceptable")]
    seldom = en_of({"arm_elevation_gravity_left": [(5, 7, 70)]}, "arm", "left")
    assert [(u.zone, u.use, u.verdict) for u in seldom.uses if u.zone == 3] == [(3, "low_frequency", "conditional")]


@pytest.mark.parametrize(("minutes", "verdict"), [(300, "not_acceptable"), (100, "acceptable")])
def test_long_use_of_the_machine_decides_what_is_conditional(minutes: float, verdict: str) -> None:
    told = Inputs(shift=Shift(), operations=(Operation(name="press", minutes=minutes),))
    analysis = analyse(acted({"arm_elevation_gravity_left": [(5, 7, 70)]}, seconds=300), told, QUICK)
    arm = next(p for p in analysis.en1005_4 if p.part == "arm" and p.side == "left")
    assert [use.verdict for use in arm.uses if use.zone == 3] == [verdict]


def test_time_per_zone_sums_to_the_observed_time() -> None:
    part = en_of({"trunk_flexion": [(10, 40, 50), (60, 62, 80), (100, 120, -20)]}, "trunk", "both")
    assert sum(use.seconds for use in part.uses) == pytest.approx(300)
