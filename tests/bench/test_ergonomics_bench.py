"""The comparison of what was found with rendered truth: perfect answers score perfectly, faults are seen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.agreement import Confusion, Share, match_holds
from bench.ergonomic_targets import Result, compare
from bench.ergonomics import as_json, lines
from bench.shift_agreement import composed_shifts
from bench.take_agreement import FOUND, TRUTH, angle_error, read_takes
from gpu_worker import motion as motion_file
from gpu_worker.ergonomics.result import Hold
from gpu_worker.motion import Motion
from gpu_worker.report.validation.agreement import cohens_kappa
from tests.gpu_worker.moving_body import Pose, unseen

RATE_HZ, SECONDS = 10, 24
PAIRS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=40)


def work(right_arm_deg: float = 75.0, left_arm_deg: float = 10.0, bent_deg: float = 50.0) -> Motion:
    """Eight seconds upright, eight bent, eight upright with the arms raised."""
    times = np.arange(0, SECONDS, 1 / RATE_HZ)
    bent = np.where((times >= 8) & (times < 16), bent_deg, 0.0)
    right, left = (np.where(times >= 16, angle, 5.0) for angle in (right_arm_deg, left_arm_deg))
    return Pose(count=len(times), trunk_flexion=bent, arm_elevation=(left, right)).motion(times)


def swapped() -> Motion:
    """The same work with left and right arm exchanged."""
    return work(right_arm_deg=10.0, left_arm_deg=75.0)


def kept(folder: Path, **takes: tuple[Motion, Motion]) -> Path:
    for name, (truth, found) in takes.items():
        motion_file.save(truth, folder / f"{name}{TRUTH}")
        motion_file.save(found, folder / f"{name}{FOUND}")
    return folder


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Takes recovered without any error."""
    folder = tmp_path_factory.mktemp("same")
    others = {"arms": work(), "straight": work(bent_deg=10.0), "low": work(bent_deg=75.0, right_arm_deg=10.0)}
    return compare(read_takes(kept(folder, **{name: (made, made) for name, made in others.items()})), shifts=4)


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A take whose arms were exchanged."""
    return compare(read_takes(kept(tmp_path_factory.mktemp("swapped"), arms=(work(), swapped()))), shifts=2)


def test_perfect_recovery_agrees_in_every_figure(same: Result) -> None:
    assert all(error.mean_absolute == 0 for error in same.angles.values())
    assert same.zones.worst_zone_p90 == same.zones.any_zone_p90 == same.composed_worst_zone_p90 == 0
    assert same.rows
    assert all(row.true_s == row.found_s for row in same.rows)
    assert same.holds.true > 0
    assert same.holds.f1 == 1
    for shifts in (same.one_take, same.composed):
        assert shifts.rows
        assert shifts.by_row.confusion.agreement.value == shifts.by_job.confusion.agreement.value == 1
        assert shifts.by_row.certain_wrong.hits == shifts.by_job.certain_wrong.hits == shifts.left_out == 0
        assert shifts.covered_exactly.value == 1
    assert same.one_take.by_row.confusion.kappa() == 1


def test_swapped_sides_are_caught(mirrored: Result) -> None:
    raised = {row.row: row for row in mirrored.rows}
    assert raised["phk.2"].true_s > 6 > raised["phk.2"].found_s
    assert raised["lhk.2"].found_s > 6 > raised["lhk.2"].true_s
    assert mirrored.row_kappas["phk.2"] <= 0
    assert mirrored.holds.f1 < 1
    assert mirrored.zones.worst_zone_p90 > 20
    assert mirrored.composed_worst_zone_p90 > 20
    assert mirrored.one_take.by_row.false_safe_open.total == mirrored.one_take.by_row.confusion.false_safe
    assert mirrored.one_take.by_row.confusion.false_safe > 0
    assert mirrored.one_take.by_row.confusion.false_alarm + mirrored.one_take.left_out > 0


def test_tables_name_every_target_and_json_holds_no_nan(mirrored: Result) -> None:
    printed = "\n".join(lines(mirrored))
    for wanted in ("trunk flexion", "trunk 60…", "worst zone p90", "F1", "false safe", "always category 1"):
        assert wanted in printed
    written = json.loads(as_json(mirrored), parse_constant=pytest.fail)
    assert written["takes"] == ["arms"]
    assert written["one_take_shifts"]["each"][0]["scored_rows"]


def test_shifts_of_one_seed_are_the_same_and_never_longer_than_the_shift(tmp_path: Path) -> None:
    takes = read_takes(kept(tmp_path, a=(work(), work()), b=(work(), swapped())))
    once, again, other = (composed_shifts(takes, 2, seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    assert all(sum(shift.minutes) <= 480 + 1e-6 for shift in once)


def test_repeated_takes_are_long_enough_to_be_certain_and_keep_their_shares(tmp_path: Path) -> None:
    folder = kept(tmp_path, arms=(work(), swapped()))
    (short,), (long,) = read_takes(folder), read_takes(folder, least_s=192)
    assert long.truth.observed_s >= 192
    assert np.all(np.diff(long.true_angles.times_s) > 0)
    assert long.frame_share == short.frame_share
    for one, other in zip(short.truth.original_zones.parts, long.truth.original_zones.parts, strict=True):
        assert [z.percent for z in other.zones] == pytest.approx([z.percent for z in one.zones], abs=0.5)


def test_angles_whose_errors_are_left_out_agree_and_halved_ones_err_half_as_much(tmp_path: Path) -> None:
    folder = kept(tmp_path, arms=(work(), swapped()))
    whole, half, none = (compare(read_takes(folder, error_share=share), shifts=2) for share in (1.0, 0.5, 0.0))
    assert whole.angles["arm elevation"].mean_absolute > 10
    half_error, whole_error = (r.angles["arm elevation"].mean_absolute for r in (half, whole))
    assert half_error == pytest.approx(whole_error / 2)
    assert none.zones.worst_zone_p90 == pytest.approx(0)
    assert none.holds.f1 == 1


def test_a_person_lost_for_most_of_the_take_is_unanswered_not_agreed(tmp_path: Path) -> None:
    lost = unseen(work(), np.arange(SECONDS * RATE_HZ) > 60)
    result = compare(read_takes(kept(tmp_path, lost=(work(), lost))), shifts=1)
    assert result.one_take.by_job.unanswered == 1
    assert result.one_take.by_job.confusion.agreement.total == 0


def test_takes_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_takes(tmp_path)
    shifted = replace(work(), times_s=work().times_s + 0.5)
    with pytest.raises(ValueError, match="different frames"):
        read_takes(kept(tmp_path, late=(work(), shifted)))


@given(PAIRS)
def test_every_answer_is_right_or_safe_or_an_alarm(pairs: list[tuple[int, int]]) -> None:
    table = Confusion.of(pairs)
    right = sum(truth == answer for truth, answer in pairs)
    assert table.agreement == Share(right, len(pairs))
    assert right + table.false_safe + table.false_alarm == len(pairs)
    exchanged = Confusion.of((answer, truth) for truth, answer in pairs)
    assert (exchanged.false_safe, exchanged.false_alarm) == (table.false_alarm, table.false_safe)
    assert exchanged.kappa() == pytest.approx(table.kappa(), nan_ok=True)
    assert not table.kappa() > 1


@given(PAIRS)
def test_always_safe_never_alarms_and_is_no_better_than_chance(pairs: list[tuple[int, int]]) -> None:
    baseline = Confusion.of(pairs).always_safe()
    assert baseline == Confusion.of((truth, 1) for truth, _ in pairs)
    assert baseline.false_alarm == 0
    assert baseline.false_safe == sum(truth > 1 for truth, _ in pairs)
    assert baseline.kappa() == pytest.approx(0) or baseline.false_safe == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_kappa_of_two_categories_is_the_reports_own(answers: list[tuple[bool, bool]]) -> None:
    truth, found = (np.array([answer[side] for answer in answers]) for side in (0, 1))
    ours = Confusion.of((1 + int(t), 1 + int(f)) for t, f in answers).kappa()
    assert ours == pytest.approx(cohens_kappa(found, truth), nan_ok=True)


def hold(start: float, end: float, region: str = "trunk_over_60") -> Hold:
    return Hold(region=region, start_s=start, end_s=end, mean=70.0)


def test_a_hold_counts_once_and_only_where_at_least_half_is_shared() -> None:
    assert match_holds([hold(0, 10)], [hold(0, 5), hold(5, 10)]).both == 1
    assert match_holds([hold(0, 10)], [hold(0, 4.9)]).both == 0
    assert match_holds([hold(0, 10)], [hold(0, 10, "trunk_back")]).both == 0
    assert match_holds([hold(0, 5), hold(6, 12)], [hold(0.5, 5), hold(6, 11), hold(20, 25)]).f1 == pytest.approx(4 / 5)


@given(st.floats(0.1, 2), st.floats(-20, 20))
def test_gain_and_bias_say_how_a_signal_was_distorted(gain: float, bias: float) -> None:
    truth = np.append(np.linspace(-30, 30, 25), np.nan)
    error = angle_error(gain * truth + bias, truth)
    assert error.gain == pytest.approx(gain)
    assert error.bias == pytest.approx(bias, abs=1e-9)
