"""Zones, visits and static holds over time: pure functions of a time line and values.

A value's zone changes only once the value is `hysteresis` past an edge's middle, and a zone counts only when it is kept
for the dwell time. A visit is one stay in a zone. Unknown time ends every visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Visit:
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


def visits(states: States, line: Timeline) -> list[Visit]:
    """The stays of a state sequence (T,), in order, without the unknown ones."""
    if len(states) == 0:
        return []
    change = (states[1:] != states[:-1]) | (line.run[1:] != line.run[:-1])
    first = np.concatenate([[0], np.flatnonzero(change) + 1])
    last = np.concatenate([first[1:] - 1, [len(states) - 1]])
    return [
        Visit(int(states[a]), int(a), int(b), float(line.start_s[a]), float(line.stop_s[b]))
        for a, b in zip(first, last, strict=True)
        if states[a] != UNKNOWN and line.known[a]
    ]


def settled(
    states: States, line: Timeline, dwell_s: float = DWELL_S, dwell_samples: int = DWELL_SAMPLES
) -> States:  # fmt: skip
    """(T,) the states without stays shorter than the dwell: each takes the state before it, the first the one after.

    Where a stretch between unknown times has no stay long enough, it is left as it is.
    """
    calm = states.copy()
    before: Visit | None = None
    kept, early = UNKNOWN, [UNKNOWN]
    for visit in visits(states, line):
        if before is None or before.last + 1 != visit.first or line.run[before.last] != line.run[visit.first]:
            kept, early = UNKNOWN, []
        before = visit
        if visit.seconds >= dwell_s - _ROUNDING_S and visit.last - visit.first + 1 >= dwell_samples:
            if early:
                calm[early[0] : visit.first] = visit.state
            kept, early = visit.state, []
        elif kept == UNKNOWN:
            early.append(visit.first)
        else:
            calm[visit.first : visit.last + 1] = kept
    return calm


def reach(values: Array, range_deg: float) -> States:
    """(T,) for each frame the last frame up to which the values stay within `range_deg` of each other.

    NaN ends every stretch. By doubling: spans of 1, 2, 4 … frames are known by their extremes, and each frame goes on
    by the longest span that still fits.
    """
    count = len(values)
    # NaN as a value out of every range.
    solid = np.where(np.isfinite(values), values, _FAR)
    highest, lowest = [solid], [solid]
    while 2 ** len(highest) <= count:
        half = 2 ** (len(highest) - 1)
        highest.append(np.maximum(highest[-1][:-half], highest[-1][half:]))
        lowest.append(np.minimum(lowest[-1][:-half], lowest[-1][half:]))
        if np.min(highest[-1] - lowest[-1]) > range_deg + _ROUNDING_DEG:
            # No span of this length fits anywhere, so no longer one does.
            break
    place, top, bottom = np.arange(count), solid.copy(), solid.copy()
    for level in reversed(range(len(highest))):
        span = 2**level
        fits = place + span <= count
        at = np.minimum(place, count - span)
        new_top, new_bottom = np.maximum(top, highest[level][at]), np.minimum(bottom, lowest[level][at])
        fits &= new_top - new_bottom <= range_deg + _ROUNDING_DEG
        place = np.where(fits, place + span, place)
        top, bottom = np.where(fits, new_top, top), np.where(fits, new_bottom, bottom)
    return np.maximum(place - 1, np.arange(count))


def static_parts(visit: Visit, reached: States, line: Timeline, longer_than_s: float = STATIC_S) -> list[Visit]:
    """The static stretches of a visit, greedily from the left: the first that fits, as long as it goes, then on.

    `reached` is `reach(values, 10)` of the same frames. A stretch counts when it is longer than `longer_than_s`; the
    rest of the visit is dynamic.
    """
    first, last = visit.first, visit.last
    stop = np.minimum(reached[first : last + 1], last)
    long = line.stop_s[stop] - line.start_s[first : last + 1] > longer_than_s + _ROUNDING_S
    candidates = np.flatnonzero(long)
    found: list[Visit] = []
    at = 0
    while (place := np.searchsorted(candidates, at)) < len(candidates):
        begin = int(candidates[place])
        end = int(stop[begin])
        found.append(
            Visit(visit.state, first + begin, end, float(line.start_s[first + begin]), float(line.stop_s[end]))
        )
        at = end - first + 1
    return found
