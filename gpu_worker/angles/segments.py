"""The body's segments over time, out of a motion: gravity changed if asked, filtered, time last.

Only what the angles need is kept: the rotations of the joints that carry a segment, as their first two axes, and the
positions of the joints that heights, reach and postures use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.geometry import LEFT, UP, Array, cross, dot, frame, minimal_rotation, rotate, turned, unit
from gpu_worker.angles.joints import HEAD, NECK, PELVIS, SIDES, SPINE1, SPINE2, SPINE3, Side
from gpu_worker.angles.smoothing import BODY_CUTOFF_HZ, HEAD_CUTOFF_HZ, smooth
from gpu_worker.hidden import seen_legs
from gpu_worker.motion import JOINTS, Gravity, Motion
from gpu_worker.spilled import pieces

TURNING = (
    PELVIS, SPINE1, SPINE2, SPINE3,
    *(j for s in SIDES for j in (s.hip, s.knee, s.ankle, s.collar, s.shoulder, s.elbow, s.wrist)),
    HEAD,
)  # fmt: skip
"""Joints whose rotations the angles use; the head comes last, because it has a cut-off of its own."""
PLACES = (
    PELVIS, NECK,
    *(j for s in SIDES for j in (s.hip, s.knee, s.ankle, s.foot, s.shoulder, s.elbow, s.wrist, s.hand)),
)  # fmt: skip
"""Joints whose positions the angles use."""
LEVEL_SHARE = 0.5
"""The pelvis shows a heading while its lateral axis is within 60° of level: cos 60°."""


_PIECE = 256


@dataclass(frozen=True)
class Body:
    """Segments over T frames in the gravity frame; NaN where the person is unseen."""

    times_s: Array
    rotations: Array
    """(len(TURNING), 3, 3, T) joint rotations, rest pose to gravity frame."""
    places: Array
    """(len(PLACES), 3, T) joint positions in metres, relative to the camera."""
    rest: Array
    """(55, 3) joints in the rest pose."""
    heading: Array
    """(3, 3, T) level frame of the person: left, up, forward."""
    heading_held: NDArray[np.bool_]
    """(T,) True where the pelvis shows no heading and the last valid one stands in."""
    thighs_seen: NDArray[np.bool_]
    """(2, T) left, right: False where the thigh was hidden and its direction is a guess."""
    shanks_seen: NDArray[np.bool_]
    """(2, T) left, right: False where the thigh or what hangs on it was hidden."""

    def turn(self, joint: int) -> Array:
        """(3, 3, T) rotation of a joint."""
        return np.asarray(self.rotations[TURNING.index(joint)])

    def place(self, joint: int) -> Array:
        """(3, T) position of a joint."""
        return np.asarray(self.places[PLACES.index(joint)])

    def rest_direction(self, start: int, end: int) -> Array:
        """(3,) direction of a bone in the rest pose."""
        return unit(self.rest[end] - self.rest[start])

    def trunk(self) -> Array:
        """(3, 3, T) frame of the whole trunk: up is pelvis → neck, corrected so that the rest pose reads upright."""
        chain = ((PELVIS, SPINE1), (SPINE1, SPINE2), (SPINE2, SPINE3), (SPINE3, NECK))
        line = sum((rotate(self.turn(a), self.rest[b] - self.rest[a]) for a, b in chain), np.zeros(()))
        at_rest = frame((self.rest[NECK] - self.rest[PELVIS])[:, None], LEFT[:, None])[:, :, 0]
        return turned(frame(np.asarray(line), self.turn(PELVIS)[:, 0]), at_rest.T)

    def upper_arm(self, side: Side) -> Array:
        """(3, 3, T) frame of the upper arm that equals the thorax's while the arm hangs with the palm inward."""
        return turned(self.turn(side.shoulder), self.hanging_arm(side))

    def hanging_arm(self, side: Side) -> Array:
        """(3, 3) rotation that takes the hanging arm to its place in the rest pose."""
        sideways = np.array([side.outward, 0.0, 0.0])
        quarter = minimal_rotation(-UP, sideways)
        return minimal_rotation(sideways, self.rest_direction(side.shoulder, side.elbow)) @ quarter


def body_of(motion: Motion, gravity: Gravity | None = None, smoothed: bool = True) -> Body:
    """The segments of a motion; `gravity` replaces the one that the motion was written with."""
    count = len(motion.times_s)
    channels = _channels(motion)
    if gravity is not None:
        change = gravity.camera_to_gravity() @ motion.gravity.camera_to_gravity().T
        channels = np.einsum("ij,njt->nit", change, channels.reshape(-1, 3, count)).reshape(-1, count)
    measured = motion.seen & np.isfinite(channels).all(axis=0)
    if smoothed:
        channels[:-6] = smooth(motion.times_s, channels[:-6], measured, BODY_CUTOFF_HZ)
        channels[-6:] = smooth(motion.times_s, channels[-6:], measured, HEAD_CUTOFF_HZ)
    else:
        channels = np.where(measured, channels, np.nan)
    places = channels[: 3 * len(PLACES)].reshape(len(PLACES), 3, count)
    rotations = _orthonormal(channels[3 * len(PLACES) :].reshape(len(TURNING), 2, 3, count))
    heading, held = _heading(rotations[TURNING.index(PELVIS)])
    thighs, shanks = seen_legs(motion.joint_sigma_deg)
    return Body(motion.times_s, rotations, places, motion.rest_joints, heading, held, thighs, shanks)


def _channels(motion: Motion) -> Array:
    """(3 · (places + 2 · turning joints), T) positions, then first and second axis of each joint, vector by vector."""
    count = len(motion.times_s)
    axes = [9 * joint + 3 * row + axis for joint in TURNING for axis in (0, 1) for row in range(3)]
    places = [3 * joint + row for joint in PLACES for row in range(3)]
    channels = np.empty((len(places) + len(axes), count))
    # In pieces that fit the processor's cache: turning the whole of it around at once takes three times as long.
    for part in pieces(count, _PIECE):
        channels[: len(places), part] = motion.joints[part].reshape(-1, 3 * JOINTS)[:, places].T
        channels[len(places) :, part] = motion.rotations[part].reshape(-1, 9 * JOINTS)[:, axes].T
    return channels


def _orthonormal(axes: Array) -> Array:
    """(N, 3, 3, T) rotations with filtered first and second axes (N, 2, 3, T), the first one's direction kept."""
    rotations = np.empty((axes.shape[0], 3, 3, axes.shape[3]))
    for rotation, (first, second) in zip(rotations, axes, strict=True):
        rotation[:, 0] = unit(first)
        rotation[:, 1] = unit(second - rotation[:, 0] * dot(rotation[:, 0], second))
        rotation[:, 2] = cross(rotation[:, 0], rotation[:, 1])
    return rotations


def _heading(pelvis: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Level frame (3, 3, T) of the pelvis's lateral axis, and where it had to be held (T,)."""
    lateral = pelvis[:, 0].copy()
    lateral[1] = 0.0
    valid = np.sqrt(dot(lateral, lateral)) >= LEVEL_SHARE
    held = ~valid & np.isfinite(pelvis[0, 0])
    if held.any() and valid.any():
        index = np.arange(len(valid))
        last = np.maximum.accumulate(np.where(valid, index, -1))
        source = np.where(last < 0, int(np.argmax(valid)), last)
        lateral[:, held] = lateral[:, source[held]]
    elif held.any():
        lateral[:, held] = np.nan
    upward = np.repeat(UP[:, None], lateral.shape[1], axis=1)
    return frame(upward, lateral), held
