"""What a user can tell about the work: what video does not show, how it is divided, and what an expert corrects.

Every field is optional. What is not given is *assumed*, and the results say so. Entries of one kind are read in order:
the later one wins where two cover the same time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from contract.base import Strict, refusal

Text = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Second = Annotated[float, Field(ge=0, le=7 * 86400, allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
ROW_PATTERN = r"^(trup\.([1-9]|1[01])|(hlava_krk|phk|lhk)\.([1-9]|10)|dk\.[1-7]|ostatni\.[1-4])$"
"""The 52 rows of the law."""
RowId = Annotated[str, Field(pattern=ROW_PATTERN, examples=["trup.6"])]
BodyPart = Literal["trunk", "head_neck", "arm_left", "arm_right", "legs", "other"]
WorkerId = Literal["A", "B"]
Posture = Literal["standing", "sitting", "kneeling", "squatting", "one_legged", "lying", "walking"]
SettingName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
SettingValue = bool | float | Annotated[str, Field(max_length=60)] | tuple[Annotated[str, Field(max_length=60)], ...]
MANY = 2000


class Interval(Strict):
    """A stretch of the clip, from its first second up to its last."""

    start_s: Second
    end_s: Second

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_s <= self.start_s:
            raise refusal("interval_order", "an interval ends after it starts")
        return self


class Scoped(Strict):
    """Holds everywhere, or only between two seconds, or only during one operation."""

    start_s: Second | None = None
    end_s: Second | None = None
    operation: Name | None = None

    @model_validator(mode="after")
    def _scope_is_a_stretch(self) -> Self:
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise refusal("interval_order", "a scope ends after it starts")
        return self


class LoadEntry(Scoped):
    """Weight held or force applied."""

    kg: float = Field(ge=0, le=1000, allow_inf_nan=False)
    static_or_repeated: bool = Field(default=False, description="held, or handled again and again (RULA)")
    shock: bool = Field(default=False, description="shock or rapid build-up of force")


class CouplingEntry(Scoped):
    """How well the load can be gripped."""

    coupling: Literal["good", "fair", "poor", "unacceptable"]


class SupportEntry(Scoped):
    """Whether a part of the body is supported."""

    part: Literal["trunk", "head", "arm_left", "arm_right"]
    supported: bool


class ActivityEntry(Scoped):
    """What adds a point and only a person can judge."""

    rapid_changes_or_unstable_base: bool | None = Field(default=None, description="REBA")
    forearm_twisted_to_the_end: bool | None = Field(default=None, description="RULA, wrist twist score 2")
    muscle_use: bool | None = Field(default=None, description="RULA, instead of what the video shows")


class Lift(Strict):
    """One lifting task for the NIOSH equation; distances that are given replace those seen."""

    start_s: Second = Field(description="hands at the origin")
    end_s: Second | None = Field(default=None, description="hands at the destination")
    load_kg: float = Field(gt=0, le=1000, allow_inf_nan=False)
    lifts_per_min: float = Field(default=0.2, gt=0, le=60)
    hours: float = Field(default=8, gt=0, le=24, description="hours of lifting in the shift")
    coupling: Literal["good", "fair", "poor"] | None = None
    horizontal_cm: float | None = Field(default=None, gt=0, le=200)
    vertical_cm: float | None = Field(default=None, ge=0, le=300)
    travel_cm: float | None = Field(default=None, ge=0, le=300)
    asymmetry_deg: float | None = Field(default=None, ge=0, le=180)


class Person(Strict):
    """The worker, as far as methods need to know; no names."""

    pseudonym: Name | None = None
    sex: Literal["female", "male"] | None = None
    age_years: int | None = Field(default=None, ge=15, le=99)
    height_m: float | None = Field(default=None, ge=1.2, le=2.3)


class Camera(Strict):
    """The camera's attitude where it is known better than it can be estimated."""

    pitch_deg: float | None = Field(default=None, ge=-89, le=89, description="negative looks down")
    roll_deg: float | None = Field(default=None, ge=-180, le=180, description="positive: turned clockwise")


class Segment(Interval):
    """This stretch of the clip shows one operation."""

    operation: Name
    pieces: float | None = Field(default=None, gt=0, le=100_000, description="pieces finished in this stretch")


class Operation(Strict):
    """One operation of the shift: its minutes, or its pieces."""

    name: Name
    minutes: Minutes | None = Field(default=None, description="minutes per shift")
    pieces: float | None = Field(default=None, gt=0, le=1_000_000, description="pieces per shift")
    workplace_minutes: Minutes | None = Field(
        default=None, description="minutes per shift at this machine or workplace, for step 2 C"
    )

    @model_validator(mode="after")
    def _minutes_or_pieces(self) -> Self:
        if self.minutes is not None and self.pieces is not None:
            raise refusal("minutes_or_pieces", "an operation has minutes or pieces, not both")
        return self


