"""A short clip of a moving open body for the tests of overlay, faces and GLB; the person is unseen for a while."""

from __future__ import annotations

import numpy as np

from gpu_worker.angles.series import AngleSeries
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.track import BodyTrack

SIZE = (320, 180)
RATE_HZ = 10.0
UNSEEN = slice(8, 16)
"""Samples of `walk` without a person: 0.8 s."""


def walk(body: Body | None = None, samples: int = 24, distance_m: float = 3.4) -> BodyTrack:
    """A person who faces the camera, arms hanging, lifts the left arm and bends; unseen in `UNSEEN`."""
    body = body or load_body()
    time = np.arange(samples) / RATE_HZ
    poses = np.zeros((samples, 55, 3))
    poses[:, 16, 2] = -1.2 + 0.8 * np.sin(time)
    poses[:, 17, 2] = 1.2
    poses[:, 3, 0] = 0.3 * np.sin(time)
    translation = np.tile([0.0, 0.25, -distance_m], (samples, 1))
    seen = np.ones(samples, dtype=bool)
    seen[UNSEEN] = False
    joints, rotations = body.forward(np.zeros(10), poses, translation)
    for array in (poses, translation, joints, rotations):
        array[~seen] = np.nan
    return BodyTrack(
        times_s=time,
        frame_index=np.arange(samples) * 3,
        seen=seen,
        poses=poses,
        betas=np.zeros(10),
        translation=translation,
        joints=joints,
        rotations=rotations,
        rest_joints=body.rest_joints(np.zeros(10)),
        residual_px=np.where(seen, 1.0, np.nan),
        joint_sigma_deg=np.full((samples, 55), 4.0),
        focal_px=260.0,
        size=SIZE,
        body_model="openbody",
        body_sha256=body.sha256,
    )


def angles_of(track: BodyTrack) -> AngleSeries:
    """Made-up angles for the samples of `track`, unseen where it is."""
    names = ("trunk_flexion", "neck_flexion", "arm_elevation_left", "arm_elevation_right")
    signals = {name: np.where(track.seen, 50.0 + 5 * k, np.nan) for k, name in enumerate(names)}
    signals |= {f"arm_retroflexion_{side}": np.where(track.seen, 0.0, np.nan) for side in ("left", "right")}
    return AngleSeries(
        times_s=track.times_s,
        frame_index=track.frame_index,
        seen=track.seen,
        signals=signals,
        sigma={name: np.full(len(track.times_s), 5.0) for name in signals},
        posture=np.where(track.seen, "standing", ""),
        offsets={},
    )
