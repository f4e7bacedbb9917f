"""`.analysis.json`: what is known of one clip's postures. Everything a shift's assessment and a report need.

Times are seconds of the clip, angles degrees. `schema()` is committed as `analysis.schema.json`.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.inputs import Inputs, WorkerId
from gpu_worker.angles.zones import OriginalZones
from gpu_worker.ergonomics.settings import Settings

SCHEMA_VERSION: Literal[1] = 1
Share = float
RowStatus = Literal["measured", "assumed", "entered", "not_assessed"]


class Result(BaseModel):
    """Base of every result: unknown fields are refused, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(Result):
    """A 90 % interval."""

    low: float
    high: float


class Hold(Result):
    """One static hold: a stretch longer than the static threshold in which the angle hardly changes."""

    region: str
    start_s: float
    end_s: float
    mean: float = Field(description="mean of the region's signal over the hold")
    supported: tuple[str, ...] = Field(default=(), description="parts that were supported, as entered")

    @property
    def seconds(self) -> float:
        """Length of the hold."""
        return self.end_s - self.start_s


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


class Unclassified(Result):
    """Time in a posture that the law's rows leave out, with the nearest row that is stricter."""

    region: str
    mode: Literal["static", "dynamic"]
    frequency: Literal["under_2", "at_least_2"] | None
    seconds: float
    nearest_stricter: str


class ScoreTime(Result):
    """Time with one score or code."""

    score: int
    seconds: float
    percent: float


class SideResult(Result):
    """A score per frame, summed over the clip, for one body side (or the worse one)."""

    side: Literal["left", "right", "worse", "both"]
    observed_s: float
    unknown_s: float
    mean: float | None
    percentile_50: int | None
    percentile_90: int | None
    highest: int | None
    scores: tuple[ScoreTime, ...]
    levels: tuple[ScoreTime, ...]


class ComponentResult(Result):
    """Time per score of one component (upper arm, trunk, …)."""

    component: str
    side: Literal["left", "right", "both"]
    scores: tuple[ScoreTime, ...]


class ScoredMethod(Result):
    """RULA or REBA."""

    method: Literal["RULA", "REBA"]
    sides: tuple[SideResult, ...]
    headline_side: Literal["left", "right"] | None = Field(description="the side with the higher mean score")
    components: tuple[ComponentResult, ...]
    assumed: tuple[str, ...]


class OwasResult(Result):
    """Share of time per code of each part and per action category."""

    observed_s: float
    unknown_s: float
    back: tuple[ScoreTime, ...]
    arms: tuple[ScoreTime, ...]
    legs: tuple[ScoreTime, ...]
    load: tuple[ScoreTime, ...]
    categories: tuple[ScoreTime, ...]
    by_share: dict[str, int] = Field(description="category of each part by time share; information, no verdict")
    assumed: tuple[str, ...]


class StaticPart(Result):
    """ISO 11226: holds of one body part."""

    part: str
    side: Literal["left", "right", "both"]
    frame: str
    holds: int
    acceptable_s: float
    not_recommended_s: float
    longest: Hold | None
    worst: Hold | None = Field(description="the hold furthest past its limit, or nearest to it")
    worst_limit_s: float | None


class ZoneUse(Result):
    """EN 1005-4: one zone of one part, used in one way."""

    zone: int
    use: Literal["static", "low_frequency", "high_frequency"]
    seconds: float
    cell: str
    verdict: Literal["acceptable", "conditional", "not_acceptable"]
    not_acceptable_s: float


class MachinePart(Result):
    """EN 1005-4: one body part."""

    part: str
    side: Literal["left", "right", "both"]
    frame: str
    movements_per_min: float | None
    uses: tuple[ZoneUse, ...]


class LiftResult(Result):
    """NIOSH: one lifting task, as a range because video gives lengths only roughly."""

    start_s: float
    load_kg: float
    horizontal_cm: float
    vertical_cm: float
    travel_cm: float
    asymmetry_deg: float
    weight_limit_kg: Range
    weight_limit_best_kg: float
    lifting_index: Range | None = Field(description="None: nothing may be lifted so; the index has no upper end")
    level: str
    assumed: tuple[str, ...]


class Statistic(Result):
    """One signal over the whole clip."""

    signal: str
    observed_s: float
    unknown_s: float
    percentile_10: float
    percentile_50: float
    percentile_90: float
    percentile_95: float
    percentile_99: float
    longest_hold_s: float
    holds: int
    movements_per_min: float | None
    degree_minutes: float = Field(description="cumulative angle beyond neutral")


class Moment(Result):
    """One of the worst moments: a time, and a sentence's key with its values."""

    method: str
    part: str
    side: Literal["left", "right", "both"]
    kind: Literal["hold", "peak"]
    time_s: float = Field(description="the frame to show")
    start_s: float
    end_s: float
    sentence: str = Field(description="key in the report's catalogue")
    values: dict[str, float | str]


class Signature(Result):
    """What the analysis was made with and from."""

    program: str
    rules_sha256: dict[str, str]
    video_name: str = ""
    video_sha256: str = ""
    quality: str = ""


class Alternative(Result):
    """The law's rows under another reading of one setting."""

    setting: str
    value: str
    observations: tuple[Observation, ...]
    rows: tuple[RowTime, ...]


class Analysis(Result):
    """All results of one clip."""

    schema_version: Literal[1] = SCHEMA_VERSION
    signature: Signature
    inputs: Inputs
    settings: Settings
    assumed: tuple[str, ...]
    duration_s: float
    observed_s: float
    unknown_s: float
    excluded_s: float
    warnings: tuple[str, ...] = Field(description="keys of the report's catalogue")
    offsets: dict[str, float]
    observations: tuple[Observation, ...]
    rows: tuple[RowTime, ...]
    original_rows: tuple[RowTime, ...] | None = Field(description="as measured, where an expert corrected something")
    unclassified: tuple[Unclassified, ...]
    alternatives: tuple[Alternative, ...]
    rula: ScoredMethod
    reba: ScoredMethod
    owas: OwasResult
    iso11226: tuple[StaticPart, ...]
    en1005_4: tuple[MachinePart, ...]
    niosh: tuple[LiftResult, ...]
    original_zones: OriginalZones
    statistics: tuple[Statistic, ...]
    worst_moments: tuple[Moment, ...]


def schema() -> str:
    """JSON schema as committed: stable key order, two spaces, one newline at the end."""
    return json.dumps(Analysis.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
