"""What one clip gives by each method beside the law: RULA, REBA, OWAS, ISO 11226, EN 1005-4, NIOSH.

Times are seconds of the clip, angles degrees.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gpu_worker.ergonomics.result import Hold, Range, Result


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
    highest: int | None = Field(description="that lasted for the dwell, as a worst moment has to")
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
    highest: int | None = Field(default=None, description="category that lasted for the dwell; None: none did")
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
