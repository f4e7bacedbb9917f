"""What a sampled frame stands for: how long it lasts, where the record is unbroken, what is unknown.

Timestamps are the container's own. A frame lasts half the way to each neighbour; between two seen frames more than
`MAX_GAP_S` apart the whole gap is unknown and belongs to no zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAX_GAP_S = 0.5
"""Longest gap in seconds that is bridged; anything longer is unknown time."""
_TOLERANCE_S = 1e-6
_STEPS = 12
"""Steps over which a sample rate is taken: frames chosen from a video's come at uneven steps, two and three in turn."""


@dataclass(frozen=True)
class Timeline:
    """The sampled frames of one signal, each with the stretch of time it stands for."""

    times_s: Array
    """(T,) presentation times, strictly increasing."""
    start_s: Array
    """(T,) where the frame's stretch begins; equal to the time itself on the side of an unknown gap."""
    stop_s: Array
    """(T,) where it ends."""
    known: Mask
    """(T,) True where a value is measured or interpolated over a short gap."""
    interpolated: Mask
    """(T,) True where the value is interpolated."""
    run: NDArray[np.int64]
    """(T,) number of the unbroken run the frame belongs to; −1 where unknown."""

    @property
    def weights_s(self) -> Array:
        """(T,) seconds each frame stands for; 0 where unknown."""
        return np.where(self.known, self.stop_s - self.start_s, 0.0)

    def within(self, frames: Mask) -> Timeline:
        """The same with nothing known outside of `frames` (T,); what is left out ends a run."""
        known = self.known & frames
        first = known & ~np.concatenate([[False], known[:-1] & (self.run[1:] == self.run[:-1])])
        run = np.where(known, np.cumsum(first) - 1, -1)
        return replace(self, known=known, interpolated=self.interpolated & frames, run=run)

    @property
    def total_s(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.times_s[-1] - self.times_s[0]) if len(self.times_s) else 0.0

    @property
    def observed_s(self) -> float:
        """Seconds that belong to some known frame."""
        return float(self.weights_s.sum())

    @property
    def unknown_s(self) -> float:
        """Seconds of the clip in which nothing is known of this signal."""
        return max(0.0, self.total_s - self.observed_s)

    @property
    def interpolated_s(self) -> float:
        """Seconds, within the observed ones, whose values are interpolated."""
        return float(self.weights_s[self.interpolated].sum())


def timeline(times_s: Array, measured: Mask, max_gap_s: float = MAX_GAP_S) -> Timeline:
    """Lay frames at `times_s` (T,), of which `measured` (T,) hold a value, on the clip's time.

    Raises ValueError where the times do not increase.
    """
    times = np.asarray(times_s, dtype=np.float64)
    if len(times) > 1 and not np.all(np.diff(times) > 0):
        raise ValueError("frame times have to increase")
    run = runs(times, measured, max_gap_s)
    joined = (run[1:] == run[:-1]) & (run[1:] >= 0)
    middle = (times[1:] + times[:-1]) / 2
    start, stop = times.copy(), times.copy()
    start[1:] = np.where(joined, middle, times[1:])
    stop[:-1] = np.where(joined, middle, times[:-1])
    known = run >= 0
    return Timeline(times, start, stop, known, known & ~measured, run)


def spans_s(times_s: Array) -> Array:
    """(T,) seconds between the middles to both neighbours, gaps included: they sum to the clip's length."""
    middle = np.concatenate([times_s[:1], (times_s[1:] + times_s[:-1]) / 2, times_s[-1:]])
    return np.diff(middle)


def runs(times_s: Array, measured: Mask, max_gap_s: float = MAX_GAP_S) -> NDArray[np.int64]:
    """(T,) number of the unbroken run of each frame: measured frames at most `max_gap_s` apart and what lies between.

    Frames outside every run are −1.
    """
    number = np.full(len(times_s), -1, dtype=np.int64)
    index = np.flatnonzero(measured)
    if len(index) == 0:
        return number
    broken = np.diff(times_s[index]) > max_gap_s + _TOLERANCE_S
    of_measured = np.concatenate([[0], np.cumsum(broken)])
    before = np.searchsorted(index, np.arange(len(times_s)), side="right") - 1
    after = np.searchsorted(index, np.arange(len(times_s)), side="left")
    inside = (before >= 0) & (after < len(index))
    left, right = of_measured[before[inside]], of_measured[after[inside]]
    number[inside] = np.where(left == right, left, -1)
    return number


def bridged(times_s: Array, values: Array, line: Timeline) -> Array:
    """(T,) the values with short gaps interpolated in time; NaN where the time line knows nothing."""
    measured = line.known & ~line.interpolated
    filled = np.where(measured, values, np.nan)
    if line.interpolated.any():
        filled[line.interpolated] = np.interp(times_s[line.interpolated], times_s[measured], values[measured])
    return filled


def sample_rate_hz(times_s: Array) -> float:
    """Sampled frames a second, from the median length of a dozen steps; NaN for fewer than two frames."""
    steps = min(_STEPS, len(times_s) - 1)
    return float(steps / np.median(times_s[steps:] - times_s[:-steps])) if steps > 0 else float("nan")
