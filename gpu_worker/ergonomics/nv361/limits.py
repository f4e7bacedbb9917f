"""Limits of the law for a shift of any length, and the category that minutes fall into."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gpu_worker.ergonomics.nv361.rules import RULES, RowType, TypeLimits


@dataclass(frozen=True)
class ShiftLimits:
    """Limits in whole minutes for one length of work."""

    work_minutes: float
    """The shift without its meal breaks."""
    permille: int
    """Shift factor in thousandths."""
    n_category_1: int
    n_category_2: int
    pp_category_1: int
    pp_category_2: int
    half_shift: float
    """Minutes that N and PP time together may not pass."""

    @property
    def factor(self) -> float:
        """Shift factor: 1 for 480 minutes of work."""
        return self.permille / 1000

    def of(self, kind: RowType) -> tuple[int, int]:
        """Limits of category 1 and 2 for a row's type."""
        if kind == "N":
            return self.n_category_1, self.n_category_2
        return self.pp_category_1, self.pp_category_2


def shift_permille(work_minutes: float) -> int:
    """Shift factor in thousandths.

    Above 480 minutes 1 + 0.025·(⌊(m − 480)/30⌋ + 1), at most 1.2; below 1 − 0.025·⌈(480 − m)/30⌉, at least 0.8.
    """
    rule = RULES.shift
    over = work_minutes - rule.base_min
    steps = math.floor(over / rule.step_min) + 1 if over > 0 else -math.ceil(-over / rule.step_min)
    return min(max(1000 + steps * rule.step_permille, rule.lowest_permille), rule.highest_permille)


def shift_limits(work_minutes: float) -> ShiftLimits:
    """Limits for `work_minutes` of work, rounded half up to whole minutes."""
    permille = shift_permille(work_minutes)
    limits = RULES.limits_480_min

    def scaled(limit: TypeLimits) -> tuple[int, int]:
        return (limit.category_1 * permille + 500) // 1000, (limit.category_2 * permille + 500) // 1000

    n, pp = scaled(limits.N), scaled(limits.PP)
    return ShiftLimits(work_minutes, permille, *n, *pp, half_shift=work_minutes / 2)


def category(minutes: float, kind: RowType, limits: ShiftLimits) -> int:
    """1, 2 or 3; minutes are compared unrounded, and a limit itself stays in the lower category."""
    first, second = limits.of(kind)
    return 1 if minutes <= first else 2 if minutes <= second else 3
