"""Turns decoded pictures upright: the container's display matrix and non-square pixels."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import cv2
import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from numpy.typing import NDArray


@dataclass(frozen=True)
class Orientation:
    """One of the eight ways a stored picture can lie, and the shape of its pixels.

    To show it: stretch its width by `aspect`, exchange rows and columns if `transposed`, then mirror.
    """

    transposed: bool = False
    mirror_x: bool = False
    mirror_y: bool = False
    aspect: Fraction = Fraction(1)

    @classmethod
    def of(cls, frame: VideoFrame, aspect: Fraction | None) -> Self:
        """Read it from a decoded frame's display matrix and the stream's sample aspect ratio.

        The matrix (ISO/IEC 14496-12, 8.2.2) takes stored to shown coordinates: x' = a x + c y, y' = b x + d y. What is
        not a quarter turn is taken as the nearest one.
        """
        sane = aspect if aspect is not None and Fraction(1, 10) < aspect < 10 else Fraction(1)
        side_data: Any = frame.side_data
        matrix = side_data.get(Type.DISPLAYMATRIX)
        if matrix is None:
            return cls(aspect=sane)
        a, b, _, c, d = struct.unpack("=5i", bytes(matrix)[:20])
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0, sane)
        return cls(True, c < 0, b < 0, sane)

    @property
    def rotation_deg(self) -> int:
        """The clockwise turn, 0, 90, 180 or 270; of a mirrored picture, the turn before it is mirrored sideways."""
        mirrored = self.transposed ^ self.mirror_x ^ self.mirror_y
        mirror_x = self.mirror_x ^ mirrored
        if self.transposed:
            return 90 if mirror_x else 270
        return 180 if mirror_x else 0

    def shown_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the upright picture."""
        wide = self._stretched(width)
        return (height, wide) if self.transposed else (wide, height)

    def upright(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """The (height, width, 3) RGB picture as it is to be seen."""
        image = np.asarray(frame.to_ndarray(format="rgb24", width=self._stretched(frame.width)), np.uint8)
        turned = cv2.transpose(image) if self.transposed else image
        if self.mirror_x or self.mirror_y:
            turned = cv2.flip(turned, -1 if self.mirror_x and self.mirror_y else int(self.mirror_x))
        return np.ascontiguousarray(turned, np.uint8)

    def _stretched(self, width: int) -> int:
        return max(1, round(width * self.aspect))
