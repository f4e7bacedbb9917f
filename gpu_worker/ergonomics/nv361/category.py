"""From minutes per row to the category of the work: step 2, limits per row and by sum, the half-shift test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gpu_worker.ergonomics.nv361.limits import ShiftLimits, category
from gpu_worker.ergonomics.nv361.rules import ROWS, Row
from gpu_worker.ergonomics.settings import Settings


@dataclass(frozen=True)
class Split:
    """A row's minutes after step 2."""

    as_n: float = 0.0
    as_pp: float = 0.0
    acceptable: float = 0.0

    def __add__(self, other: Split) -> Split:
        return Split(self.as_n + other.as_n, self.as_pp + other.as_pp, self.acceptable + other.acceptable)

    @property
    def minutes(self) -> float:
        """All of the row's minutes."""
        return self.as_n + self.as_pp + self.acceptable


@dataclass(frozen=True)
class Verdict:
    """Category of the work and what led to it."""

    category: int
    by_row: int
    by_sum: int
    row_categories: Mapping[str, int]
    deciding: tuple[str, ...]
    n_minutes: float
    pp_minutes: float
    half_shift_exceeded: bool


def step2(row: Row, minutes: float, failing: float, *, long_use: bool, settings: Settings) -> Split:
    """What step 2 makes of a row's minutes in one operation.

    A: holds longer than the holding line become N (`failing` minutes of them); B: needs the support the row already
    asks for; C: becomes N when the workplace is used for more than half the shift (`long_use`). What meets its
    condition stays PP, or is acceptable under the setting `full`.
    """
    if row.type == "N":
        return Split(as_n=minutes)
    if row.step2 is None or settings.step2 == "off":
        return Split(as_pp=minutes)
    if row.step2 == "C":
        if long_use and settings.step2_c:
            return Split(as_n=minutes)
        fulfilled = not long_use
    else:
        fulfilled = row.step2 == "B" or row.holding_line is not None
    rest = minutes - failing
    if fulfilled and settings.step2 == "full":
        return Split(as_n=failing, acceptable=rest)
    return Split(as_n=failing, as_pp=rest)


def verdict(rows: Mapping[str, Split], union_minutes: float, limits: ShiftLimits, settings: Settings) -> Verdict:
    """Category of the work from the rows' minutes and the minutes in which any of them held."""
    categories = {
        name: max(category(split.as_n, "N", limits), category(split.as_pp, "PP", limits))
        for name, split in rows.items()
    }
    n, pp = sum(split.as_n for split in rows.values()), sum(split.as_pp for split in rows.values())
    by_row = max(categories.values(), default=1)
    by_sum = max(category(n, "N", limits), category(pp, "PP", limits))
    exceeded = union_minutes > limits.half_shift
    found = by_row if settings.category_by == "row" else by_sum
    if exceeded and settings.half_shift_counts:
        found = 3
    deciding = tuple(name for name, level in categories.items() if level == by_row and by_row > 1)
    return Verdict(found, by_row, by_sum, categories, deciding, n, pp, exceeded)


def category_of_rows(minutes: Mapping[str, float], limits: ShiftLimits) -> int:
    """Category from minutes per row as a protocol lists them: each row as its type, nothing else."""
    return max((category(time, ROWS[name].type, limits) for name, time in minutes.items()), default=1)
