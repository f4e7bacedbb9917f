"""A shift of two filmed operations and one without video, for the tests of workbook and document."""

from __future__ import annotations

from datetime import UTC, date, datetime

import cv2
import numpy as np

from contract.inputs import Break, Correction, Exclusion, Inputs, Operation, Person, ReportHeader, Shift, ShiftInputs
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analysis import (
    Analysis,
    Hold,
    MachinePart,
    Moment,
    Observation,
    OwasResult,
    Pattern,
    RegionTime,
    ScoredMethod,
    ScoreTime,
    SideResult,
    Signature,
    StaticPart,
    Statistic,
    ZoneUse,
)
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.motion import Gravity
from gpu_worker.report.content import ClipReport, Report

OBSERVED_S = 300.0
CURVES = ("trunk_flexion", "trunk_side_bend", "head_flexion", "arm_elevation_gravity_left",
          "arm_elevation_gravity_right")  # fmt: skip


def angles(seed: int = 1, rate_hz: float = 5.0) -> AngleSeries:
    """Five minutes of angles in which the person is out of sight from 100 s to 120 s."""
    time = np.arange(0, OBSERVED_S + 20, 1 / rate_hz)
    wave = np.random.default_rng(seed).normal(0, 2, (len(CURVES), len(time)))
    seen = (time < 100) | (time > 120)
    signals = {}
    for k, name in enumerate(CURVES):
        values = 25 + 35 * np.sin(time / (7 + 3 * k)) + np.convolve(wave[k], np.ones(5) / 5, "same")
        signals[name] = np.where(seen, np.abs(values) if "arm" in name else values, np.nan)
    return AngleSeries(
        times_s=time,
        frame_index=np.arange(len(time)),
        seen=seen,
        signals=signals,
        sigma={name: np.full(len(time), 5.0) for name in CURVES},
        posture=np.where(seen, "standing", ""),
        offsets={},
    )


def observation(operation: str, worker: str, patterns: dict[tuple[str, ...], float]) -> Observation:
    """What was seen of one operation: seconds in each combination of `region:mode` cells."""

    def spent(region: str, mode: str) -> float:
        return sum(seconds for cells, seconds in patterns.items() if f"{region}:{mode}" in cells)

    return Observation(
        operation=operation,
        worker=worker,  # type: ignore[arg-type]
        pieces=None,
        observed_s=OBSERVED_S,
        unknown_s=20.0,
        interpolated_s=1.0,
        excluded_s=0.0,
        regions=tuple(
            RegionTime(
                region=region.region,
                observed_s=OBSERVED_S,
                unknown_s=20.0,
                visits=4,
                static_s=spent(region.region, "static"),
                dynamic_s=spent(region.region, "dynamic"),
            )
            for region in RULES.regions
        ),
        patterns=tuple(
            Pattern(cells=cells, supported=(), seconds=seconds) for cells, seconds in sorted(patterns.items())
        ),
        holds=(Hold(region="trunk_40_to_60", start_s=10.0, end_s=200.0, mean=52.0),),
    )


def _levels(*percents: float) -> tuple[ScoreTime, ...]:
    return tuple(
        ScoreTime(score=k, seconds=3 * percent, percent=percent) for k, percent in enumerate(percents, start=1)
    )


def _scored(method: str) -> ScoredMethod:
    def side(name: str) -> SideResult:
        return SideResult.model_validate(
            {"side": name, "observed_s": 300, "unknown_s": 20, "mean": 4.2, "percentile_50": 4, "percentile_90": 6,
             "highest": 7, "scores": _levels(20, 30, 40, 10), "levels": _levels(20, 50, 20, 10)}
        )  # fmt: skip

    return ScoredMethod.model_validate(
        {"method": method, "sides": [side("left"), side("right"), side("worse")], "headline_side": "right",
         "components": [], "assumed": ["load"]}
    )  # fmt: skip


