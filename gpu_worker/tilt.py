"""A camera's tilt that somebody states: in place of the video's own, before or after the body was recovered.

Body recovery works in the camera's frame and never asks where down is, so a stored motion only has to be turned.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from contract.inputs import Camera
from contract.job import JobOptions
from gpu_worker.body.gravity import given
from gpu_worker.motion import Gravity, Motion
from gpu_worker.spilled import Mapped


def stated(options: JobOptions) -> Camera:
    """The camera's angles that a job gives; what is given in both places is taken from the options."""
    camera = options.inputs.camera
    pitch, roll = options.camera_pitch_deg, options.camera_roll_deg
    return Camera(
        pitch_deg=camera.pitch_deg if pitch is None else pitch, roll_deg=camera.roll_deg if roll is None else roll
    )


def recovered_with(motion: Motion, camera: Camera) -> Motion:
    """The motion as a fresh run on its video would give it, had `camera` been stated then.

    An angle that is not stated is the video's own estimate, also where `motion` was recovered with another one stated.
    """
    seen = motion.gravity if motion.estimate is None else motion.estimate.gravity
    return turned(motion, given(seen, pitch_deg=camera.pitch_deg, roll_deg=camera.roll_deg))


def restated(motion: Motion, camera: Camera) -> Motion:
    """The motion with what `camera` states; an angle that it leaves out stays as it is in the file."""
    return turned(motion, given(motion.gravity, pitch_deg=camera.pitch_deg, roll_deg=camera.roll_deg))


def turned(motion: Motion, gravity: Gravity) -> Motion:
    """The motion in the frame of another gravity; the camera, at the origin, is what both frames share."""
    if gravity == motion.gravity:
        return motion
    change = gravity.camera_to_gravity() @ motion.gravity.camera_to_gravity().T
    return replace(
        motion,
        joints=Mapped(motion.joints, lambda places: places @ change.T),
        rotations=Mapped(motion.rotations, lambda rotations: np.asarray(change @ rotations)),
        gravity=gravity,
    )
