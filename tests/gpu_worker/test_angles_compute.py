"""Known joint angles come back, whichever way the person faces and however the camera is tilted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.compute import angles
from gpu_worker.motion import Gravity
from tests.gpu_worker.moving_body import Pose, mirrored, rest_pose, unseen

FRAMES = 40
RANGES: dict[str, tuple[float, float]] = {
    "yaw": (-180, 180),
    "trunk_flexion": (-40, 130),
    "trunk_side": (-40, 40),
    "trunk_twist": (-50, 50),
    "neck_flexion": (-40, 60),
    "neck_side": (-40, 40),
    "neck_twist": (-70, 70),
}
PAIRS: dict[str, tuple[float, float]] = {
    "arm_elevation": (0, 179),
    "arm_plane": (-150, 170),
    "arm_inward": (-60, 60),
    "elbow": (0, 145),
    "pronation": (-80, 80),
    "palmar": (-70, 70),
    "hip": (-30, 120),
    "knee": (0, 150),
    "toes_up": (-40, 30),
}


def random_pose(seed: int) -> Pose:
    """Unrelated postures, far enough apart in time not to be filtered; some angles exactly zero."""
    rng = np.random.default_rng(seed)

    def drawn(low: float, high: float) -> NDArray[np.float64]:
        return np.where(rng.random(FRAMES) < 0.1, 0.0, rng.uniform(low, high, FRAMES))

    singles = {name: drawn(*bounds) for name, bounds in RANGES.items()}
    pairs = {name: (drawn(*bounds), drawn(*bounds)) for name, bounds in PAIRS.items()}
    return Pose(count=FRAMES, **singles, **pairs)  # type: ignore[arg-type]


POSES = st.integers(0, 2**32 - 1).map(random_pose)
few = settings(max_examples=8, phases=(Phase.explicit, Phase.generate))


def value(pose: Pose, signal: str) -> float:
    return float(angles(pose.motion()).signals[signal][0])


@few
@given(POSES)
def test_angles_a_body_was_posed_with_come_back(pose: Pose) -> None:
    found = angles(pose.motion()).signals
    expected = {
        "trunk_flexion": pose.trunk_flexion,
        "trunk_side_bend": pose.trunk_side,
        "trunk_twist": pose.trunk_twist,
        "neck_flexion": pose.neck_flexion,
        "neck_side_bend": pose.neck_side,
        "neck_twist": pose.neck_twist,
    }
    for number, side in enumerate(("left", "right")):
        expected |= {
            f"arm_elevation_{side}": pose.arm_elevation[number],
            f"elbow_flexion_{side}": pose.elbow[number],
            f"wrist_flexion_{side}": pose.palmar[number],
            f"forearm_rotation_{side}": pose.pronation[number],
            f"knee_flexion_{side}": pose.knee[number],
            f"ankle_flexion_{side}": pose.toes_up[number],
        }
    for name, wanted in expected.items():
        np.testing.assert_allclose(found[name], np.asarray(wanted, dtype=np.float64), atol=1e-4, err_msg=name)


@few
@given(POSES)
def test_arm_flexion_and_abduction_follow_from_elevation_and_plane(pose: Pose) -> None:
    signals = angles(pose.motion()).signals
    for number, side in enumerate(("left", "right")):
        elevation, plane = (np.radians(pair[number]) for pair in (pose.arm_elevation, pose.arm_plane))
        outward = np.degrees(np.arcsin(np.sin(elevation) * np.cos(plane)))
        np.testing.assert_allclose(signals[f"arm_abduction_{side}"], outward, atol=1e-4)
        flexion = signals[f"arm_flexion_{side}"]
        forward = np.degrees(np.arctan2(np.sin(elevation) * np.sin(plane), np.cos(elevation)))
        away = (flexion - forward + 180) % 360 - 180
        np.testing.assert_allclose(away[np.isfinite(flexion)], 0, atol=1e-4)
        assert np.isfinite(flexion).sum() > FRAMES / 4
        assert np.nanmin(flexion) >= -90
        assert np.nanmax(flexion) < 270


@few
@given(POSES)
def test_inclination_holds_flexion_and_side_bend_together(pose: Pose) -> None:
    signals = angles(pose.motion()).signals
    flexion, side = (np.radians(signals[n][0]) for n in ("trunk_flexion", "trunk_side_bend"))
    assert np.cos(np.radians(signals["trunk_inclination"][0])) == pytest.approx(
        np.cos(flexion) * np.cos(side), abs=1e-6
    )


def assert_same_angle(found: NDArray[np.float64], expected: NDArray[np.float64], name: str) -> None:
    """Equal on the circle, so that 180 and −180 agree, and NaN in the same places."""
    around, wanted = (np.exp(1j * np.radians(angle)) for angle in (found, expected))
    np.testing.assert_allclose(around, wanted, atol=1e-6, err_msg=name)


@few
@given(POSES)
def test_mirrored_body_reads_the_same_with_sides_exchanged(pose: Pose) -> None:
    straight, mirror = (angles(m).signals for m in (pose.motion(), mirrored(pose.motion())))
    turning = {"trunk_side_bend", "trunk_twist", "neck_side_bend", "neck_twist", "pelvis_side_bend", "heading", "view"}
    turning |= {f"trunk_{kind}_spine{number}" for kind in ("side_bend", "twist") for number in (1, 2, 3)}
    for signal in SIGNALS:
        other = {"left": "right", "right": "left", "": ""}[signal.side]
        partner = next(s for s in SIGNALS if s.quantity is signal.quantity and s.side == other)
        sign = -1 if signal.quantity.name in turning else 1
        assert_same_angle(straight[signal.name], sign * mirror[partner.name], signal.name)


@few
@given(POSES, st.floats(-180, 180))
def test_direction_the_person_faces_changes_no_angle(pose: Pose, yaw: float) -> None:
    one, other = (angles(p.motion()).signals for p in (pose, replace(pose, yaw=yaw)))
    for signal in SIGNALS:
        if signal.quantity.name not in ("heading", "view"):
            assert_same_angle(one[signal.name], other[signal.name], signal.name)


@few
@given(POSES, st.floats(-30, 30), st.floats(-30, 30))
def test_tilted_camera_changes_no_angle_when_gravity_is_given(pose: Pose, pitch: float, roll: float) -> None:
    motion = pose.motion()
    true = Gravity(pitch, roll, 1.0, 1.0, "given")
    to_camera = true.camera_to_gravity().T
    level = replace(motion, joints=motion.joints @ to_camera.T, rotations=to_camera @ motion.rotations)
    upright, corrected = angles(motion).signals, angles(level, gravity=true).signals
    for name, expected in upright.items():
        assert_same_angle(corrected[name], expected, name)


def test_rest_pose_of_a_crooked_body_model_reads_straight() -> None:
    rest = rest_pose()
    rest[[12, 15], 2] += 0.06  # neck ahead of the pelvis
    rest[[20, 21], 2] += 0.05  # elbows bent at rest
    rest[[7, 8], 2] -= 0.06  # knees too
    rest[[10, 11], 2] -= 0.06
    signals = angles(Pose(rest=rest).motion()).signals
    for name in ("trunk_flexion", "elbow_flexion_left", "knee_flexion_right", "ankle_flexion_left", "hip_flexion_left"):
        assert signals[name][0] == pytest.approx(0, abs=1e-6), name
    bent = angles(Pose(rest=rest, trunk_flexion=45, elbow=(0, 90), knee=(60, 0)).motion()).signals
    assert bent["trunk_flexion"][0] == pytest.approx(45)
    assert bent["elbow_flexion_right"][0] == pytest.approx(90, abs=1e-6)
    assert bent["knee_flexion_left"][0] == pytest.approx(60, abs=1e-6)


def test_turning_the_forearm_about_its_bone_bends_neither_elbow_nor_wrist() -> None:
    rest = rest_pose()
    rest[[20, 21], 2] += 0.05  # the bone is 11° off the arm's line in the rest pose
    still = Pose(rest=rest, elbow=(80, 80), palmar=(10, 10)).motion()
    rotations = still.rotations.copy()
    bone = rotations[0, 18] @ (rest[20] - rest[18])
    turn = Rotation.from_rotvec(np.radians(70) * bone / np.linalg.norm(bone)).as_matrix()
    rotations[:, [18, 20]] = turn @ rotations[:, [18, 20]]
    before, after = (angles(motion).signals for motion in (still, replace(still, rotations=rotations)))
    for name in ("elbow_flexion_left", "wrist_flexion_left", "wrist_deviation_left"):
        np.testing.assert_allclose(after[name], before[name], atol=1e-6, err_msg=name)
    turned = after["forearm_rotation_left"][0] - before["forearm_rotation_left"][0]
    assert turned == pytest.approx(70, abs=2)


def test_head_hanging_over_a_bent_trunk_reads_beyond_ninety_degrees() -> None:
    assert value(Pose(trunk_flexion=80, neck_flexion=30), "head_flexion") == pytest.approx(110)


def test_looking_aside_and_down_is_head_flexion_whichever_way_the_head_is_turned() -> None:
    pose = Pose(count=3, neck_twist=[-60, 0, 60])
    rotations = pose.rotations()
    nod = np.radians(30)
    bow = np.array([[1, 0, 0], [0, np.cos(nod), -np.sin(nod)], [0, np.sin(nod), np.cos(nod)]])
    rotations[:, 15] = rotations[:, 15] @ bow
    motion = replace(pose.motion(), rotations=rotations)
    assert angles(motion).signals["head_flexion"] == pytest.approx([30, 30, 30])


def test_lying_on_the_side_keeps_the_last_heading_and_says_so() -> None:
    upright, lying = Pose(yaw=90).motion(), Pose(yaw=90, roll=80).motion()
    rotations = np.concatenate([upright.rotations, lying.rotations, lying.rotations])
    both_poses = replace(
        Pose(count=3).motion(),
        rotations=rotations,
        joints=np.concatenate([upright.joints, lying.joints, lying.joints]),
    )
    series = angles(both_poses)
    assert series.flags["heading_held"].tolist() == [False, True, True]
    assert series.signals["heading"] == pytest.approx([90, 90, 90])
    assert series.signals["trunk_side_bend"] == pytest.approx([0, 80, 80])
    assert np.isnan(series.signals["trunk_flexion"][1])


def test_unseen_frames_hold_no_angle_and_no_posture() -> None:
    series = angles(unseen(Pose(count=4).motion(), np.array([False, True, False, True])))
    for name, angle in series.signals.items():
        assert np.isnan(angle[[1, 3]]).all(), name
        assert np.isnan(series.sigma[name][[1, 3]]).all(), name
    assert series.posture.tolist() == ["standing", "", "standing", ""]


def test_frame_with_a_broken_number_spoils_no_other_frame() -> None:
    times = np.arange(100) / 25
    motion = Pose(count=100, trunk_flexion=30.0).motion(times)
    motion.rotations[50, 16, 0, 0] = np.nan
    lean = angles(motion).signals["trunk_flexion"]
    assert np.isnan(lean[50])
    assert np.delete(lean, 50) == pytest.approx(np.full(99, 30.0))


def test_clip_without_frames_has_angles_without_frames() -> None:
    series = angles(Pose(count=0).motion(np.zeros(0)))
    assert all(len(angle) == 0 for angle in series.signals.values())


def test_wrist_and_forearm_turn_are_left_out_where_the_hand_was_not_seen() -> None:
    motion = replace(Pose(palmar=(20, 20)).motion(), hands_seen=np.array([[True, False]]))
    signals = angles(motion).signals
    assert signals["wrist_flexion_left"][0] == pytest.approx(20)
    for name in ("wrist_flexion_right", "wrist_deviation_right", "forearm_rotation_right"):
        assert np.isnan(signals[name][0])


def test_uncertain_gravity_widens_lean_but_not_knees() -> None:
    sure, unsure = (
        angles(Pose().motion(), gravity=Gravity(0.0, 0.0, sigma, sigma, "estimated")).sigma for sigma in (1.0, 12.0)
    )
    assert unsure["trunk_flexion"][0] > sure["trunk_flexion"][0] + 4
    assert unsure["knee_flexion_left"][0] == sure["knee_flexion_left"][0]


@pytest.mark.parametrize(
    ("pose", "expected"),
    [
        (Pose(), "standing"),
        (Pose(trunk_flexion=60), "standing"),
        (Pose(hip=(80, 55), knee=(10, 60)), "one_legged"),
        (Pose(hip=(90, 90), knee=(90, 90)), "sitting"),
        (Pose(hip=(75, 75), knee=(20, 20)), "sitting"),
        (Pose(hip=(115, 115), knee=(140, 140), toes_up=(25, 25), trunk_flexion=35), "squatting"),
        (Pose(hip=(0, 0), knee=(90, 90), toes_up=(-60, -60)), "kneeling"),
        (Pose(hip=(90, 0), knee=(90, 90), toes_up=(0, -60)), "kneeling"),
        (Pose(hip=(60, 0), knee=(70, 0)), "one_legged"),
        (Pose(trunk_flexion=-90, legs_upright=False), "lying"),
        (Pose(trunk_flexion=88, legs_upright=False), "lying"),
    ],
)
def test_posture_is_named_after_what_the_body_rests_on(pose: Pose, expected: str) -> None:
    assert angles(pose.motion()).posture.tolist() == [expected]


def test_striding_through_the_room_is_walking_and_standing_still_is_not() -> None:
    times = np.arange(150) / 25
    swing = 25 * np.sin(2 * np.pi * times)
    gait = Pose(count=150, hip=(swing, -swing), knee=(np.maximum(-swing, 0), np.maximum(swing, 0)))
    travel = np.stack([np.zeros(150), np.ones(150), -6 + 1.2 * times], axis=1)
    walking = angles(gait.motion(times, travel)).posture
    assert np.mean(walking == "walking") > 0.9
    assert not (angles(Pose(count=150).motion(times)).posture == "walking").any()


@few
@given(POSES)
def test_every_signal_of_the_catalogue_is_there_with_its_sigma(pose: Pose) -> None:
    series = angles(pose.motion())
    assert list(series.signals) == [signal.name for signal in SIGNALS] == list(series.sigma)
    for name, angle in series.signals.items():
        assert (np.isfinite(angle) == np.isfinite(series.sigma[name])).all(), name
