"""Two assessments of the same work, before and after a change: what moved, and whether it may be chance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from contract.inputs import Exclusion, ReportHeader
from gpu_worker.ergonomics.assessment import ClipWarnings, RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.conclusion import is_at_least, told_minutes, too_short_s
from gpu_worker.ergonomics.result import Category, Range, Result
from gpu_worker.verdict import HIDDEN

SCHEMA_VERSION: Literal[1] = 1
KINDS: tuple[Literal["N", "PP"], ...] = ("N", "PP")
UNEQUAL_MIN = 0.5
"""A difference in minutes without video that has to be told."""
NOTICED_MIN = 0.05
"""Smaller changes than this many minutes vanish in what the report prints."""


class Totals(Result):
    """What one assessment says of the whole shift; minutes."""

    title: str
    number: str | None = Field(default=None, description="of its report")
    revision: int | None = Field(default=None, description="of its report")
    header: ReportHeader = ReportHeader()
    category: Category | None
    at_least: bool
    indicative: bool = Field(description="an operation was observed for too little time")
    work_minutes: float
    n_minutes: float
    pp_minutes: float
    union_minutes: float
    lower_bounds: tuple[Literal["N", "PP"], ...] = Field(
        description="kinds whose minutes are at least these: a row in them rests on flattened angles or is not assessed"
    )
    unobserved_minutes: float
    exclusions: tuple[Exclusion, ...] = Field(description="what was left out here and not on the other side")
    hidden: tuple[ClipWarnings, ...] = Field(description="clips in which a limb was out of sight for much of the time")


class RowChange(Result):
    """One legal row in both; minutes per shift, None where nothing is known of it."""

    row: str
    type: Literal["N", "PP"]
    before: float | None
    after: float | None
    at_least_before: bool = Field(
        description="the true minutes are at least these: only what was seen of a row that is not assessed, or of "
        "angles that come out flattened; false where nothing is known"
    )
    at_least_after: bool
    difference: float | None = Field(description="after − before; None where nothing is known of one of them")
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
        """Rows with a noticeable change, or with minutes on one side alone, the largest first."""
        moved = [row for row in self.rows if _moved(row) >= NOTICED_MIN]
        return tuple(sorted(moved, key=_moved, reverse=True))

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
    return Comparison(
        before=_totals(before, titles[0], other=after), after=_totals(after, titles[1], other=before), rows=rows
    )


def _moved(row: RowChange) -> float:
    """Minutes by which a row changed; nothing known on one side counts as none."""
    return abs((row.after or 0.0) - (row.before or 0.0))


def _titles(titles: tuple[str | None, str | None], files: tuple[str, str]) -> tuple[str, str]:
    if titles[0] == titles[1] and titles[0] is not None:
        return f"{titles[0]} ({files[0]})", f"{titles[1]} ({files[1]})"
    return titles[0] or files[0], titles[1] or files[1]


def _totals(found: ShiftAssessment, title: str, *, other: ShiftAssessment) -> Totals:
    return Totals(
        title=title,
        number=found.number,
        revision=found.revision,
        header=found.shift.report,
        category=found.category,
        at_least=found.at_least,
        indicative=too_short_s(found) is not None,
        work_minutes=found.limits.work_minutes,
        n_minutes=found.n_minutes,
        pp_minutes=found.pp_minutes,
        union_minutes=found.union_minutes,
        unobserved_minutes=found.unobserved_minutes,
        lower_bounds=tuple(kind for kind in KINDS if any(_bounds(row, kind) for row in found.rows)),
        exclusions=tuple(entry for entry in found.exclusions if entry not in other.exclusions),
        hidden=tuple(_hidden(found)),
    )


def _bounds(row: RowMinutes, kind: str) -> bool:
    """Whether a row's part of the minutes of `kind` is a lower bound."""
    return is_at_least(row) and (row.as_n if kind == "N" else row.as_pp) > 0


def _hidden(found: ShiftAssessment) -> Iterator[ClipWarnings]:
    for clip in found.clip_warnings:
        hidden = tuple(warning for warning in clip.warnings if warning in HIDDEN.values())
        if hidden:
            yield ClipWarnings(clip=clip.clip, warnings=hidden)


def _change(old: RowMinutes, new: RowMinutes) -> RowChange:
    if old.row != new.row:
        raise ValueError(f"rows {old.row} and {new.row} do not belong together")
    before, after = told_minutes(old), told_minutes(new)
    return RowChange(
        row=old.row,
        type=old.type,
        before=before,
        after=after,
        at_least_before=is_at_least(old),
        at_least_after=is_at_least(new),
        difference=None if before is None or after is None else after - before,
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
