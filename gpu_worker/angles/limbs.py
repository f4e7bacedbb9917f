"""Angles of arms and legs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.axial import TWIST_LIMIT_DEG, calibrated
from gpu_worker.angles.geometry import (
    DOWN,
    FORWARD,
    UP,
    Array,
    angle_deg,
    asin_deg,
    dot,
    into,
    relative,
    rotate,
    swing_deg,
    twist_deg,
    unit,
    without,
    wrap_deg,
)
from gpu_worker.angles.joints import PELVIS, SIDES, SPINE3, Side
from gpu_worker.angles.neutral import Neutral
from gpu_worker.angles.segments import Body

BRANCH_DEG = -90.0
"""Flexion of arm and hip runs from here through straight up (180) to 270, so that 190 stays 190."""
FRONTAL_DEG = 30.0
"""This near to the frontal plane a raised arm has no flexion."""
HANGING_DEG, OVERHEAD_DEG = 20.0, 160.0
"""Outside these elevations every plane of elevation gives nearly the same flexion."""
PLANE_POLE_DEG = 10.0
RETROFLEXION_TO_DEG = 120.0
"""Above this elevation an elbow behind the frontal plane is a reach overhead, not a retroflexion."""


def limb_angles(body: Body, neutral: Neutral, hands_seen: NDArray[np.bool_]) -> dict[str, Array]:
    """Signals of arms and legs by name, (T,) each; `hands_seen` is (T, 2), left and right."""
    signals: dict[str, Array] = {}
    for number, side in enumerate(SIDES):
        angles = {**_arm(body, neutral, side), **_forearm(body, neutral, side)}
        angles |= {name: without(angle, ~hands_seen[:, number]) for name, angle in _hand(body, side).items()}
        thigh, shank = _thigh(body, neutral, side), _shank(body, neutral, side)
        angles |= {name: without(angle, ~body.thighs_seen[number]) for name, angle in thigh.items()}
        angles |= {name: without(angle, ~body.shanks_seen[number]) for name, angle in shank.items()}
        signals |= {f"{name}_{side.name}": angle for name, angle in angles.items()}
    return signals


def _arm(body: Body, neutral: Neutral, side: Side) -> dict[str, Array]:
    arm, segment = body.upper_arm(side), f"upper_arm_{side.name}"
    turn = relative(body.turn(SPINE3), arm)
    both = neutral.together("thorax", segment)
    direction = both.reference(segment, DOWN) @ into(calibrated(body, both, "thorax"), -arm[:, 1])
    against_gravity = neutral.reference(segment, DOWN) @ into(body.heading, -arm[:, 1])
    outward, forward = side.outward * direction[0], direction[2]
    elevation = angle_deg(direction, DOWN)
    plane = np.degrees(np.arctan2(forward, outward))
    frontal = np.abs(np.abs(np.abs(plane) - 90.0) - 90.0) < FRONTAL_DEG
    raised = (elevation > HANGING_DEG) & (elevation < OVERHEAD_DEG)
    flexion = wrap_deg(np.degrees(np.arctan2(forward, -direction[1])), BRANCH_DEG)
    collar = into(body.turn(SPINE3), rotate(body.turn(side.collar), body.rest_direction(side.collar, side.shoulder)))
    collar_at_rest = body.rest_direction(side.collar, side.shoulder)
    return {
        "arm_elevation": elevation,
        "arm_elevation_gravity": angle_deg(against_gravity, DOWN),
        "arm_flexion": without(flexion, frontal & raised),
        "arm_abduction": asin_deg(outward),
        "arm_plane": without(plane, (elevation < PLANE_POLE_DEG) | (elevation > 180 - PLANE_POLE_DEG)),
        "arm_retroflexion": asin_deg(np.where(elevation > RETROFLEXION_TO_DEG, 0.0, np.maximum(-forward, 0.0))),
        "arm_adduction": asin_deg(np.maximum(-outward, 0.0)),
        "arm_rotation": without(side.outward * twist_deg(turn, DOWN), swing_deg(turn, DOWN) > TWIST_LIMIT_DEG),
        "shoulder_raised": asin_deg(collar[1]) - asin_deg(collar_at_rest[1]),
    }


def _forearm(body: Body, neutral: Neutral, side: Side) -> dict[str, Array]:
    straight = body.rest_direction(side.elbow, side.wrist)
    bent = rotate(relative(body.turn(side.shoulder), body.turn(side.elbow)), straight)
    hanging = neutral.reference(f"forearm_{side.name}", straight)
    return {"elbow_flexion": angle_deg(hanging @ bent, DOWN)}


def _hand(body: Body, side: Side) -> dict[str, Array]:
    """Forearm rotation and wrist, without regard to how the fit shares a twist between elbow and wrist."""
    along = body.rest_direction(side.elbow, side.wrist)
    elbow = relative(body.turn(side.shoulder), body.turn(side.elbow))
    wrist = relative(body.turn(side.elbow), body.turn(side.wrist))
    rotation = side.outward * (twist_deg(elbow, along) + twist_deg(wrist, along))
    # The forearm's axis as the hand sees it: turning the forearm about that axis does not move it.
    seen = into(wrist, along)
    dorsal = unit(UP - along * (UP @ along))
    radial = unit(FORWARD - along * (FORWARD @ along) - dorsal * (FORWARD @ dorsal))
    return {
        "wrist_flexion": np.degrees(np.arctan2(dot(seen, dorsal), dot(seen, along))),
        "forearm_rotation": without(wrap_deg(rotation, -180.0), swing_deg(elbow, along) > TWIST_LIMIT_DEG),
        "wrist_deviation": asin_deg(dot(seen, radial)),
    }


def _thigh(body: Body, neutral: Neutral, side: Side) -> dict[str, Array]:
    at_rest, segment = body.rest_direction(side.hip, side.knee), f"thigh_{side.name}"
    both = neutral.together("pelvis", segment)
    thigh = into(calibrated(body, both, "pelvis"), rotate(body.turn(side.hip), at_rest))
    direction = both.reference(segment, at_rest) @ thigh
    outward = side.outward * direction[0]
    flexion = wrap_deg(np.degrees(np.arctan2(direction[2], -direction[1])), BRANCH_DEG)
    turn = relative(body.turn(PELVIS), body.turn(side.hip))
    rotation = side.outward * twist_deg(turn, at_rest)
    return {
        "hip_flexion": without(flexion, np.abs(outward) > np.cos(np.radians(FRONTAL_DEG))),
        "hip_abduction": asin_deg(outward),
        "hip_rotation": without(rotation, swing_deg(turn, at_rest) > TWIST_LIMIT_DEG),
    }


def _shank(body: Body, neutral: Neutral, side: Side) -> dict[str, Array]:
    straight = body.rest_direction(side.knee, side.ankle)
    bent = rotate(relative(body.turn(side.hip), body.turn(side.knee)), straight)
    hanging = neutral.reference(f"shank_{side.name}", straight)
    foot_at_rest = body.rest_direction(side.ankle, side.foot)
    foot = rotate(relative(body.turn(side.knee), body.turn(side.ankle)), foot_at_rest)
    lifted = np.degrees(np.arctan2(foot[1], foot[2]) - np.arctan2(foot_at_rest[1], foot_at_rest[2]))
    return {"knee_flexion": angle_deg(hanging @ bent, DOWN), "ankle_flexion": wrap_deg(lifted, -180.0)}
