"""Where a value stays furthest from zero: the moments worth a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.ndimage import grey_opening  # type: ignore[import-untyped]

from gpu_worker.angles.intervals import DWELL_SAMPLES
from gpu_worker.angles.timing import sample_rate_hz
from gpu_worker.ergonomics.scoring import Angles

TOP = 3
"""Moments of each kind."""
APART_S = 5.0
"""Two peaks closer than this are one."""
_ROUNDING = 1e-6


class Peak(NamedTuple):
    """A stretch, frames `first` to `last` inclusive, in which a value never falls below `level`."""

    first: int
    last: int
    level: float


def lasting_samples(times_s: Angles, dwell_s: float) -> int:
    """Frames that a moment has to hold for: from the first to the last of them the dwell passes.

    A frame more than a visit needs, because the filter spreads the error of a single frame over its neighbours.
    """
    if len(times_s) < DWELL_SAMPLES:
        return DWELL_SAMPLES
    return max(DWELL_SAMPLES, math.ceil(dwell_s * sample_rate_hz(times_s) - _ROUNDING) + 1)


def furthest(values: Angles, times_s: Angles, dwell_s: float) -> Iterator[Peak]:
    """The `TOP` highest levels that `values` (T,) at `times_s` (T,) keep for the dwell, at least `APART_S` apart.

    What rises above its neighbours for a shorter time is cut down to them; NaN is no value.
    """
    if not len(values):
        return
    width = lasting_samples(times_s, dwell_s)
    level = grey_opening(np.where(np.isnan(values), -np.inf, values), size=width, mode="constant", cval=-np.inf)
    left = level.copy()
    for _ in range(TOP):
        first = int(left.argmax())
        if not np.isfinite(left[first]):
            return
        below = np.flatnonzero(level[first:] < level[first])
        last = first + int(below[0]) - 1 if len(below) else len(level) - 1
        yield Peak(first, last, float(level[first]))
        left[(times_s > times_s[first] - APART_S) & (times_s < times_s[last] + APART_S)] = -np.inf
