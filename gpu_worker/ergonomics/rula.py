"""RULA: Rapid Upper Limb Assessment (McAtamney & Corlett 1993), one posture and one body side at a time.

Everything is vectorised: arrays of any common shape in, scores of that shape out, 0 where a needed angle is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gpu_worker.ergonomics.scoring import (
    Bands,
    PostureScoreRules,
    Rules,
    Scores,
    action_levels,
    add_points,
    as_table,
    load_rules,
    look_up,
    score_bands,
)

LoadVariant = Literal["paper", "worksheet"]


class LoadPoints(Rules):
    """Points for a load in each weight band, handled now and then or statically or repeatedly."""

    intermittent: list[int]
    static_or_repeated: list[int]


class Load(Rules):
    """Weight bands (score = position of the band), points of both variants, and points for shock."""

    bands: Bands
    paper: LoadPoints
    worksheet: LoadPoints
    shock: int


class RulaRules(PostureScoreRules):
    """`data/rula.json`."""

    table_a: list[list[list[list[int]]]]
    table_b: list[list[list[int]]]
    table_c: list[list[int]]
    load: Load


RULES = load_rules("rula", RulaRules)
TABLE_A = as_table(RULES.table_a, (6, 3, 4, 2))
TABLE_B = as_table(RULES.table_b, (6, 6, 2))
TABLE_C = as_table(RULES.table_c, (8, 7))


def upper_arm_score(
    flexion_deg: ArrayLike, *, raised: ArrayLike = False, abducted: ArrayLike = False, supported: ArrayLike = False
) -> Scores:
    """1-6 from the upper arm's flexion against the thorax (degrees, extension negative) and its points."""
    base = score_bands(flexion_deg, RULES.upper_arm.bands)
    points = (raised, abducted, -np.asarray(supported, dtype=np.int16))
    return add_points(base, *points, highest=RULES.upper_arm.highest)


def lower_arm_score(elbow_flexion_deg: ArrayLike, *, across_or_out: ArrayLike = False) -> Scores:
    """1-3 from elbow flexion (degrees, straight = 0); one point for working across the midline or out to the side."""
    return add_points(
        score_bands(elbow_flexion_deg, RULES.lower_arm.bands), across_or_out, highest=RULES.lower_arm.highest
    )


def wrist_score(flexion_deg: ArrayLike, *, deviated: ArrayLike = False, tolerance_deg: float = 5.0) -> Scores:
    """1-4 from wrist flexion or extension (degrees); within the tolerance counts as neutral."""
    base = score_bands(np.abs(np.asarray(flexion_deg, dtype=np.float64)), RULES.wrist.bands, tolerance_deg)
    return add_points(base, deviated, highest=RULES.wrist.highest)


def neck_score(
    flexion_deg: ArrayLike, *, twisted: ArrayLike = False, side_bent: ArrayLike = False, tolerance_deg: float = 5.0
) -> Scores:
    """1-6 from neck flexion against the thorax (degrees); extension beyond the tolerance scores 4."""
    base = score_bands(flexion_deg, RULES.neck.bands, tolerance_deg)
    return add_points(base, twisted, side_bent, highest=RULES.neck.highest)


def trunk_score(
    flexion_deg: ArrayLike,
    *,
    twisted: ArrayLike = False,
    side_bent: ArrayLike = False,
    well_supported_sitting: ArrayLike = False,
    tolerance_deg: float = 5.0,
) -> Scores:
    """1-6 from trunk flexion against gravity (degrees). The paper leaves leaning back open: here it scores 2."""
    base = score_bands(flexion_deg, RULES.trunk.bands, tolerance_deg)
    seated = np.asarray(well_supported_sitting, dtype=np.bool_) & (base > 0)
    base = np.where(seated, 1, base).astype(np.int8)
    return add_points(base, twisted, side_bent, highest=RULES.trunk.highest)


def load_score(
    kg: float, *, static_or_repeated: ArrayLike = False, shock: bool = False, variant: LoadVariant = "paper"
) -> Scores:
    """0-3 points for the load handled."""
    points: LoadPoints = getattr(RULES.load, variant)
    if shock:
        return np.full(np.shape(static_or_repeated), RULES.load.shock, dtype=np.int8)
    band = int(score_bands(kg, RULES.load.bands))
    chosen = np.where(static_or_repeated, points.static_or_repeated[band], points.intermittent[band])
    return chosen.astype(np.int8)


@dataclass(frozen=True)
class Rula:
    """Scores of all postures, arrays of one shape."""

    table_a: Scores
    table_b: Scores
    score_c: Scores
    score_d: Scores
    grand: Scores
    """1-7; 0 where unknown."""
    level: Scores
    """Action level 1-4; -1 where unknown."""


def rula(
    *,
    upper_arm: ArrayLike,
    lower_arm: ArrayLike,
    wrist: ArrayLike,
    wrist_twist: ArrayLike,
    neck: ArrayLike,
    trunk: ArrayLike,
    legs: ArrayLike,
    muscle_a: ArrayLike = 0,
    muscle_b: ArrayLike = 0,
    force_a: ArrayLike = 0,
    force_b: ArrayLike = 0,
) -> Rula:
    """Grand score from component scores (broadcast); muscle 0-1 and force 0-3 points for groups A and B."""
    a = look_up(TABLE_A, upper_arm, lower_arm, wrist, wrist_twist)
    b = look_up(TABLE_B, neck, trunk, legs)
    score_c = add_points(a, muscle_a, force_a, highest=127)
    score_d = add_points(b, muscle_b, force_b, highest=127)
    grand = look_up(TABLE_C, score_c, score_d)
    return Rula(a, b, score_c, score_d, grand, action_levels(grand, RULES.action_levels))
