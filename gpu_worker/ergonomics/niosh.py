"""The revised NIOSH lifting equation (Waters et al. 1993): recommended weight limit and lifting index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from gpu_worker.ergonomics.scoring import MethodRules, Rules, load_rules

LiftCoupling = Literal["good", "fair", "poor"]


class Horizontal(Rules):
    """Limits of the horizontal distance, cm."""

    best_cm: float
    highest_cm: float


class Vertical(Rules):
    """Hand height at the lift's origin, cm."""

    best_cm: float
    loss_per_cm: float
    highest_cm: float


class Distance(Rules):
    """Vertical travel, cm."""

    base: float
    gain_cm: float
    best_cm: float
    highest_cm: float


class Asymmetry(Rules):
    """Angle of asymmetry, degrees."""

    loss_per_deg: float
    highest_deg: float


class Frequency(Rules):
    """Multipliers by lifts per minute (row) and hours of lifting (column), hands below or above the split height."""

    hours: list[float]
    split_height_cm: float
    lifts_per_min: list[float]
    low: list[list[float]]
    high: list[list[float]]


class CouplingMultiplier(Rules):
    """Multiplier below and above the split height."""

    low: float
    high: float


class IndexLevel(Rules):
    """Lifting indices up to `at_most` (None: any) have this level."""

    at_most: float | None
    level: str


class NioshRules(MethodRules):
    """`data/niosh.json`."""

    load_constant_kg: float
    horizontal: Horizontal
    vertical: Vertical
    distance: Distance
    asymmetry: Asymmetry
    frequency: Frequency
    coupling: dict[LiftCoupling, CouplingMultiplier]
    lifting_index: list[IndexLevel]


RULES = load_rules("niosh", NioshRules)
LENGTHS = ("horizontal_cm", "vertical_cm", "travel_cm")


@dataclass(frozen=True)
class Lift:
    """One lifting task."""

    horizontal_cm: float
    """Hands to the middle between the ankles."""
    vertical_cm: float
    """Hand height above the floor at the origin."""
    travel_cm: float
    """Vertical distance from origin to destination, absolute."""
    asymmetry_deg: float
    lifts_per_min: float
    hours: float
    """Hours of lifting in the shift."""
    coupling: LiftCoupling


def horizontal_multiplier(cm: float) -> float:
    """25/H; 1 within 25 cm, 0 beyond 63 cm."""
    rule = RULES.horizontal
    return 0.0 if cm > rule.highest_cm else rule.best_cm / max(cm, rule.best_cm)


def vertical_multiplier(cm: float) -> float:
    """1 − 0.003·|V − 75|; 0 above 175 cm."""
    rule = RULES.vertical
    return 0.0 if cm > rule.highest_cm else 1 - rule.loss_per_cm * abs(cm - rule.best_cm)


def distance_multiplier(cm: float) -> float:
    """0.82 + 4.5/D; 1 within 25 cm, 0 beyond 175 cm."""
    rule = RULES.distance
    if cm > rule.highest_cm:
        return 0.0
    return 1.0 if cm <= rule.best_cm else rule.base + rule.gain_cm / cm


def asymmetry_multiplier(degrees: float) -> float:
    """1 − 0.0032·A; 0 beyond 135°."""
    rule = RULES.asymmetry
    return 0.0 if abs(degrees) > rule.highest_deg else 1 - rule.loss_per_deg * abs(degrees)


def frequency_multiplier(lifts_per_min: float, hours: float, vertical_cm: float) -> float:
    """From the table, linear between its rows; 0 above 15 lifts a minute. More than 8 hours count as 8."""
    rule = RULES.frequency
    if lifts_per_min > rule.lifts_per_min[-1]:
        return 0.0
    column = min(int(np.searchsorted(rule.hours, hours, side="left")), len(rule.hours) - 1)
    table = rule.low if vertical_cm < rule.split_height_cm else rule.high
    return float(np.interp(lifts_per_min, rule.lifts_per_min, [row[column] for row in table]))


def coupling_multiplier(coupling: LiftCoupling, vertical_cm: float) -> float:
    """From the table of grips."""
    rule = RULES.coupling[coupling]
    return rule.low if vertical_cm < RULES.frequency.split_height_cm else rule.high


def recommended_weight_limit(lift: Lift) -> float:
    """Kilograms nearly all healthy workers can lift under these conditions; 0 when the lift is outside the method."""
    return (
        RULES.load_constant_kg
        * horizontal_multiplier(lift.horizontal_cm)
        * vertical_multiplier(lift.vertical_cm)
        * distance_multiplier(lift.travel_cm)
        * asymmetry_multiplier(lift.asymmetry_deg)
        * frequency_multiplier(lift.lifts_per_min, lift.hours, lift.vertical_cm)
        * coupling_multiplier(lift.coupling, lift.vertical_cm)
    )


def lifting_index(load_kg: float, limit_kg: float) -> float:
    """Load over recommended weight limit; infinite when nothing may be lifted so."""
    return load_kg / limit_kg if limit_kg > 0 else float("inf")


def index_level(index: float) -> str:
    """low, moderate, high or very_high."""
    return next(level.level for level in RULES.lifting_index if level.at_most is None or index <= level.at_most)


def weight_limit_range(
    lift: Lift, *, length_error: float, distance_error_cm: float, seen: Collection[str] = LENGTHS
) -> tuple[float, float]:
    """Lowest and highest weight limit when the lengths that were `seen` are off by a share `length_error` and H also by
    some centimetres.

    Video gives lengths only up to the body's scale, and H suffers most from depth, so a single number would pretend.
    Lengths that somebody measured stay as they are.
    """
    limits = []
    for scale, shift in product(_scales(lift, length_error), (-distance_error_cm, 0.0, distance_error_cm)):
        off = {name: getattr(lift, name) * scale for name in seen}
        if "horizontal_cm" in off:
            off["horizontal_cm"] = max(off["horizontal_cm"] + shift, 0.0)
        limits.append(recommended_weight_limit(replace(lift, **off)))
    return min(limits), max(limits)


def _scales(lift: Lift, error: float) -> list[float]:
    """The ends and middle of the scale, and where the hands' height passes the one at which multipliers jump."""
    scales = [1 - error, 1.0, 1 + error]
    split = RULES.frequency.split_height_cm / lift.vertical_cm if lift.vertical_cm > 0 else 0.0
    if 1 - error < split < 1 + error:
        scales += [split * (1 + 1e-9), split * (1 - 1e-9)]
    return scales
