"""Two assessments of the same work, before and after a change: what moved, and whether it may be chance."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.conclusion import too_short_s
from gpu_worker.ergonomics.result import Category, Range, Result

SCHEMA_VERSION: Literal[1] = 1
KINDS: tuple[Literal["N", "PP"], ...] = ("N", "PP")
UNEQUAL_MIN = 0.5
"""A difference in minutes without video that has to be told."""
NOTICED_MIN = 0.05
"""Smaller changes than this many minutes vanish in what the report prints."""


class Totals(Result):
    """What one assessment says of the whole shift; minutes."""

    title: str
    category: Category | None
    at_least: bool
    indicative: bool = Field(description="an operation was observed for too little time")
    work_minutes: float
    n_minutes: float
    pp_minutes: float
    union_minutes: float
    lower_bounds: tuple[Literal["N", "PP"], ...] = Field(
        description="kinds whose minutes are at least these: a row in them rests on flattened angles"
    )
    unobserved_minutes: float


class RowChange(Result):
    """One legal row in both; minutes per shift, None where it was not assessed."""

    row: str
    type: Literal["N", "PP"]
    before: float | None
    after: float | None
    at_least_before: bool = Field(description="the true minutes are at least these: the angles come out flattened")
    at_least_after: bool
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

    @property
    def unequally_observed(self) -> bool:
        """One side has more of its shift without video, and so fewer minutes in any row, than the other."""
        return abs(self.after.unobserved_minutes - self.before.unobserved_minutes) >= UNEQUAL_MIN

    def as_json(self) -> str:
        """The comparison as JSON text, two spaces, one newline at the end."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def compare(before: ShiftAssessment, after: ShiftAssessment, files: tuple[str, str]) -> Comparison:
    """Set `after` against `before`; `files` name them where their titles do not tell them apart."""
    titles = _titles((before.title, after.title), files)
    rows = tuple(_change(old, new) for old, new in zip(before.rows, after.rows, strict=True))
    return Comparison(before=_totals(before, titles[0]), after=_totals(after, titles[1]), rows=rows)


def _titles(titles: tuple[str | None, str | None], files: tuple[str, str]) -> tuple[str, str]:
    if titles[0] == titles[1] and titles[0] is not None:
        return f"{titles[0]} ({files[0]})", f"{titles[1]} ({files[1]})"
    return titles[0] or files[0], titles[1] or files[1]


def _totals(found: ShiftAssessment, title: str) -> Totals:
    return Totals(
        title=title,
        category=found.category,
        at_least=found.at_least,
        indicative=too_short_s(found) is not None,
        work_minutes=found.limits.work_minutes,
        n_minutes=found.n_minutes,
        pp_minutes=found.pp_minutes,
        union_minutes=found.union_minutes,
        unobserved_minutes=found.unobserved_minutes,
        lower_bounds=tuple(kind for kind in KINDS if any(_bounds(row, kind) for row in found.rows)),
    )


def _bounds(row: RowMinutes, kind: str) -> bool:
    """Whether a row's part of the minutes of `kind` is a lower bound."""
    return bool(row.at_least) and (row.as_n if kind == "N" else row.as_pp) > 0


def _change(old: RowMinutes, new: RowMinutes) -> RowChange:
    if old.row != new.row:
        raise ValueError(f"rows {old.row} and {new.row} do not belong together")
    known = old.minutes is not None and new.minutes is not None
    return RowChange(
        row=old.row,
        type=old.type,
        before=old.minutes,
        after=new.minutes,
        at_least_before=bool(old.at_least),
        at_least_after=bool(new.at_least),
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
