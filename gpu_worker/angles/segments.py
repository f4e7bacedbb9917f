"""The body's segments over time, out of a motion: gravity changed if asked, filtered, time last.

Only what the angles need is kept, in a file: the rotations of the joints that carry a segment, as their first two axes,
and the positions of the joints that heights, reach and postures use. Filtering goes through a few of these numbers over
the whole clip, everything after it through stretches of the clip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.geometry import LEFT, UP, Array, cross, dot, frame, minimal_rotation, rotate, turned, unit
from gpu_worker.angles.joints import HEAD, NECK, PELVIS, SIDES, SPINE1, SPINE2, SPINE3, Side
from gpu_worker.angles.smoothing import BODY_CUTOFF_HZ, HEAD_CUTOFF_HZ, smooth
from gpu_worker.hidden import seen_legs
from gpu_worker.motion import JOINTS, Gravity, Motion
from gpu_worker.spilled import Columns, pieces

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

Scalar = TypeVar("Scalar", bound=np.generic)

AT_ONCE = 2048
"""Frames that angles are measured of together: fewer take longer in all."""
_FILTERED_AT_ONCE = 250_000
"""Numbers that are filtered together."""


@dataclass(frozen=True)
class Body:
    """Segments over T frames in the gravity frame; NaN where the person is unseen."""

    axes: Array
    """(len(TURNING), 2, 3, T) first and second axes of the joints, rest pose to gravity frame, as filtered."""
    places: Array
    """(len(PLACES), 3, T) joint positions in metres, relative to the camera."""
    rest: Array
    """(55, 3) joints in the rest pose."""
    heading: Array
    """(3, 3, T) level frame of the person: left, up, forward."""
    thighs_seen: NDArray[np.bool_]
    """(2, T) left, right: False where the thigh was hidden and its direction is a guess."""
    shanks_seen: NDArray[np.bool_]
    """(2, T) left, right: False where the thigh or what hangs on it was hidden."""

    @cached_property
    def rotations(self) -> Array:
        """(len(TURNING), 3, 3, T) joint rotations; the first axis keeps its direction."""
        rotations = np.empty((len(self.axes), 3, 3, self.axes.shape[3]))
        for rotation, (first, second) in zip(rotations, self.axes, strict=True):
            rotation[:, 0] = unit(first)
            rotation[:, 1] = unit(second - rotation[:, 0] * dot(rotation[:, 0], second))
            rotation[:, 2] = cross(rotation[:, 0], rotation[:, 1])
        return rotations

    def turn(self, joint: int) -> Array:
        """(3, 3, T) rotation of a joint."""
        return np.asarray(self.rotations[TURNING.index(joint)])

    def place(self, joint: int) -> Array:
        """(3, T) position of a joint."""
        return np.asarray(self.places[PLACES.index(joint)])

    def rest_direction(self, start: int, end: int) -> Array:
        """(3,) direction of a bone in the rest pose."""
        return bone(self.rest, start, end)

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


@dataclass(frozen=True)
class Segments:
    """The segments over the T frames of a clip."""

    times_s: Array
    channels: Columns[int]
    """Positions, then first and second axis of each joint, vector by vector."""
    rest: Array
    """(55, 3) joints in the rest pose."""
    lateral: Array
    """(3, T) the pelvis's lateral axis made level."""
    heading_held: NDArray[np.bool_]
    """(T,) True where the pelvis shows no heading and the last valid one stands in."""
    thighs_seen: NDArray[np.bool_]
    """See `Body`."""
    shanks_seen: NDArray[np.bool_]

    def part(self, frames: slice) -> Body:
        """A stretch of the clip."""
        channels = self.channels.read(self.channels, frames)
        places, axes = np.split(channels, [3 * len(PLACES)])
        return Body(
            axes.reshape(len(TURNING), 2, 3, -1),
            places.reshape(len(PLACES), 3, -1),
            self.rest,
            self.heading(frames),
            self.thighs_seen[:, frames],
            self.shanks_seen[:, frames],
        )

    def heading(self, frames: slice) -> Array:
        """(3, 3, F) level frame of the person over a stretch."""
        lateral = self.lateral[:, frames]
        return frame(np.repeat(UP[:, None], lateral.shape[1], axis=1), lateral)

    def place(self, joint: int) -> Array:
        """(3, T) position of a joint."""
        first = 3 * PLACES.index(joint)
        return self.channels.read(range(first, first + 3), slice(None))

    def over(self, how: Callable[[Body], NDArray[Scalar]]) -> NDArray[Scalar]:
        """(…, T) what is worked out of each frame by itself."""
        return np.concatenate([how(self.part(frames)) for frames in self._stretches()], axis=-1)

    def signals(self, how: Callable[[slice, Body], Mapping[str, Array]]) -> Columns[str]:
        """The same for signals by name; `how` hears which frames it is given."""
        names = how(slice(0, 0), self.part(slice(0, 0)))
        found = Columns(names, len(self.times_s))
        for frames in pieces(len(self.times_s), AT_ONCE):
            values = how(frames, self.part(frames))
            found.write(values, frames, np.stack(list(values.values())))
        return found

    def _stretches(self) -> list[slice]:
        """Of the whole clip; of a clip without frames one without any."""
        return list(pieces(len(self.times_s), AT_ONCE)) or [slice(0, 0)]


