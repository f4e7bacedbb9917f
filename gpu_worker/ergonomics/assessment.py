"""The assessment of one shift: minutes per legal row, category, and how sure both are. Minutes are per shift."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from contract.inputs import Correction, Exclusion, RowEntry, ShiftInputs
from gpu_worker.ergonomics.analysis import Signature
from gpu_worker.ergonomics.observed import NotAssessed, RowStatus
from gpu_worker.ergonomics.result import Category, Range, Result
from gpu_worker.ergonomics.settings import Settings

SCHEMA_VERSION: Literal[1] = 1


class Limits(Result):
    """Limits of this shift in whole minutes."""

    work_minutes: float
    factor: float
    n_category_1: int
    n_category_2: int
    pp_category_1: int
    pp_category_2: int
    half_shift: float


class OperationMinutes(Result):
    """One operation of the shift."""

    name: str
    minutes: float
    assumed: bool = Field(description="nobody entered its minutes")
    workers: tuple[str, ...] = Field(description="workers seen at it; empty: no video, its minutes are unobserved")
    clips: int
    observed_s: float
    unknown_s: float
    seconds_per_piece: float | None


class UnknownTime(Result):
    """An operation in which a row's signal was unknown for too long; of two workers the one of whom less is known."""

    operation: str
    share: float = Field(description="of the time the operation was filmed")


class RowMinutes(Result):
    """One legal row over the shift."""

    row: str
    type: Literal["N", "PP"]
    mode: Literal["static", "dynamic"]
    status: RowStatus
    minutes: float | None = Field(description="None: not assessed, which is not zero")
    interval: Range | None = Field(default=None, description="90 % interval of `minutes`")
    seen_minutes: float | None = Field(
        default=None, description="of a row not assessed: at least this much; None: nothing of it was seen"
    )
    unknown_outside: float | None = Field(default=None, description="minutes if unknown time lies outside the row")
    unknown_inside: float | None = Field(default=None, description="minutes if all unknown time lies inside it")
    unknown_share: float | None = Field(
        default=None, description="share of the filmed minutes in which the row's signal was unknown"
    )
    reason: NotAssessed | None = Field(default=None, description="why it is not assessed; None where it is")
    too_unknown: tuple[UnknownTime, ...] = Field(
        default=(), description="operations in which its signal was unknown for too long, which `reason` is about"
    )
    support_entered: float | None = Field(
        default=None, description="of a row that is assumed: share of the filmed time for which its support was entered"
    )
    entries: tuple[RowEntry, ...] = Field(default=(), description="what somebody entered of the row")
    as_n: float = Field(default=0.0, description="minutes that count as N after step 2")
    as_pp: float = Field(default=0.0, description="minutes that count as PP after step 2")
    acceptable: float = Field(default=0.0, description="minutes that step 2 accepts")
    step2: Literal["A", "B", "C"] | None = None
    near_border: bool = Field(default=False, description="movements per minute cannot be told from 2")
    minutes_if_under_2: float | None = None
    minutes_if_at_least_2: float | None = None
    category: Category | None = Field(default=None, description="by the decision rule")
    category_estimate: Category | None = Field(default=None, description="of the best estimate, whatever the rule")
    certain: bool = Field(default=False, description="the whole interval lies in one category")
    at_least: tuple[str, ...] = Field(
        default=(), description="angles it rests on that come out flattened: the true minutes are at least these"
    )
    original_minutes: float | None = Field(default=None, description="before an expert corrected or excluded the row")
    excluded: bool = False


class UnclassifiedMinutes(Result):
    """Minutes in a posture that no row takes."""

    region: str
    mode: Literal["static", "dynamic"]
    frequency: Literal["under_2", "at_least_2"] | None
    minutes: float
    nearest_stricter: str


class Reading(Result):
    """The category if one setting were read the other way."""

    setting: str
    value: str
    category: Category | None


class ClipWarnings(Result):
    """What limits the worth of one clip."""

    clip: str = Field(description="the video's name")
    warnings: tuple[str, ...]


class ShiftAssessment(Result):
    """Everything about one shift."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str | None = Field(default=None, description="what the shift is called in its report")
    number: str | None = Field(default=None, description="of its report")
    revision: int | None = Field(default=None, description="of its report")
    shift: ShiftInputs
    settings: Settings
    clips: tuple[Signature, ...]
    limits: Limits
    operations: tuple[OperationMinutes, ...]
    unobserved_minutes: float = Field(description="work time no video shows; never extrapolated")
    unknown_share: float = Field(description="share of filmed time without a person in sight")
    rows: tuple[RowMinutes, ...]
    category: Category | None = Field(description="by the decision rule; None: no verdict, see `refused`")
    category_estimate: Category | None = Field(
        default=None, description="of the best estimate, whatever the decision rule makes of it"
    )
    at_least: bool = Field(
        description="rows or minutes are missing, or rest on flattened angles; the true category may be higher"
    )
    refused: str | None = Field(default=None, description="key in the catalogue: why there is no verdict")
    deciding_rows: tuple[str, ...] = Field(description="rows in the highest category")
    category_by_row: Category
    category_by_sum: Category
    n_minutes: float
    pp_minutes: float
    union_minutes: float = Field(description="minutes in N or PP, shared time counted once")
    half_shift_exceeded: bool
    category_shares: tuple[float, float, float] | None = Field(
        description="share of Monte Carlo draws in category 1, 2 and 3; None where nothing was drawn"
    )
    certain: bool
    readings: tuple[Reading, ...] = Field(description="other settings that change the category")
    unclassified: tuple[UnclassifiedMinutes, ...]
    warnings: tuple[str, ...] = Field(description="of the shift as a whole; those of its clips: `clip_warnings`")
    clip_warnings: tuple[ClipWarnings, ...] = Field(
        default=(), description="of the clips that have any, as in each clip's analysis"
    )
    assumed: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    corrections: tuple[Correction, ...]


def schema() -> str:
    """JSON schema as committed: stable key order, two spaces, one newline at the end."""
    return json.dumps(ShiftAssessment.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
