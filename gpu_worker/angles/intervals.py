"""Zones, visits and static holds over time: pure functions of a time line and values.

A value's zone changes only once the value is `hysteresis` past an edge's middle, and a zone counts only when it is kept
for the dwell time. A visit is one stay in a zone. Unknown time ends every visit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
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
_FAR = 1e12
_PIECE = 4096


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

    NaN ends every stretch. By doubling: spans of 1, 2, 4 … frames are known by their extremes, and each frame goes on
    by the longest span that still fits.
    """
    count = len(values)
    highest, lowest = _extremes(values, range_deg)
    reached = np.empty(count, dtype=np.int64)
    # In pieces that fit the processor's cache: all frames at once take several times as long.
    for start in range(0, count, _PIECE):
        begin = np.arange(start, min(start + _PIECE, count))
        place, top, bottom = begin.copy(), highest[0][begin], lowest[0][begin]
        for level in reversed(range(len(highest))):
            new_top = np.maximum(top, highest[level].take(place, mode="clip"))
            new_bottom = np.minimum(bottom, lowest[level].take(place, mode="clip"))
            fits = (place + 2**level <= count) & (new_top - new_bottom <= range_deg + _ROUNDING_DEG)
            place += fits * 2**level
            np.copyto(top, new_top, where=fits)
            np.copyto(bottom, new_bottom, where=fits)
        reached[begin] = np.maximum(place - 1, begin)
    return reached


def _extremes(values: Array, range_deg: float) -> tuple[list[Array], list[Array]]:
    """Highest and lowest value of every span of 1, 2, 4 … frames, by level, as long as any of them is in range."""
    # NaN as a value out of every range.
    solid = np.where(np.isfinite(values), values, _FAR)
    highest, lowest = [solid], [solid]
    while 2 ** len(highest) <= len(values):
        half = 2 ** (len(highest) - 1)
        highest.append(np.maximum(highest[-1][:-half], highest[-1][half:]))
        lowest.append(np.minimum(lowest[-1][:-half], lowest[-1][half:]))
        if np.min(highest[-1] - lowest[-1]) > range_deg + _ROUNDING_DEG:
            # No span of this length fits anywhere, so no longer one does.
            break
    return highest, lowest


def static_parts(visit: Visit, reached: States, line: Timeline, longer_than_s: float = STATIC_S) -> list[Visit]:
    """The static stretches of a visit, greedily from the left: the first that fits, as long as it goes, then on.

    `reached` is `reach(values, 10)` of the same frames. A stretch counts when it is longer than `longer_than_s`; the
    rest of the visit is dynamic.
    """
    first, last = visit.first, visit.last
    stop = np.minimum(reached[first : last + 1], last)
    long = line.stop_s[stop] - line.start_s[first : last + 1] > longer_than_s + _ROUNDING_S
    candidates = np.flatnonzero(long).tolist()
    found: list[Visit] = []
    at = 0
    while (place := bisect_left(candidates, at)) < len(candidates):
        begin = candidates[place]
        end = int(stop[begin])
        found.append(
            Visit(visit.state, first + begin, end, float(line.start_s[first + begin]), float(line.stop_s[end]))
        )
        at = end - first + 1
    return found
