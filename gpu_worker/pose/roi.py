"""The region of interest: the turned square around a person (or a hand) that the landmark network looks at.

A ROI is an array (4,): centre x, centre y, side length in pixels of the upright picture, and the angle in radians by
which the square is turned clockwise in the picture. Geometry after MediaPipe's `AlignmentPointsRectsCalculator`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_MARGIN = 1.25
"""The square is this much larger than the circle around the body."""


def around(center: Array, rim: Array) -> Array:
    """The ROI (4,) of a body with its hips at `center` (2,) and the circle around it through `rim` (2,), upright."""
    to_rim = rim - center
    return np.array([*center, 2 * float(np.hypot(*to_rim)) * _MARGIN, upright_angle(to_rim)])


def upright_angle(direction: Array) -> float:
    """The angle in -pi..pi that turns the picture's up towards `direction` (2,), x right, y down."""
    angle = np.arctan2(direction[0], -direction[1])
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def to_picture(roi: Array, pixels: int) -> Array:
    """The affine map (2, 3) from a crop of `pixels` x `pixels` to the picture."""
    x, y, side, angle = roi
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * side / pixels
    return np.column_stack([turn, np.array([x, y]) - turn @ np.full(2, pixels / 2)])


def crop(image: NDArray[np.uint8], roi: Array, pixels: int) -> NDArray[np.uint8]:
    """Cut the ROI out of an RGB picture, scaled to `pixels` x `pixels`.

    Beyond the picture's edge its last pixels are repeated: a black border costs the pose network 36-50 mm.
    """
    matrix, flags = to_picture(roi, pixels), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, matrix, (pixels, pixels), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def turned(world: Array, roi: Array) -> Array:
    """World landmarks (N, 3) of a crop, turned about the line of sight from the crop's upright to the picture's."""
    cos, sin = np.cos(roi[3]), np.sin(roi[3])
    return np.asarray(world @ np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]]))
