"""What a person's clothes look like: six numbers that tell two people apart when they cross or come back."""

from __future__ import annotations

import cv2
import numpy as np

from gpu_worker.pose.estimator import Array, Image

_TORSO = (11, 12, 24, 23)
_THIGHS = ((23, 25), (24, 26))
_ACROSS = np.linspace(0.25, 0.75, 5)
_ALONG = np.linspace(0.2, 0.8, 9)
_VISIBLE = 0.5


def colours(image: Image, points: Array, visibility: Array) -> Array:
    """Median CIELAB colour (6,) of the torso and of the thighs; NaN for what is hidden or out of the picture.

    `points` (33, 2) in pixels, `visibility` (33,).
    """
    torso, thighs = np.full(3, np.nan), np.full(3, np.nan)
    if np.all(visibility[list(_TORSO)] > _VISIBLE):
        left, right, right_hip, left_hip = points[list(_TORSO)]
        u, v = (g.reshape(-1, 1) for g in np.meshgrid(_ACROSS, _ACROSS))
        torso = _lab(image, (1 - v) * ((1 - u) * left + u * right) + v * ((1 - u) * left_hip + u * right_hip))
    shown = [pair for pair in _THIGHS if np.all(visibility[list(pair)] > _VISIBLE)]
    if shown:
        lines = [points[a] + _ALONG[:, None] * (points[b] - points[a]) for a, b in shown]
        thighs = _lab(image, np.concatenate(lines))
    return np.concatenate([torso, thighs])


def differences(a: Array, b: Array) -> Array:
    """Mean CIELAB distances (...) of `colours` (..., 6); about 2 is just visible; NaN where nothing can be compared."""
    distances = np.linalg.norm((a - b).reshape(*np.broadcast_shapes(a.shape, b.shape)[:-1], 2, 3), axis=-1)
    known = np.isfinite(distances)
    total = np.where(known, distances, 0.0).sum(axis=-1)
    return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)


def _lab(image: Image, places: Array) -> Array:
    height, width = image.shape[:2]
    column, row = np.rint(places).astype(int).T
    inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    if not inside.any():
        return np.full(3, np.nan)
    pixels = image[row[inside], column[inside]].astype(np.float32)[None] / 255
    return np.asarray(np.median(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[0], axis=0), np.float64)
