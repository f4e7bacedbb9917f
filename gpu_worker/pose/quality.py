"""How well the 3D landmarks of a frame explain its 2D landmarks: the one quality measure that means something.

The network's own presence score stays near 1 while it is wrong by a hand's breadth or more; where its two answers
contradict each other, at least one is wrong.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gpu_worker.pose.estimator import Array
from gpu_worker.pose.track import LANDMARKS, PoseTrack
from gpu_worker.spilled import pieces

_BODY = (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Shoulders, elbows, wrists, hips, knees, ankles: what angles are measured on."""
_HIPS = (23, 24)
_FOCAL = 1.1
"""Focal length assumed, in longer sides of the picture; the residual hardly depends on it."""
_USUAL_M = 0.08
"""A residual at which a frame is trusted half."""


def residuals(track: PoseTrack) -> Array:
    """Distance (T, 33) in metres, across the line of sight, of each 3D landmark from the ray of its 2D landmark.

    Rays are turned so that the hips lie on the axis: the network sees a crop and knows nothing of the optical axis, so
    its world is that of the hips' ray (43 mm mean residual without the turn, 35 mm with it, 59 mm turned the wrong way,
    on a person walking through a wide picture). Then the body is moved to where it fits best: with depth d and slopes
    u, v of the turned rays, u (d - z) = x + tx and v (d - z) = y + ty are linear in tx, ty and d; least squares,
    weighted by visibility. NaN where nobody was seen.
    """
    slopes = _turned_slopes(track)
    u, v = slopes[..., 0], slopes[..., 1]
    x, y, z = np.moveaxis(track.world[:], -1, 0)
    one, none = np.ones_like(u), np.zeros_like(u)
    left = np.concatenate([np.stack([one, none, -u], axis=-1), np.stack([none, one, -v], axis=-1)], axis=1)
    right = np.concatenate([-u * z - x, -v * z - y], axis=1)
    visibility = track.visibility[:]
    weighted = np.swapaxes(left * np.tile(visibility, 2)[..., None], 1, 2)
    good = track.seen & (np.nan_to_num(visibility).sum(axis=1) > 3)
    moved = np.full((len(left), 3), np.nan)
    moved[good] = np.linalg.solve((weighted @ left)[good], (weighted @ right[..., None])[good])[..., 0]
    off = (left @ moved[..., None])[..., 0] - right
    return np.asarray(np.hypot(off[:, :LANDMARKS], off[:, LANDMARKS:]))


def _turned_slopes(track: PoseTrack) -> Array:
    """(T, 33, 2) slopes x and y of the landmarks' rays in a camera that looks at the middle of the hips."""
    width, height = track.size
    slopes = (track.image[:] - [width / 2, height / 2]) * [1, -1] / (_FOCAL * max(width, height))
    rays = np.concatenate([slopes, np.full((*slopes.shape[:2], 1), -1.0)], axis=-1)
    axis = rays[:, _HIPS].mean(axis=1)
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    right = np.cross(axis, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    turn = np.stack([right, np.cross(right, axis), -axis], axis=1)
    turned = np.einsum("tij,tkj->tki", turn, rays)
    return np.asarray(turned[..., :2] / -turned[..., 2:])


def quality(track: PoseTrack) -> Array:
    """0..1 for each frame (T,): 1 where 2D and 3D agree, one half at 8 cm; 0 where nobody was seen."""
    return np.concatenate([np.zeros(0), *(_quality(_part(track, piece)) for piece in pieces(len(track.times_s)))])


def _part(track: PoseTrack, frames: slice) -> PoseTrack:
    """Some of the frames, in double precision."""
    image, world, visibility = (
        values[frames].astype(np.float64) for values in (track.image, track.world, track.visibility)
    )
    return replace(track, image=image, world=world, visibility=visibility, seen=track.seen[frames])


def _quality(track: PoseTrack) -> Array:
    off = residuals(track)[:, _BODY]
    weight = track.visibility[:][:, _BODY]
    mean_square = np.sum(weight * off**2, axis=1) / np.maximum(np.sum(weight, axis=1), 1e-6)
    return np.where(track.seen, 1 / (1 + np.nan_to_num(mean_square) / _USUAL_M**2), 0.0)
