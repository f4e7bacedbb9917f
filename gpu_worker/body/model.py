"""The body: rest joints of a shape, forward kinematics, and the skinned surface. Two kinds share one file layout.

`openbody` is committed beside this module (baked by `bake_openbody.py` from CC0 data). `smplx` is the user's own
`SMPLX_NEUTRAL.npz`, whose surface is evaluated by the `smplx` package; nothing else imports that package.

Body frame: x to the body's left, y up, z to the front; metres. The equations are in `docs/method.md`, "Body".
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from gpu_worker.body import kinematics, rotation
from gpu_worker.body.skeleton import JOINT_NAMES, PARENTS

OPEN_BODY = Path(__file__).with_name("openbody_neutral.npz")
SHAPE_SIZE = 10

_ARRAYS = ("v_template", "shapedirs", "J_regressor", "weights", "hands_meanl", "hands_meanr")

Array = NDArray[np.float64]
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Body:
    """A body model in the SMPL-X file layout: V vertices, 55 joints, 10 shape coefficients (betas)."""

    name: str
    """`openbody` or `smplx`."""
    sha256: str
    """SHA-256 of the model file."""
    template: Tensor
    """(V, 3) vertices at rest, betas zero."""
    shape_basis: Tensor
    """(V, 3, 10) metres per unit of each beta."""
    pose_basis: Tensor | None
    """(486, 3·V) pose correctives, or None when the file holds none but zeros."""
    rest_template: Tensor
    """(55, 3) joints at rest, betas zero."""
    rest_basis: Tensor
    """(55, 3, 10) metres per unit of each beta."""
    weights: Tensor
    """(V, 55) skinning weights, each row sums to one."""
    faces: NDArray[np.int64]
    """(F, 3) vertex indices, counter-clockwise seen from outside."""
    hand_rest: Array
    """(30, 3) axis-angle of the relaxed fingers: left, then right."""

    @property
    def joint_names(self) -> tuple[str, ...]:
        """The 55 joint names in file order."""
        return JOINT_NAMES

    @property
    def parents(self) -> tuple[int, ...]:
        """Parent index of each joint, -1 for the pelvis."""
        return PARENTS

    def rest_joints(self, betas: Array) -> Array:
        """(55, 3) joints at rest for `betas` (10,)."""
        return (self.rest_template + self.rest_basis @ torch.from_numpy(np.asarray(betas, np.float64))).numpy()

    def forward(self, betas: Array, poses: Floats, translation: Floats) -> tuple[Array, Array]:
        """Joints (T, 55, 3) and global rotations (T, 55, 3, 3) for axis-angle `poses` (T, 55, 3), translation (T, 3).

        The translation is added after posing, as `smplx` does: the pelvis lands at its rest position plus translation.
        """
        local = rotation.exp(torch.from_numpy(np.asarray(poses, np.float64)))
        rest = torch.from_numpy(self.rest_joints(betas))
        turned, placed = kinematics.forward(local, rest, PARENTS)
        return placed.numpy() + np.asarray(translation)[:, None], turned.numpy()

    def stature(self, betas: Array) -> float:
        """Standing height in metres, top of the head to sole, of the rest pose with `betas` (10,)."""
        top, sole = self.stature_vertices()
        difference = self.template[top, 1] - self.template[sole, 1]
        slope = self.shape_basis[top, 1] - self.shape_basis[sole, 1]
        return float(difference + slope @ torch.from_numpy(np.asarray(betas, np.float64)))

    def stature_vertices(self) -> tuple[int, int]:
        """Indices of the highest and the lowest vertex of the template."""
        return int(self.template[:, 1].argmax()), int(self.template[:, 1].argmin())

    def vertices(self, betas: Array, poses: Floats, translation: Floats) -> Array:
        """Skinned vertices (T, V, 3) for `poses` (T, 55, 3), axis-angle, relative to the parent; translation (T, 3)."""
        local = rotation.exp(torch.from_numpy(np.asarray(poses, np.float64)))
        coefficients = torch.from_numpy(np.asarray(betas, np.float64))
        shaped = self.template + self.shape_basis @ coefficients
        rest = self.rest_template + self.rest_basis @ coefficients
        turned, placed = kinematics.forward(local, rest, PARENTS)
        shift = placed - (turned @ rest[..., None])[..., 0]
        posed = [
            _skin(self.weights, turned[t], shift[t], shaped + self._corrective(local[t])) for t in range(local.shape[0])
        ]
        return torch.stack(posed).numpy() + np.asarray(translation)[:, None]

    def _corrective(self, local: Tensor) -> Tensor | float:
        if self.pose_basis is None:
            return 0.0
        feature = (local[1:] - torch.eye(3, dtype=local.dtype)).reshape(-1)
        return (feature @ self.pose_basis).reshape(-1, 3)


def _skin(weights: Tensor, turned: Tensor, shift: Tensor, points: Tensor) -> Tensor:
    """Linear blend skinning of one frame: each vertex moves by its weighted mean of joint transforms."""
    transforms = weights @ torch.cat([turned.reshape(-1, 9), shift], -1)
    return (transforms[:, :9].reshape(-1, 3, 3) @ points[..., None])[..., 0] + transforms[:, 9:]


@dataclass(frozen=True)
class LicensedBody(Body):
    """A user's SMPL-X file; the surface comes from the `smplx` package itself."""

    layer: Any = None
    """The `smplx` model; untyped because the package ships no types."""

    def vertices(self, betas: Array, poses: Floats, translation: Floats) -> Array:
        """Skinned vertices (T, V, 3), evaluated by `smplx`; arguments as in `Body.vertices`."""
        pose = torch.from_numpy(np.asarray(poses, np.float64)).reshape(len(poses), -1)
        shape = torch.from_numpy(np.asarray(betas, np.float64)).expand(len(poses), SHAPE_SIZE)
        move = torch.from_numpy(np.asarray(translation, np.float64))
        with torch.no_grad():
            out = self.layer(
                betas=shape,
                global_orient=pose[:, :3],
                body_pose=pose[:, 3:66],
                jaw_pose=pose[:, 66:69],
                leye_pose=pose[:, 69:72],
                reye_pose=pose[:, 72:75],
                left_hand_pose=pose[:, 75:120],
                right_hand_pose=pose[:, 120:165],
                expression=torch.zeros(len(poses), 10, dtype=torch.float64),
                transl=move,
            )
        vertices: Array = out.vertices.numpy()
        return vertices