def segments_of(motion: Motion, gravity: Gravity | None = None, smoothed: bool = True) -> Segments:
    """The segments of a motion; `gravity` replaces the one that the motion was written with."""
    count = len(motion.times_s)
    channels = Columns(range(3 * (len(PLACES) + 2 * len(TURNING))), count)
    measured = np.zeros(count, np.bool_)
    change = None if gravity is None else gravity.camera_to_gravity() @ motion.gravity.camera_to_gravity().T
    for frames in pieces(count, AT_ONCE):
        found = _channels(motion, frames)
        if change is not None:
            found = np.einsum("ij,njt->nit", change, found.reshape(-1, 3, found.shape[1])).reshape(found.shape)
        measured[frames] = motion.seen[frames] & np.isfinite(found).all(axis=0)
        channels.write(channels, frames, np.where(measured[frames], found, np.nan))
    if smoothed:
        _smooth(motion.times_s, channels, measured)
    first_axis = 3 * (len(PLACES) + 2 * TURNING.index(PELVIS))
    lateral, held = _level(unit(channels.read(range(first_axis, first_axis + 3), slice(None))))
    thighs, shanks = seen_legs(motion.joint_sigma_deg)
    return Segments(motion.times_s, channels, motion.rest_joints, lateral, held, thighs, shanks)


def bone(rest: Array, start: int, end: int) -> Array:
    """(3,) direction of a bone in the rest pose (55, 3)."""
    return unit(rest[end] - rest[start])


def _channels(motion: Motion, frames: slice) -> Array:
    """(3 · (places + 2 · turning joints), F) positions, then first and second axis of each joint, vector by vector."""
    axes = [9 * joint + 3 * row + axis for joint in TURNING for axis in (0, 1) for row in range(3)]
    places = [3 * joint + row for joint in PLACES for row in range(3)]
    found = (
        motion.joints[frames].reshape(-1, 3 * JOINTS)[:, places].T,
        motion.rotations[frames].reshape(-1, 9 * JOINTS)[:, axes].T,
    )
    return np.concatenate(found).astype(np.float64)


def _smooth(times_s: Array, channels: Columns[int], measured: NDArray[np.bool_]) -> None:
    """Filter in place, a few channels at a time."""
    head = len(channels) - 6
    for some_of, highest_hz in ((range(head), BODY_CUTOFF_HZ), (range(head, len(channels)), HEAD_CUTOFF_HZ)):
        for some in pieces(len(some_of), max(1, _FILTERED_AT_ONCE // max(1, len(times_s)))):
            names, whole = some_of[some], slice(None)
            channels.write(names, whole, smooth(times_s, channels.read(names, whole), measured, highest_hz))


def _level(lateral: Array) -> tuple[Array, NDArray[np.bool_]]:
    """The pelvis's lateral axis (3, T) made level, and where the last valid one had to be held (T,)."""
    lateral[1] = 0.0
    valid = np.sqrt(dot(lateral, lateral)) >= LEVEL_SHARE
    held = ~valid & np.isfinite(lateral[0])
    if held.any() and valid.any():
        index = np.arange(len(valid))
        last = np.maximum.accumulate(np.where(valid, index, -1))
        source = np.where(last < 0, int(np.argmax(valid)), last)
        lateral[:, held] = lateral[:, source[held]]
    elif held.any():
        lateral[:, held] = np.nan
    return lateral, held
