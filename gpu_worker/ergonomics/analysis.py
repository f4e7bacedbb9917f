"""`.analysis.json`: what is known of one clip's postures. Everything a shift's assessment and a report need.

Times are seconds of the clip, angles degrees. `schema()` is committed as `analysis.schema.json`.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from contract.inputs import Inputs
from gpu_worker.angles.zones import OriginalZones
from gpu_worker.ergonomics.camera import CameraResult
from gpu_worker.ergonomics.clip_verdict import ClipVerdict
from gpu_worker.ergonomics.method_results import LiftResult, MachinePart, OwasResult, ScoredMethod, StaticPart
from gpu_worker.ergonomics.observed import Alternative, Observation, RowTime, Unclassified
from gpu_worker.ergonomics.result import Result
from gpu_worker.ergonomics.settings import Settings

SCHEMA_VERSION: Literal[2] = 2
"""Version 1, the same without `camera` and `verdict`, is read too."""


class Statistic(Result):
    """One signal over the time of the clip that counts."""

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


class OffsetLeftOut(Result):
    """A neutral offset that was not subtracted."""

    degrees: float
    reason: str = Field(description="key in the report's catalogue")


class Analysis(Result):
    """All results of one clip."""

    schema_version: Literal[1, 2] = SCHEMA_VERSION
    signature: Signature
    inputs: Inputs
    settings: Settings
    assumed: tuple[str, ...]
    support_entered: dict[str, float] = Field(
        default={}, description="part of the body -> share of the time that counts for which its support was entered"
    )
    duration_s: float
    observed_s: float
    unknown_s: float
    excluded_s: float
    warnings: tuple[str, ...] = Field(
        description="keys of the report's catalogue; behind that of an entry, parted by colons: its field, "
        "number (from 1), start_s, end_s, and operation=, row=, signal= or posture= with a name"
    )
    camera: CameraResult | None = Field(default=None, description="None: judged from angles alone, or version 1")
    offsets: dict[str, float] = Field(description="neutral offsets that were subtracted, by signal")
    offsets_left_out: dict[str, OffsetLeftOut] = Field(
        default={}, description="neutral offsets that were found or marked but not subtracted"
    )
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
    verdict: ClipVerdict | None = Field(
        default=None, description="what the law says of this clip alone as a whole shift; None in results of before"
    )


def schema() -> str:
    """JSON schema as committed: stable key order, two spaces, one newline at the end."""
    return json.dumps(Analysis.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
