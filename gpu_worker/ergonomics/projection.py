"""From shares of observed time to minutes per shift. Arrays are (52,): the rows in the law's order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.assessment import UnknownTime
from gpu_worker.ergonomics.nv361.category import Split, step2
from gpu_worker.ergonomics.nv361.rows import (
    Seen,
    counts,
    frequencies,
    least_certain,
    left_out,
    movements,
    taken_together,
    too_unknown,
    union_seconds,
)
from gpu_worker.ergonomics.nv361.rules import RULES, FrequencyClass, Row
from gpu_worker.ergonomics.observed import RowStatus, RowTime
from gpu_worker.ergonomics.operations import Filmed, Take
from gpu_worker.ergonomics.scope import Scope
from gpu_worker.ergonomics.told_rows import INDEX, told_times

Minutes = NDArray[np.float64]
_MISSING: RowStatus = "not_assessed"


@dataclass(frozen=True)
class Projection:
    """Minutes per shift. NaN where the signal was never known."""

    minutes: Minutes
    failing: Minutes
    unknown_outside: Minutes
    unknown_inside: Minutes
    if_under_2: Minutes
    if_at_least_2: Minutes
    splits: tuple[Split, ...]
    statuses: tuple[RowStatus, ...]
    too_unknown: tuple[tuple[UnknownTime, ...], ...]
    """Of each row the operations in which its signal was unknown for too long to assess it."""
    near_border: NDArray[np.bool_]
    union: float
    filmed: float
    """Minutes of the filmed operations."""

    def unknown_share(self, row: int) -> float | None:
        """Share of the filmed minutes in which the row's signal was unknown; None where it has none."""
        unknown = float(self.unknown_inside[row] - self.unknown_outside[row])
        return None if np.isnan(unknown) or self.filmed <= 0 else unknown / self.filmed


def project(operations: Sequence[Filmed], scope: Scope) -> Projection:
    """Sum of all filmed operations; those without video add nothing."""
    parts = [_operation(operation, scope) for operation in operations if operation.takes]
    if not parts:
        return _nothing()
    return Projection(
        **{name: known_sum([getattr(part, name) for part in parts]) for name in _SUMMED},
        splits=tuple(sum(splits, Split()) for splits in zip(*(part.splits for part in parts), strict=True)),
        statuses=_least([part.statuses for part in parts]),
        too_unknown=tuple(sum(told, ()) for told in zip(*(part.too_unknown for part in parts), strict=True)),
        near_border=np.logical_or.reduce([part.near_border for part in parts]),
        union=sum(part.union for part in parts),
        filmed=sum(part.filmed for part in parts),
    )


_SUMMED = ("minutes", "failing", "unknown_outside", "unknown_inside", "if_under_2", "if_at_least_2")


def _nothing() -> Projection:
    rows = len(RULES.rows)
    unknown = np.full(rows, np.nan)
    return Projection(
        **dict.fromkeys(_SUMMED, unknown),
        splits=(Split(),) * rows,
        statuses=(_MISSING,) * rows,
        too_unknown=((),) * rows,
        near_border=np.zeros(rows, dtype=np.bool_),
        union=0.0,
        filmed=0.0,
    )


def known_sum(terms: Sequence[Minutes]) -> Minutes:
    """Sum of arrays, leaving out NaN; NaN where every term is."""
    stacked = np.array(terms)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))


def known_mean(terms: Sequence[Minutes]) -> Minutes:
    """Mean of arrays, leaving out NaN; NaN where every term is."""
    return np.asarray(known_sum(terms) / np.maximum((~np.isnan(np.array(terms))).sum(axis=0), 1))


def _least(statuses: Sequence[Sequence[RowStatus]]) -> tuple[RowStatus, ...]:
    """The least certain status of each row."""
    return tuple(least_certain(row) for row in zip(*statuses, strict=True))


