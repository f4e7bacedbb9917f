"""Angles of pelvis, trunk, neck and head."""

from __future__ import annotations

import numpy as np

from gpu_worker.angles.geometry import (
    FORWARD,
    UP,
    Array,
    angle_deg,
    asin_deg,
    cross,
    dot,
    frame,
    into,
    relative,
    swing_deg,
    turned,
    twist_deg,
    without,
)
from gpu_worker.angles.joints import HEAD, PELVIS, SPINE1, SPINE2, SPINE3
from gpu_worker.angles.neutral import Neutral
from gpu_worker.angles.segments import LEVEL_SHARE, Body

SIDE_LIMIT_DEG = 60.0
"""Bent further sideways than this, forward and backward cannot be told apart."""
TWIST_LIMIT_DEG = 150.0
"""Tilted further than this, a twist about the long axis has no meaning."""


def calibrated(body: Body, neutral: Neutral, segment: str) -> Array:
    """(3, 3, T) frame of `pelvis`, `trunk`, `thorax` or `head` that reads upright in the neutral posture.

    The calibration turns with the segment: it corrects how the segment's axes lie in this body.
    """
    joints = {"pelvis": PELVIS, "thorax": SPINE3, "head": HEAD}
    raw = body.trunk() if segment == "trunk" else body.turn(joints[segment])
    rotation = neutral.applied_rotation(segment)
    return raw if rotation is None else turned(raw, rotation.T)


def between(body: Body, neutral: Neutral, below: str, segment: str) -> Array:
    """(3, 3, T) frame of a segment as the segment below sees it, upright in the neutral posture if both have theirs."""
    both = neutral.together(below, segment)
    return relative(calibrated(body, both, below), calibrated(body, both, segment))


def bend(rotation: Array) -> tuple[Array, Array]:
    """Flexion (forward) and side bend (to the right) of a segment's long axis in its parent's planes, degrees (T,)."""
    long_axis = rotation[:, 1]
    side = asin_deg(-long_axis[0])
    flexion = np.degrees(np.arctan2(long_axis[2], long_axis[1]))
    return without(flexion, np.abs(side) > SIDE_LIMIT_DEG), side


def twist(rotation: Array) -> Array:
    """Turn about the parent's long axis, positive to the subject's right, degrees (T,)."""
    return without(-twist_deg(rotation, UP), swing_deg(rotation, UP) > TWIST_LIMIT_DEG)


def pitch_about_own_axis(segment: Array) -> Array:
    """Flexion against gravity about the segment's own lateral axis made level, whichever way it is turned."""
    lateral = segment[:, 0].copy()
    lateral[1] = 0.0
    level = np.sqrt(dot(lateral, lateral)) >= LEVEL_SHARE
    upward = np.repeat(UP[:, None], lateral.shape[1], axis=1)
    forward = cross(frame(upward, lateral)[:, 0], upward)
    long_axis = segment[:, 1]
    return without(np.degrees(np.arctan2(dot(long_axis, forward), long_axis[1])), ~level)


def axial_angles(body: Body, neutral: Neutral) -> dict[str, Array]:
    """Signals of pelvis, trunk, neck and head by name, (T,) each."""
    pelvis, trunk, head = (calibrated(body, neutral, segment) for segment in ("pelvis", "trunk", "head"))
    signals: dict[str, Array] = {"trunk_inclination": angle_deg(trunk[:, 1], UP)}
    signals["trunk_flexion"], signals["trunk_side_bend"] = bend(relative(body.heading, trunk))
    signals["trunk_twist"] = twist(between(body, neutral, "pelvis", "thorax"))
    signals["head_flexion"] = pitch_about_own_axis(head)
    neck = between(body, neutral, "thorax", "head")
    signals["neck_flexion"], signals["neck_side_bend"] = bend(neck)
    signals["neck_twist"] = twist(neck)
    signals["pelvis_flexion"], signals["pelvis_side_bend"] = bend(relative(body.heading, pelvis))
    chain = (("spine1", PELVIS, SPINE1), ("spine2", SPINE1, SPINE2), ("spine3", SPINE2, SPINE3))
    for name, below, joint in chain:
        part = relative(body.turn(below), body.turn(joint))
        signals[f"trunk_flexion_{name}"], signals[f"trunk_side_bend_{name}"] = bend(part)
        signals[f"trunk_twist_{name}"] = twist(part)
    signals["heading"], signals["view"] = _directions(body)
    return signals


def _directions(body: Body) -> tuple[Array, Array]:
    """Heading against the camera's view direction, and the angle at which the camera sees the person, (T,) each."""
    forward = body.heading[:, 2]
    heading = np.degrees(np.arctan2(dot(forward, np.array([1.0, 0.0, 0.0])), dot(forward, -FORWARD)))
    to_camera = into(body.heading, -body.place(PELVIS))
    return heading, np.degrees(np.arctan2(-to_camera[0], to_camera[2]))
