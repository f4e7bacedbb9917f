"""What the body stage hands on: SMPL-X parameters over time, in the camera frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.spilled import Rows


@dataclass(frozen=True)
class BodyTrack:
    """One person's body over T frames. Camera frame: x right, y up, z towards the viewer; metres, radians.

    Frames without a person hold NaN. `rotations` and `joints` follow from the parameters by forward kinematics and
    are kept because every later stage reads them. What there is of each frame is in single precision: 0.00001°, a
    micrometre, and half of the room. What is large may lie in a file (`Spilled`), so that memory does not grow with a
    clip's length.
    """

    times_s: NDArray[np.float64]
    """(T,) presentation times in seconds."""
    frame_index: NDArray[np.int64]
    """(T,) positions in the video stream."""
    seen: NDArray[np.bool_]
    """(T,) True where a person was found."""
    poses: Rows[np.float32]
    """(T, 55, 3) axis-angle per joint in SMPL-X order, relative to the parent; joint 0 is global_orient."""
    betas: NDArray[np.float64]
    """(10,) shape, shared over the clip, in the body model's own shape space."""
    translation: NDArray[np.float32]
    """(T, 3) camera-frame translation as `smplx` defines it (added after posing)."""
    joints: Rows[np.float32]
    """(T, 55, 3) joint positions in metres."""
    rotations: Rows[np.float32]
    """(T, 55, 3, 3) global rotation of every joint: rest pose to camera frame."""
    rest_joints: NDArray[np.float64]
    """(55, 3) joints of this body in the rest pose (betas applied, all rotations identity)."""
    residual_px: NDArray[np.float32]
    """(T,) root mean square reprojection residual, pixels."""
    joint_sigma_deg: NDArray[np.float32]
    """(T, 55) one standard deviation of each joint's global rotation, degrees, from the normal equations."""
    focal_px: float
    """Focal length in pixels used for the projection."""
    size: tuple[int, int]
    """(width, height) of the upright picture in pixels."""
    body_model: str
    """`openbody` or `smplx`."""
    body_sha256: str
    """SHA-256 of the body model file."""

    @property
    def principal_px(self) -> tuple[float, float]:
        """Principal point in pixels: the picture's centre."""
        return self.size[0] / 2, self.size[1] / 2
