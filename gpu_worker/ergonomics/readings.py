"""What rules read of a clip, worked out once: values with short gaps bridged, their times, where they keep still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.intervals import reach, settled, zones
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import Timeline, bridged, timeline
from gpu_worker.ergonomics.scoring import Angles
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import Combine, combined, in_frame, signal

Mask = NDArray[np.bool_]
Frames = NDArray[np.int64]
States = NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """One value over T frames."""

    values: Angles
    """(T,) short gaps bridged, NaN where unknown."""
    line: Timeline
    reached: Frames
    """(T,) last frame up to which every signal the value is made of stays within the static range."""

    def states(self, edges: Sequence[float], settings: Settings, hysteresis_deg: float | None = None) -> States:
        """(T,) zone of each frame between `edges`, after hysteresis and dwell; -1 unknown."""
        width = settings.hysteresis_deg if hysteresis_deg is None else hysteresis_deg
        return settled(zones(self.values, edges, self.line, width), self.line, settings.dwell_s)


class Readings:
    """Readings of one series. Equal questions are answered once; the series never changes."""

    def __init__(self, angles: AngleSeries, settings: Settings) -> None:
        self.angles = angles
        self._range_deg = settings.static_range_deg
        self._lines: dict[bytes, Timeline] = {}
        self._singles: dict[str, Reading] = {}

    def line(self, measured: Mask) -> Timeline:
        """Time line of the frames that are `measured` (T,)."""
        key = np.packbits(measured).tobytes()
        if key not in self._lines:
            self._lines[key] = timeline(self.angles.times_s, measured)
        return self._lines[key]

    def single(self, name: str) -> Reading:
        """One signal."""
        if name not in self._singles:
            self._singles[name] = self._reading(signal(self.angles, name))
        return self._singles[name]

    def combined(self, combine: Combine, names: Sequence[str], settings: Settings) -> Reading:
        """What a rule compares with its borders, in the frames the settings choose."""
        chosen = [in_frame(name, settings) for name in names]
        if combine == "plain" and chosen != ["posture"]:
            return self.single(chosen[0])
        raw = combined(self.angles, combine, names, settings)
        if combine not in ("abs", "max_abs"):
            return self._reading(raw)
        line = self.line(np.isfinite(raw))
        reached = np.minimum.reduce([self.single(name).reached for name in chosen])
        return Reading(bridged(self.angles.times_s, raw, line), line, reached)

    def _reading(self, raw: Angles) -> Reading:
        line = self.line(np.isfinite(raw))
        values = bridged(self.angles.times_s, raw, line)
        return Reading(values, line, reach(values, self._range_deg))
