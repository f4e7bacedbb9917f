"""Legs that a desk or a machine hides: their angles and what the body rests on are unknown there, never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from contract.inputs import Correction, Inputs, ShiftInputs, SupportEntry
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.hidden import LEG_KNOWN_DEG
from gpu_worker.motion import Motion
from tests.gpu_worker.moving_body import Pose

HIPS, KNEES = (1, 2), (4, 5)
FRAMES = 120
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OF_LEGS = ("hip_flexion", "hip_abduction", "hip_rotation", "knee_flexion", "ankle_flexion")


def seated() -> Motion:
    """Ten seconds on a chair."""
    pose = Pose(count=FRAMES, hip=(90.0, 90.0), knee=(90.0, 90.0))
    return pose.motion(np.arange(FRAMES) / 12, pelvis=(0.0, 0.5, -4.0))


def kneeling() -> Motion:
    """Ten seconds on both knees."""
    return Pose(count=FRAMES, knee=(90.0, 90.0)).motion(np.arange(FRAMES) / 12)


def hiding(motion: Motion, joints: tuple[int, ...], frames: slice = slice(None)) -> Motion:
    sigma = motion.joint_sigma_deg.copy()
    sigma[frames, np.array(joints)[:, None]] = LEG_KNOWN_DEG + 5
    return replace(motion, joint_sigma_deg=sigma)


def finite(series: AngleSeries, name: str) -> bool:
    return bool(np.isfinite(series.signals[name]).any())


@pytest.mark.parametrize(("number", "hidden", "other"), [(0, "left", "right"), (1, "right", "left")])
def test_a_hidden_leg_has_no_angles_and_the_other_one_tells_the_posture(number: int, hidden: str, other: str) -> None:
    plain, found = angles(seated()), angles(hiding(seated(), (HIPS[number], KNEES[number])))
    for name in OF_LEGS:
        assert not finite(found, f"{name}_{hidden}")
        assert np.array_equal(found.signals[f"{name}_{other}"], plain.signals[f"{name}_{other}"], equal_nan=True)
    assert set(found.posture) == set(plain.posture) == {"sitting"}
    assert found.flags[f"leg_hidden_{hidden}"].all()
    assert not found.flags[f"leg_hidden_{other}"].any()
    assert not finite(found, f"ankle_height_{hidden}_m")
    assert not finite(found, "weight_share_left")


def test_a_hidden_shank_leaves_the_thigh() -> None:
    found = angles(hiding(seated(), KNEES))
    assert finite(found, "hip_flexion_left")
    assert not finite(found, "knee_flexion_left")


def test_what_legs_do_not_touch_stays_when_both_are_hidden() -> None:
    plain, found = angles(seated()), angles(hiding(seated(), HIPS + KNEES))
    assert set(found.posture) == {""}
    for name in ("trunk_flexion", "neck_flexion", "arm_elevation_gravity_left", "elbow_flexion_right"):
        assert np.array_equal(found.signals[name], plain.signals[name])
    for name in ("hand_height_left_m", "hand_reach_right_m"):
        assert not finite(found, name)


def test_methods_assume_hidden_legs_aloud_or_leave_them_out() -> None:
    shown, hidden = analyse(angles(seated())), analyse(angles(hiding(seated(), HIPS + KNEES)))
    for method in ("rula", "reba"):
        seen, unseen = getattr(shown, method), getattr(hidden, method)
        assert "legs" not in seen.assumed
        assert "legs" in unseen.assumed
        assert unseen.sides[0].observed_s == seen.sides[0].observed_s > 9
    assert shown.owas.observed_s > 9
    assert hidden.owas.observed_s == 0
    rows = {row.row: row for row in hidden.rows}
    assert rows["ostatni.3"].status == "not_assessed"
    assert rows["trup.1"].status == "measured"
    assert hidden.observed_s == shown.observed_s


def test_an_hour_of_sight_is_not_lost_for_a_moment_behind_something() -> None:
    found = angles(hiding(seated(), HIPS + KNEES, slice(40, 70)))
    assert np.isnan(found.signals["knee_flexion_left"][40:70]).all()
    assert np.isfinite(found.signals["knee_flexion_left"][:40]).all()
    rows = {row.row: row for row in analyse(found).rows}
    assert rows["ostatni.3"].unknown_s == pytest.approx(2.5, abs=0.2)


def test_what_was_seen_of_legs_hidden_for_half_of_the_time_is_never_more_than_was_seen() -> None:
    hidden = hiding(kneeling(), HIPS + KNEES, slice(60, FRAMES))
    assert set(angles(hidden).posture) == {"kneeling", ""}
    found = assess([analyse(angles(hidden), settings=Settings(draws=40))], ShiftInputs())
    low = next(row for row in found.rows if row.row == "ostatni.3")
    assert (low.status, low.minutes) == ("not_assessed", None)
    assert low.seen_minutes == pytest.approx(480 / 2, rel=0.05)
    assert low.as_pp <= 480 / 2 * 1.05


def test_one_hidden_leg_of_a_standing_person_leaves_owas_out_and_says_for_how_long() -> None:
    standing = Pose(count=FRAMES).motion(np.arange(FRAMES) / 12)
    found = analyse(angles(hiding(standing, (HIPS[0], KNEES[0]))))
    assert found.owas.observed_s == 0
    assert found.owas.unknown_s > 9
    assert found.reba.sides[0].observed_s > 9


def test_a_posture_that_was_entered_does_not_hide_that_knees_are_assumed() -> None:
    for posture, assumed in (("kneeling", True), ("sitting", False)):
        said = Correction(start_s=0, end_s=10, posture=posture, reason="behind the bench", who="J. N.", when=NOON)
        support = SupportEntry(part="trunk", supported=True)
        found = analyse(angles(hiding(seated(), HIPS + KNEES)), Inputs(corrections=(said,), support=(support,)))
        assert ("legs" in found.reba.assumed) is assumed
        trunk = next(part for part in found.rula.components if part.component == "trunk")
        assert {score.score for score in trunk.scores} == {1}


def test_whoever_knows_what_the_worker_sat_on_can_enter_it() -> None:
    said = Correction(start_s=0, end_s=10, posture="kneeling", reason="behind the bench", who="J. N.", when=NOON)
    rows = {row.row: row for row in analyse(angles(hiding(seated(), HIPS + KNEES)), Inputs(corrections=(said,))).rows}
    assert rows["ostatni.3"].seconds == pytest.approx(10, abs=0.2)
