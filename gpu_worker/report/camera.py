"""The pinhole camera that puts camera-frame points on the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR_M = 0.05
"""Points closer than this to the camera's plane are not drawn."""


@dataclass(frozen=True)
class Camera:
    """Perspective without distortion. Camera frame: x right, y up, z towards the viewer; pixels: x right, y down."""

    focal_px: float
    centre_px: tuple[float, float]

    def project(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels (…, 2) of camera-frame `points` (…, 3) in metres; NaN for points behind the near plane."""
        depth = -np.asarray(points[..., 2], dtype=np.float64)
        depth = np.where(depth > NEAR_M, depth, np.nan)
        x = self.centre_px[0] + self.focal_px * points[..., 0] / depth
        y = self.centre_px[1] - self.focal_px * points[..., 1] / depth
        return np.stack([x, y], axis=-1)

    def scaled(self, factor: float) -> Camera:
        """The camera of the same picture drawn `factor` times as large."""
        return Camera(self.focal_px * factor, (self.centre_px[0] * factor, self.centre_px[1] * factor))
