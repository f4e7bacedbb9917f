"""The time of a clip that counts: frames of some operation that no expert left out, and how long they last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.timing import Timeline
from gpu_worker.ergonomics.scoring import Angles

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """What scores are summed over, and how long one has to last to be told of."""

    line: Timeline
    """Of the person being in sight."""
    frames: Mask
    """(T,) True where the time counts."""
    total_s: float
    """Seconds of those frames, the unseen ones included."""
    dwell_s: float

    @cached_property
    def weights_s(self) -> Angles:
        """(T,) seconds each frame stands for; 0 where it does not count or nobody was seen."""
        return np.where(self.frames, self.line.weights_s, 0.0)
