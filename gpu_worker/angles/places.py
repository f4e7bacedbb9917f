"""Heights, reach and weight: signals that come from where joints are, not from how segments are turned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.geometry import Array, into
from gpu_worker.angles.joints import NECK, PELVIS, SIDES, SPINE3
from gpu_worker.angles.segments import Body

SOLE_BELOW_BALL_M = 0.028
"""Sole under the SMPL-X foot joint (ball of the foot), measured on the open body at rest."""
# Winter, Biomechanics and Motor Control of Human Movement, 4th ed., table 4.1: share of the body's mass, and where on
# the bone from its upper end the mass centre lies. Head, arms and trunk lie between hips and neck, hands with forearms.
_TRUNK_AND_HEAD = (0.578, 0.66)
_LIMBS = (
    ("hip", "knee", 0.100, 0.433),
    ("knee", "ankle", 0.0465, 0.433),
    ("ankle", "foot", 0.0145, 0.5),
    ("shoulder", "elbow", 0.028, 0.436),
    ("elbow", "wrist", 0.022, 0.682),
)


def sole_height(body: Body) -> Array:
    """(2, T) height of left and right sole in metres: the lower of toe and heel; NaN where the shank was hidden."""
    soles = []
    for side in SIDES:
        ankle_over_ball = body.rest[side.ankle, 1] - body.rest[side.foot, 1]
        toe = body.place(side.foot)[1] - SOLE_BELOW_BALL_M
        heel = body.place(side.ankle)[1] - ankle_over_ball - SOLE_BELOW_BALL_M
        soles.append(np.minimum(toe, heel))
    return np.where(body.shanks_seen, np.stack(soles), np.nan)


def floor_height(soles: Array) -> Array:
    """(T,) height in metres of the lower of the soles (2, T) that were seen."""
    return np.asarray(np.fmin(*soles))


def mass_centre(body: Body) -> Array:
    """(3, T) centre of mass in metres, gravity frame; without load in the hands."""
    share, along = _TRUNK_AND_HEAD
    hips = (body.place(1) + body.place(2)) / 2
    total = share * (hips + along * (body.place(NECK) - hips))
    for side in SIDES:
        for upper, lower, share, along in _LIMBS:
            start, end = body.place(getattr(side, upper)), body.place(getattr(side, lower))
            total = total + share * (start + along * (end - start))
    return np.asarray(total)


def weight_on_right(body: Body) -> Array:
    """(T,) share of the weight on the right foot: where the mass centre lies between the feet, 0 to 1.

    A foot more than a few centimetres above the other bears nothing. Statics only; feet under 8 cm apart cannot be
    told apart and share evenly.
    """
    left, right = ((body.place(s.ankle) + body.place(s.foot))[[0, 2]] / 2 for s in SIDES)
    between = right - left
    apart = dot2(between, between)
    along = dot2(mass_centre(body)[[0, 2]] - left, between) / np.maximum(apart, 1e-6)
    share = np.where(apart < 0.08**2, 0.5, np.clip(along, 0.0, 1.0))
    soles = sole_height(body)
    share = np.where(soles[0] - soles[1] > LIFTED_M, 1.0, np.where(soles[1] - soles[0] > LIFTED_M, 0.0, share))
    return np.where(np.isfinite(soles).all(axis=0), share, np.nan)


LIFTED_M = 0.08
"""A foot this much higher than the other is off the ground (or on a step, which one camera cannot tell)."""


def dot2(a: Array, b: Array) -> Array:
    """(T,) scalar products of (2, T) level vectors."""
    return np.asarray(a[0] * b[0] + a[1] * b[1])


def place_signals(body: Body, on_feet: NDArray[np.bool_]) -> dict[str, Array]:
    """Signals of heights, reach and weight by name; `on_feet` (T,) is True where the feet bear the weight."""
    floor = floor_height(sole_height(body))
    middle = np.where(body.shanks_seen.all(axis=0), sum(body.place(side.ankle) for side in SIDES) / 2, np.nan)
    right = np.where(on_feet, weight_on_right(body), np.nan)
    signals: dict[str, Array] = {}
    for side, share, seen in zip(SIDES, (1 - right, right), body.shanks_seen, strict=True):
        hand = body.place(side.hand)
        away = (hand - middle)[[0, 2]]
        across = into(body.turn(SPINE3), hand - (body.place(PELVIS) + body.place(NECK)) / 2)
        signals |= {
            f"weight_share_{side.name}": share,
            f"hand_height_{side.name}_m": hand[1] - floor,
            f"ankle_height_{side.name}_m": np.where(seen, body.place(side.ankle)[1] - floor, np.nan),
            f"hand_reach_{side.name}_m": np.sqrt(dot2(away, away)),
            f"hand_lateral_{side.name}_m": side.outward * across[0],
        }
    return signals
