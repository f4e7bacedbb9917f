"""Where a standing person's balance says up is: the centre of mass stays over the supporting feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.skeleton import INDEX
from gpu_worker.body.track import BodyTrack
from gpu_worker.hidden import LEG_KNOWN_DEG
from gpu_worker.spilled import gathered, pieces

Array = NDArray[np.float64]

# share of the body's mass, and the joints between whose ends the segment's centre lies (share from the first one);
# Winter, "Biomechanics and Motor Control of Human Movement", table 4.1
_SEGMENTS: tuple[tuple[float, str, str, float], ...] = (
    (0.497, "pelvis", "neck", 0.50),
    (0.081, "neck", "head", 1.00),
    *((0.028, f"{s}_shoulder", f"{s}_elbow", 0.436) for s in ("left", "right")),
    *((0.016, f"{s}_elbow", f"{s}_wrist", 0.430) for s in ("left", "right")),
    *((0.006, f"{s}_wrist", f"{s}_middle1", 0.700) for s in ("left", "right")),
    *((0.100, f"{s}_hip", f"{s}_knee", 0.433) for s in ("left", "right")),
    *((0.0465, f"{s}_knee", f"{s}_ankle", 0.433) for s in ("left", "right")),
    *((0.0145, f"{s}_ankle", f"{s}_foot", 0.500) for s in ("left", "right")),
)
_STRAIGHT_LEG = 0.90
"""Hip to ankle over thigh plus shank; at least one leg this straight, else the person may sit."""
_KNEES = [INDEX["left_knee"], INDEX["right_knee"]]
_QUIET = 0.35
"""Metres a second of the centre of mass; faster, and balance is dynamic."""
_LOWEST_WITHIN = 0.07
"""Metres; a foot this close to the lower one carries weight too."""
_MOST_FRAMES = 60


@dataclass(frozen=True)
class Standing:
    """Quiet standing frames of a clip, camera frame, metres."""

    mass: Array
    """(F, 3) centre of mass."""
    feet: Array
    """(F, 2, 3) middle of the left and the right foot."""
    facing: Array
    """(F, 3) unit vector, the pelvis's front."""


def centre_of_mass(joints: Array) -> Array:
    """(T, 3) from joints (T, 55, 3)."""
    total = np.zeros((len(joints), 3))
    for mass, first, second, share in _SEGMENTS:
        a, b = joints[:, INDEX[first]], joints[:, INDEX[second]]
        total += mass * (a + share * (b - a))
    return total / sum(segment[0] for segment in _SEGMENTS)


def standing(body: BodyTrack) -> Standing:
    """At most a few dozen frames, evenly chosen among those in which the person stands quietly on a straight leg
    and both legs are seen."""
    rows = np.flatnonzero(body.seen)
    masses, straightest = [np.zeros((0, 3))], [np.zeros(0)]
    for piece in pieces(len(body.seen)):
        joints = body.joints[piece][body.seen[piece]].astype(np.float64)
        masses.append(centre_of_mass(joints))
        straightest.append(np.stack([_leg_straightness(joints, side) for side in ("left", "right")]).max(0))
    mass, straight = np.concatenate(masses), np.concatenate(straightest)
    speed = np.full(len(rows), np.inf)
    if len(rows) > 2:
        speed = np.linalg.norm(np.gradient(mass, body.times_s[rows], axis=0), axis=-1)
    known = body.joint_sigma_deg[rows][:, _KNEES].max(1) < LEG_KNOWN_DEG
    good = np.flatnonzero((speed < _QUIET) & (straight > _STRAIGHT_LEG) & known)
    if len(good) > _MOST_FRAMES:
        good = good[np.linspace(0, len(good) - 1, _MOST_FRAMES).round().astype(np.int64)]
    joints = gathered(body.joints, rows[good]).astype(np.float64)
    feet = np.stack(
        [0.5 * (joints[:, INDEX[f"{s}_ankle"]] + joints[:, INDEX[f"{s}_foot"]]) for s in ("left", "right")],
        axis=1,
    )
    return Standing(mass[good], feet, gathered(body.rotations, rows[good])[:, 0, :, 2].astype(np.float64))


def _leg_straightness(joints: Array, side: str) -> Array:
    hip, knee, ankle = (joints[:, INDEX[f"{side}_{name}"]] for name in ("hip", "knee", "ankle"))
    bones = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
    straightness: Array = np.linalg.norm(ankle - hip, axis=-1) / bones
    return straightness


def lean(stood: Standing, up: Array) -> Array:
    """(C, F, 3) unit vectors from the supporting feet to the centre of mass, for C directions `up` (C, 3).

    Which feet carry weight depends on what is taken for up.
    """
    height = stood.feet @ up.T
    carries = (height - height.min(1, keepdims=True) < _LOWEST_WITHIN).astype(np.float64)
    share = carries / carries.sum(1, keepdims=True)
    support = np.einsum("fsc,fsd->cfd", share, stood.feet)
    direction = stood.mass - support
    unit: Array = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    return unit
