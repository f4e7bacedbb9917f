"""What the pose stage hands on: one person's landmarks over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu_worker.spilled import Rows

LANDMARKS = 33


@dataclass(frozen=True)
class PoseTrack:
    """BlazePose's 33 landmarks of one person; T sampled frames. Unseen frames are NaN and `seen` is False.

    Camera frame: x right, y up, z towards the viewer (right-handed), metres. Image: x right, y down, pixels of the
    upright picture. What the detector says is kept in single precision, as it came; its landmarks may lie in a file.
    """

    times_s: NDArray[np.float64]
    """(T,) presentation times in seconds."""
    frame_index: NDArray[np.int64]
    """(T,) positions in the video stream."""
    image: Rows[np.floating[Any]]
    """(T, 33, 2) landmarks in pixels."""
    world: Rows[np.floating[Any]]
    """(T, 33, 3) world landmarks in metres, centred on the hips, in the camera frame."""
    visibility: Rows[np.floating[Any]]
    """(T, 33) 0..1, the detector's own estimate that the landmark is not occluded."""
    score: NDArray[np.float64]
    """(T,) 0..1, the detector's presence score."""
    seen: NDArray[np.bool_]
    """(T,) True where a person was found."""
    size: tuple[int, int]
    """Width and height of the picture in pixels."""
    quality: NDArray[np.float64] | None = None
    """(T,) 0..1, how well 3D and 2D landmarks agree, see `quality`; 0 where unseen."""
    hand_image: NDArray[np.float64] | None = None
    """(T, 2, 21, 2) MediaPipe's hand landmarks, left and right, in pixels; None where hands were not looked for."""
    hand_world: NDArray[np.float64] | None = None
    """(T, 2, 21, 3) the same in metres, around the middle of the hand, in the camera frame."""
    hand_score: NDArray[np.float64] | None = None
    """(T, 2) 0..1; 0 where the hand was not clearly seen, its landmarks are then NaN."""
    heads: tuple[NDArray[np.float64], ...] = ()
    """(K, 4) for everybody who was followed, this person too: time in seconds, then x, y and radius of a circle in
    pixels that holds the head."""
