"""A standard's criterion over a clip, with the stretches that it does not accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from gpu_worker.ergonomics.method_results import MachinePart, StaticPart
from gpu_worker.ergonomics.signals import Combine

P = TypeVar("P", StaticPart, MachinePart)


@dataclass(frozen=True)
class Bad:
    """A stretch that its standard does not accept."""

    start_s: float
    end_s: float
    time_s: float
    """The moment to look at."""
    angle: float
    """Mean over a hold, largest of movements; in the criterion's unit."""
    limit_s: float | None = None
    """Of a hold: how long it may last, 0 where the posture is refused however short. None: a movement."""
    per_min: float = 0.0
    """Of movements into a zone: how often."""
    zone: int = 0
    """Of movements: the zone's position in its table."""

    @property
    def excess(self) -> float:
        """How far past what is accepted: a hold's length over its limit."""
        seconds = self.end_s - self.start_s
        return np.inf if not self.limit_s else seconds / self.limit_s


@dataclass(frozen=True)
class Judged(Generic[P]):
    """One criterion over a clip, and everything in it that the standard does not accept."""

    result: P
    combine: Combine
    bad: tuple[Bad, ...]
