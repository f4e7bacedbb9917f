"""Vectors and rotations over time, time last: a vector is (3, T), a rotation (3, 3, T), so that every step is a
handful of contiguous array operations. Rotations take body coordinates to the outer frame; their columns are the
body's axes: left, up, forward.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEFT: Array = np.array([1.0, 0.0, 0.0])
UP: Array = np.array([0.0, 1.0, 0.0])
FORWARD: Array = np.array([0.0, 0.0, 1.0])
DOWN: Array = -UP


def dot(a: Array, b: Array) -> Array:
    """(T,) scalar products of two (3, T) vectors; a (3,) vector stands for a constant one."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def cross(a: Array, b: Array) -> Array:
    """(3, T) vector products of two (3, T) vectors; a (3,) vector stands for a constant one."""
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def unit(vector: Array) -> Array:
    """The (3,) or (3, T) vector at length one; NaN where it has no length."""
    length = np.sqrt(dot(vector, vector))
    return np.asarray(vector / np.where(length > 0, length, np.nan))


def rotate(rotation: Array, vector: Array) -> Array:
    """(3, T): each (3, 3, T) rotation applied to a (3, T) or constant (3,) vector."""
    return np.asarray(rotation[:, 0] * vector[0] + rotation[:, 1] * vector[1] + rotation[:, 2] * vector[2])


def into(rotation: Array, vector: Array) -> Array:
    """(3, T): an outer-frame vector in the coordinates of a (3, 3, T) body, the inverse of `rotate`."""
    return np.asarray(rotation[0] * vector[0] + rotation[1] * vector[1] + rotation[2] * vector[2])


def relative(parent: Array, child: Array) -> Array:
    """(3, 3, T): the child's rotation as its parent sees it, parentᵀ · child."""
    return np.stack([into(parent, child[:, column]) for column in range(3)], axis=1)


def turned(rotation: Array, constant: Array) -> Array:
    """(3, 3, T): each rotation followed, on the body's side, by one constant (3, 3): rotation · constant."""
    return np.asarray(np.einsum("ijt,jk->ikt", rotation, constant))


def frame(up: Array, left: Array) -> Array:
    """(3, 3, T) frame whose second axis is `up` exactly and whose first is as near to `left` as that allows."""
    y = unit(up)
    x = unit(left - y * dot(left, y))
    return np.stack([x, y, cross(x, y)], axis=1)


def minimal_rotation(start: Array, end: Array) -> Array:
    """The (3, 3) rotation by the smallest angle that takes direction `start` to `end`, both (3,) and not opposite."""
    a, b = unit(start), unit(end)
    v, c = np.cross(a, b), float(a @ b)
    skew = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + skew + skew @ skew / (1 + c))


def angle_deg(a: Array, b: Array) -> Array:
    """(T,) unsigned angle between two directions, 0 to 180 degrees, exact near both ends."""
    across = cross(a, b)
    return np.degrees(np.arctan2(np.sqrt(dot(across, across)), dot(a, b)))


def asin_deg(value: Array) -> Array:
    """Arc sine in degrees of a component of a unit vector, safe against rounding."""
    return np.degrees(np.arcsin(np.clip(value, -1.0, 1.0)))


def wrap_deg(angle: Array, low: float) -> Array:
    """The angle on the branch [low, low + 360)."""
    return np.asarray(np.mod(angle - low, 360.0) + low)


def twist_deg(rotation: Array, axis: Array) -> Array:
    """(T,) turn of a (3, 3, T) rotation about a constant (3,) axis, swing-twist, −180 to 180; see `swing_deg`."""
    skew = np.stack([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    trace = rotation[0, 0] + rotation[1, 1] + rotation[2, 2]
    # With the unit quaternion (w, q): skew = 4wq and 1 + trace = 4w², so the ratio is tan(twist / 2).
    return np.asarray(2 * np.degrees(np.arctan2(dot(skew, axis), np.maximum(1 + trace, 0.0))))


def swing_deg(rotation: Array, axis: Array) -> Array:
    """(T,) angle by which a (3, 3, T) rotation tilts a constant (3,) axis; the twist has no meaning near 180."""
    return angle_deg(rotate(rotation, axis), axis)


def without(angle: Array, singular: NDArray[np.bool_]) -> Array:
    """The angle with NaN where it is singular."""
    return np.where(singular, np.nan, angle)
