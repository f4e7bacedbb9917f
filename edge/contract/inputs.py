"""What a user can tell about the work: what video does not show, how it is divided, and what an expert corrects.

Every field is optional. What is not given is *assumed*, and the results say so. Entries of one kind are read in order:
the later one wins where two cover the same time.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from contract.base import Strict, refusal
from contract.handling import ActivityEntry, Camera, CouplingEntry, Lift, LoadEntry, Person, SupportEntry
from contract.header import ReportHeader
from contract.log import Correction, Exclusion, LogEntry, LogLength, LogRewritten, Posture, check_append_only
from contract.measures import ROW_PATTERN, Interval, Minutes, Name, RowId, Scoped, Second, Text
from contract.shift import Break, Operation, RowEntry, Segment, Shift

__all__ = [
    "ROW_PATTERN", "ActivityEntry", "BodyPart", "Break", "Camera", "Correction", "CouplingEntry", "Exclusion", "Inputs",
    "Interval", "Lift", "LoadEntry", "LogEntry", "LogLength", "LogRewritten", "Minutes", "Name", "Operation", "Person",
    "Posture", "ReportHeader", "RowEntry", "RowId", "Scoped", "Second", "Segment", "Shift", "ShiftInputs",
    "SupportEntry", "Text", "WorkerId", "check_append_only", "refuse_unknown",
]  # fmt: skip

BodyPart = Literal["trunk", "head_neck", "arm_left", "arm_right", "legs", "other"]
WorkerId = Literal["A", "B"]
SettingName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
SettingValue = bool | float | Annotated[str, Field(max_length=60)] | tuple[Annotated[str, Field(max_length=60)], ...]
MANY = 2000


class Inputs(Strict):
    """Everything a user can enter about one clip."""

    load: tuple[LoadEntry, ...] = Field(default=(), max_length=MANY)
    coupling: tuple[CouplingEntry, ...] = Field(default=(), max_length=MANY)
    support: tuple[SupportEntry, ...] = Field(default=(), max_length=MANY)
    activity: tuple[ActivityEntry, ...] = Field(default=(), max_length=MANY)
    lifts: tuple[Lift, ...] = Field(default=(), max_length=MANY)
    person: Person = Person()
    worker: WorkerId = "A"
    shift: Shift | None = None
    operations: tuple[Operation, ...] = Field(default=(), max_length=200)
    segments: tuple[Segment, ...] = Field(default=(), max_length=MANY)
    parts: tuple[BodyPart, ...] | None = Field(default=None, max_length=6, description="None: the whole body")
    neutral: tuple[Interval, ...] = Field(default=(), max_length=50, description="the worker stands upright, arms down")
    camera: Camera = Camera()
    rows: tuple[RowEntry, ...] = Field(default=(), max_length=MANY)
    exclusions: tuple[Exclusion, ...] = Field(default=(), max_length=MANY)
    corrections: tuple[Correction, ...] = Field(default=(), max_length=MANY)
    settings: dict[SettingName, SettingValue] = Field(
        default={}, max_length=100, description="settings of the methods that differ from their defaults"
    )
    report: ReportHeader = ReportHeader()

    @model_validator(mode="after")
    def _names_are_known_once(self) -> Self:
        _refuse_doubles(self.operations)
        known = {named.name for named in self.operations} | {segment.operation for segment in self.segments}
        for entry in (*self.load, *self.coupling, *self.support, *self.activity):
            refuse_unknown(entry.operation, known)
        return self

    @model_validator(mode="after")
    def _a_second_shows_one_operation(self) -> Self:
        ordered = sorted(self.segments, key=lambda segment: segment.start_s)
        for before, after in pairwise(ordered):
            if after.start_s < before.end_s:
                raise _overlap(before, after)
        return self


class ShiftInputs(Strict):
    """One shift made of any number of clips, operations and workers."""

    shift: Shift = Shift()
    operations: tuple[Operation, ...] = Field(default=(), max_length=200)
    rows: tuple[RowEntry, ...] = Field(default=(), max_length=MANY)
    exclusions: tuple[Exclusion, ...] = Field(default=(), max_length=MANY)
    corrections: tuple[Correction, ...] = Field(default=(), max_length=MANY)
    settings: dict[SettingName, SettingValue] = Field(default={}, max_length=100)
    report: ReportHeader = ReportHeader()

    @model_validator(mode="after")
    def _names_are_known_once(self) -> Self:
        _refuse_doubles(self.operations)
        return self

    @model_validator(mode="after")
    def _a_shift_has_no_seconds(self) -> Self:
        of_a_clip = any(c.minutes is None for c in self.corrections) or any(e.row is None for e in self.exclusions)
        if of_a_clip:
            sentence = "a shift's correction gives a row's minutes and its exclusion a row; all else belongs to a clip"
            raise refusal("log_of_a_clip", sentence)
        return self


def refuse_unknown(operation: str | None, known: Collection[str]) -> None:
    """Refuse an entry for an operation that is not among the `known` ones: it would hold nowhere."""
    if operation is not None and operation not in known:
        sentence = "an entry is for the operation {name}; there are: {known}"
        raise refusal("scope_unknown", sentence, name=operation, known=", ".join(sorted(known)) or "–")


def _overlap(first: Segment, second: Segment) -> PydanticCustomError:
    return refusal(
        "segments_overlap",
        "two segments overlap: {name} from {start} to {end} s and {next_name} from {next_start} to {next_end} s",
        name=first.operation,
        start=first.start_s,
        end=first.end_s,
        next_name=second.operation,
        next_start=second.start_s,
        next_end=second.end_s,
    )


def _refuse_doubles(operations: tuple[Operation, ...]) -> None:
    names = [operation.name for operation in operations]
    for name in names:
        if names.count(name) > 1:
            raise refusal("operations_doubled", "two operations have the same name: {name}", name=name)
