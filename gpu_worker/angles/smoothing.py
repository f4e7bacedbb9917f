"""Zero-lag low-pass over unbroken runs, on unit vectors and positions rather than on angles.

An angle jumps at its branch and has no value where it is singular; a direction does neither. So the components of the
directions are filtered and made unit vectors again before any angle is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt  # type: ignore[import-untyped]

from gpu_worker.angles.timing import runs, sample_rate_hz

Array = NDArray[np.float64]

BODY_CUTOFF_HZ = 6.0
HEAD_CUTOFF_HZ = 4.0
RATE_SHARE = 0.4
"""Cut-off at most this share of the sample rate."""
COARSE_BELOW_HZ = 8.0
"""Below this sample rate movements a minute and holds near their limit are only coarse."""
_ORDER = 2
_SHORTEST = 4
_PADDING = 15
_UNIFORM = 0.01
"""Distance from the uniform grid, as a share of a step, that needs no resampling."""


@dataclass(frozen=True)
class Bandwidth:
    """What a sample rate lets through."""

    rate_hz: float
    body_hz: float
    """Effective cut-off (half power, both passes of the filter taken together) of trunk and limbs."""
    head_hz: float
    """Effective cut-off of the head."""
    coarse: bool
    """True where short movements are missed: movements a minute and 3–4 s holds are then estimates."""


def cutoff_hz(rate_hz: float, highest_hz: float) -> float:
    """Cut-off of each pass of the filter at a sample rate."""
    return min(highest_hz, RATE_SHARE * rate_hz)


def effective_hz(rate_hz: float, highest_hz: float) -> float:
    """Frequency that both passes of the filter together let through at half power."""
    # An order-n Butterworth passes 1/√2 of the power at (√2 − 1)^(1/2n) of its cut-off, on the bilinear
    # transform's warped scale; twice 1/√2 is one half.
    warped = np.tan(np.pi * cutoff_hz(rate_hz, highest_hz) / rate_hz) * (np.sqrt(2.0) - 1) ** (1 / (2 * _ORDER))
    return float(rate_hz / np.pi * np.arctan(warped))


def bandwidth(times_s: Array) -> Bandwidth:
    """The effective bandwidth of frames sampled at `times_s` (T,)."""
    rate = sample_rate_hz(times_s)
    body, head = effective_hz(rate, BODY_CUTOFF_HZ), effective_hz(rate, HEAD_CUTOFF_HZ)
    return Bandwidth(rate, body, head, not rate >= COARSE_BELOW_HZ)


def smooth(times_s: Array, channels: Array, measured: NDArray[np.bool_], highest_hz: float) -> Array:
    """Filter `channels` (C, T) sampled at `times_s` (T,) within each run of `measured` (T,) frames; NaN elsewhere.

    Runs too short to filter (under four frames) come back as they are.
    """
    smoothed = np.full(channels.shape, np.nan)
    run = runs(times_s, measured)
    index = np.flatnonzero(run >= 0)
    for piece in np.split(index, np.flatnonzero(np.diff(run[index])) + 1):
        if len(piece) == 0:
            continue
        inside = slice(int(piece[0]), int(piece[-1]) + 1)
        filled = _filled(times_s[inside], channels[:, inside], measured[inside])
        smoothed[:, inside] = _smooth_run(times_s[inside], filled, highest_hz)
    smoothed[:, ~measured] = np.nan
    return smoothed


def _filled(times_s: Array, channels: Array, measured: NDArray[np.bool_]) -> Array:
    """Channels (C, K) with the frames that were not measured (K,) read between those that were."""
    if measured.all():
        return channels
    filled = channels.copy()
    filled[:, ~measured] = _resample(times_s[measured], channels[:, measured], times_s[~measured])
    return filled


def _smooth_run(times_s: Array, channels: Array, highest_hz: float) -> Array:
    count = len(times_s)
    if count < _SHORTEST:
        return channels
    steps = (times_s - times_s[0]) * sample_rate_hz(times_s)
    # Equal steps over the run's whole length, as near to the median step as that allows.
    grid = np.linspace(0.0, steps[-1], round(float(steps[-1])) + 1)
    uniform = len(grid) == count and bool(np.all(np.abs(steps - grid) <= _UNIFORM))
    if not uniform:
        channels = _resample(steps, channels, grid)
    if channels.shape[1] >= _SHORTEST:
        rate = (len(grid) - 1) / float(times_s[-1] - times_s[0])
        filtering = butter(_ORDER, cutoff_hz(rate, highest_hz), fs=rate, output="sos")
        channels = sosfiltfilt(filtering, channels, axis=1, padlen=min(channels.shape[1] - 1, _PADDING))
    return np.asarray(channels if uniform else _resample(grid, channels, steps))


def _resample(known_at: Array, channels: Array, wanted_at: Array) -> Array:
    """(C, W) channels (C, K) between increasing places `known_at` (K,), by cubic Hermite pieces.

    Straight lines would take away up to a sixth of a movement at 2 Hz where 12 frames a second are chosen from 30. The
    slope at a place is that from its neighbour before to the one after: two places close together stay harmless.
    """
    last = len(known_at) - 1
    left = np.clip(np.searchsorted(known_at, wanted_at, side="right") - 1, 0, last - 1)
    right, before, after = left + 1, np.maximum(left - 1, 0), np.minimum(left + 2, last)
    step = known_at[right] - known_at[left]
    share = np.clip((wanted_at - known_at[left]) / step, 0.0, 1.0)
    rising = share**2 * (3 - 2 * share)
    slope_left = share * (1 - share) ** 2 * step / (known_at[right] - known_at[before])
    slope_right = share**2 * (share - 1) * step / (known_at[after] - known_at[left])
    outer = channels[:, after] * slope_right - channels[:, before] * slope_left
    inner = channels[:, left] * (1 - rising - slope_right) + channels[:, right] * (rising + slope_left)
    return np.asarray(outer + inner)
