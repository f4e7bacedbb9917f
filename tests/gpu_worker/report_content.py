"""A shift of two filmed operations and one without video, for the tests of workbook and document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import cv2
import numpy as np

from contract.inputs import (
    Break,
    Correction,
    Exclusion,
    Inputs,
    Lift,
    LoadEntry,
    Operation,
    Person,
    ReportHeader,
    Segment,
    Shift,
    ShiftInputs,
)
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analyse import analyse, signature
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.camera import CameraResult, LensResult
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.content import ClipReport, Report

RATE_HZ = 4.0
LENGTH_S = 120.0
Script = dict[str, list[tuple[float, float, float]]]
"""Signal -> (start, end, value): the value in those seconds, 0 elsewhere."""

BENDING: Script = {
    "trunk_flexion": [(5, 55, 50), (60, 63, 75), (66, 69, 75), (100, 101.5, 70)],
    "head_flexion": [(5, 20, 30)],
    "arm_elevation_gravity_right": [(70, 85, 65)],
    "arm_elevation_gravity_left": [(70, 72, 50)],
    "trunk_twist": [(90, 96, -24)],
}
LESS_BENDING: Script = {"trunk_flexion": [(5, 45, 50)], "arm_elevation_gravity_left": [(40, 45, 100)]}
PACKING: Script = {
    "trunk_side_bend": [(10, 22, 15)],
    "head_flexion": [(60, 66, 45)],
    "knee_flexion_left": [(30, 45, 120)],
}


def angles(script: Script, unseen: tuple[float, float] = (110, 112)) -> AngleSeries:
    """All signals of a person who stands upright but for `script`, out of sight in `unseen`."""
    time = np.arange(0, LENGTH_S, 1 / RATE_HZ)
    names = list(BY_NAME)
    seen = (time < unseen[0]) | (time >= unseen[1])
    signals = {name: np.where(seen, 0.0, np.nan) for name in names}
    for name, stretches in script.items():
        for start, end, value in stretches:
            signals[name][(time >= start) & (time < end) & seen] = value
    posture = np.where(seen, "standing", "").astype(np.str_)
    posture[(signals["knee_flexion_left"] > 90)] = "kneeling"
    return AngleSeries(
        times_s=time,
        frame_index=np.arange(len(time)),
        seen=seen,
        signals=signals,
        sigma={name: np.where(seen, 4.0, np.nan) for name in names},
        posture=posture,
        offsets={"trunk_flexion": 3.2},
    )


def analysed(name: str, series: AngleSeries, operation: str, worker: str) -> Analysis:
    """The analysis of a clip that shows `operation` from its first second to its last."""
    inputs = Inputs.model_validate(
        {
            "person": Person(pseudonym="P-07"),
            "worker": worker,
            "segments": (Segment(start_s=0, end_s=LENGTH_S + 1, operation=operation, pieces=4),),
            "load": (LoadEntry(kg=3),),
            "lifts": (Lift(start_s=20, load_kg=12, vertical_cm=40, horizontal_cm=35, travel_cm=60),),
        }
    )
    made_from = signature(f"{name}.mp4", "0123456789abcdef" * 4, "medium", "Poloha 0.1.0")
    return analyse(series, inputs, Settings(draws=40), made_from=made_from)


def picture() -> bytes:
    """A small JPEG."""
    image = np.full((90, 160, 3), 120, dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", image)[1].tobytes())


def shift() -> ShiftInputs:
    """Eight and a half hours with a meal break; an expert corrected one row and excluded another."""
    when = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    who = "Ing. Nováková"
    return ShiftInputs(
        shift=Shift(minutes=510, breaks=(Break(minutes=30, meal=True), Break(minutes=10)), regime="two shifts"),
        operations=(
            Operation(name="assembly", minutes=300),
            Operation(name="packing", minutes=120),
            Operation(name="cleaning", minutes=40),
        ),
        corrections=(Correction(who=who, when=when, reason="counted by hand", row="hlava_krk.1", minutes=1.5),),
        exclusions=(Exclusion(who=who, when=when, reason="arm rested on the bench", row="phk.2"),),
        report=ReportHeader(
            customer="Příklad s.r.o.",
            workplace="Linka 4",
            filmed_on=date(2026, 11, 18),
            evaluated_on=date(2026, 11, 20),
            evaluated_by="Ing. Jana Nováková",
            role="ergonomist",
        ),
    )


CAMERA = CameraResult(
    pitch_deg=-8.0,
    roll_deg=1.0,
    pitch_sigma_deg=3.0,
    roll_sigma_deg=2.0,
    source="estimated",
    lens=LensResult(focal_px=1066.4, width=1280, height=720),
)


def clip_report(analysis: Analysis, series: AngleSeries) -> ClipReport:
    """A clip with the facts a motion file adds."""
    pictures = dict.fromkeys(range(len(analysis.worst_moments)), picture())
    weights = {"pose_heavy": "b" * 64}
    return ClipReport(
        analysis.model_copy(update={"camera": CAMERA}),
        series,
        "openbody",
        "f" * 64,
        pictures=pictures,
        weights_sha256=weights,
    )


@cache
def report(*, refused: bool = False) -> Report:
    """The sample report; `refused`: the person was out of sight too long for a verdict."""
    shown = [("line-a", BENDING, "assembly", "A"), ("line-b", LESS_BENDING, "assembly", "B"),
             ("pack", PACKING, "packing", "A")]  # fmt: skip
    unseen = (20.0, 112.0) if refused else (110.0, 112.0)
    clips = []
    for name, script, operation, worker in shown:
        series = angles(script, unseen)
        clips.append(clip_report(analysed(name, series, operation, worker), series))
    found = assess([clip.analysis for clip in clips], shift())
    return Report(title="Line 4", number="2026-0042", revision=2, assessment=found, clips=tuple(clips))
