"""The person's own neutral posture: found, limited, shown, applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from contract.inputs import Inputs, Person
from gpu_worker.angles.calibration import heading_spread_deg, neutral_of
from gpu_worker.angles.compute import angles
from gpu_worker.angles.neutral import Neutral
from gpu_worker.angles.table import read, rounded, write
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.motion import Motion
from gpu_worker.report.catalogue import LANGUAGES, catalogue
from gpu_worker.report.document.clips import offset_lines
from gpu_worker.report.texts import signal_words
from gpu_worker.verdict import measure
from tests.gpu_worker.moving_body import Pose

RATE = 12.0


def shift(lean: float = 5.0, turning: float = 0.0) -> Motion:
    """Ten quiet seconds with a slight lean and arms 6° out, then ten of bending; `turning` degrees of heading."""
    times = np.arange(240) / RATE
    work = np.where(times < 10, 0.0, 40 * np.abs(np.sin(times)))
    pose = Pose(
        count=240,
        yaw=np.where(times < 5, 0.0, turning),
        trunk_flexion=lean + work,
        arm_elevation=(6 + work, 6 + work),
        arm_plane=(0.0, 0.0),
    )
    return pose.motion(times)


def first(neutral: Neutral, motion: Motion, name: str) -> float:
    return float(angles(motion, neutral).signals[name][30])


def test_marked_seconds_become_the_zero_of_every_segment() -> None:
    motion = shift(lean=12.0)
    neutral = neutral_of(motion, marked_s=[(1.0, 4.0)])
    assert neutral.source == "marked"
    series = angles(motion, neutral)
    for name in ("trunk_flexion", "arm_elevation_left", "arm_elevation_gravity_right", "elbow_flexion_left"):
        assert series.signals[name][30] == pytest.approx(0, abs=0.2), name
    assert series.offsets["trunk_flexion"] == pytest.approx(12, abs=0.1)
    assert series.offsets["arm_elevation_gravity_left"] > 5


def test_whatever_is_told_as_subtracted_reads_zero_in_the_neutral_posture() -> None:
    times = np.arange(60) / RATE
    pose = Pose(
        count=60, trunk_flexion=4, trunk_side=3, trunk_twist=5, neck_flexion=6, neck_side=2, neck_twist=4,
        arm_elevation=(9, 7), arm_plane=(20, 40), arm_inward=(25, 15), elbow=(12, 8), hip=(3, 5), knee=(6, 4),
    )  # fmt: skip
    motion = pose.motion(times)
    series = angles(motion, neutral_of(motion, marked_s=[(0.0, 4.0)]))
    assert {"trunk_twist", "neck_flexion", "arm_flexion_left", "hip_flexion_right"} <= series.offsets.keys()
    for name in series.offsets.keys() - {"arm_plane_left", "arm_plane_right"}:
        assert series.signals[name][30] == pytest.approx(0, abs=0.01), name


def test_an_angle_whose_offset_is_not_subtracted_is_not_moved_by_half_of_it() -> None:
    times = np.arange(240) / RATE
    pose = Pose(count=240, yaw=np.where(times < 10, 0.0, 90.0), trunk_flexion=5.0, neck_flexion=6.0)
    motion = pose.motion(times)
    neutral = neutral_of(motion)
    assert ("thorax" in neutral.applied, "head" in neutral.applied) == (True, False)
    plain, series = angles(motion), angles(motion, neutral)
    assert series.left_out["neck_flexion"] == (pytest.approx(6, abs=0.1), "above_8_degrees")
    for name in series.left_out:
        np.testing.assert_allclose(series.signals[name], plain.signals[name], atol=1e-9, err_msg=name)


def test_quiet_standing_seen_from_two_sides_is_found_and_applied() -> None:
    motion = shift(lean=5.0, turning=90.0)
    neutral = neutral_of(motion)
    assert neutral.source == "standing"
    assert neutral.seconds > 8
    assert "trunk" in neutral.applied
    assert first(neutral, motion, "trunk_flexion") == pytest.approx(0, abs=0.3)


def test_standing_seen_from_one_heading_is_shown_but_not_applied_until_confirmed() -> None:
    motion = shift(lean=5.0)
    neutral = neutral_of(motion)
    assert "one_heading" in neutral.left_out.values()
    assert neutral.offsets["trunk_flexion"] == pytest.approx(5, abs=0.1)
    series = angles(motion, neutral)
    assert series.offsets == {}
    assert series.signals["trunk_flexion"][30] == pytest.approx(5, abs=0.1)
    assert series.sigma["trunk_flexion"][30] > angles(motion).sigma["trunk_flexion"][30]
    assert first(neutral_of(motion, confirmed=True), motion, "trunk_flexion") == pytest.approx(0, abs=0.3)


def test_a_worker_said_to_stand_neutral_is_measured_from_there() -> None:
    motion = shift(lean=12.0)
    person = Person(stands_neutral=True)
    told, untold = (measure(motion, inputs) for inputs in (Inputs(person=person), Inputs()))
    assert untold.signals["trunk_flexion"][30] == pytest.approx(12, abs=0.1)
    assert told.signals["trunk_flexion"][30] == pytest.approx(0, abs=0.3)
    assert told.sigma["trunk_flexion"][30] < untold.sigma["trunk_flexion"][30]


def test_automatic_offset_above_eight_degrees_is_not_applied() -> None:
    motion = shift(lean=14.0, turning=90.0)
    neutral = neutral_of(motion)
    assert "above_8_degrees" in neutral.left_out.values()
    assert "trunk" not in neutral.applied
    assert "shank_left" in neutral.applied
    assert first(neutral, motion, "trunk_flexion") == pytest.approx(14, abs=0.1)


def test_worker_who_never_stands_quietly_keeps_the_models_neutral() -> None:
    times = np.arange(240) / RATE
    neutral = neutral_of(Pose(count=240, hip=(90, 90), knee=(90, 90)).motion(times))
    assert neutral.source == "model"
    assert neutral.applied == frozenset()


def test_bad_moments_in_the_marked_seconds_do_not_move_the_zero() -> None:
    times = np.arange(120) / RATE
    lean = np.where((times > 2) & (times < 2.6), 60.0, 4.0)
    motion = Pose(count=120, trunk_flexion=lean).motion(times)
    neutral = neutral_of(motion, marked_s=[(0.0, 8.0)])
    assert float(angles(motion, neutral).signals["trunk_flexion"][90]) == pytest.approx(0, abs=0.2)


def test_marked_seconds_of_sitting_do_not_make_bent_knees_straight() -> None:
    times = np.arange(60) / RATE
    motion = Pose(count=60, hip=(90, 90), knee=(20, 20), trunk_flexion=3.0).motion(times)
    neutral = neutral_of(motion, marked_s=[(0.0, 4.0)])
    assert "legs_not_standing" in neutral.left_out.values()
    assert first(neutral, shift(), "knee_flexion_left") == pytest.approx(0, abs=0.1)
    assert float(angles(motion, neutral).signals["knee_flexion_left"][30]) == pytest.approx(20, abs=0.1)


def test_a_marked_posture_that_is_no_neutral_one_makes_no_angle_less_sure() -> None:
    times = np.arange(120) / RATE
    sitting = Pose(count=120, hip=(90, 90), knee=(80, 80), arm_elevation=(60, 3)).motion(times)
    plain, marked = angles(sitting), angles(sitting, neutral_of(sitting, marked_s=[(0.0, 4.0)]))
    assert set(marked.left_out) >= {"arm_elevation_gravity_left", "knee_flexion_left"}
    for name in marked.left_out:
        np.testing.assert_allclose(marked.sigma[name], plain.sigma[name], err_msg=name)


def test_segments_left_out_are_told_from_the_pelvis_outwards() -> None:
    times = np.arange(60) / RATE
    squatting = Pose(count=60, trunk_flexion=40.0, hip=(90, 90), knee=(80, 80)).motion(times)
    neutral = neutral_of(squatting, marked_s=[(0.0, 4.0)])
    assert list(neutral.left_out) == [segment for segment in neutral.rotations if segment in neutral.left_out]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_clip_of_a_few_frames_keeps_the_models_neutral(count: int) -> None:
    assert neutral_of(Pose(count=count).motion(np.arange(count) / RATE)).source == "model"


def test_marked_seconds_without_the_person_are_refused() -> None:
    with pytest.raises(ValueError, match="marked seconds"):
        neutral_of(shift(), marked_s=[(100.0, 110.0)])


def test_marked_seconds_of_someone_who_lies_on_the_side_from_the_start_are_refused() -> None:
    lying = Pose(count=36, yaw=90, roll=80).motion(np.arange(36) / RATE)
    with pytest.raises(ValueError, match="which way they face"):
        neutral_of(lying, marked_s=[(0.0, 2.0)])


def test_raised_arm_turned_about_its_axis_keeps_its_elevation_after_the_neutral() -> None:
    neutral = neutral_of(shift(), marked_s=[(1.0, 4.0)])
    readings = [
        float(angles(Pose(arm_elevation=(90, 90), arm_inward=(turn, turn)).motion(), neutral).signals[name][0])
        for turn in (-60.0, 0.0, 60.0)
        for name in ("arm_elevation_left", "arm_elevation_gravity_right")
    ]
    assert np.ptp(readings[0::2]) < 1e-6
    assert np.ptp(readings[1::2]) < 1e-6


def test_headings_either_side_of_180_are_near_each_other() -> None:
    assert heading_spread_deg(np.array([-175.0, 170.0, 178.0])) == pytest.approx(15)
    assert heading_spread_deg(np.array([0.0, 90.0])) == pytest.approx(90)


def test_arms_raised_in_the_marked_seconds_are_told_apart_from_what_was_subtracted(tmp_path: Path) -> None:
    times = np.arange(0, 10, 1 / RATE)
    pose = Pose(count=len(times), arm_elevation=(60.0, 10.0))
    motion = pose.motion(times)
    series = rounded(angles(motion, neutral_of(motion, marked_s=[(1.0, 4.0)])))
    assert series.offsets["arm_elevation_gravity_right"] == pytest.approx(10, abs=0.5)
    assert "arm_elevation_gravity_left" not in series.offsets
    assert series.left_out["arm_elevation_gravity_left"] == (pytest.approx(60, abs=0.5), "above_30_degrees")
    assert "arm_elevation_left" in series.left_out, "its thorax was applied, its upper arm was not"
    assert not series.left_out.keys() & series.offsets.keys()
    write(series, tmp_path / "a.csv")
    assert read(tmp_path / "a.csv").left_out == series.left_out
    analysis = analyse(series, settings=Settings(draws=0))
    for language in LANGUAGES:
        words = catalogue(language)
        (taken, subtracted), (kept, untouched) = offset_lines(analysis, words)
        arm = signal_words("arm_elevation_gravity_left", words)
        assert (taken, arm in subtracted) == (words.text("clip-offsets"), False)
        assert "30°" in kept
        assert f"{arm} {words.degrees(60, 1)}" in untouched
