"""The less common signals, each on a posture whose reading anybody can tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

from gpu_worker.angles.compute import angles
from gpu_worker.motion import Motion
from tests.gpu_worker.moving_body import PARENTS, Pose, motion_of, rest_pose


def one(pose: Pose) -> dict[str, float]:
    return {name: float(angle[0]) for name, angle in angles(pose.motion()).signals.items()}


def with_turn(joint: int, axis: str, degrees: float, pose: Pose | None = None) -> Motion:
    """A posture in which one joint and everything beyond it is turned, about an axis of the room."""
    rotations = (pose or Pose()).rotations()
    turn = Rotation.from_euler(axis, degrees, degrees=True).as_matrix()
    beyond = [joint]
    for child, parent in enumerate(PARENTS):
        if parent in beyond:
            beyond.append(child)
    rotations[:, beyond] = turn @ rotations[:, beyond]
    return motion_of(rotations, rest_pose(), np.zeros(1), (0.0, 1.0, -4.0))


def reading(motion: Motion, name: str) -> float:
    return float(angles(motion).signals[name][0])


@pytest.mark.parametrize(("yaw", "heading", "view"), [(180, 0, 180), (90, 90, 90), (-90, -90, -90), (150, 30, 150)])
def test_heading_is_zero_along_the_cameras_view_and_view_is_zero_facing_it(
    yaw: float, heading: float, view: float
) -> None:
    found = one(Pose(yaw=yaw))
    assert (found["heading"] - heading + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)
    assert (found["view"] - view + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_view_follows_the_line_to_the_camera_for_a_person_at_the_edge_of_the_picture() -> None:
    motion = Pose(yaw=0).motion(pelvis=(-4.0, 1.0, -4.0))
    assert reading(motion, "heading") % 360 == pytest.approx(180)
    assert reading(motion, "view") == pytest.approx(-45)


def test_elbow_behind_the_back_is_retroflexion_and_across_the_chest_adduction() -> None:
    found = one(Pose(arm_elevation=(35, 70), arm_plane=(-90, 130)))
    assert found["arm_retroflexion_left"] == pytest.approx(35)
    assert found["arm_flexion_left"] == pytest.approx(-35)
    assert found["arm_retroflexion_right"] == 0
    assert found["arm_adduction_left"] == pytest.approx(0, abs=1e-6)
    assert found["arm_adduction_right"] == pytest.approx(
        np.degrees(np.arcsin(np.sin(np.radians(70)) * 0.6428)), abs=0.01
    )
    assert found["arm_abduction_right"] == pytest.approx(-found["arm_adduction_right"])


def test_reach_past_the_vertical_is_no_retroflexion() -> None:
    assert one(Pose(arm_elevation=(190, 0)))["arm_retroflexion_left"] == 0


def test_arm_turned_inward_is_positive_on_both_sides() -> None:
    found = one(Pose(arm_elevation=(20, 60), arm_inward=(40, -35), elbow=(90, 90)))
    assert found["arm_rotation_left"] == pytest.approx(40)
    assert found["arm_rotation_right"] == pytest.approx(-35)


def test_arm_against_gravity_and_against_the_trunk_differ_when_the_trunk_leans() -> None:
    found = one(Pose(trunk_flexion=60, arm_elevation=(60, 0), arm_plane=(90, 90)))
    assert found["arm_elevation_left"] == pytest.approx(60)
    assert found["arm_elevation_gravity_left"] == pytest.approx(0, abs=1e-5)
    assert found["arm_elevation_right"] == pytest.approx(0, abs=1e-5)
    assert found["arm_elevation_gravity_right"] == pytest.approx(60)


def test_shrugged_shoulder_is_raised() -> None:
    motion = with_turn(13, "z", 20)
    assert reading(motion, "shoulder_raised_left") == pytest.approx(20)
    assert reading(motion, "shoulder_raised_right") == pytest.approx(0, abs=1e-6)
    assert reading(with_turn(14, "z", -15), "shoulder_raised_right") == pytest.approx(15)


@pytest.mark.parametrize(("joint", "side", "sign"), [(1, "left", 1), (2, "right", -1)])
def test_leg_moved_outward_and_turned_inward_is_positive(joint: int, side: str, sign: int) -> None:
    assert reading(with_turn(joint, "z", sign * 25), f"hip_abduction_{side}") == pytest.approx(25)
    assert reading(with_turn(joint, "y", -sign * 30), f"hip_rotation_{side}") == pytest.approx(30)


def test_hand_bent_to_the_little_finger_is_ulnar_deviation() -> None:
    hanging = Pose()
    # Arms hang with the thumbs forward: backward is ulnar on both sides.
    assert reading(with_turn(20, "x", 20, hanging), "wrist_deviation_left") == pytest.approx(20)
    assert reading(with_turn(21, "x", 20, hanging), "wrist_deviation_right") == pytest.approx(20)


def test_parts_of_the_spine_add_up_to_the_trunk_against_the_pelvis() -> None:
    rotations = Pose().rotations()
    for share, joints in ((10, [3]), (25, [6]), (45, [9, 12, 13, 14, 15, *range(16, 22), *range(22, 55)])):
        turn = Rotation.from_euler("x", share, degrees=True).as_matrix()
        rotations[:, joints] = turn @ rotations[:, joints]
    signals = angles(motion_of(rotations, rest_pose(), np.zeros(1), (0.0, 1.0, -4.0))).signals
    parts = [signals[f"trunk_flexion_spine{number}"][0] for number in (1, 2, 3)]
    assert parts == pytest.approx([10, 15, 20])
    assert signals["pelvis_flexion"][0] == pytest.approx(0, abs=1e-6)


def test_hands_are_measured_from_the_floor_from_the_feet_and_from_the_middle() -> None:
    found = one(Pose(arm_elevation=(90, 0), arm_plane=(90, 90)))
    shoulder_over_sole, arm = 0.44 + 0.93 + 0.028, 0.63
    assert found["hand_height_left_m"] == pytest.approx(shoulder_over_sole, abs=0.03)
    assert found["hand_height_right_m"] == pytest.approx(shoulder_over_sole - arm, abs=0.03)
    assert found["hand_reach_left_m"] == pytest.approx(np.hypot(arm, 0.18), abs=0.03)
    assert found["hand_lateral_left_m"] == pytest.approx(0.18, abs=0.03)
    assert found["ankle_height_left_m"] == pytest.approx(0.078, abs=0.001)
    across = one(Pose(arm_elevation=(80, 0), arm_plane=(140, 90)))
    assert across["hand_lateral_left_m"] < -0.2


def test_weight_is_shared_in_standing_on_one_foot_when_the_other_is_lifted_and_nowhere_when_seated() -> None:
    assert one(Pose())["weight_share_left"] == pytest.approx(0.5)
    lifted = one(Pose(hip=(0, 70), knee=(0, 90)))
    assert (lifted["weight_share_left"], lifted["weight_share_right"]) == (1, 0)
    assert np.isnan(one(Pose(hip=(90, 90), knee=(90, 90)))["weight_share_left"])
    leaning = one(Pose(trunk_side=20))
    assert leaning["weight_share_right"] > 0.6


def test_side_bend_and_twist_to_the_right_are_positive() -> None:
    right_bent = with_turn(3, "z", 20)  # from up towards −x, the subject's right
    assert reading(right_bent, "trunk_side_bend") == pytest.approx(20)
    right_turned = with_turn(9, "y", -30)  # the front from +z towards −x
    assert reading(right_turned, "trunk_twist") == pytest.approx(30)
    assert reading(with_turn(15, "y", -30), "neck_twist") == pytest.approx(30)
    assert reading(with_turn(15, "x", 30), "neck_flexion") == pytest.approx(30)


def test_filter_changes_nothing_in_a_still_record_and_is_left_out_on_request() -> None:
    times = np.arange(60) / 12
    jumping = replace(Pose(count=60, trunk_flexion=np.where(np.arange(60) % 2, 10.0, 20.0)).motion(times))
    assert np.ptp(angles(jumping, smoothed=False).signals["trunk_flexion"]) == pytest.approx(10)
    assert np.ptp(angles(jumping).signals["trunk_flexion"][5:-5]) < 1
    assert angles(jumping, smoothed=False).bandwidth_hz == {}
