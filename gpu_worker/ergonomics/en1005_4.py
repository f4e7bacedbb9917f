"""EN 1005-4: postures and movements at machinery. Each zone has a verdict for holds, seldom and frequent use."""

from __future__ import annotations

from typing import Literal

from gpu_worker.ergonomics.criteria import Criterion
from gpu_worker.ergonomics.iso11226 import Line, longest_hold_s
from gpu_worker.ergonomics.scoring import Bounds, MethodRules, load_rules

Cell = Literal["A", "CA:a", "CA:b", "CA:c", "CA:d", "NA"]
Use = Literal["static", "low_frequency", "high_frequency"]
Verdict = Literal["acceptable", "conditional", "not_acceptable"]


class Zone(Bounds):
    """A stretch of angles with its verdict for each kind of use."""

    zone: int
    static: Cell
    low_frequency: Cell
    high_frequency: Cell


class Table(Criterion[Zone]):
    """One body part's zones, and what its conditions refer to."""

    support: Literal["trunk", "arm"] | None
    holding: Line | None


class EnRules(MethodRules):
    """`data/en1005_4.json`."""

    high_frequency_per_min: float
    arm_highest_frequency_per_min: float
    verdicts: list[str]
    tables: list[Table]


RULES = load_rules("en1005_4", EnRules)
TABLES = {table.part: table for table in RULES.tables}


def cell(part: str, position: int, use: Use) -> Cell:
    """The table's cell: zone by position, kind of use."""
    found: Cell = getattr(TABLES[part].zones[position], use)
    return found


def use_of(frequency_per_min: float) -> Use:
    """Whether movements into a zone are seldom or frequent."""
    return "high_frequency" if frequency_per_min >= RULES.high_frequency_per_min else "low_frequency"


def resolve(
    part: str,
    found: Cell,
    *,
    supported: bool,
    long_use: bool | None,
    frequency_per_min: float = 0.0,
    angle_deg: float = 0.0,
    hold_s: float = 0.0,
) -> Verdict:
    """What a cell means here. `long_use`: the machine is used for more than half a shift; None while nobody knows.

    Condition a: full support, else the holding time of ISO 11226; b: a high backrest; c: no long use; d: fewer than
    10 movements a minute and no long use.
    """
    if found == "A":
        return "acceptable"
    if found == "NA":
        return "not_acceptable"
    if found in ("CA:a", "CA:b"):
        return _resolve_support(part, found, supported, angle_deg, hold_s)
    if found == "CA:d" and frequency_per_min >= RULES.arm_highest_frequency_per_min:
        return "not_acceptable"
    if long_use is None:
        return "conditional"
    return "not_acceptable" if long_use else "acceptable"


def longest_s(part: str, found: Cell, angle_deg: float) -> float:
    """Seconds a hold in such a cell may last without support; 0 where the cell does not depend on its length."""
    line = TABLES[part].holding
    return float(longest_hold_s(line, angle_deg)) if found == "CA:a" and line is not None else 0.0


def _resolve_support(part: str, found: Cell, supported: bool, angle_deg: float, hold_s: float) -> Verdict:
    if supported:
        return "acceptable"
    line = TABLES[part].holding
    if found == "CA:b" or line is None:
        return "not_acceptable"
    return "acceptable" if hold_s <= float(longest_hold_s(line, angle_deg)) else "not_acceptable"
