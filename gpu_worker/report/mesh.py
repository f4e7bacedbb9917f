"""Which limb a vertex of the body belongs to: the drawings colour the subject's left and right differently."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.skeleton import JOINT_NAMES

LIMBS = {
    "leg": ("hip", "knee", "ankle", "foot"),
    "arm": ("shoulder", "elbow", "wrist", "index", "middle", "pinky", "ring", "thumb"),
}
"""Joints, named without their side, that carry a limb; collar bones count as trunk."""


def limb_joints(side: str, *limbs: str) -> list[int]:
    """Indices of the joints of the subject's `side` ("left" or "right"): of these `limbs`, or of arm and leg."""
    names = {f"{side}_{joint}" for limb in limbs or LIMBS for joint in LIMBS[limb]}
    return [k for k, name in enumerate(JOINT_NAMES) if name.rstrip("123") in names]


def limb_share(weights: NDArray[np.floating]) -> NDArray[np.float32]:
    """(V, 2): how much of each vertex moves with the subject's left and with the right limbs, 0..1.

    weights: (V, 55) skinning weights.
    """
    sides = [weights[:, limb_joints(side)].sum(axis=1) for side in ("left", "right")]
    return np.stack(sides, axis=1).astype(np.float32)
