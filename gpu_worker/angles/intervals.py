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
UNKNOWN = -1
"""State of frames that belong to no zone."""


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
    """(T,) the states without stays shorter than the dwell: each takes the state before it, the first the one after."""
    calm = states.copy()
    previous: Visit | None = None
    waiting: list[Visit] = []
    for visit in visits(states, line):
        joined = previous is not None and line.run[previous.last] == line.run[visit.first] and (
            states[previous.last + 1 : visit.first] != UNKNOWN
        ).all()  # fmt: skip
        if not joined:
            previous, waiting = None, []
        if visit.seconds >= dwell_s and visit.last - visit.first + 1 >= dwell_samples:
            for short in waiting:
                calm[short.first : short.last + 1] = visit.state
            previous, waiting = visit, []
        elif previous is None:
            waiting.append(visit)
        else:
            calm[visit.first : visit.last + 1] = previous.state
            previous = Visit(previous.state, previous.first, visit.last, previous.start_s, visit.stop_s)
    return calm
