"""What a pose estimator is: it finds people in pictures, and the 33 landmarks of each in a region of interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(height, width, 3) RGB, upright."""
Array = NDArray[np.float64]


HAND_LANDMARKS = 21
TO_CAMERA_FRAME = np.array([1.0, -1.0, -1.0])
"""MediaPipe's world axes are x right, y down, z away from the viewer."""


@dataclass(frozen=True)
class Detection:
    """One person in one picture, in pixels of that picture."""

    score: float
    roi: Array
    """(4,) the region of interest of the whole body, see `roi`."""


@dataclass(frozen=True)
class Landmarks:
    """BlazePose's 33 landmarks of one person in one picture."""

    image: Array
    """(33, 2) pixels of the picture."""
    world: Array
    """(33, 3) metres, centred on the hips, camera frame: x right, y up, z towards the viewer."""
    visibility: Array
    """(33,) 0..1, that the landmark is not occluded."""
    score: float
    """0..1, that there is a person in the region."""
    roi: Array
    """(4,) the region of interest that these landmarks suggest for the next picture."""


@dataclass(frozen=True)
class Hands:
    """MediaPipe's 21 landmarks of each hand, left and right; NaN where the hand was not clearly seen."""

    image: Array
    """(2, 21, 2) pixels of the picture."""
    world: Array
    """(2, 21, 3) metres, around the middle of the hand, camera frame."""
    score: Array
    """(2,) 0..1, that the hand is there; 0 where unseen."""


class PoseEstimator(Protocol):
    """Another estimator can take BlazePose's place by offering the same methods."""

    def search(self, image: Image) -> list[Detection]:
        """Everyone in the picture, best score first; the same person may come more than once."""
        ...

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """The landmarks in each region; `images[i]` goes with `rois[i]`."""
        ...

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        """The hands of a person whose landmarks were found in the picture; None where hands are not looked for."""
        ...
