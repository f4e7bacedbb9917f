"""Our kinematics and skinning against `smplx` itself: on the open body, and on a file with pose correctives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import smplx  # type: ignore[import-untyped, import-not-found, unused-ignore]
import torch
from numpy.typing import NDArray

from bench.fit_scenes import scene
from gpu_worker.body.export import save_smplx
from gpu_worker.body.gravity import ASSUMED_LEVEL
from gpu_worker.body.model import OPEN_BODY, Body, LicensedBody, load_body
from gpu_worker.body.solver import fit

Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def open_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed file, unchanged, under the name `smplx.create` tells the kind of model by."""
    named = tmp_path_factory.mktemp("open") / "SMPLX_NEUTRAL.npz"
    named.symlink_to(OPEN_BODY)
    return named


@pytest.fixture(scope="module")
def corrective_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open body's file with random pose correctives of a few millimetres, as a licensed file has them."""
    rng = np.random.default_rng(8)
    with np.load(OPEN_BODY) as data:
        arrays = dict(data)
    arrays["posedirs"] = rng.normal(0, 2e-3, arrays["posedirs"].shape).astype(np.float32)
    file = tmp_path_factory.mktemp("model") / "SMPLX_NEUTRAL.npz"
    np.savez(file, **arrays)
    return file


def evaluate(file: Path, betas: Array, poses: Array, translation: Array) -> tuple[Array, Array]:
    """Vertices (T, V, 3) and the first 55 joints by `smplx.create`."""
    model = smplx.create(
        str(file), model_type="smplx", ext="npz", num_betas=10, use_pca=False, flat_hand_mean=True, dtype=torch.float64
    )
    flat, count = torch.from_numpy(poses).reshape(len(poses), -1), len(poses)
    with torch.no_grad():
        out = model(
            betas=torch.from_numpy(betas).expand(count, 10),
            global_orient=flat[:, :3],
            body_pose=flat[:, 3:66],
            jaw_pose=flat[:, 66:69],
            leye_pose=flat[:, 69:72],
            reye_pose=flat[:, 72:75],
            left_hand_pose=flat[:, 75:120],
            right_hand_pose=flat[:, 120:],
            expression=torch.zeros(count, 10, dtype=torch.float64),
            transl=torch.from_numpy(translation),
        )
    return out.vertices.numpy(), out.joints[:, :55].numpy()


def random_motion(seed: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, 10), rng.normal(0, 0.4, (3, 55, 3)), rng.normal(0, 1, (3, 3))


@pytest.mark.parametrize("seed", [1, 2])
def test_open_body_is_the_same_body_in_smplx(seed: int, open_file: Path) -> None:
    motion = random_motion(seed)
    body = load_body()
    vertices, joints = evaluate(open_file, *motion)
    assert np.abs(body.vertices(*motion) - vertices).max() < 1e-5
    assert np.abs(body.forward(*motion)[0] - joints).max() < 1e-5


def test_pose_correctives_move_the_surface_as_in_smplx(corrective_file: Path) -> None:
    motion = random_motion(3)
    licensed = load_body(corrective_file)
    vertices, joints = evaluate(corrective_file, *motion)
    assert np.abs(Body.vertices(licensed, *motion) - vertices).max() < 1e-5
    assert np.abs(licensed.vertices(*motion) - vertices).max() < 1e-12
    assert np.abs(licensed.forward(*motion)[0] - joints).max() < 1e-5
    assert np.abs(load_body().vertices(*motion) - vertices).max() > 1e-3, "the correctives matter"


def test_a_licensed_file_is_fitted_and_named_as_such(corrective_file: Path) -> None:
    licensed = load_body(corrective_file)
    assert isinstance(licensed, LicensedBody)
    clip = scene(load_body(), "lifting", 0, times_s=np.arange(0, 2, 1 / 12))
    found = fit(clip.track, licensed, corrected=False)
    assert found.body_model == "smplx"
    assert found.body_sha256 == licensed.sha256 != load_body().sha256


def test_an_exported_file_opens_in_smplx_as_the_same_body(tmp_path: Path, open_file: Path) -> None:
    body = load_body()
    clip = scene(body, "lifting", 1, times_s=np.arange(0, 2, 1 / 12))
    found = fit(clip.track, body, corrected=False)
    file = tmp_path / "clip.smplx.npz"
    save_smplx(found, ASSUMED_LEVEL, file)
    with np.load(file) as data:
        poses = data["poses"].reshape(-1, 55, 3)
        _, joints = evaluate(open_file, data["openbody_betas"], poses, data["trans"])
    assert np.abs(joints - found.joints).max() < 1e-5
