"""The zones of the program before this one, kept as a view: trunk −15/40/60, neck −15/25/60, arm 0/40/60 degrees.

Plain time shares of the angle as measured, without hysteresis. Unknown time is a figure of its own, in no zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.gains import shipped
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import Timeline, bridged, spans_s, timeline

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Zone:
    """Time in one zone; an edge belongs to the neighbour nearer to 0, and None is no bound."""

    low_deg: float | None
    high_deg: float | None
    seconds: float
    percent: float
    """Share of the observed time."""


@dataclass(frozen=True)
class BodyPart:
    """One body part's time in its zones; the zones' seconds sum to `observed_s`."""

    part: str
    """`trunk`, `neck`, `arm_left` or `arm_right`."""
    signal: str
    zones: tuple[Zone, ...]
    observed_s: float
    interpolated_s: float
    unknown_s: float
    unknown_percent: float
    """Share of the time that counts."""
    at_least: bool = False
    """The signal comes out flattened (`gains.json`): time away from the middle zone is a lower bound."""


@dataclass(frozen=True)
class OriginalZones:
    """All body parts of one clip."""

    parts: tuple[BodyPart, ...]
    total_s: float
    """Length of the time that counts: from the first sampled frame to the last, where nothing was left out."""

    def as_json(self) -> dict[str, object]:
        """The same as plain lists and numbers, ready for `json.dumps`."""
        return asdict(self)


PARTS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("trunk", "trunk_flexion", (-15.0, 40.0, 60.0)),
    ("neck", "neck_flexion", (-15.0, 25.0, 60.0)),
    ("arm_left", "arm_elevation_left", (0.0, 40.0, 60.0)),
    ("arm_right", "arm_elevation_right", (0.0, 40.0, 60.0)),
)
"""Body part, signal, edges in degrees. An arm counts below 0 while its elbow is clearly behind the trunk."""

RETROFLEXION_TOLERANCE_DEG = 10.0
"""Elbow this far behind the frontal plane before the arm counts as drawn back (Regulation 361/2007, row 5)."""


def original_zones(series: AngleSeries, counted: Mask | None = None) -> OriginalZones:
    """Seconds and percent per original zone of the frames that are `counted` (T,); of all by default."""
    frames = np.ones(len(series.times_s), dtype=np.bool_) if counted is None else counted
    total = float(spans_s(series.times_s)[frames].sum())
    return OriginalZones(tuple(_part(series, frames, total, *part) for part in PARTS), total)


def seconds_in_zones(values: Array, edges: Sequence[float], line: Timeline) -> Array:
    """(len(edges) + 1,) seconds below the first edge, between edges, above the last.

    An edge belongs to the zone nearer to 0. `values` (T,) must be finite wherever `line` is known.
    """
    known = values[line.known]
    zone = sum((known > edge if edge > 0 else known >= edge for edge in edges), np.zeros(len(known), dtype=np.int64))
    return np.asarray(np.bincount(zone, line.weights_s[line.known], len(edges) + 1), dtype=np.float64)


def signed_elevation(series: AngleSeries, side: str) -> Array:
    """(T,) arm elevation, negative while the arm is drawn back further than the tolerance."""
    elevation, behind = series.signals[f"arm_elevation_{side}"], series.signals[f"arm_retroflexion_{side}"]
    backward = behind > RETROFLEXION_TOLERANCE_DEG
    mostly = np.sin(np.radians(behind)) > np.sqrt(0.5) * np.sin(np.radians(elevation))
    return np.where(backward & mostly, -elevation, elevation)


def _part(
    series: AngleSeries, frames: Mask, total_s: float, part: str, signal: str, edges: tuple[float, ...]
) -> BodyPart:  # fmt: skip
    side = part.removeprefix("arm_")
    values = series.signals[signal] if side == part else signed_elevation(series, side)
    whole = timeline(series.times_s, np.isfinite(values))
    line = whole.within(frames)
    seconds = seconds_in_zones(bridged(series.times_s, values, whole), edges, line)
    observed = line.observed_s
    unknown = max(0.0, total_s - observed)
    bounds = (None, *edges, None)
    zones = tuple(
        Zone(low, high, float(s), 100 * float(s) / observed if observed else 0.0)
        for low, high, s in zip(bounds[:-1], bounds[1:], seconds, strict=True)
    )
    flat = bool(shipped().flattened([signal]))
    share = 100 * unknown / total_s if total_s else 0.0
    return BodyPart(part, signal, zones, observed, line.interpolated_s, unknown, share, flat)
