"""Visits, static holds and what is counted from them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gpu_worker.angles.exposure import (
    degree_minutes,
    exposure,
    frequency,
    movements,
    percentiles,
    unknown_verdict,
)
from gpu_worker.angles.intervals import UNKNOWN, reach, settled, static_parts, visits, zones
from gpu_worker.angles.timing import Timeline, timeline

VALUES = st.lists(
    st.integers(-900, 1800).map(lambda tenths: tenths / 10) | st.just(float("nan")), min_size=1, max_size=80
)


def record(values: NDArray[np.float64], rate: float = 10.0) -> tuple[NDArray[np.float64], Timeline]:
    times = np.arange(len(values)) / rate
    return times, timeline(times, np.isfinite(values))


def test_angle_that_trembles_on_a_border_stays_in_its_zone() -> None:
    values = 40 + 0.9 * np.sin(np.arange(100))
    values[0] = 38
    _, line = record(values)
    assert set(zones(values, (40, 60), line).tolist()) == {0}


def test_zone_changes_once_the_border_is_clearly_passed_either_way() -> None:
    values = np.concatenate([np.linspace(30, 70, 81), np.linspace(70, 30, 81)])
    _, line = record(values)
    zone = zones(values, (40, 60), line)
    up, down = values[:81], values[81:]
    assert up[zone[:81] == 1].min() == pytest.approx(41.5)
    assert down[zone[81:] == 0].max() == pytest.approx(38.5)


def test_border_itself_belongs_to_the_zone_nearer_to_upright() -> None:
    for value, expected in ((60.0, 1), (40.0, 0), (-15.0, 0)):
        _, line = record(np.array([value, value]))
        edges = (-15, 40) if value == -15 else (40, 60)
        assert zones(np.array([value, value]), edges, line)[0] == (1 if value == -15 else expected)


def test_stay_shorter_than_the_dwell_is_no_visit() -> None:
    states = np.array([0] * 20 + [1] + [0] * 20 + [2] * 5)
    _, line = record(np.zeros(46))
    assert [(v.state, v.first, v.last) for v in visits(settled(states, line), line)] == [(0, 0, 40), (2, 41, 45)]


def test_visit_ends_where_nothing_is_known() -> None:
    values = np.full(60, 50.0)
    values[20:30] = np.nan
    _, line = record(values)
    stays = visits(zones(values, (40,), line), line)
    assert [(v.first, v.last) for v in stays] == [(0, 19), (30, 59)]


@given(VALUES, st.floats(0, 20))
def test_visits_fill_the_observed_time_exactly(values: list[float], hysteresis: float) -> None:
    angle = np.array(values)
    _, line = record(angle)
    filled = np.where(line.known, np.where(np.isfinite(angle), angle, 0.0), np.nan)
    for states in (zones(filled, (0, 40, 60), line, hysteresis), settled(zones(filled, (0, 40, 60), line), line)):
        assert ((states == UNKNOWN) == ~line.known).all()
        assert sum(v.seconds for v in visits(states, line)) == pytest.approx(line.observed_s)


@given(VALUES, st.integers(0, 60))
def test_reach_is_the_longest_stretch_within_the_range(values: list[float], span: int) -> None:
    angle = np.array(values)
    reached = reach(angle, span)
    for start in range(len(angle)):
        last = start
        while last + 1 < len(angle) and np.ptp(angle[start : last + 2]) <= span + 1e-9:
            last += 1
        if np.isfinite(angle[start]):
            assert reached[start] == last


def test_static_hold_is_taken_from_the_left_and_the_rest_is_dynamic() -> None:
    values = np.concatenate([np.linspace(45, 75, 20), np.full(60, 75.0), np.linspace(75, 50, 25), np.full(50, 50.0)])
    _, line = record(values)
    (visit,) = visits(zones(values, (40,), line), line)
    holds = static_parts(visit, reach(values, 10), line)
    assert len(holds) == 2
    assert values[holds[0].first] == pytest.approx(65, abs=1.7)
    assert holds[0].seconds + holds[1].seconds < visit.seconds
    for hold in holds:
        assert np.ptp(values[hold.first : hold.last + 1]) <= 10


@given(st.lists(st.floats(0, 40), min_size=1, max_size=150))
def test_static_holds_are_long_still_and_do_not_overlap(values: list[float]) -> None:
    angle = np.array(values)
    _, line = record(angle)
    for visit in visits(zones(angle, (20,), line), line):
        holds = static_parts(visit, reach(angle, 10), line, longer_than_s=1.0)
        for hold in holds:
            assert hold.seconds > 1.0
            assert np.ptp(angle[hold.first : hold.last + 1]) <= 10 + 1e-9
            assert visit.first <= hold.first <= hold.last <= visit.last
        assert all(a.last < b.first for a, b in pairwise(holds))


def test_hold_of_exactly_four_seconds_is_not_static_and_three_is_a_setting() -> None:
    _, line = record(np.full(41, 50.0))
    (visit,) = visits(zones(np.full(41, 50.0), (40,), line), line)
    assert visit.seconds == pytest.approx(4.0)
    assert static_parts(visit, reach(np.full(41, 50.0), 10), line) == []
    assert len(static_parts(visit, reach(np.full(41, 50.0), 10), line, longer_than_s=3.0)) == 1


def test_frequency_has_the_exact_poisson_interval() -> None:
    # Tabulated 90 % limits of a Poisson count of 10: 5.425 and 16.962.
    found = frequency(10, 5.0)
    assert found.per_minute == pytest.approx(2.0)
    assert (found.low * 5, found.high * 5) == pytest.approx((5.425, 16.962), abs=1e-3)
    assert frequency(0, 10.0).low == 0.0


def test_frequency_near_two_a_minute_or_from_a_short_record_is_undecided() -> None:
    assert frequency(10, 5.0).undecided()
    assert frequency(0, 2.0).undecided()
    assert not frequency(60, 10.0).undecided()
    assert not frequency(2, 10.0).undecided()


def test_percentiles_are_weighted_with_time() -> None:
    times = np.concatenate([np.arange(0, 9, 0.02), np.arange(9, 10.01, 0.2)])
    values = np.where(times < 9, 10.0, 80.0)
    line = timeline(times, np.ones(len(times), dtype=np.bool_))
    assert percentiles(values, line, (50.0, 85.0, 95.0)) == pytest.approx((10, 10, 80), abs=1)


def test_degree_minutes_add_up_over_time_and_forget_no_backward_lean() -> None:
    values = np.concatenate([np.full(601, 30.0), np.full(600, -10.0)])
    _, line = record(values)
    assert degree_minutes(values, line) == pytest.approx(40, abs=0.1)
    assert degree_minutes(values, line, beyond_deg=20.0) == pytest.approx(10, abs=0.05)


def test_movements_count_swings_and_not_tremor() -> None:
    times = np.arange(0, 60, 0.04)
    line = timeline(times, np.ones(len(times), dtype=np.bool_))
    tremor = 2 * np.sin(2 * np.pi * 3 * times)
    assert movements(30 * np.sin(2 * np.pi * 0.25 * times) + tremor, line) in (29, 30, 31)
    assert movements(tremor, line) == 0


def test_exposure_of_a_worker_who_bends_and_holds() -> None:
    times = np.arange(0, 240, 0.1)
    bent = (times % 20) < 8
    values = np.where(bent, 70.0, 5.0)
    found = exposure(times, values, (-15.0, 40.0, 60.0))
    assert sum(found.seconds) == pytest.approx(found.observed_s)
    assert found.seconds[3] == pytest.approx(96, abs=0.5)
    assert found.static_s[3] == pytest.approx(96, abs=0.5)
    assert found.visits_per_minute[3].count == 12
    assert found.holds == 24
    assert found.longest_hold_s == pytest.approx(12, abs=0.2)
    assert found.percentiles_deg == pytest.approx((5, 5, 70, 70, 70))
    assert not found.coarse


def test_exposure_of_a_clip_in_which_nothing_is_seen_is_all_unknown() -> None:
    found = exposure(np.arange(0, 10, 0.1), np.full(100, np.nan), (40.0,))
    assert found.observed_s == 0
    assert found.unknown_s == pytest.approx(9.9)
    assert found.seconds == (0, 0)
    assert np.isnan(found.percentiles_deg).all()


@pytest.mark.parametrize(("missing", "verdict"), [(0, "fine"), (12, "warn"), (25, "refuse"), (100, "refuse")])
def test_legal_verdict_is_refused_where_too_much_is_unknown(missing: int, verdict: str) -> None:
    seen = np.ones(101, dtype=np.bool_)
    seen[1 : missing + 1] = False
    if missing == 100:
        seen[:] = False
    assert unknown_verdict(timeline(np.linspace(0.0, 10.0, 101), seen)) == verdict


def test_who_was_never_seen_made_no_movement() -> None:
    values = np.full(5, np.nan)
    assert movements(values, timeline(np.arange(5) / 5, np.isfinite(values))) == 0
