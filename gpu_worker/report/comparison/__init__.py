"""Two assessments of the same work, before and after a change: what moved, and whether it may be chance."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.result import Category, Range, Result

SCHEMA_VERSION: Literal[1] = 1
NOTICED_MIN = 0.05
"""Smaller changes than this many minutes vanish in what the report prints."""


class Totals(Result):
    """What one assessment says of the whole shift; minutes."""

    title: str
    category: Category | None
    at_least: bool
    work_minutes: float
    n_minutes: float
    pp_minutes: float
    union_minutes: float
    unobserved_minutes: float


class RowChange(Result):
    """One legal row in both; minutes per shift, None where it was not assessed."""

    row: str
    type: Literal["N", "PP"]
    before: float | None
    after: float | None
    difference: float | None = Field(description="after − before; None where one of them was not assessed")
    before_interval: Range | None
    after_interval: Range | None
    category_before: Category | None
    category_after: Category | None
    overlap: bool | None = Field(description="the 90 % intervals overlap: the change may be chance; None: unknown")


class Comparison(Result):
    """Before against after."""

    schema_version: Literal[1] = SCHEMA_VERSION
    before: Totals
    after: Totals
    rows: tuple[RowChange, ...]

    @property
    def changed(self) -> tuple[RowChange, ...]:
        """Rows with a noticeable change, the largest first."""
        moved = [row for row in self.rows if row.difference is not None and abs(row.difference) >= NOTICED_MIN]
        return tuple(sorted(moved, key=lambda row: -abs(row.difference or 0.0)))

    def as_json(self) -> str:
        """The comparison as JSON text, two spaces, one newline at the end."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def compare(before: ShiftAssessment, after: ShiftAssessment, titles: tuple[str, str]) -> Comparison:
    """Set `after` against `before`; `titles` name them."""
    rows = tuple(_change(old, new) for old, new in zip(before.rows, after.rows, strict=True))
    return Comparison(before=_totals(before, titles[0]), after=_totals(after, titles[1]), rows=rows)


def _totals(found: ShiftAssessment, title: str) -> Totals:
    return Totals(
        title=title,
        category=found.category,
        at_least=found.at_least,
        work_minutes=found.limits.work_minutes,
        n_minutes=found.n_minutes,
        pp_minutes=found.pp_minutes,
        union_minutes=found.union_minutes,
        unobserved_minutes=found.unobserved_minutes,
    )


def _change(old: RowMinutes, new: RowMinutes) -> RowChange:
    if old.row != new.row:
        raise ValueError(f"rows {old.row} and {new.row} do not belong together")
    known = old.minutes is not None and new.minutes is not None
    return RowChange(
        row=old.row,
        type=old.type,
        before=old.minutes,
        after=new.minutes,
        difference=(new.minutes or 0.0) - (old.minutes or 0.0) if known else None,
        before_interval=old.interval,
        after_interval=new.interval,
        category_before=old.category,
        category_after=new.category,
        overlap=_overlap(old.interval, new.interval),
    )


def _overlap(one: Range | None, other: Range | None) -> bool | None:
    if one is None or other is None:
        return None
    return one.low <= other.high and other.low <= one.high


def schema() -> str:
    """JSON schema as committed (`comparison.schema.json`): stable key order, two spaces, one newline at the end."""
    return json.dumps(Comparison.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"
