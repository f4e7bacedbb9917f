"""Stays in a posture and the static holds within them, as masks over T frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.intervals import UNKNOWN, Visit, static_parts, stretches
from gpu_worker.angles.timing import Timeline

Mask = NDArray[np.bool_]
Frames = NDArray[np.int64]
INSIDE = 1


@dataclass(frozen=True)
class Occupancy:
    """Stays in one posture."""

    inside: Mask
    """(T,) True while in it."""
    still: Mask
    """(T,) True in the static part of a stay; the rest of `inside` is dynamic."""
    stays: int
    """Number of stays."""
    holds: tuple[Visit, ...]


def occupy(inside: Mask, reached: Frames, line: Timeline, static_s: float) -> Occupancy:
    """Stays where `inside` (T,) is True, and their holds: stretches longer than `static_s` that `reached` allows.

    Unknown time ends a stay.
    """
    held_in = inside & line.known
    found = stretches(np.where(held_in, INSIDE, UNKNOWN), line)
    long = found.visits(found.known & (found.seconds > static_s))
    holds = tuple(hold for stay in long for hold in static_parts(stay, reached, line, static_s))
    still = np.zeros(len(inside), dtype=np.bool_)
    for hold in holds:
        still[hold.first : hold.last + 1] = True
    return Occupancy(held_in, still, int(found.known.sum()), holds)
