"""What the program before this one did wrong with angles and time, and this one must never do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.angles.compute import angles
from gpu_worker.angles.timing import timeline
from gpu_worker.angles.zones import original_zones
from gpu_worker.motion import Gravity
from tests.gpu_worker.moving_body import Pose, unseen


def one(pose: Pose) -> dict[str, float]:
    return {name: float(angle[0]) for name, angle in angles(pose.motion()).signals.items()}


def test_left_arm_is_joint_16() -> None:
    motion = Pose().motion()
    raised = Pose(arm_elevation=(70, 70)).motion()
    rotations = motion.rotations.copy()
    rotations[:, [16, 18, 20]] = raised.rotations[:, [16, 18, 20]]
    signals = angles(replace(motion, rotations=rotations)).signals
    assert signals["arm_elevation_left"][0] == pytest.approx(70)
    assert signals["arm_elevation_right"][0] == pytest.approx(0, abs=1e-6)


def test_worker_facing_the_camera_keeps_left_and_right() -> None:
    found = one(Pose(yaw=0, arm_elevation=(70, 0)))
    assert abs(found["view"]) < 1e-6
    assert found["arm_flexion_left"] == pytest.approx(70)
    assert found["arm_flexion_right"] == pytest.approx(0, abs=1e-6)


def test_both_arms_raised_sideways_80_reads_80() -> None:
    found = one(Pose(arm_elevation=(80, 80), arm_plane=(0, 0)))
    for side in ("left", "right"):
        assert found[f"arm_elevation_{side}"] == pytest.approx(80)
        assert found[f"arm_elevation_gravity_{side}"] == pytest.approx(80)
        assert found[f"arm_abduction_{side}"] == pytest.approx(80)
        assert np.isnan(found[f"arm_flexion_{side}"])


def test_overhead_190_does_not_wrap() -> None:
    found = one(Pose(arm_elevation=(190, 175)))
    assert found["arm_flexion_left"] == pytest.approx(190)
    assert found["arm_flexion_right"] == pytest.approx(175)


def test_backward_lean_is_negative() -> None:
    assert one(Pose(trunk_flexion=-20))["trunk_flexion"] == pytest.approx(-20)


def test_sideways_lean_is_not_forward_lean() -> None:
    found = one(Pose(trunk_side=30))
    assert found["trunk_flexion"] == pytest.approx(0, abs=1e-6)
    assert found["trunk_side_bend"] == pytest.approx(30)


@pytest.mark.parametrize("yaw", [-90, 0, 90, 180])
def test_forward_lean_reads_the_same_from_every_side(yaw: float) -> None:
    assert one(Pose(yaw=yaw, trunk_flexion=45))["trunk_flexion"] == pytest.approx(45)


def test_camera_pitch_does_not_become_trunk_lean() -> None:
    upright, true = Pose().motion(), Gravity(-25.0, 3.0, 1.0, 1.0, "given")
    to_camera = true.camera_to_gravity().T
    seen = replace(upright, rotations=to_camera @ upright.rotations, joints=upright.joints @ to_camera.T)
    assert angles(seen).signals["trunk_inclination"][0] > 20
    assert angles(seen, gravity=true).signals["trunk_inclination"][0] == pytest.approx(0, abs=1e-4)


def test_missed_frames_are_unknown_not_upright() -> None:
    times = np.arange(100) / 25
    missing = (times > 1) & (times < 3)
    zones = original_zones(angles(unseen(Pose(count=100, trunk_flexion=50).motion(times), missing)))
    trunk = zones.parts[0]
    assert trunk.unknown_s == pytest.approx(2.0, abs=0.1)
    assert [zone.seconds for zone in trunk.zones][:2] == [0, 0]
    assert trunk.zones[2].seconds == pytest.approx(trunk.observed_s)


def test_skipped_frames_keep_their_real_time() -> None:
    every = np.arange(200) / 29.97
    kept = np.sort(np.random.default_rng(1).choice(200, 120, replace=False))
    kept[[0, -1]] = 0, 199
    for times in (every, every[np.unique(kept)]):
        line = timeline(times, np.ones(len(times), dtype=np.bool_))
        assert line.observed_s == pytest.approx(199 / 29.97)


def test_fractional_frame_rate_is_not_truncated() -> None:
    times = np.arange(1800) * 1001 / 30000
    zones = original_zones(angles(Pose(count=1800).motion(times)))
    assert zones.total_s == pytest.approx(1799 * 1001 / 30000)
    assert zones.parts[0].zones[1].seconds == pytest.approx(zones.total_s)


def test_rotations_stay_rotations_whatever_gravity_says() -> None:
    for pitch, roll in ((-30, 30), (12, -26), (0, 0)):
        turned = Gravity(pitch, roll, 1.0, 1.0, "given").camera_to_gravity()
        assert np.linalg.det(turned) == pytest.approx(1)
        assert turned @ turned.T == pytest.approx(np.eye(3))