class Break(Strict):
    """A break of the shift. Only the meal break does not count as work time."""

    minutes: Minutes
    meal: bool = False
    name: Name | None = None


class Shift(Strict):
    """The shift the limits belong to."""

    minutes: float = Field(default=480, gt=0, le=1440, description="from start to end, breaks included")
    breaks: tuple[Break, ...] = Field(default=(), max_length=50)
    regime: Text | None = Field(default=None, description="work regime in words")

    @model_validator(mode="after")
    def _some_work_is_left(self) -> Self:
        if self.work_minutes <= 0:
            raise refusal("no_work_time", "the meal breaks leave no work time")
        return self

    @property
    def work_minutes(self) -> float:
        """Minutes of work: the shift without its meal breaks."""
        return self.minutes - sum(pause.minutes for pause in self.breaks if pause.meal)


class RowEntry(Strict):
    """A legal row somebody timed or judged: a share of its operation's time, or minutes per shift."""

    row: RowId
    share: float | None = Field(default=None, ge=0, le=1, description="of the operation's time")
    minutes: Minutes | None = Field(default=None, description="per shift")
    operation: Name | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _share_or_minutes(self) -> Self:
        if (self.share is None) == (self.minutes is None):
            raise refusal("share_or_minutes", "an entered row has a share or minutes")
        return self


class LogEntry(Strict):
    """One entry of the append-only log: who changed what, when and why."""

    who: Name
    when: AwareDatetime
    reason: Text


class Exclusion(LogEntry):
    """Leaves out a stretch of the clip (it becomes time not observed) or a legal row."""

    start_s: Second | None = None
    end_s: Second | None = None
    row: RowId | None = None

    @model_validator(mode="after")
    def _a_stretch_or_a_row(self) -> Self:
        stretch = self.start_s is not None and self.end_s is not None
        if stretch == (self.row is not None) or (self.start_s is None) != (self.end_s is None):
            raise refusal("exclusion_kind", "an exclusion names a stretch or a row")
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise refusal("interval_order", "a stretch ends after it starts")
        return self


class Correction(LogEntry):
    """The expert's value instead of the measured one: of a signal or the posture in a stretch, or of a row."""

    start_s: Second | None = None
    end_s: Second | None = None
    signal: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")] | None = None
    value_deg: Degrees | None = None
    posture: Posture | None = None
    row: RowId | None = None
    share: float | None = Field(default=None, ge=0, le=1, description="of the clip's observed time, for a row")
    minutes: Minutes | None = Field(default=None, description="per shift, for a row")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        stretch = self.start_s is not None and self.end_s is not None and self.end_s > self.start_s
        of_signal = self.signal is not None and self.value_deg is not None
        of_row = self.row is not None and ((self.share is None) != (self.minutes is None))
        if [of_signal, self.posture is not None, of_row].count(True) != 1:
            raise refusal("correction_kind", "a correction sets a signal, the posture, or a row")
        if not of_row and not stretch:
            raise refusal("correction_stretch", "a correction of a signal or posture names its stretch")
        return self


class ReportHeader(Strict):
    """What only people know and a signed report must say."""

    number: Name | None = None
    customer: Text | None = None
    workplace: Text | None = None
    filmed_on: date | None = None
    evaluated_on: date | None = None
    evaluated_by: Name | None = None
    role: Name | None = None
    reviewed_by: Name | None = None
    camera: Text | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None


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


class LogRewritten(ValueError):
    """A later revision changed or dropped an entry of the log."""


def check_append_only(before: Inputs | ShiftInputs, after: Inputs | ShiftInputs) -> None:
    """Raise LogRewritten unless `after` holds every exclusion and correction of `before`, unchanged and in order."""
    for name in ("exclusions", "corrections"):
        old, new = getattr(before, name), getattr(after, name)
        if new[: len(old)] != old:
            raise LogRewritten(f"{name} were changed; the log only grows")


def refuse_unknown(operation: str | None, known: Collection[str]) -> None:
    """Refuse an entry for an operation that is not among the `known` ones: it would hold nowhere."""
    if operation is not None and operation not in known:
        sentence = "an entry is for the operation {name}; there are: {known}"
        raise refusal("scope_unknown", sentence, name=operation, known=", ".join(sorted(known)) or "–")


def _refuse_doubles(operations: tuple[Operation, ...]) -> None:
    names = [operation.name for operation in operations]
    for name in names:
        if names.count(name) > 1:
            raise refusal("operations_doubled", "two operations have the same name: {name}", name=name)
