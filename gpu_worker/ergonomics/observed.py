"""What one clip gives by the law: operations as they were observed, and the time in each legal row.

Times are seconds of the clip, angles degrees.
"""

from __future__ import annotations

from math import nan
from typing import Literal

from pydantic import Field

from contract.inputs import WorkerId
from gpu_worker.ergonomics.result import Hold, Result

RowStatus = Literal["measured", "assumed", "entered", "partly_entered", "not_assessed"]
"""`partly_entered`: for some operations or workers; the rest was measured."""
NotAssessed = Literal["excluded", "part_left_out", "not_in_video", "partly_in_video", "entry_only", "unknown_time"]
"""Why a row is not assessed: an expert left it out; its part of the body is not analysed; video shows nothing of it, or
only part; a setting leaves it to entry; its angle was unknown for too much of the time."""


class RegionTime(Result):
    """Time of one region (a posture the law names) within one operation of a clip."""

    region: str
    observed_s: float = Field(description="time in which the region's signal was known")
    unknown_s: float = Field(description="time in which it was not")
    visits: int = Field(description="entries into the region after hysteresis and dwell")
    static_s: float
    dynamic_s: float


class Patterns(Result):
    """Time spent in each combination of regions and supports; what several rows share is counted once."""

    legend: tuple[str, ...] = Field(description="meaning of each bit of a code, lowest first")
    codes: tuple[int, ...]
    seconds: tuple[float, ...]


class RegionDraws(Result):
    """Monte Carlo draws of one region: each position is one possible truth."""

    region: str
    visits: tuple[int, ...]
    static_s: tuple[float, ...]
    dynamic_s: tuple[float, ...]


class Observation(Result):
    """One operation as seen in one clip."""

    operation: str
    worker: WorkerId
    pieces: float | None
    observed_s: float = Field(description="time with the person in sight")
    unknown_s: float
    interpolated_s: float
    excluded_s: float = Field(description="left out by an expert")
    regions: tuple[RegionTime, ...]
    patterns: Patterns
    holds: tuple[Hold, ...]
    draws: tuple[RegionDraws, ...] = ()


class RowTime(Result):
    """One legal row within observed time, before it is projected on a shift."""

    row: str
    status: RowStatus
    seconds: float = Field(description="seen in this row; of a row that is not assessed, at least this much")
    share: float | None = Field(description="of the time in which its signal was known; None: nothing known")
    observed_s: float
    unknown_s: float
    failing_s: float = Field(default=0.0, description="part of `seconds` that fails step 2 A: held too long")
    near_border: bool = Field(default=False, description="movements per minute cannot be told from the border")
    seconds_if_under_2: float = 0.0
    seconds_if_at_least_2: float = 0.0
    at_least: tuple[str, ...] = Field(
        default=(), description="angles it rests on that come out flattened: the true time is at least this"
    )

    @property
    def whole_s(self) -> float:
        """What its seconds are a share of: the time in which its signal was known, NaN where there is none.

        What was seen of a row that is not assessed counts as *at least*: its unknown time is taken to lie outside it.
        """
        if self.observed_s <= 0:
            return nan
        return self.observed_s + self.unknown_s if self.status == "not_assessed" else self.observed_s


class Unclassified(Result):
    """Time in a posture that the law's rows leave out, with the nearest row that is stricter."""

    region: str
    mode: Literal["static", "dynamic"]
    frequency: Literal["under_2", "at_least_2"] | None
    seconds: float
    nearest_stricter: str


class Alternative(Result):
    """The law's rows under another reading of one setting."""

    setting: str
    value: str
    observations: tuple[Observation, ...]
    rows: tuple[RowTime, ...]
