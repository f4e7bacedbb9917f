"""Where a value stays furthest from zero and a score stays highest: what is worth telling, and a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import grey_closing, grey_opening  # type: ignore[import-untyped]

from gpu_worker.angles.intervals import DWELL_SAMPLES, UNKNOWN, Stretches, Visit, stretches
from gpu_worker.angles.timing import sample_rate_hz
from gpu_worker.ergonomics.counted import Counted, Mask
from gpu_worker.ergonomics.scoring import Angles, Scores

TOP = 3
"""Moments of each kind."""
APART_S = 5.0
"""Two peaks closer than this are one."""
_ROUNDING = 1e-6
N = TypeVar("N", NDArray[np.float64], NDArray[np.int64])


class Peak(NamedTuple):
    """A stretch, frames `first` to `last` inclusive, in which a value never comes nearer to zero than `level`."""

    first: int
    last: int
    at: int
    """The frame of the stretch that has the level."""
    level: float


def lasting_samples(times_s: Angles, dwell_s: float) -> int:
    """Frames that a moment has to hold for: from the first to the last of them the dwell passes.

    A frame more than a visit needs, because the filter spreads the error of a single frame over its neighbours.
    """
    if len(times_s) < DWELL_SAMPLES:
        return DWELL_SAMPLES
    return max(DWELL_SAMPLES, math.ceil(dwell_s * sample_rate_hz(times_s) - _ROUNDING) + 1)


def furthest(values: Angles, times_s: Angles, dwell_s: float) -> Iterator[Peak]:
    """The `TOP` levels furthest from zero that `values` (T,) at `times_s` (T,) keep for the dwell, `APART_S` apart.

    A level is kept on one side of zero. What goes further than its neighbours for a shorter time is cut down to them;
    NaN is no value.
    """
    if not len(values):
        return
    samples = lasting_samples(times_s, dwell_s)
    level = np.maximum(*(_cut(np.where(side >= 0, side, -np.inf), samples, -np.inf) for side in (values, -values)))
    left = level.copy()
    for _ in range(TOP):
        first = int(left.argmax())
        if not np.isfinite(left[first]):
            return
        below = np.flatnonzero(level[first:] < level[first])
        last = first + int(below[0]) - 1 if len(below) else len(level) - 1
        at = first + int(np.abs(values[first : last + 1]).argmin())
        yield Peak(first, last, at, float(level[first]))
        left[(times_s > times_s[first] - APART_S) & (times_s < times_s[last] + APART_S)] = -np.inf


def lasting_stays(scores: Scores, counted: Counted) -> list[Visit]:
    """The `TOP` longest stays at the highest levels that `scores` (T,) keep for the dwell within the time that counts.

    A shorter rise is cut down to the scores around it, a shorter fall is bridged; 0 is no score.
    """
    line = counted.line
    known = np.where(counted.frames & line.known & (scores > 0), scores, UNKNOWN).astype(np.int64)
    if not len(known):
        return []
    samples = lasting_samples(line.times_s, counted.dwell_s)
    level = grey_closing(_cut(known, samples, UNKNOWN), size=samples, mode="nearest")
    found = stretches(np.where(known == UNKNOWN, UNKNOWN, level), line)
    return longest(found, found.last - found.first + 1 >= samples)


def highest_lasting(scores: Scores, counted: Counted) -> int | None:
    """The highest level that `scores` (T,) keep for the dwell; None where they keep none."""
    stays = lasting_stays(scores, counted)
    return stays[0].state if stays else None


def longest(found: Stretches, wanted: Mask) -> list[Visit]:
    """Of the known stretches that are `wanted` (N,) the `TOP` longest ones in the highest states."""
    stays = np.flatnonzero(found.known & wanted)
    order = np.lexsort((found.start_s[stays], -found.seconds[stays], -found.state[stays]))
    return found.visits(stays[order[:TOP]].astype(np.int64))


def _cut(values: N, samples: int, nothing: float) -> N:
    """(T,) the highest level that the values keep for so many frames around each; `nothing` where there is none."""
    level: N = grey_opening(values, size=samples, mode="constant", cval=nothing)
    return level
