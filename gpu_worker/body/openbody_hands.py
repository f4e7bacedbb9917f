"""Relaxed fingers and hand components of the open body (part of the bake). Radians; sign +1 is the left hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FLEXION = (0.35, 0.5, 0.3)
"""Knuckle, middle and end joint of a resting finger; each finger towards the little one bends 12 % more."""
_THUMB = 12
"""First thumb joint; fingers come as index, middle, little, ring, thumb."""


def relaxed(sign: float) -> Array:
    """(15, 3) axis-angle of a hand at rest."""
    pose = np.zeros((15, 3))
    for rank, finger in enumerate((0, 1, 3, 2)):
        for k in range(3):
            pose[3 * finger + k, 2] = -sign * _FLEXION[k] * (1 + 0.12 * rank)
    pose[_THUMB] = [0.25, -0.25 * sign, 0.15 * sign]
    pose[_THUMB + 1] = pose[_THUMB + 2] = [0, -0.2 * sign, 0]
    return pose


def components(sign: float) -> Array:
    """(45, 45) orthonormal rows: whole-hand flexion, each finger, spread, thumb, then what remains."""
    spread = np.zeros((15, 3))
    spread[[0, 3, 6, 9], 1] = [1.0, 0.3, -1.0, -0.4]
    rows = [_bend(range(12), 2), *(_bend(range(3 * f, 3 * f + 3), 2) for f in range(4)), spread]
    rows += [_bend(range(_THUMB, 15), 1), _bend([_THUMB], 2)]
    candidates = np.concatenate([np.stack([row.reshape(-1) for row in rows]), np.eye(45)])
    basis: list[Array] = []
    for candidate in candidates:
        rest = candidate - sum((b * (b @ candidate) for b in basis), np.zeros(45))
        size = np.linalg.norm(rest)
        if size > 1e-6:
            basis.append(rest / size)
    return -sign * np.stack(basis)


def _bend(joints: range | list[int], axis: int) -> Array:
    pose = np.zeros((15, 3))
    pose[list(joints), axis] = 1.0
    return pose
