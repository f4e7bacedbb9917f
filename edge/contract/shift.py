"""How work is divided: the shift with its breaks, its operations, where a clip shows them, and timed rows."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from contract.base import Strict, refusal
from contract.measures import Interval, Minutes, Name, RowId, Text


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
    def breaks_minutes(self) -> float:
        """Minutes of all breaks."""
        return sum(pause.minutes for pause in self.breaks)

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
