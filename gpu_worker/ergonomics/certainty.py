"""How sure minutes and category are: Monte Carlo draws of every clip carried through to the shift."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.nv361.category import Split, Verdict, verdict
from gpu_worker.ergonomics.nv361.draw import is_drawn
from gpu_worker.ergonomics.nv361.limits import ShiftLimits
from gpu_worker.ergonomics.nv361.rules import REGIONS, ROWS, RULES, TRACKS, Row
from gpu_worker.ergonomics.operations import Filmed
from gpu_worker.ergonomics.projection import Projection
from gpu_worker.ergonomics.result import Range
from gpu_worker.ergonomics.scope import Scope
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.told_rows import INDEX, told_draws

PERCENTILES = (5.0, 95.0)
Shares = tuple[float, float, float]
"""Share of draws in category 1, 2 and 3."""


@dataclass(frozen=True)
class Spread:
    """90 % interval of each row's minutes, and the share of draws in each category."""

    intervals: Mapping[str, Range]
    category_shares: Shares | None
    row_shares: Mapping[str, Shares]
    """The same of each row that counts."""


def decided(best: int, shares: Shares | None, settings: Settings) -> int:
    """The category to give: the best estimate's, or a higher one that `decision_share` of the draws reaches."""
    if shares is None or settings.decision_share == 0:
        return best
    reached = [level for level in (2, 3) if sum(shares[level - 1 :]) >= settings.decision_share]
    return max([best, *reached])


@dataclass(frozen=True)
class Decision:
    """What the decision rule gives."""

    category: int
    deciding: tuple[str, ...]
    """The rows in the highest category above 1."""


def decision(found: Verdict, drawn: Spread, settings: Settings) -> Decision:
    """The category by the decision rule: of each row by its own draws, then of the work as the settings say.

    The draws of the work as a whole would not do: its category is the worst of 52 rows', and the worst of many errors
    is an alarm in most draws even where nothing is amiss.
    """
    levels = {
        name: decided(level, drawn.row_shares.get(name), settings) for name, level in found.row_categories.items()
    }
    highest = max(levels.values(), default=1)
    deciding = tuple(name for name, level in levels.items() if level == highest) if highest > 1 else ()
    return Decision(max(found.category, highest) if settings.category_by == "row" else found.category, deciding)


def spread(
    operations: Sequence[Filmed],
    scope: Scope,
    projection: Projection,
    splits: Mapping[str, Split],
    limits: ShiftLimits,
    union: float,
) -> Spread:
    """Draw the shift. Rows somebody entered do not move; without draws there are no intervals and no shares.

    A row that rests on nothing that is drawn has no interval: one of no width would look like certainty.
    """
    drawn = _drawn_minutes(operations, scope)
    if drawn.shape[1] == 0:
        return Spread({}, None, {})
    low, high = np.percentile(drawn, PERCENTILES, axis=1)
    best = np.nan_to_num(projection.minutes)
    entered = {row.id for n, row in enumerate(RULES.rows) if projection.statuses[n] == "entered"} | set(scope.fixed)
    intervals = {
        row.id: Range(low=min(float(low[n]), float(best[n])), high=max(float(high[n]), float(best[n])))
        for n, row in enumerate(RULES.rows)
        if row.id not in entered and _is_drawn(row)
    }
    found, of_rows = np.zeros(3), {name: np.zeros(3) for name in splits}
    for minutes in drawn.T:
        moved = {
            row.id: _moved(splits[row.id], float(best[n]), float(minutes[n]), row.type)
            if row.id not in entered
            else splits[row.id]
            for n, row in enumerate(RULES.rows)
            if row.id in splits
        }
        shifted = union + sum(split.minutes for split in moved.values()) - sum(s.minutes for s in splits.values())
        reach = max((split.minutes for split in moved.values()), default=0.0)
        judged = verdict(moved, max(shifted, reach), limits, scope.settings)
        found[judged.category - 1] += 1
        for name, level in judged.row_categories.items():
            of_rows[name][level - 1] += 1
    return Spread(intervals, _shares(found), {name: _shares(counts) for name, counts in of_rows.items()})


def rests_on_guesses(level: int, by_row: int, deciding: Collection[str], rows: Iterable[RowMinutes]) -> bool:
    """True where category `level` comes from its rows alone (`by_row`) and nobody knows how far to trust any of those
    that decide: neither drawn nor entered."""
    found = [row for row in rows if row.row in deciding]
    return (
        level == by_row
        and bool(found)
        and all(row.status != "entered" and not _is_drawn(ROWS[row.row]) for row in found)
    )


def _is_drawn(row: Row) -> bool:
    return any(is_drawn(TRACKS[REGIONS[region].track]) for region in row.regions)


def _shares(counts: NDArray[np.float64]) -> Shares:
    one, two, three = (counts / counts.sum()).tolist()
    return one, two, three


def _moved(split: Split, best: float, drawn: float, kind: str) -> Split:
    """The draw's minutes, divided by step 2 as the best estimate was; by the row's type where that was empty."""
    if best > 0 and split.minutes > 0:
        scale = drawn / best
        return Split(split.as_n * scale, split.as_pp * scale, split.acceptable * scale)
    return Split(as_n=drawn) if kind == "N" else Split(as_pp=drawn)


def _drawn_minutes(operations: Sequence[Filmed], scope: Scope) -> NDArray[np.float64]:
    """(52, D) minutes per shift in each draw; workers of an operation are averaged, entered shares do not move."""
    parts = []
    for operation in operations:
        workers = [told_draws(operation.of_worker(worker), scope) for worker in operation.workers]
        if workers:
            count = min(shares.shape[1] for shares in workers)
            shares = np.mean([shares[:, :count] for shares in workers], axis=0)
            for entry in operation.entries:
                shares[INDEX[entry.row]] = entry.share
            parts.append(shares * operation.minutes)
    count = min((part.shape[1] for part in parts), default=0)
    return np.asarray(sum((part[:, :count] for part in parts), np.zeros((len(RULES.rows), count))))
