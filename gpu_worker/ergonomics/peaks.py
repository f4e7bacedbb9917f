"""Where a value is furthest from zero: the moments worth a picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gpu_worker.ergonomics.scoring import Angles

TOP = 3
"""Moments of each kind."""
APART_S = 5.0
"""Two peaks closer than this are one."""


def furthest(values: Angles, times_s: Angles) -> Iterator[int]:
    """Places of the `TOP` largest of `values` (T,) at `times_s` (T,), at least `APART_S` apart; NaN is no value."""
    left = values.copy()
    for _ in range(TOP):
        if np.isnan(left).all():
            return
        frame = int(np.nanargmax(left))
        yield frame
        left[np.abs(times_s - times_s[frame]) < APART_S] = np.nan
