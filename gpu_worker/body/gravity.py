"""From the camera frame into the gravity frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import Gravity, GravityEstimate, Lens, Motion
from gpu_worker.spilled import Mapped

ASSUMED_LEVEL = Gravity(0.0, 0.0, 12.0, 3.0, "assumed_level")
"""Nothing known: a hand-held or mounted camera is level to about 12° of pitch and 3° of roll."""
GIVEN_SIGMA_DEG = 1.0
"""What a vertical line drawn by hand, or a tripod's scale, is good for."""


def given(gravity: Gravity, *, pitch_deg: float | None, roll_deg: float | None) -> Gravity:
    """`gravity` with what the user stated in place of what was assumed or estimated."""
    if pitch_deg is not None:
        gravity = replace(gravity, pitch_deg=pitch_deg, pitch_sigma_deg=GIVEN_SIGMA_DEG, source="given")
    if roll_deg is not None:
        gravity = replace(gravity, roll_deg=roll_deg, roll_sigma_deg=GIVEN_SIGMA_DEG, source="given")
    return gravity


def to_motion(
    body: BodyTrack,
    gravity: Gravity,
    *,
    quality: str,
    video_name: str,
    video_sha256: str,
    video_frames: int,
    video_duration_s: float,
    video_lost_s: float = 0.0,
    hands_seen: NDArray[np.bool_] | None = None,
    estimate: GravityEstimate | None = None,
) -> Motion:
    """The body's motion in the gravity frame (see `gpu_worker.motion`); a rotation, never a reflection.

    hands_seen: (T, 2) left, right; False everywhere when not given, because the fitted fingers only rest.
    estimate: what the video alone says of `gravity`.
    """
    turn = gravity.camera_to_gravity()
    return Motion(
        times_s=body.times_s,
        frame_index=body.frame_index,
        seen=body.seen,
        joints=Mapped(body.joints, lambda places: places @ turn.T),
        rotations=Mapped(body.rotations, lambda rotations: turn @ rotations),
        rest_joints=body.rest_joints,
        hands_seen=np.zeros((len(body.times_s), 2), np.bool_) if hands_seen is None else hands_seen,
        joint_sigma_deg=body.joint_sigma_deg,
        gravity=gravity,
        body_model=body.body_model,
        body_sha256=body.body_sha256,
        quality=quality,
        video_name=video_name,
        video_sha256=video_sha256,
        video_frames=video_frames,
        video_duration_s=video_duration_s,
        video_lost_s=video_lost_s,
        estimate=estimate,
        lens=Lens(body.focal_px, *body.size),
    )
