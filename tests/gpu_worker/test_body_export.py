"""What a user finds in `.motion.npz` and `.smplx.npz`: the same body, upright, with nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.body.export import save_smplx
from gpu_worker.body.gravity import ASSUMED_LEVEL, given, to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import Gravity, Lens

TILTED = Gravity(-22.0, 5.0, 1.0, 1.0, "given")


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


@pytest.fixture(scope="module")
def standing(body: Body) -> BodyTrack:
    """A person who stands upright in the world, seen by a tilted camera; the middle frame is unseen."""
    betas, count = np.linspace(-1, 1, 10), 5
    upright = np.zeros((count, 55, 3))
    upright[:, 18] = [0, -0.4, 0]
    to_camera = TILTED.camera_to_gravity().T
    joints, rotations = body.forward(betas, upright, np.array([[0.2, 0.1, -3.0]] * count))
    poses = upright.copy()
    angle = np.arccos((np.trace(to_camera) - 1) / 2)
    skew = (to_camera - to_camera.T) / (2 * np.sin(angle))
    poses[:, 0] = angle * np.array([skew[2, 1], skew[0, 2], skew[1, 0]])
    pelvis = body.rest_joints(betas)[0]
    translation = (np.array([0.2, 0.1, -3.0]) + pelvis) @ to_camera.T - pelvis + np.zeros((count, 3))
    seen = np.array([True, True, False, True, True])

    def gap(values: np.ndarray) -> np.ndarray:
        out = values.copy()
        out[~seen] = np.nan
        return out

    return BodyTrack(
        times_s=np.arange(count) / 12,
        frame_index=np.arange(count) * 2,
        seen=seen,
        poses=gap(poses),
        betas=betas,
        translation=gap(translation),
        joints=gap(joints @ to_camera.T),
        rotations=gap(to_camera @ rotations),
        rest_joints=body.rest_joints(betas),
        residual_px=gap(np.ones(count)),
        joint_sigma_deg=gap(np.ones((count, 55))),
        focal_px=1000.0,
        size=(1280, 720),
        body_model="openbody",
        body_sha256=body.sha256,
    )


def motion_of(track: BodyTrack, gravity: Gravity):  # type: ignore[no-untyped-def]
    return to_motion(
        track,
        gravity,
        quality="medium",
        video_name="clip.mp4",
        video_sha256="0" * 64,
        video_frames=10,
        video_duration_s=0.4,
    )


def test_an_upright_person_is_upright_in_the_gravity_frame_of_a_tilted_camera(standing: BodyTrack) -> None:
    motion = motion_of(standing, TILTED)
    assert np.allclose(motion.rotations[:][standing.seen, 0], np.eye(3), atol=1e-9)
    assert np.allclose(np.linalg.det(motion.rotations[:][standing.seen]), 1)
    assert np.isnan(motion.joints[:][~standing.seen]).all()


def test_motion_knows_the_lens_that_the_body_was_recovered_with(standing: BodyTrack) -> None:
    assert motion_of(standing, TILTED).lens == Lens(focal_px=1000.0, width=1280, height=720)


def test_an_assumed_level_camera_changes_nothing_and_says_so(standing: BodyTrack) -> None:
    motion = motion_of(standing, ASSUMED_LEVEL)
    assert np.array_equal(motion.joints[:], standing.joints[:], equal_nan=True)
    assert motion.gravity.source == "assumed_level"
    assert motion.gravity.pitch_sigma_deg == 12


def test_a_tilt_the_user_gives_replaces_the_assumed_one() -> None:
    gravity = given(ASSUMED_LEVEL, pitch_deg=-20.0, roll_deg=None)
    assert (gravity.pitch_deg, gravity.source) == (-20.0, "given")
    assert gravity.roll_sigma_deg == ASSUMED_LEVEL.roll_sigma_deg


def test_smplx_file_describes_the_same_joints_as_the_motion(body: Body, standing: BodyTrack, tmp_path: Path) -> None:
    file = tmp_path / "clip.smplx.npz"
    save_smplx(standing, TILTED, file)
    motion = motion_of(standing, TILTED)
    with np.load(file, allow_pickle=False) as data:
        joints, _ = body.forward(data["openbody_betas"], data["poses"].reshape(-1, 55, 3), data["trans"])
        assert np.allclose(joints[standing.seen], motion.joints[:][standing.seen], atol=1e-9)


def test_smplx_file_of_frames_at_uneven_steps_plays_as_long_as_the_clip(standing: BodyTrack, tmp_path: Path) -> None:
    file = tmp_path / "clip.smplx.npz"
    save_smplx(replace(standing, times_s=np.array([0, 3, 5, 8, 11]) / 30), TILTED, file)
    with np.load(file, allow_pickle=False) as data:
        assert (len(data["poses"]) - 1) / data["mocap_frame_rate"] == pytest.approx(11 / 30)


def test_smplx_file_has_the_keys_animation_programs_read(standing: BodyTrack, tmp_path: Path) -> None:
    file = tmp_path / "clip.smplx.npz"
    save_smplx(standing, TILTED, file)
    with np.load(file, allow_pickle=False) as data:
        assert data["poses"].shape == (5, 165)
        assert data["trans"].shape == (5, 3)
        assert data["gender"].item() == "neutral"
        assert data["mocap_frame_rate"].item() == pytest.approx(12)
        assert not data["betas"].any(), "the open body's shape means nothing to SMPL-X"
        assert np.isfinite(data["poses"]).all(), "animation programs cannot read gaps"
        assert data["seen"].tolist() == [True, True, False, True, True]
        assert np.array_equal(data["poses"][2], data["poses"][1])


class Counted:
    """Rows that count how often each was read."""

    def __init__(self, rows: np.ndarray) -> None:
        self._rows, self.read = rows, np.zeros(len(rows), dtype=int)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: slice | int, /) -> np.ndarray:
        self.read[rows] += 1
        return self._rows[rows]


def test_poses_are_read_once_for_all_their_arrays(standing: BodyTrack, tmp_path: Path) -> None:
    counted = Counted(standing.poses[:])
    save_smplx(replace(standing, poses=counted), TILTED, tmp_path / "counted.smplx.npz")
    save_smplx(standing, TILTED, tmp_path / "plain.smplx.npz")
    assert counted.read.max() == 1
    assert (tmp_path / "counted.smplx.npz").read_bytes() == (tmp_path / "plain.smplx.npz").read_bytes()
    with np.load(tmp_path / "plain.smplx.npz", allow_pickle=False) as data:
        parts = [data[name] for name in ("root_orient", "pose_body", "pose_jaw", "pose_eye", "pose_hand")]
        assert np.array_equal(np.concatenate(parts, axis=1), data["poses"])
