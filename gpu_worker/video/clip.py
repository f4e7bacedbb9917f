"""What a decoded video is: its facts and its frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clip:
    """Facts about a video, read from its container; width and height are those of the upright picture."""

    name: str
    width: int
    height: int
    fps: float
    """Mean frame rate in Hz, 0 where unknown. Only a hint: every frame carries its own time."""
    frames: int
    """Frames the container promises; 0 where it does not say."""
    duration_s: float
    """Length of the picture as the container promises; 0 where it does not say (recordings of browsers)."""
    codec: str
    rotation_deg: int
    """Clockwise rotation from the metadata, already applied to every frame."""


@dataclass(frozen=True)
class Frame:
    """One decoded picture."""

    index: int
    """Position in the stream, counted over all decoded frames (not only the sampled ones)."""
    time_s: float
    """Presentation time from the container, in seconds after the first frame."""
    image: NDArray[np.uint8]
    """(height, width, 3) RGB, upright."""
