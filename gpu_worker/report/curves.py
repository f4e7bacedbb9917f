"""The angles a report draws over time, with the zones the law's rows cut them into."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import timeline

Side = Literal["", "left", "right"]
Level = Literal[0, 1, 2]
"""0 in no row, 1 in a conditionally acceptable row, 2 in an unacceptable one (held, or often enough)."""


@dataclass(frozen=True)
class Zone:
    """One stretch of an angle, degrees; infinite at the ends."""

    low: float
    high: float
    level: Level


@dataclass(frozen=True)
class Curve:
    """One angle and its zones."""

    signal: str
    side: Side
    zones: tuple[Zone, ...]

    @property
    def name(self) -> str:
        """The signal's name without its side."""
        return self.signal.removesuffix(f"_{self.side}") if self.side else self.signal

    @property
    def borders(self) -> tuple[float, ...]:
        """Degrees at which zones meet."""
        return tuple(zone.low for zone in self.zones[1:])


def _zones(*edges: tuple[float, Level], last: Level) -> tuple[Zone, ...]:
    """Zones from their upper edges and levels; `last` is the level above the highest edge."""
    bounds = [-math.inf, *(edge for edge, _ in edges), math.inf]
    levels = [*(level for _, level in edges), last]
    return tuple(Zone(low, high, level) for low, high, level in zip(bounds, bounds[1:], levels, strict=False))


_ARM = _zones((40, 0), (60, 1), last=2)
_BOTH_WAYS = _zones((-20, 2), (-10, 1), (10, 0), (20, 1), last=2)
CURVES: tuple[Curve, ...] = (
    Curve("trunk_flexion", "", _zones((-5, 1), (40, 0), (60, 1), last=2)),
    Curve("trunk_side_bend", "", _BOTH_WAYS),
    Curve("trunk_twist", "", _BOTH_WAYS),
    Curve("head_flexion", "", _zones((-15, 2), (-5, 1), (25, 0), (40, 1), last=2)),
    Curve("neck_twist", "", _zones((-15, 2), (-5, 1), (5, 0), (15, 1), last=2)),
    Curve("arm_elevation_gravity_left", "left", _ARM),
    Curve("arm_elevation_gravity_right", "right", _ARM),
)
"""Zones of Government Regulation 361/2007, annex 5, part C; `gpu_worker/ergonomics/data/nv361.json` has the rows."""


def shares(curve: Curve, angles: AngleSeries) -> NDArray[np.float64]:
    """Share of the known time in each zone; NaN where nothing is known."""
    values = angles.signals[curve.signal]
    known = np.isfinite(values)
    weights = timeline(angles.times_s, known).weights_s * known
    zone = np.digitize(np.where(known, values, 0.0), curve.borders)
    seconds = np.bincount(zone, weights=weights, minlength=len(curve.zones)).astype(np.float64)
    total = float(seconds.sum())
    return seconds / total if total > 0 else np.full(len(curve.zones), np.nan)


def drawn(angles: AngleSeries) -> Sequence[Curve]:
    """The curves this series has a value for."""
    return [curve for curve in CURVES if np.isfinite(angles.signals.get(curve.signal, np.array([np.nan]))).any()]