def analysis(name: str, worker: str, seen: Observation, inputs: Inputs) -> Analysis:
    """The analysis of one clip that shows `seen`."""
    return Analysis(
        signature=Signature(
            program="Poloha 0.1.0",
            rules_sha256={"nv361": "a" * 64},
            video_name=f"{name}.mp4",
            video_sha256=("0123456789abcdef" * 4),
            quality="medium",
        ),
        inputs=inputs,
        settings=Settings(),
        assumed=("load", "support_trunk"),
        duration_s=OBSERVED_S + 20,
        observed_s=OBSERVED_S,
        unknown_s=20.0,
        excluded_s=0.0,
        warnings=(),
        offsets={"trunk_flexion": 3.2},
        observations=(seen,),
        rows=(),
        original_rows=None,
        unclassified=(),
        alternatives=(),
        rula=_scored("RULA"),
        reba=_scored("REBA"),
        owas=OwasResult(
            observed_s=300, unknown_s=20, back=_levels(60, 40), arms=_levels(90, 5, 5), legs=_levels(0, 100),
            load=_levels(100), categories=_levels(55, 35, 10), by_share={}, assumed=("load",),
        ),
        iso11226=(
            StaticPart(part="trunk", side="both", frame="gravity", holds=3, acceptable_s=30.0, not_recommended_s=190.0,
                       longest=None, worst=None, worst_limit_s=None),
        ),
        en1005_4=(
            MachinePart(part="trunk", side="both", frame="gravity", movements_per_min=3.0, uses=(
                ZoneUse(zone=1, use="static", seconds=100.0, cell="A", verdict="acceptable", not_acceptable_s=0.0),)),
        ),
        niosh=(),
        original_zones=(),
        statistics=tuple(
            Statistic(signal=signal, observed_s=300, unknown_s=20, percentile_10=-5.0, percentile_50=20.0,
                      percentile_90=50.0, percentile_95=55.0, percentile_99=58.5, longest_hold_s=31.0, holds=4,
                      movements_per_min=2.4, degree_minutes=81.0)
            for signal in CURVES
        ),
        worst_moments=(
            Moment(method="nv361", part="trunk", side="both", kind="hold", time_s=50.0, start_s=10.0, end_s=200.0,
                   sentence="hold", values={"seconds": 190.0, "degrees": 52.0}),
        ),
    )  # fmt: skip


def picture() -> bytes:
    """A small JPEG."""
    image = np.full((90, 160, 3), 120, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1].tobytes())


def report(*, refused: bool = False) -> Report:
    """The sample report; `refused`: the person was out of sight too long for a verdict."""
    bent = observation("assembly", "A", {("trunk_40_to_60:static",): 90.0, ("trunk_over_60:dynamic",): 30.0,
                                         ("arm_40_to_60_left:dynamic", "arm_over_60_right:static"): 12.0})  # fmt: skip
    other = observation("assembly", "B", {("trunk_40_to_60:static",): 60.0})
    packing = observation("packing", "A", {("low_posture:static",): 30.0, ("head_over_25:static",): 6.0})
    if refused:
        bent = bent.model_copy(update={"unknown_s": 400.0})
    inputs = Inputs(person=Person(pseudonym="P-07"))
    clips = (analysis("line-a", "A", bent, inputs), analysis("line-b", "B", other, inputs),
             analysis("pack", "A", packing, inputs))  # fmt: skip
    when = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    shift = ShiftInputs(
        shift=Shift(minutes=510, breaks=(Break(minutes=30, meal=True), Break(minutes=10)), regime="two shifts"),
        operations=(
            Operation(name="assembly", minutes=300),
            Operation(name="packing", minutes=120),
            Operation(name="cleaning", minutes=40),
        ),
        corrections=(
            Correction(who="Ing. Nováková", when=when, reason="counted by hand", row="hlava_krk.1", minutes=1.5),
        ),
        exclusions=(Exclusion(who="Ing. Nováková", when=when, reason="arm rested on the bench", row="phk.2"),),
        report=ReportHeader(
            customer="Příklad s.r.o.", workplace="Linka 4", filmed_on=date(2026, 11, 18),
            evaluated_on=date(2026, 11, 20), evaluated_by="Ing. Jana Nováková", role="ergonomist",
        ),
    )  # fmt: skip
    level = Gravity(pitch_deg=-8.0, roll_deg=1.0, pitch_sigma_deg=3.0, roll_sigma_deg=2.0, source="estimated")
    return Report(
        title="Line 4",
        number="2026-0042",
        revision=2,
        assessment=assess(clips, shift),
        clips=tuple(
            ClipReport(one, angles(k), level, "openbody", "f" * 64, pictures={0: picture()},
                       weights_sha256={"pose_heavy": "b" * 64})
            for k, one in enumerate(clips)
        ),
    )  # fmt: skip