def _operation(operation: Filmed, scope: Scope) -> Projection:
    """One operation: the mean of its workers, times its minutes; entered shares replace what was seen."""
    entered = {entry.row: entry.share or 0.0 for entry in operation.entries}
    workers = [_worker(operation.of_worker(worker), scope, entered) for worker in operation.workers]
    shares = {name: known_mean([w.shares[name] for w in workers]) * operation.minutes for name in _SUMMED}
    statuses = list(_least([w.statuses for w in workers]))
    unknown = np.fmax.reduce([w.too_unknown for w in workers])
    near_border = np.logical_or.reduce([w.near_border for w in workers])
    for row_id, share in entered.items():
        row = INDEX[row_id]
        statuses[row], near_border[row], unknown[row] = "entered", False, np.nan
        for name in _SUMMED:
            shares[name][row] = 0.0 if name == "failing" else share * operation.minutes
    told = [0.0, *(share for row_id, share in entered.items() if scope.takes(row_id))]
    long_use = operation.workplace_minutes > scope.half_shift
    splits = tuple(
        _split(row, shares["minutes"][number], shares["failing"][number], long_use, scope)
        for number, row in enumerate(RULES.rows)
    )
    return Projection(
        **shares,
        splits=splits,
        statuses=tuple(statuses),
        too_unknown=tuple(
            () if np.isnan(share) else (UnknownTime(operation=operation.name, share=float(share)),) for share in unknown
        ),
        near_border=near_border,
        union=max(float(np.mean([w.union_share for w in workers])), *told) * operation.minutes,
        filmed=operation.minutes,
    )


def _split(row: Row, minutes: float, failing: float, long_use: bool, scope: Scope) -> Split:
    if row.id in scope.excluded or np.isnan(minutes):
        return Split()
    return step2(row, float(minutes), float(failing), long_use=long_use, settings=scope.settings)


@dataclass(frozen=True)
class _Worker:
    """One worker at one operation: shares of observed time."""

    shares: dict[str, Minutes]
    statuses: tuple[RowStatus, ...]
    too_unknown: Minutes
    """Share of the time in which a row's signal was unknown, where that keeps it from being assessed; else NaN."""
    near_border: NDArray[np.bool_]
    union_share: float


def _worker(takes: Sequence[Take], scope: Scope, entered: Collection[str]) -> _Worker:
    """`entered`: rows of which the operation's share was entered."""
    seen = taken_together([take.observation for take in takes])
    times = told_times(takes, scope)
    often = frequencies(movements(seen, scope.settings), scope.at_border)
    counted = [
        row
        for row, time in zip(RULES.rows, times, strict=True)
        if row.id not in entered and _counts(row, time.status, scope)
    ]
    union = sum(_union_seconds(take, often, counted) for take in takes)
    known = max((region.observed_s for region in seen.regions.values()), default=0.0)
    return _Worker(
        shares=_shares(times),
        statuses=tuple(time.status for time in times),
        too_unknown=np.array([_too_unknown(row, takes, seen, scope) for row in RULES.rows]),
        near_border=np.array([time.near_border for time in times]),
        union_share=union / known if known > 0 else 0.0,
    )


def _too_unknown(row: Row, takes: Sequence[Take], seen: Seen, scope: Scope) -> float:
    """`seen` is all of the takes; what an expert told of a row is not unknown."""
    rest = [take for take in takes if row.id not in take.told]
    if not rest or left_out(row, scope.settings, scope.parts) is not None:
        return np.nan
    whole = seen if len(rest) == len(takes) else taken_together([take.observation for take in rest])
    share = too_unknown(row, whole, scope.settings)
    return np.nan if share is None else share


def _union_seconds(take: Take, often: Mapping[str, FrequencyClass], counted: Sequence[Row]) -> float:
    """Seconds of a clip in which some row holds. An expert's share has no place in time: at the least it coincides."""
    seen = taken_together([take.observation])
    told = [take.told[row.id] * take.observation.observed_s for row in counted if row.id in take.told]
    return max([union_seconds(seen, often, (row for row in counted if row.id not in take.told)), *told])


def _counts(row: Row, status: RowStatus, scope: Scope) -> bool:
    """True for rows whose seen time counts towards limits."""
    return scope.takes(row.id) and counts(row, status, scope.settings)


def _shares(times: Sequence[RowTime]) -> dict[str, Minutes]:
    """Seconds of each row over those they are a share of (`RowTime.whole_s`); NaN where nothing was observed."""
    seconds = np.array([time.seconds for time in times])
    observed, unknown = np.array([time.observed_s for time in times]), np.array([time.unknown_s for time in times])
    total, base = observed + unknown, np.array([time.whole_s for time in times])
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "minutes": seconds / base,
            "failing": np.array([time.failing_s for time in times]) / base,
            "unknown_outside": seconds / total,
            "unknown_inside": (seconds + unknown) / total,
            "if_under_2": np.array([time.seconds_if_under_2 for time in times]) / base,
            "if_at_least_2": np.array([time.seconds_if_at_least_2 for time in times]) / base,
        }
