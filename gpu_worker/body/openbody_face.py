"""Face landmarks of the open body in the layout's order (part of the bake): 17 of the jaw line's 68 are the contour.

Eye joints, the tip of the nose and the line where the jaw's skin begins fix the face; each landmark is the vertex
nearest to its place between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.skeleton import INDEX

Array = NDArray[np.float64]

_CONTOUR_ANGLES = 79
"""The layout stores the visible contour for each degree of head yaw from −39° to 39°."""


def landmarks(
    mean: Array, faces: NDArray[np.int64], weights: Array, heads: Array, bones: Mapping[str, int], unposed: Array
) -> dict[str, NDArray[Any]]:
    """Face indices and barycentric coordinates of 51 landmarks and of the contour.

    mean: (V, 3) mean body; heads: (B, 3) bone heads of the body with vertices `unposed` (V, 3).
    """
    head = np.flatnonzero(weights[:, INDEX["head"]] + weights[:, INDEX["jaw"]] > 0.5)
    eyes = heads[[bones["eye.L"], bones["eye.R"]]]
    targets = _layout(eyes, unposed[head], _lips_meet(unposed, weights))
    skin = head[unposed[head, 2] > eyes[:, 2].mean() - 0.06]
    chosen = [int(skin[np.argmin(np.linalg.norm(unposed[skin] - point, axis=1))]) for point in targets]
    first_face = {int(v): k for k in range(len(faces) - 1, -1, -1) for v in faces[k]}
    index = np.array([first_face[v] for v in chosen])
    corner = np.stack([(faces[f] == v).astype(np.float64) for f, v in zip(index, chosen, strict=True)])
    jaw_index, jaw_corner = index[51:], corner[51:]
    return {
        "lmk_faces_idx": index[:51],
        "lmk_bary_coords": corner[:51],
        "dynamic_lmk_faces_idx": np.tile(jaw_index, (_CONTOUR_ANGLES, 1)),
        "dynamic_lmk_bary_coords": np.tile(jaw_corner, (_CONTOUR_ANGLES, 1, 1)),
    }


def _lips_meet(unposed: Array, weights: Array) -> Array:
    """(3,) the foremost point of the midline where the lower lip, which moves with the jaw, meets the upper one."""
    midline = np.abs(unposed[:, 0]) < 0.003
    lower = unposed[midline & (weights[:, INDEX["jaw"]] > 0.5)]
    lip = lower[lower[:, 2] > lower[:, 2].max() - 0.005]
    point: Array = lip[np.argmax(lip[:, 1])] * [0, 1, 1]
    return point


def _layout(eyes: Array, skull: Array, mouth: Array) -> Array:
    """(68, 3) target points: brows 10, nose 9, eyes 12, mouth 20, then the jaw contour 17; subject's right first."""
    middle, gap = eyes.mean(0), float(np.linalg.norm(eyes[0] - eyes[1]))
    nose = skull[np.argmax(skull[:, 2] - 10 * np.abs(skull[:, 0]))]

    def at(x: float, y: float, z: float = 0.03) -> Array:
        point: Array = middle + np.array([x * gap, y * gap, z])
        return point

    brows = [at(x, 0.33 - 0.25 * (abs(x) - 0.5) ** 2) for x in (-0.8, -0.65, -0.5, -0.35, -0.2)]
    brows += [at(x, 0.33 - 0.25 * (abs(x) - 0.5) ** 2) for x in (0.2, 0.35, 0.5, 0.65, 0.8)]
    bridge = [
        middle + np.array([0, 0, 0.03]) + s * (nose - middle - np.array([0, 0, 0.03])) for s in (0, 1 / 3, 2 / 3, 1)
    ]
    base = [nose + np.array([x * gap, -0.15 * gap, -0.01]) for x in (-0.22, -0.11, 0, 0.11, 0.22)]
    lids = [
        at(c + x, y)
        for c in (-0.5, 0.5)
        for x, y in ((-0.22, 0), (-0.08, 0.08), (0.08, 0.08), (0.22, 0), (0.08, -0.07), (-0.08, -0.07))
    ]
    half = 0.42 * gap
    outer = np.linspace(np.pi, -np.pi, 12, endpoint=False)
    inner = np.linspace(np.pi, -np.pi, 8, endpoint=False)
    lips = [mouth + np.array([half * np.cos(t), 0.013 * np.sin(t), 0]) for t in outer]
    lips += [mouth + np.array([0.75 * half * np.cos(t), 0.005 * np.sin(t), 0]) for t in inner]
    chin = mouth[1] - 0.65 * gap
    sweep = np.linspace(-np.pi / 2, np.pi / 2, 17)
    jaw = [
        np.array([1.1 * gap * np.sin(t), middle[1] + (chin - middle[1]) * np.cos(t), middle[2] * np.cos(t)])
        for t in sweep
    ]
    return np.stack(brows + bridge + base + lids + lips + jaw)