def load_body(path: Path | None = None) -> Body:
    """The committed open body for None, else the SMPL-X file at `path`.

    Raises JobFailed(BODY_MODEL_MISSING) when the file or, for a given path, the `smplx` package is missing.
    """
    file = OPEN_BODY if path is None else path
    if not file.is_file():
        raise JobFailed(
            FailureCode.BODY_MODEL_MISSING, refusal("body_file_missing", "there is no {name}", name=file.name)
        )
    parts = _read(file)
    return Body(name="openbody", **parts) if path is None else LicensedBody(name="smplx", layer=_layer(file), **parts)


def _layer(file: Path) -> Any:
    try:
        import smplx  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as error:
        absent = refusal("smplx_missing", "the package smplx is not installed")
        raise JobFailed(FailureCode.BODY_MODEL_MISSING, absent) from error
    with tempfile.TemporaryDirectory() as folder:
        # smplx.create reads the kind of model off the file's name, which is the user's to choose
        named = Path(folder) / f"SMPLX_NEUTRAL{file.suffix}"
        named.symlink_to(file.resolve())
        return smplx.create(
            str(named),
            model_type="smplx",
            ext=file.suffix.lstrip("."),
            num_betas=SHAPE_SIZE,
            use_pca=False,
            flat_hand_mean=True,
            dtype=torch.float64,
        )


def _read(file: Path) -> dict[str, Any]:
    """Constructor arguments both kinds share. Raises JobFailed(BODY_MODEL_MISSING) when an array is not there."""
    content = file.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as data:
            arrays = {key: np.asarray(data[key], np.float64) for key in _ARRAYS}
            faces = data["f"].astype(np.int64)
            correctives = data["posedirs"]
    except (KeyError, ValueError, OSError) as error:
        broken = refusal("body_file_broken", "{name} is no body model: {reason}", name=file.name, reason=str(error))
        raise JobFailed(FailureCode.BODY_MODEL_MISSING, broken) from error
    shape = arrays["shapedirs"][:, :, :SHAPE_SIZE]
    regressor = arrays["J_regressor"]
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "template": torch.from_numpy(arrays["v_template"]),
        "shape_basis": torch.from_numpy(np.ascontiguousarray(shape)),
        "pose_basis": _pose_basis(correctives) if correctives.any() else None,
        "rest_template": torch.from_numpy(regressor @ arrays["v_template"]),
        "rest_basis": torch.from_numpy(np.tensordot(regressor, shape, 1)),
        "weights": torch.from_numpy(arrays["weights"]),
        "faces": faces,
        "hand_rest": np.concatenate([arrays["hands_meanl"], arrays["hands_meanr"]]).reshape(30, 3),
    }


def _pose_basis(correctives: NDArray[Any]) -> Tensor:
    flat = correctives.reshape(-1, correctives.shape[-1]).T
    return torch.from_numpy(np.ascontiguousarray(flat, np.float64))
