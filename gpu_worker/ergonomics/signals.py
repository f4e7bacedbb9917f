"""How rules read the angles: single signals, and the few ways rules combine them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.scoring import Angles, Rules, load_rules
from gpu_worker.ergonomics.settings import Settings

Combine = Literal[
    "plain", "abs", "max_abs", "difference", "opening", "line_of_sight", "awkward_arm", "percent_of_range"
]
SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
ARM_JOINTS = ("shoulder", "elbow", "forearm", "wrist")
LEG_JOINTS = ("hip", "knee", "ankle")


class Motion(Rules):
    """The end of one joint's range in one direction."""

    joint: str
    motion: str
    signal: str
    sign: int
    limit_deg: float

    @property
    def name(self) -> str:
        """Joint and motion, as settings list them."""
        return f"{self.joint} {self.motion}"


class RangesOfMotion(Rules):
    """`data/ranges_of_motion.json`."""

    sources: list[str]
    near_share: float
    motions: list[Motion]


RANGES = load_rules("ranges_of_motion", RangesOfMotion)


def signal(angles: AngleSeries, name: str) -> Angles:
    """(T,) one signal; NaN throughout when this series does not have it."""
    found = angles.signals.get(name)
    return np.full(len(angles.times_s), np.nan) if found is None else found


def in_frame(name: str, settings: Settings) -> str:
    """The signal that stands for `name` in the frame the settings choose."""
    if settings.arm_frame == "thorax" and name.startswith("arm_elevation_gravity"):
        return name.replace("arm_elevation_gravity", "arm_elevation")
    if settings.head_frame == "thorax" and name == "head_flexion":
        return "neck_flexion"
    return name


def combined(angles: AngleSeries, combine: Combine, names: Sequence[str], settings: Settings) -> Angles:
    """(T,) the value a rule compares with its borders, degrees (or percent of the range of motion).

    NaN where any of its signals is unknown, except for the range of motion, which takes the joints that are known.
    `awkward_arm` is how far the arm is drawn back or across, whichever is further past its tolerance.
    """
    if combine == "percent_of_range":
        return percent_of_range(angles, names[0], settings)
    if names == ["posture"]:
        return low_posture(angles)
    values = [signal(angles, in_frame(name, settings)) for name in names]
    if combine == "abs":
        return np.asarray(np.abs(values[0]))
    if combine == "max_abs":
        return np.asarray(np.maximum.reduce(np.abs(values)))
    if combine == "difference":
        return values[0] - values[1]
    if combine == "awkward_arm":
        behind, across = values
        return np.fmax(behind - settings.arm_back_tolerance_deg, across - settings.arm_across_tolerance_deg)
    if combine == "opening":
        return 180.0 - values[0]
    if combine == "line_of_sight":
        return values[0] + settings.gaze_below_head_deg
    return values[0]


def low_posture(angles: AngleSeries) -> Angles:
    """(T,) 1 while lying, kneeling or squatting, 0 otherwise, NaN where unseen."""
    low = np.isin(angles.posture, ("lying", "kneeling", "squatting"))
    return np.where(angles.posture == "", np.nan, low.astype(np.float64))


def percent_of_range(angles: AngleSeries, where: str, settings: Settings) -> Angles:
    """(T,) percent of the range of motion that the most extreme joint of a limb has used.

    `where` is arm_left, arm_right, legs or body. Motions that `settings.extreme_motions` leaves out are not read.
    """
    percent = np.full(len(angles.times_s), np.nan)
    for name, motion in _watched(where, settings):
        used = 100.0 * motion.sign * signal(angles, name) / motion.limit_deg
        percent = np.fmax(percent, used)
    return percent


def _watched(where: str, settings: Settings) -> Iterable[tuple[str, Motion]]:
    sides = [side for side in SIDES if where in ("body", "legs", f"arm_{side}")]
    joints = {"legs": LEG_JOINTS, "body": ARM_JOINTS + LEG_JOINTS}.get(where, ARM_JOINTS)
    for motion in RANGES.motions:
        if motion.joint in joints and motion.name in settings.extreme_motions:
            for side in sides:
                yield f"{motion.signal}_{side}", motion


def seen(angles: AngleSeries) -> NDArray[np.bool_]:
    """(T,) True where the person was found."""
    return angles.seen
