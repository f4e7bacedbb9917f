"""The 52 lines of an assessment, and what was entered or corrected for the whole shift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.certainty import Spread, decided
from gpu_worker.ergonomics.nv361.category import Split, Verdict
from gpu_worker.ergonomics.nv361.limits import ShiftLimits, category
from gpu_worker.ergonomics.nv361.rows import flattened, left_out
from gpu_worker.ergonomics.nv361.rules import RULES, Row
from gpu_worker.ergonomics.operations import Filmed
from gpu_worker.ergonomics.projection import Projection, project
from gpu_worker.ergonomics.result import Category, Range
from gpu_worker.ergonomics.scope import Override, Scope
from gpu_worker.ergonomics.told_rows import INDEX


def as_seen(operations: Sequence[Filmed], scope: Scope) -> dict[str, float | None]:
    """Measured minutes of the rows that an expert corrected in some clip."""
    told = {row for operation in operations for take in operation.takes for row in take.told}
    if not told:
        return {}
    bare = [
        replace(operation, takes=tuple(replace(take, told={}) for take in operation.takes)) for operation in operations
    ]
    minutes = project(bare, scope).minutes
    return {row: _number(minutes, INDEX[row]) for row in told}


def row_minutes(
    scope: Scope,
    projection: Projection,
    splits: Mapping[str, Split],
    verdict: Verdict,
    drawn: Spread,
    limits: ShiftLimits,
    *,
    seen: Mapping[str, float | None],
    little: bool,
) -> Iterator[RowMinutes]:
    """One line a row, in the law's order.

    `seen`: minutes of corrected rows as measured; `little`: too little was observed to be certain of any row.
    """
    for number, row in enumerate(RULES.rows):
        if row.id in scope.excluded:
            yield _excluded(row, number, projection)
        elif row.id in scope.fixed:
            line = _fixed(row, number, projection, splits[row.id], scope.fixed[row.id], verdict)
            yield line.model_copy(update={"entries": scope.entries.get(row.id, ())})
        else:
            line = _measured(row, number, scope, projection, splits.get(row.id, Split()), verdict, drawn, limits)
            line = line.model_copy(update={"original_minutes": seen.get(row.id)})
            yield line.model_copy(update={"certain": False}) if little else line


def _number(values: np.ndarray[tuple[int], np.dtype[np.float64]], row: int) -> float | None:
    return None if np.isnan(values[row]) else float(values[row])


def _excluded(row: Row, number: int, projection: Projection) -> RowMinutes:
    return RowMinutes(
        row=row.id,
        type=row.type,
        mode=row.mode,
        status="not_assessed",
        reason="excluded",
        minutes=None,
        original_minutes=_number(projection.minutes, number),
        excluded=True,
    )


def _fixed(
    row: Row, number: int, projection: Projection, split: Split, override: Override, verdict: Verdict
) -> RowMinutes:
    return RowMinutes(
        row=row.id,
        type=row.type,
        mode=row.mode,
        status="entered",
        minutes=override.minutes,
        as_n=split.as_n,
        as_pp=split.as_pp,
        acceptable=split.acceptable,
        step2=row.step2,
        category=cast(Category, verdict.row_categories[row.id]),
        category_estimate=cast(Category, verdict.row_categories[row.id]),
        certain=True,
        original_minutes=_number(projection.minutes, number) if override.corrected else None,
    )


def _measured(
    row: Row,
    number: int,
    scope: Scope,
    projection: Projection,
    split: Split,
    verdict: Verdict,
    drawn: Spread,
    limits: ShiftLimits,
) -> RowMinutes:
    status = projection.statuses[number]
    minutes = _number(projection.minutes, number)
    assessed = status != "not_assessed"
    interval = drawn.intervals.get(row.id) if minutes is not None else None
    near = bool(projection.near_border[number])
    level = verdict.row_categories.get(row.id)
    at_least = () if status == "entered" else flattened(row, scope.settings)
    # The intervals know nothing of what flattening takes away.
    given = None if level is None else decided(level, drawn.row_shares.get(row.id), scope.settings)
    open_end = bool(at_least) and given != 3
    return RowMinutes(
        row=row.id,
        type=row.type,
        mode=row.mode,
        status=status,
        at_least=at_least,
        minutes=minutes if assessed else None,
        interval=interval if assessed else None,
        seen_minutes=None if assessed else minutes or None,
        unknown_outside=_number(projection.unknown_outside, number) if assessed else None,
        unknown_inside=_number(projection.unknown_inside, number) if assessed else None,
        unknown_share=projection.unknown_share(number),
        reason=None if assessed else left_out(row, scope.settings, scope.parts) or "unknown_time",
        too_unknown=projection.too_unknown[number],
        support_entered=scope.support_entered.get(row.support.part) if row.support and status == "assumed" else None,
        entries=scope.entries.get(row.id, ()),
        as_n=split.as_n,
        as_pp=split.as_pp,
        acceptable=split.acceptable,
        step2=row.step2,
        near_border=near,
        minutes_if_under_2=_number(projection.if_under_2, number) if near else None,
        minutes_if_at_least_2=_number(projection.if_at_least_2, number) if near else None,
        category=cast("Category | None", given) if assessed else None,
        category_estimate=cast("Category | None", level) if assessed else None,
        certain=assessed and not near and not open_end and _one_category(row, split, interval, limits),
    )


def _one_category(row: Row, split: Split, interval: Range | None, limits: ShiftLimits) -> bool:
    """True where both ends of the interval lie in the category of the estimate, whatever step 2 made of the row."""
    if interval is None:
        return False
    kind = "N" if split.as_n > split.as_pp else row.type if split.minutes == 0 else "PP"
    return category(interval.low, kind, limits) == category(interval.high, kind, limits)
