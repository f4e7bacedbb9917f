"""OWAS: Ovako Working posture Analysing System (Karhu et al. 1977).

A posture is four codes: back 1-4, arms 1-3, legs 1-7, load 1-3. Codes are int8 arrays; 0 means unknown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gpu_worker.ergonomics.scoring import Bands, MethodRules, Rules, Scores, as_table, load_rules, look_up, score_bands


class ShareTable(Rules):
    """Category of a code by the share of time spent in it: one row a code, one column a share."""

    sources: list[str]
    upper_percent: list[int]
    back: list[list[int]]
    arms: list[list[int]]
    legs: list[list[int]]


class OwasRules(MethodRules):
    """`data/owas.json`."""

    back_bent_deg: float
    back_asymmetry_deg: float
    knee_bent_deg: float
    arm_at_shoulder_level_deg: float
    load: Bands
    table: list[list[list[list[int]]]]
    share: ShareTable


RULES = load_rules("owas", OwasRules)
TABLE = as_table(RULES.table, (4, 3, 7, 3))
SHARE_TABLES = {
    "back": as_table(RULES.share.back, (4, 10)),
    "arms": as_table(RULES.share.arms, (3, 10)),
    "legs": as_table(RULES.share.legs, (7, 10)),
}
LEG_CODES = {"sitting": 1, "walking": 7, "kneeling": 6}


def back_code(
    flexion_deg: ArrayLike,
    side_bend_deg: ArrayLike,
    twist_deg: ArrayLike,
    *,
    bent_deg: float = RULES.back_bent_deg,
    asymmetry_deg: float = RULES.back_asymmetry_deg,
) -> Scores:
    """1 straight, 2 bent forward or back, 3 twisted or bent sideways, 4 both; from trunk angles in degrees."""
    flexion, side, twist = (np.asarray(a, dtype=np.float64) for a in (flexion_deg, side_bend_deg, twist_deg))
    unknown = np.isnan(flexion) | np.isnan(side) | np.isnan(twist)
    bent = np.abs(flexion) > bent_deg
    asymmetric = np.maximum(np.abs(side), np.abs(twist)) > asymmetry_deg
    return np.where(unknown, 0, 1 + bent + 2 * asymmetric).astype(np.int8)


def arms_code(
    left_elevation_deg: ArrayLike,
    right_elevation_deg: ArrayLike,
    *,
    shoulder_level_deg: float = RULES.arm_at_shoulder_level_deg,
) -> Scores:
    """1 both arms below shoulder level, 2 one at or above it, 3 both; from elevation against gravity in degrees."""
    left, right = np.asarray(left_elevation_deg, dtype=np.float64), np.asarray(right_elevation_deg, dtype=np.float64)
    raised = (left >= shoulder_level_deg).astype(np.int8) + (right >= shoulder_level_deg)
    return np.where(np.isnan(left) | np.isnan(right), 0, 1 + raised).astype(np.int8)


def legs_code(
    posture: ArrayLike,
    left_knee_deg: ArrayLike,
    right_knee_deg: ArrayLike,
    *,
    knee_bent_deg: float = RULES.knee_bent_deg,
) -> Scores:
    """1-7 from the posture class and knee flexion in degrees. Lying has no code in OWAS and stays 0.

    On one leg the straighter one is taken to carry the weight.
    """
    classes = np.asarray(posture)
    left, right = np.asarray(left_knee_deg, dtype=np.float64), np.asarray(right_knee_deg, dtype=np.float64)
    bent = (left > knee_bent_deg).astype(np.int8) + (right > knee_bent_deg)
    codes = np.zeros(np.broadcast_shapes(classes.shape, bent.shape), dtype=np.int8)
    upright = np.isin(classes, ("standing", "squatting")) & ~(np.isnan(left) | np.isnan(right))
    codes = np.where(upright, np.array([2, 3, 4])[bent], codes)
    carrying = np.fmin(left, right)
    one_legged = (classes == "one_legged") & ~np.isnan(carrying)
    codes = np.where(one_legged, np.where(carrying > knee_bent_deg, 5, 3), codes)
    for name, code in LEG_CODES.items():
        codes = np.where(classes == name, code, codes)
    return codes.astype(np.int8)


def load_code(kg: float) -> int:
    """1 below 10 kg, 2 up to 20 kg, 3 above."""
    return int(score_bands(kg, RULES.load))


def category(back: ArrayLike, arms: ArrayLike, legs: ArrayLike, load: ArrayLike) -> Scores:
    """Action category 1-4 of each posture; 0 where any code is unknown."""
    return look_up(TABLE, back, arms, legs, load)


def category_of_share(part: str, code: int, percent: float) -> int:
    """Category of `code` of `part` (back, arms, legs) held `percent` of the time; 1 when it never was."""
    column = int(np.searchsorted(RULES.share.upper_percent, min(percent, 100.0), side="left"))
    return int(SHARE_TABLES[part][code - 1, column])
