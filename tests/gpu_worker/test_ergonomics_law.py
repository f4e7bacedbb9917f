"""Government Regulation 361/2007: limits, rows, frequencies, step 2, unclassified time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.inputs import Inputs, SupportEntry
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.nv361.category import Split, category_of_rows, step2, verdict
from gpu_worker.ergonomics.nv361.limits import category, shift_limits, shift_permille
from gpu_worker.ergonomics.nv361.rules import ROWS, RULES
from gpu_worker.ergonomics.observed import RowTime
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import acted

VECTORS = {v["id"]: v for v in json.loads((Path(__file__).parent / "vectors" / "ergonomics.json").read_text())}
QUICK = Settings(draws=0)


def row(analysis: Analysis, name: str) -> RowTime:
    """One row of a clip."""
    return next(time for time in analysis.rows if time.row == name)


def rows_with_time(analysis: Analysis) -> dict[str, int]:
    """Whole seconds of every row in which something was seen."""
    return {time.row: round(time.seconds) for time in analysis.rows if time.seconds > 0.05}


def test_the_law_has_52_rows_in_its_six_sections() -> None:
    sections = [r.section for r in RULES.rows]
    counts = {section: sections.count(section) for section in dict.fromkeys(sections)}
    assert counts == {"trup": 11, "hlava_krk": 10, "phk": 10, "lhk": 10, "dk": 7, "ostatni": 4}


def test_shift_factors_of_the_published_examples() -> None:
    vector = VECTORS["nv-coef"]
    assert [shift_permille(m) / 1000 for m in vector["input"]["minutes"]] == vector["expected"]["coef"]


def test_limits_of_the_published_example() -> None:
    limits = shift_limits(510)
    assert limits.factor == VECTORS["nv-limits"]["input"]["coef"]
    assert limits.of("PP") == (105, 168)


@pytest.mark.parametrize(("minutes", "permille"), [(480, 1000), (480.5, 1025), (509, 1025), (700, 1200), (449, 950)])
def test_shift_factor_borders(minutes: float, permille: int) -> None:
    assert shift_permille(minutes) == permille


@given(st.floats(60, 900))
def test_shift_factor_stays_within_its_bounds(minutes: float) -> None:
    assert 800 <= shift_permille(minutes) <= 1200


def test_limits_are_rounded_half_up() -> None:
    # 0.975 · 20 = 19.5 and 0.975 · 100 = 97.5
    assert shift_limits(450).of("N") == (20, 29)
    assert shift_limits(450).of("PP") == (98, 156)


def test_a_limit_itself_stays_in_the_lower_category() -> None:
    limits = shift_limits(480)
    assert [category(m, "N", limits) for m in (20, 20.01, 30, 30.01)] == [1, 2, 2, 3]
    assert [category(m, "PP", limits) for m in (100, 100.01, 160, 160.01)] == [1, 2, 2, 3]


def test_the_expert_opinion_comes_to_its_category() -> None:
    vector: dict[str, Any] = VECTORS["nv-job-1"]
    minutes = {f"{r['section']}.{r['no']}": r["minutes"] for r in vector["input"]["rows"]}
    assert all(ROWS[f"{r['section']}.{r['no']}"].type == r["type"] for r in vector["input"]["rows"])
    limits = shift_limits(vector["input"]["work_minutes"])
    assert category_of_rows(minutes, limits) == vector["expected"]["category"]


STATIC_ROWS = [
    ("trunk_flexion", 65, "trup.1"),
    ("trunk_flexion", -10, "trup.2"),
    ("trunk_twist", -25, "trup.3"),
    ("trunk_side_bend", 25, "trup.3"),
    ("trunk_flexion", 50, "trup.6"),
    ("trunk_side_bend", -15, "trup.8"),
    ("head_flexion", 30, "hlava_krk.1"),
    ("head_flexion", 70, "hlava_krk.1"),
    ("head_flexion", -10, "hlava_krk.2"),
    ("neck_twist", 20, "hlava_krk.3"),
    ("arm_elevation_gravity_right", 70, "phk.2"),
    ("arm_elevation_gravity_left", 70, "lhk.2"),
    ("arm_elevation_gravity_right", 50, "phk.7"),
    ("arm_elevation_gravity_left", 50, "lhk.7"),
]


@pytest.mark.parametrize(("signal", "angle", "expected"), STATIC_ROWS)
def test_a_long_hold_lands_in_its_static_row_and_no_other(signal: str, angle: float, expected: str) -> None:
    analysis = analyse(acted({signal: [(10, 30, angle)]}), settings=QUICK)
    assert rows_with_time(analysis) == {expected: 20}


OFTEN_ROWS = [
    ("trunk_flexion", 65, "trup.4"),
    ("trunk_twist", 25, "trup.5"),
    ("neck_side_bend", -20, "hlava_krk.4"),
    ("head_flexion", 50, "hlava_krk.5"),
    ("head_flexion", -20, "hlava_krk.6"),
    ("arm_elevation_gravity_right", 65, "phk.4"),
    ("arm_retroflexion_right", 20, "phk.5"),
    ("arm_elevation_gravity_right", 50, "phk.8"),
    ("arm_elevation_gravity_left", 65, "lhk.4"),
    ("arm_retroflexion_left", 20, "lhk.5"),
]


def movements(signal: str, angle: float, every_s: float, seconds: float) -> Analysis:
    """Two seconds at an angle, again and again."""
    stretches = [(start + 5, start + 7, angle) for start in np.arange(0, seconds - 7, every_s)]
    return analyse(acted({signal: stretches}, seconds), settings=QUICK)


@pytest.mark.parametrize(("signal", "angle", "expected"), OFTEN_ROWS)
def test_frequent_short_visits_land_in_the_row_for_two_or_more_a_minute(
    signal: str, angle: float, expected: str
) -> None:
    analysis = movements(signal, angle, every_s=10, seconds=300)
    assert rows_with_time(analysis) == {expected: 60}
    assert not row(analysis, expected).near_border


SELDOM_ROWS = [
    ("trunk_flexion", 65, "trup.9"),
    ("trunk_side_bend", 25, "trup.10"),
    ("trunk_flexion", -10, "trup.11"),
    ("head_flexion", 30, "hlava_krk.8"),
    ("head_flexion", -10, "hlava_krk.9"),
    ("neck_twist", 10, "hlava_krk.10"),
    ("arm_retroflexion_right", 20, "phk.9"),
    ("arm_retroflexion_left", 20, "lhk.9"),
]


@pytest.mark.parametrize(("signal", "angle", "expected"), SELDOM_ROWS)
def test_seldom_short_visits_land_in_the_row_for_fewer_than_two_a_minute(
    signal: str, angle: float, expected: str
) -> None:
    analysis = movements(signal, angle, every_s=100, seconds=600)
    assert rows_with_time(analysis) == {expected: 12}
    assert not row(analysis, expected).near_border


def test_a_frequency_that_cannot_be_told_from_two_a_minute_gives_both_rows() -> None:
    analysis = movements("trunk_flexion", 65, every_s=28, seconds=300)
    often, seldom = row(analysis, "trup.4"), row(analysis, "trup.9")
    assert often.near_border
    assert seldom.near_border
    assert often.seconds_if_at_least_2 == pytest.approx(seldom.seconds_if_under_2) == pytest.approx(22, abs=0.5)


def test_less_than_three_minutes_leave_every_frequency_near_the_border() -> None:
    analysis = movements("trunk_flexion", 65, every_s=10, seconds=100)
    assert row(analysis, "trup.4").near_border


def test_a_gap_in_an_angle_takes_from_the_row_it_cuts_only() -> None:
    # Seven holds that each end in a gap of this angle, and seven movements that meet none.
    script = {"head_flexion": [(t, t + 7.0, 35.0) for t in range(0, 420, 60)]}
    script["head_flexion"] += [(t + 30.0, t + 31.0, 35.0) for t in range(0, 420, 60)]
    seen = acted(script, 420, rate_hz=2.0)
    gap = (seen.times_s % 60 > 6) & (seen.times_s % 60 < 10)
    hidden = np.where(gap, np.nan, seen.signals["head_flexion"])
    analysis = analyse(replace(seen, signals={**seen.signals, "head_flexion": hidden}), settings=QUICK)
    (region,) = (r for r in analysis.observations[0].regions if r.region == "head_over_25")
    assert row(analysis, "hlava_krk.1").seconds == pytest.approx(region.static_s)
    assert row(analysis, "hlava_krk.5").seconds == pytest.approx(region.dynamic_s) == pytest.approx(7.0)


def test_support_moves_time_to_the_row_for_supported_postures() -> None:
    lying_back = acted({"trunk_flexion": [(10, 30, -15)]})
    told = Inputs(support=(SupportEntry(part="trunk", supported=True),))
    assert rows_with_time(analyse(lying_back, told, QUICK)) == {"trup.7": 20}
    assert row(analyse(lying_back, told, QUICK), "trup.2").status == "measured"
    assert row(analyse(lying_back, settings=QUICK), "trup.2").status == "assumed"


def test_support_in_part_of_the_clip_counts_there_only() -> None:
    told = Inputs(support=(SupportEntry(part="trunk", supported=True, start_s=20, end_s=60),))
    analysis = analyse(acted({"trunk_flexion": [(10, 30, -15)]}), told, QUICK)
    assert rows_with_time(analysis) == {"trup.2": 10, "trup.7": 10}


def test_kneeling_is_work_in_a_low_posture() -> None:
    analysis = analyse(acted({}, posture="kneeling"), settings=QUICK)
    assert row(analysis, "ostatni.3").seconds == pytest.approx(60)
    assert row(analysis, "ostatni.3").status == "measured"


def test_rows_that_video_cannot_show_are_not_assessed_and_never_zero() -> None:
    analysis = analyse(acted({}), settings=QUICK)
    missing = {time.row for time in analysis.rows if time.status == "not_assessed"}
    assert len(missing) == 18
    assert {"dk.5", "dk.7", "ostatni.1", "phk.3", "lhk.1"} <= missing
    strict = analyse(acted({}), settings=QUICK.model_copy(update={"low_posture_measured": False}))
    assert sum(time.status == "not_assessed" for time in strict.rows) == 19


def test_an_extreme_joint_position_starts_at_nine_tenths_of_its_range() -> None:
    # The knee bends 135 degrees (AAOS): 90 % are 121.5.
    assert rows_with_time(analyse(acted({"knee_flexion_left": [(0, 30, 121)]}), settings=QUICK)) == {}
    assert rows_with_time(analyse(acted({"knee_flexion_left": [(0, 30, 122)]}), settings=QUICK)) == {"dk.1": 30}


UNCLASSIFIED = [
    ({"trunk_flexion": [(10, 12, 50)]}, "trunk_40_to_60", "dynamic", "trup.9"),
    ({"trunk_twist": [(10, 12, 25)]}, "trunk_asymmetry_over_20", "dynamic", "trup.5"),
    ({"head_flexion": [(10, 12, 50)]}, "head_over_25", "dynamic", "hlava_krk.5"),
    ({"neck_twist": [(10, 30, 10)]}, "head_asymmetry_to_15", "static", "hlava_krk.3"),
    ({"arm_elevation_gravity_left": [(10, 12, 50)]}, "arm_40_to_60_left", "dynamic", "lhk.8"),
    ({"arm_elevation_gravity_right": [(10, 12, 70)]}, "arm_over_60_right", "dynamic", "phk.4"),
]


@pytest.mark.parametrize(("script", "region", "mode", "nearest"), UNCLASSIFIED)
def test_a_posture_no_row_takes_is_listed_with_the_nearest_stricter_row(
    script: dict[str, Any], region: str, mode: str, nearest: str
) -> None:
    analysis = analyse(acted(script, seconds=300), settings=QUICK)
    assert rows_with_time(analysis) == {}
    assert [(u.region, u.mode, u.nearest_stricter) for u in analysis.unclassified] == [(region, mode, nearest)]


def test_every_named_posture_is_in_a_row_or_unclassified() -> None:
    rng = np.random.default_rng(3)
    script = {"trunk_flexion": [(t, t + 3, float(rng.uniform(-30, 90))) for t in range(0, 300, 3)]}
    analysis = analyse(acted(script, seconds=300), settings=QUICK)
    named = sum(
        region.static_s + region.dynamic_s
        for region in analysis.observations[0].regions
        if region.region in ("trunk_over_60", "trunk_40_to_60", "trunk_back")
    )
    in_rows = sum(time.seconds for time in analysis.rows if time.row.startswith("trup."))
    left = sum(rest.seconds for rest in analysis.unclassified)
    assert in_rows + left == pytest.approx(named)


def test_a_wobble_of_more_than_ten_degrees_is_no_hold() -> None:
    steps = [(10 + 2 * n, 12 + 2 * n, 65 + 11 * (n % 2)) for n in range(10)]
    analysis = analyse(acted({"trunk_flexion": steps}, seconds=300), settings=QUICK)
    assert row(analysis, "trup.1").seconds == 0
    assert row(analysis, "trup.9").seconds == pytest.approx(20, abs=0.2)


def test_holding_for_three_seconds_is_static_only_where_the_laboratory_says_so() -> None:
    bending = acted({"trunk_flexion": [(10, 13.5, 65)]}, seconds=300)
    assert row(analyse(bending, settings=QUICK), "trup.1").seconds == 0
    three = analyse(bending, settings=QUICK.model_copy(update={"static_s": 3.0}))
    assert row(three, "trup.1").seconds == pytest.approx(3.5, abs=0.11)


def test_time_shared_by_two_rows_counts_once_in_the_union() -> None:
    limits = shift_limits(480)
    splits = {"trup.1": Split(as_n=150), "hlava_krk.1": Split(as_n=150)}
    apart, together = verdict(splits, 300, limits, Settings()), verdict(splits, 150, limits, Settings())
    assert (apart.half_shift_exceeded, together.half_shift_exceeded) == (True, False)


def test_half_the_shift_in_harmless_rows_is_category_three() -> None:
    limits = shift_limits(480)
    splits = {name: Split(as_pp=90) for name in ("trup.6", "trup.8", "phk.7", "lhk.7")}
    assert verdict(splits, 241, limits, Settings()).category == 3
    assert verdict(splits, 240, limits, Settings()).category == 1
    assert verdict(splits, 241, limits, Settings(half_shift_counts=False)).category == 1


def test_category_by_sum_adds_the_rows_of_a_type() -> None:
    limits = shift_limits(480)
    splits = {name: Split(as_pp=60) for name in ("trup.6", "phk.7")}
    assert verdict(splits, 120, limits, Settings()).category == 1
    assert verdict(splits, 120, limits, Settings(category_by="sum")).category == 2


def test_step_two_says_what_a_row_becomes() -> None:
    def told(name: str, failing: float, long_use: bool, how: str) -> tuple[float, float, float]:
        setting = Settings.model_validate({"step2": how})
        split = step2(ROWS[name], 50, failing, long_use=long_use, settings=setting)
        return split.as_n, split.as_pp, split.acceptable

    # A: what is held longer than its line becomes N.
    assert told("trup.6", 20, True, "escalate") == (20, 30, 0)
    assert told("trup.6", 20, True, "full") == (20, 0, 30)
    assert told("trup.6", 20, True, "off") == (0, 50, 0)
    # B: acceptable with the support the row asks for.
    assert told("trup.7", 0, False, "full") == (0, 0, 50)
    # C: N where the workplace is used for more than half the shift.
    assert told("trup.9", 0, True, "escalate") == (50, 0, 0)
    assert told("trup.9", 0, False, "escalate") == (0, 50, 0)
    assert told("trup.9", 0, False, "full") == (0, 0, 50)
    # Unacceptable rows stay what they are.
    assert told("trup.1", 0, False, "full") == (50, 0, 0)


def test_a_hold_past_its_line_fails_step_two() -> None:
    # At 50 degrees the trunk may be held 1.75 minutes: 4 − 3 · (50 − 20) / 40.
    short = analyse(acted({"trunk_flexion": [(10, 110, 50)]}, seconds=200), settings=QUICK)
    long = analyse(acted({"trunk_flexion": [(10, 120, 50)]}, seconds=200), settings=QUICK)
    assert row(short, "trup.6").failing_s == 0
    assert row(long, "trup.6").failing_s == pytest.approx(110, abs=0.2)
