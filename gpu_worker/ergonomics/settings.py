"""Settings of the methods: wherever sources differ or a rule leaves a number open. Each has one default."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.base import refusal
from contract.inputs import Inputs, ShiftInputs
from gpu_worker.angles.intervals import DWELL_S, HYSTERESIS_DEG

Degree = Annotated[float, Field(ge=0, le=90)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
ArmFrame = Literal["gravity", "thorax"]
Step2 = Literal["off", "escalate", "full"]


class Settings(BaseModel):
    """All settings of one analysis; `docs/method.md` gives the source of each default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    static_s: Seconds = Field(default=4.0, description="a posture held longer is static; one laboratory uses 3")
    static_range_deg: Degree = Field(default=10.0, description="widest range of angles within one hold")
    hysteresis_deg: Degree = Field(
        default=HYSTERESIS_DEG, description="width of the band around a border in which the zone does not change"
    )
    dwell_s: Seconds = Field(default=DWELL_S, description="shorter stays are no visit; never fewer than 2 samples")
    frequency_observed_s: Seconds = Field(default=180.0, description="observed less: a frequency is near its border")
    back_tolerance_deg: Degree = Field(default=5.0, description="leaning back starts beyond it: trunk, head")
    asymmetry_tolerance_deg: Degree = Field(default=5.0, description="head row 10 starts beyond it")
    arm_back_tolerance_deg: Degree = Field(default=10.0, description="an arm is drawn back beyond it")
    arm_across_tolerance_deg: Degree = Field(
        default=20.0, description="ISO, EN: an arm is drawn across beyond it; both hands at work need some of it"
    )
    shoulder_raised_deg: Degree = Field(default=15.0, description="a collarbone turned up further is a raised shoulder")
    near_range_percent: Annotated[float, Field(gt=0, le=100)] = Field(
        default=90.0, description="share of a joint's range of motion that counts as extreme"
    )
    extreme_motions: tuple[str, ...] = Field(
        default=(
            "shoulder flexion",
            "shoulder extension",
            "elbow flexion",
            "forearm pronation",
            "forearm supination",
            "wrist flexion",
            "wrist extension",
            "knee flexion",
        ),
        description="motions watched for extreme positions; hip and ankle are too coarse from one camera",
    )
    arm_frame: ArmFrame = Field(default="gravity", description="arm elevation of NV, ISO and EN")
    head_frame: ArmFrame = Field(default="gravity", description="head flexion of NV, ISO and EN")

    category_by: Literal["row", "sum"] = Field(default="row", description="limits for each row, or for the rows' sum")
    half_shift_counts: bool = Field(default=True, description="more than half a shift in N or PP makes category 3")
    step2: Step2 = Field(
        default="escalate",
        description="escalate: what fails its condition counts as N; full: what meets it is acceptable too",
    )
    step2_c: bool = Field(default=True, description="C looks at the minutes at the workplace")
    count_lower_bounds: bool = Field(
        default=True, description="what was seen of an incomplete row counts, and so do rows of flattened angles"
    )
    decision_share: Annotated[float, Field(ge=0, le=0.5)] = Field(
        default=0.0,
        description="guard band: a category that this share of the draws reaches is given; 0: the best estimate's",
    )
    low_posture_measured: bool = Field(default=True, description="lying, kneeling and squatting are read from the pose")
    unknown_warn: Annotated[float, Field(ge=0, le=1)] = Field(default=0.10, description="share that raises a warning")
    unknown_refuse: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.20, description="share that forbids a verdict"
    )

    upright_tolerance_deg: Degree = Field(default=5.0, description="RULA, REBA: neutral, and no extension within it")
    wrist_tolerance_deg: Degree = Field(default=5.0, description="RULA: a straight wrist")
    asymmetric_deg: Degree = Field(default=10.0, description="RULA, REBA: side bend or twist of trunk and neck")
    deviated_deg: Degree = Field(default=10.0, description="RULA, REBA: radial or ulnar deviation")
    abducted_deg: Degree = Field(default=45.0, description="RULA, REBA: upper arm abducted; implementations use 20-45")
    across_m: float = Field(default=0.05, description="RULA: the hand is that far across the middle")
    out_to_side_m: float = Field(default=0.40, description="RULA: the hand is that far from the middle, outward")
    uneven_postures: tuple[str, ...] = Field(
        default=("one_legged", "kneeling", "squatting", "walking"), description="RULA: legs score 2"
    )
    one_sided_postures: tuple[str, ...] = Field(default=("one_legged",), description="REBA: legs score 2")
    long_static_s: Seconds = Field(default=60.0, description="RULA, REBA: static posture; worksheets print 10 min")
    repeated_per_min: float = Field(default=4.0, description="RULA (at least), REBA (more than): repeated action")
    rula_load: Literal["paper", "worksheet"] = Field(default="paper", description="RULA: points for more than 10 kg")

    owas_bent_deg: Degree = Field(default=20.0, description="OWAS: back bent")
    owas_asymmetry_deg: Degree = Field(default=20.0, description="OWAS: back twisted or bent sideways")
    owas_knee_deg: Degree = Field(default=30.0, description="OWAS: knee bent")
    owas_shoulder_level_deg: Degree = Field(default=90.0, description="OWAS: arm at shoulder level")

    iso_knee_standing_deg: Degree = Field(default=20.0, description="ISO 11226: standing with a flexed knee")
    gaze_below_head_deg: Degree = Field(default=0.0, description="EN 1005-4: line of sight below an upright head's")

    niosh_length_error: Annotated[float, Field(ge=0, le=0.5)] = Field(default=0.03, description="of the body's scale")
    niosh_reach_error_cm: Annotated[float, Field(ge=0, le=50)] = Field(
        default=5.0, description="of the hands' distance"
    )

    draws: Annotated[int, Field(ge=0, le=2000)] = Field(default=100, description="Monte Carlo draws; 0: none")
    seed: int = Field(default=1, description="of the draws; equal seeds give equal results")


OF_THE_SHIFT = frozenset(
    {
        "category_by",
        "half_shift_counts",
        "step2",
        "step2_c",
        "count_lower_bounds",
        "decision_share",
        "low_posture_measured",
        "unknown_warn",
        "unknown_refuse",
        "frequency_observed_s",
    }
)
"""Settings an assessment may change; all others belong to the analysis of each clip."""


def with_inputs(settings: Settings, inputs: Inputs | ShiftInputs) -> Settings:
    """`settings` with what the user chose in `inputs.settings`.

    Raises pydantic.ValidationError for a setting that does not exist or a value out of range, and ValueError for a
    shift that changes what only a new analysis of its clips can.
    """
    chosen = Settings.model_validate({**settings.model_dump(), **inputs.settings})
    if isinstance(inputs, ShiftInputs):
        late = sorted(n for n in Settings.model_fields if getattr(chosen, n) != getattr(settings, n))
        if not OF_THE_SHIFT.issuperset(late):
            names = ", ".join(sorted(set(late) - OF_THE_SHIFT))
            raise refusal("settings_late", "these settings belong to the analysis of the clips: {names}", names=names)
    return chosen
