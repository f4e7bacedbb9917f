"""What video does not show of the work: loads, grips, supports, lifts, who works and how the camera stood."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contract.base import Strict
from contract.measures import Name, Scoped, Second


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
    stands_neutral: bool = Field(default=False, description="how the worker stands at rest is their neutral posture")


class Camera(Strict):
    """The camera's attitude where it is known better than it can be estimated."""

    pitch_deg: float | None = Field(default=None, ge=-89, le=89, description="negative looks down")
    roll_deg: float | None = Field(default=None, ge=-180, le=180, description="positive: turned clockwise")
