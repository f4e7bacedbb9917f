"""The committed open body, and what happens when a body model is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contract.failures import FailureCode, JobFailed
from gpu_worker.body.markers import markers
from gpu_worker.body.model import OPEN_BODY, Body, load_body
from gpu_worker.body.skeleton import INDEX, JOINT_NAMES, PARENTS


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def test_committed_body_has_the_layout_of_an_smplx_file() -> None:
    with np.load(OPEN_BODY, allow_pickle=False) as data:
        vertices = len(data["v_template"])
        assert data["shapedirs"].shape == (vertices, 3, 20)
        assert data["posedirs"].shape == (vertices, 3, 486)
        assert data["J_regressor"].shape == (55, vertices)
        assert data["weights"].shape == (vertices, 55)
        assert data["kintree_table"][0, 1:].tolist() == list(PARENTS[1:])
        assert data["lmk_faces_idx"].shape == (51,)
        assert data["dynamic_lmk_faces_idx"].shape == (79, 17)
        assert data["hands_componentsl"].shape == (45, 45)
        assert np.allclose(data["weights"].sum(1), 1, atol=1e-5)
        assert np.allclose(data["J_regressor"].sum(1), 1, atol=1e-5)
    assert OPEN_BODY.stat().st_size < 3_000_000


def test_open_body_stands_in_a_t_pose_with_anatomical_proportions(body: Body) -> None:
    rest = dict(zip(JOINT_NAMES, body.rest_joints(np.zeros(10)), strict=True))
    stature = body.stature(np.zeros(10))
    assert 1.6 < stature < 1.8
    assert 0.165 < rest["left_hip"][0] - rest["right_hip"][0] < 0.182
    assert abs(rest["left_wrist"][1] - rest["left_shoulder"][1]) < 0.03
    thigh = np.linalg.norm(rest["left_knee"] - rest["left_hip"])
    shank = np.linalg.norm(rest["left_ankle"] - rest["left_knee"])
    assert 0.21 < thigh / stature < 0.27
    assert 0.22 < shank / stature < 0.27


def test_face_landmarks_lie_on_the_face_in_order(body: Body) -> None:
    with np.load(OPEN_BODY, allow_pickle=False) as data:
        corners = data["v_template"][data["f"][data["lmk_faces_idx"]].astype(int)]
        face = np.einsum("kc,kcd->kd", data["lmk_bary_coords"], corners)
    brows, nose_tip, eyes, mouth = face[:10], face[13], face[19:31], face[31:51]
    assert brows[:, 1].min() > eyes[:, 1].mean() > nose_tip[1] > mouth[:, 1].mean()
    assert nose_tip[2] == face[:, 2].max()
    right, left = mouth[0], mouth[6]
    assert right[0] < 0 < left[0]
    assert 0.03 < left[0] - right[0] < 0.06
    eyes_to_mouth = eyes[:, 1].mean() - right[1]
    assert 0.06 < eyes_to_mouth < 0.085, "anatomy: about 7 cm"


def test_left_and_right_are_mirror_images(body: Body) -> None:
    rest = body.rest_joints(np.zeros(10))
    for name in JOINT_NAMES:
        if name.startswith("left_"):
            other = rest[INDEX["right_" + name.removeprefix("left_")]]
            assert np.allclose(rest[INDEX[name]] * [-1, 1, 1], other, atol=2e-3), name
    assert rest[INDEX["left_shoulder"], 0] > 0


def test_markers_lie_where_the_landmarks_names_say(body: Body) -> None:
    points = markers(body)
    at = dict(zip(points.landmark.tolist(), points.template.numpy(), strict=True))
    assert len(at) == 29
    assert at[0][2] == max(p[2] for k, p in at.items() if k <= 10), "the nose is the foremost point of the face"
    assert at[2][1] > at[9][1], "eyes above the mouth"
    assert at[7][0] > at[2][0] > 0 > at[5][0] > at[8][0], "ears outside the eyes, left on the left"
    assert at[31][2] - at[29][2] > 0.2, "a foot from heel to toe"


def test_turning_and_moving_the_whole_body_moves_its_surface_rigidly(body: Body) -> None:
    rng = np.random.default_rng(2)
    betas, poses = rng.normal(0, 1, 10), np.zeros((2, 55, 3))
    poses[:, 1:] = rng.normal(0, 0.3, (54, 3))
    poses[1, 0] = [0, np.pi / 2, 0]
    still, turned = body.vertices(betas, poses, np.array([[0, 0, 0], [1.0, 2.0, 3.0]]))
    pelvis = body.rest_joints(betas)[0]
    quarter = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    assert np.allclose(turned, (still - pelvis) @ quarter.T + pelvis + [1, 2, 3], atol=1e-9)


def test_taller_shapes_are_taller(body: Body) -> None:
    assert body.stature(np.eye(10)[0]) > body.stature(np.zeros(10)) + 0.02


def test_a_missing_model_file_is_reported_as_body_model_missing(tmp_path: Path) -> None:
    with pytest.raises(JobFailed) as failed:
        load_body(tmp_path / "SMPLX_NEUTRAL.npz")
    assert failed.value.failure.code is FailureCode.BODY_MODEL_MISSING


def test_a_file_that_is_no_body_model_is_reported_as_body_model_missing(tmp_path: Path) -> None:
    file = tmp_path / "SMPLX_NEUTRAL.npz"
    np.savez(file, something=np.zeros(3))
    with pytest.raises(JobFailed) as failed:
        load_body(file)
    assert failed.value.failure.code is FailureCode.BODY_MODEL_MISSING


def test_default_path_imports_no_smplx() -> None:
    code = (
        "import sys; from gpu_worker.body.model import load_body; load_body();"
        "import gpu_worker.body.solver; assert 'smplx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
