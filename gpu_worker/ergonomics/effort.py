"""What the time course adds to RULA and REBA: postures held for long, and actions repeated again and again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.occupancy import occupy
from gpu_worker.ergonomics.posture_scores import Effort
from gpu_worker.ergonomics.readings import Readings
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import SIDES

Mask = NDArray[np.bool_]
MOVED_DEG = 20.0
"""A movement counts as an action once it leaves the first band of RULA's and REBA's upper arm and trunk."""


def effort(readings: Readings, frames: Mask, settings: Settings) -> Effort:
    """Long holds and repeated actions within `frames` (T,), the ones that are analysed.

    Static: the arm (or the trunk and neck) keeps within the static range for longer than `settings.long_static_s`.
    Repeated: it leaves its first band at least `settings.repeated_per_min` times an observed minute (REBA: more often).
    """
    parts = {"trunk": ("trunk_flexion", "neck_flexion")}
    parts |= {side: (f"arm_elevation_{side}", f"elbow_flexion_{side}") for side in SIDES}
    held = {name: _held(readings, signals, frames, settings) for name, signals in parts.items()}
    rate = {name: _per_minute(readings, signals[0], frames, settings) for name, signals in parts.items()}
    at_least, more = settings.repeated_per_min, max(rate.values()) > settings.repeated_per_min
    everywhere = np.ones(len(frames), dtype=np.bool_)
    return Effort(
        arm={side: held[side] | (everywhere & (rate[side] >= at_least)) for side in SIDES},
        trunk=held["trunk"] | (everywhere & (rate["trunk"] >= at_least)),
        static=np.logical_or.reduce(list(held.values())),
        repeated=everywhere & more,
    )


def _held(readings: Readings, names: Sequence[str], frames: Mask, settings: Settings) -> Mask:
    """(T,) True within long holds of all the signals together."""
    singles = [readings.single(name) for name in names]
    known = np.logical_and.reduce([single.line.known for single in singles])
    reached = np.minimum.reduce([single.reached for single in singles])
    return occupy(frames & known, reached, singles[0].line, settings.long_static_s).still


def _per_minute(readings: Readings, name: str, frames: Mask, settings: Settings) -> float:
    """How often a signal leaves its first band, per observed minute."""
    reading = readings.single(name)
    moved = np.isin(reading.states((-MOVED_DEG, MOVED_DEG), settings), (0, 2)) & frames
    entries = int((moved[1:] & ~moved[:-1]).sum()) + int(moved[:1].sum())
    minutes = float(reading.line.weights_s[frames].sum()) / 60
    return entries / minutes if minutes > 0 else 0.0
