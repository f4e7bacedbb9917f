"""REBA: Rapid Entire Body Assessment (Hignett & McAtamney 2000), one posture and one body side at a time.

Everything is vectorised: arrays of any common shape in, scores of that shape out, 0 where a needed angle is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gpu_worker.ergonomics.scoring import (
    BandedSignal,
    Bands,
    PostureScoreRules,
    Scores,
    action_levels,
    add_points,
    as_table,
    load_rules,
    look_up,
    score_bands,
)

Coupling = Literal["good", "fair", "poor", "unacceptable"]


class RebaRules(PostureScoreRules):
    """`data/reba.json`."""

    knee: BandedSignal
    table_a: list[list[list[int]]]
    table_b: list[list[list[int]]]
    table_c: list[list[int]]
    load: Bands
    coupling: dict[Coupling, int]


RULES = load_rules("reba", RebaRules)
TABLE_A = as_table(RULES.table_a, (3, 5, 4))
TABLE_B = as_table(RULES.table_b, (6, 2, 3))
TABLE_C = as_table(RULES.table_c, (12, 12))


def trunk_score(flexion_deg: ArrayLike, *, asymmetric: ArrayLike = False, tolerance_deg: float = 5.0) -> Scores:
    """1-5 from trunk flexion against gravity (degrees, back negative); one point when twisted or bent sideways."""
    base = score_bands(flexion_deg, RULES.trunk.bands, tolerance_deg)
    return add_points(base, asymmetric, highest=RULES.trunk.highest)


def neck_score(flexion_deg: ArrayLike, *, asymmetric: ArrayLike = False, tolerance_deg: float = 5.0) -> Scores:
    """1-3 from neck flexion against the thorax (degrees); extension beyond the tolerance scores 2."""
    base = score_bands(flexion_deg, RULES.neck.bands, tolerance_deg)
    return add_points(base, asymmetric, highest=RULES.neck.highest)


def legs_score(bilateral: ArrayLike, knee_flexion_deg: ArrayLike, *, sitting: ArrayLike = False) -> Scores:
    """1-4 from weight bearing and knee flexion (degrees); knees do not count when sitting, nor where they are NaN."""
    base = np.where(np.asarray(bilateral, dtype=np.bool_), 1, 2).astype(np.int8)
    knee = score_bands(knee_flexion_deg, RULES.knee.bands)
    return add_points(base, np.where(sitting, 0, knee), highest=4)


def upper_arm_score(
    flexion_deg: ArrayLike,
    *,
    abducted_or_rotated: ArrayLike = False,
    raised: ArrayLike = False,
    supported: ArrayLike = False,
) -> Scores:
    """1-6 from the upper arm's flexion against the thorax (degrees, extension negative) and its points."""
    base = score_bands(flexion_deg, RULES.upper_arm.bands)
    points = (abducted_or_rotated, raised, -np.asarray(supported, dtype=np.int16))
    return add_points(base, *points, highest=RULES.upper_arm.highest)


def lower_arm_score(elbow_flexion_deg: ArrayLike) -> Scores:
    """1-2 from elbow flexion (degrees, straight = 0)."""
    return score_bands(elbow_flexion_deg, RULES.lower_arm.bands)


def wrist_score(flexion_deg: ArrayLike, *, deviated_or_twisted: ArrayLike = False) -> Scores:
    """1-3 from wrist flexion or extension (degrees)."""
    base = score_bands(np.abs(np.asarray(flexion_deg, dtype=np.float64)), RULES.wrist.bands)
    return add_points(base, deviated_or_twisted, highest=RULES.wrist.highest)


def load_score(kg: float, *, shock: bool = False) -> int:
    """0-3 points for the load and for shock or rapid build-up of force."""
    return int(score_bands(kg, RULES.load)) + int(shock)


def coupling_score(coupling: Coupling) -> int:
    """0-3 points for how well the load can be gripped."""
    return RULES.coupling[coupling]


@dataclass(frozen=True)
class Reba:
    """Scores of all postures, arrays of one shape."""

    table_a: Scores
    table_b: Scores
    score_a: Scores
    score_b: Scores
    table_c: Scores
    final: Scores
    """1-15; 0 where unknown."""
    level: Scores
    """Action level 0-4; -1 where unknown."""


def reba(
    *,
    neck: ArrayLike,
    trunk: ArrayLike,
    legs: ArrayLike,
    upper_arm: ArrayLike,
    lower_arm: ArrayLike,
    wrist: ArrayLike,
    load: ArrayLike = 0,
    coupling: ArrayLike = 0,
    activity: ArrayLike = 0,
) -> Reba:
    """Final score from component scores (broadcast); load 0-3, coupling 0-3 and activity 0-3 points."""
    a = look_up(TABLE_A, neck, trunk, legs)
    b = look_up(TABLE_B, upper_arm, lower_arm, wrist)
    score_a = add_points(a, load, highest=12)
    score_b = add_points(b, coupling, highest=12)
    c = look_up(TABLE_C, score_a, score_b)
    final = add_points(c, activity, highest=15)
    return Reba(a, b, score_a, score_b, c, final, action_levels(final, RULES.action_levels))
