"""Zones, visits and static holds over time: pure functions of a time line and values.

A value's zone changes only once the value is `hysteresis` past an edge's middle, and a zone counts only when it is kept
for the dwell time. A visit is one stay in a zone. Unknown time ends every visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gpu_worker.angles.timing import Timeline

Array = NDArray[np.float64]
States = NDArray[np.int64]

HYSTERESIS_DEG = 2.0
DWELL_S = 0.2
DWELL_SAMPLES = 2
STATIC_S, STATIC_RANGE_DEG = 4.0, 10.0
"""A static hold is longer than this and moves by no more than this range."""
UNKNOWN = -1
"""State of frames that belong to no zone."""

_ROUNDING_S, _ROUNDING_DEG = 1e-6, 1e-9


class Visit(NamedTuple):
    """One unbroken stay in a state, frames `first` to `last` inclusive."""

    state: int
    first: int
    last: int
    start_s: float
    stop_s: float

    @property
    def seconds(self) -> float:
        """How long the stay lasts."""
        return self.stop_s - self.start_s


@dataclass(frozen=True)
class Stretches:
    """A state sequence cut wherever the state or the run changes; every array is (N,)."""

    state: States
    first: States
    last: States
    start_s: Array
    stop_s: Array
    known: NDArray[np.bool_]
    """True for visits, False for unknown time."""

    @property
    def seconds(self) -> Array:
        """How long each lasts."""
        return self.stop_s - self.start_s

    def visits(self, wanted: NDArray[np.bool_] | States) -> list[Visit]:
        """Those that `wanted` chooses, a mask (N,) or their places, as visits in that order."""
        columns = (self.state, self.first, self.last, self.start_s, self.stop_s)
        return [Visit(*values) for values in zip(*(column[wanted].tolist() for column in columns), strict=True)]


def zones(values: Array, edges: Sequence[float], line: Timeline, hysteresis_deg: float = HYSTERESIS_DEG) -> States:
    """(T,) zone of each frame with hysteresis: 0 below the first edge, len(edges) above the last, −1 unknown.

    A value goes up through an edge at edge + hysteresis / 2 and down at edge − hysteresis / 2, so that neither side is
    favoured. A run starts on the side its first value is on; an edge belongs to the zone nearer to 0. NaN is unknown
    and breaks the memory.
    """
    number = np.zeros(len(values), dtype=np.int64)
    known = line.known & np.isfinite(values)
    index = np.arange(len(values))
    first = known & ~np.concatenate([[False], known[:-1] & (line.run[1:] == line.run[:-1])])
    for edge in edges:
        above, below = values > edge + hysteresis_deg / 2, values < edge - hysteresis_deg / 2
        decided = known & (above | below | first)
        above = np.where(first, (values > edge) | ((edge <= 0) & (values == edge)), above)
        number += above[np.maximum.accumulate(np.where(decided, index, 0))]
    return np.where(known, number, UNKNOWN)


def stretches(states: States, line: Timeline) -> Stretches:
    """The stretches of a state sequence (T,), in order, unknown ones included."""
    change = (states[1:] != states[:-1]) | (line.run[1:] != line.run[:-1])
    first = np.concatenate([np.zeros(min(len(states), 1), dtype=np.int64), np.flatnonzero(change) + 1])
    last = np.append(first[1:], len(states))[: len(first)] - 1
    known = (states[first] != UNKNOWN) & line.known[first]
    return Stretches(states[first], first, last, line.start_s[first], line.stop_s[last], known)


def visits(states: States, line: Timeline) -> list[Visit]:
    """The stays of a state sequence (T,), in order, without the unknown ones."""
    found = stretches(states, line)
    return found.visits(found.known)


def settled(
    states: States, line: Timeline, dwell_s: float = DWELL_S, dwell_samples: int = DWELL_SAMPLES
) -> States:  # fmt: skip
    """(T,) the states without stays shorter than the dwell: each takes the state before it, the first the one after.

    Where a stretch between unknown times has no stay long enough, it is left as it is.
    """
    found = stretches(states, line)
    count = len(found.first)
    if count == 0:
        return states.copy()
    place = np.arange(count)
    run = line.run[found.first]
    begins = np.concatenate([[True], ~found.known[1:] | ~found.known[:-1] | (run[1:] != run[:-1])])
    begin = np.maximum.accumulate(np.where(begins, place, 0))
    end = np.append(np.flatnonzero(begins)[1:], count)[np.cumsum(begins) - 1]
    kept = found.known & (found.seconds >= dwell_s - _ROUNDING_S)
    kept &= found.last - found.first + 1 >= dwell_samples
    before = np.maximum.accumulate(np.where(kept, place, -1))
    after = np.minimum.accumulate(np.where(kept, place, count)[::-1])[::-1]
    source = np.where(before >= begin, before, np.where(after < end, after, place))
    return np.asarray(np.repeat(found.state[source], found.last - found.first + 1))


def reach(values: Array, range_deg: float) -> States:
    """(T,) for each frame the last frame up to which the values stay within `range_deg` of each other.

    NaN ends every stretch.
    """
    reached: States = _reach(np.ascontiguousarray(values, np.float64), range_deg + _ROUNDING_DEG)
    return reached


@njit(cache=True, nogil=True)
def _reach(values: Array, widest: float) -> States:
    """A window whose end never goes back; two queues hold what can still become its highest and its lowest value."""
    count = len(values)
    reached = np.empty(count, np.int64)
    high, low = np.empty(count, np.int64), np.empty(count, np.int64)
    high_first = high_stop = low_first = low_stop = end = 0
    for begin in range(count):
        end = max(end, begin)
        while end < count and np.isfinite(values[end]):
            value = values[end]
            top = max(value, values[high[high_first]]) if high_first < high_stop else value
            bottom = min(value, values[low[low_first]]) if low_first < low_stop else value
            if top - bottom > widest:
                break
            while high_first < high_stop and values[high[high_stop - 1]] <= value:
                high_stop -= 1
            while low_first < low_stop and values[low[low_stop - 1]] >= value:
                low_stop -= 1
            high[high_stop], low[low_stop] = end, end
            high_stop, low_stop, end = high_stop + 1, low_stop + 1, end + 1
        reached[begin] = max(end - 1, begin)
        if high_first < high_stop and high[high_first] == begin:
            high_first += 1
        if low_first < low_stop and low[low_first] == begin:
            low_first += 1
    return reached


def static_parts(visit: Visit, reached: States, line: Timeline, longer_than_s: float = STATIC_S) -> list[Visit]:
    """The static stretches of a visit, greedily from the left: the first that fits, as long as it goes, then on.

    `reached` is `reach(values, 10)` of the same frames. A stretch counts when it is longer than `longer_than_s`; the
    rest of the visit is dynamic.
    """
    parts = _parts(visit.first, visit.last, reached, line.start_s, line.stop_s, longer_than_s + _ROUNDING_S)
    return [
        Visit(visit.state, first, last, float(line.start_s[first]), float(line.stop_s[last]))
        for first, last in parts.tolist()
    ]


@njit(cache=True, nogil=True)
def _parts(first: int, last: int, reached: States, start_s: Array, stop_s: Array, longer_than_s: float) -> States:
    """(K, 2) first and last frames of the static stretches between two frames."""
    parts = np.empty((last - first + 1, 2), np.int64)
    count, at = 0, first
    while at <= last:
        end = min(reached[at], last)
        if stop_s[end] - start_s[at] > longer_than_s:
            parts[count, 0], parts[count, 1] = at, end
            count, at = count + 1, end
        at += 1
    return parts[:count]
