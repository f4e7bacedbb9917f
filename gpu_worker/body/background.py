"""The picture without its moving parts, and the straight line segments in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.spilled import pieces

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

LONG_SIDE = 960
"""Pixels; lines of buildings and furniture are longer than anything a larger picture would add."""
_SHORTEST_SHARE = 0.03
"""Of the picture's diagonal; shorter segments say little about a direction."""
_MOST_SEGMENTS = 400
_STRIP = 32
"""Lines of a picture."""


class Background:
    """Collects a few frames of a camera that stands still; memory stays small whatever the clip's length."""

    def __init__(self, frames: int = 17) -> None:
        self._most = frames
        self._kept: list[Image] = []
        self._scale = 1.0
        self._every, self._heard = 1, 0

    def add(self, image: Image) -> None:
        """Offer a frame, (H, W, 3) RGB, all of one size. At most `frames` are kept, evenly spread over what came."""
        if self._heard % self._every == 0:
            self._scale = min(1.0, LONG_SIDE / max(image.shape[:2]))
            small = cv2.resize(image, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA)
            self._kept.append(small.astype(np.uint8))
        self._heard += 1
        if len(self._kept) > self._most:
            self._kept = self._kept[::2]
            self._every *= 2

    def segments(self) -> Segments:
        """Line segments of the median picture, in pixels of the frames that were added; empty when none was."""
        if not self._kept:
            return Segments(np.zeros((0, 2)), np.zeros((0, 2)))
        return segments(_median(self._kept), 1 / self._scale)


def _median(images: list[Image]) -> Image:
    """Of some pictures of one size; a few lines at once, because the median of whole pictures takes much memory."""
    strips = pieces(len(images[0]), _STRIP)
    return np.concatenate([np.median([image[rows] for image in images], axis=0).astype(np.uint8) for rows in strips])


@dataclass(frozen=True)
class Segments:
    """S straight line segments, the longest first, in pixels (right, down)."""

    start: Array
    """(S, 2)"""
    end: Array
    """(S, 2)"""


def segments(image: Image, scale: float = 1.0) -> Segments:
    """Segments of an RGB picture, multiplied by `scale`; the detector is LSD (Grompone von Gioi et al., IPOL 2012)."""
    found = cv2.createLineSegmentDetector().detect(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))[0]
    lines = np.zeros((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)
    length = np.linalg.norm(lines[:, 2:] - lines[:, :2], axis=1)
    lines = lines[length > _SHORTEST_SHARE * np.hypot(*image.shape[:2])]
    length = np.linalg.norm(lines[:, 2:] - lines[:, :2], axis=1)
    lines = lines[np.argsort(-length, kind="stable")[:_MOST_SEGMENTS]] * scale
    return Segments(lines[:, :2], lines[:, 2:])
