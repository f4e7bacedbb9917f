"""Smooths the region of interest over time: a tenth of a percent of jitter in it moves the 3D landmarks by 11 mm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_REST_HZ = np.array([0.6, 0.6, 0.3, 0.3])
"""Cut-off frequency for x, y, side and angle while nothing moves."""
_GAIN = np.array([3.0, 3.0, 1.5, 1.5])
"""Hz by which it rises per unit of speed: sides a second for x and y, e-folds for the side, radians for the angle."""
_SPEED_HZ = 1.0


class RoiFilter:
    """The 1 euro filter (Casiez, Roussel, Vogel 2012) on a ROI: calm when it rests, quick when the person moves.

    The side is filtered as its logarithm and the centre in units of the side, so that distance to the camera does not
    matter; the angle runs on through full turns.
    """

    def __init__(self, roi: Array, time_s: float) -> None:
        self._state, self._speed, self._time_s = _to_state(roi), np.zeros(4), time_s

    @property
    def roi(self) -> Array:
        """The smoothed ROI (4,)."""
        x, y, log_side, angle = self._state
        return np.array([x, y, np.exp(log_side), (angle + np.pi) % (2 * np.pi) - np.pi])

    def update(self, roi: Array, time_s: float) -> Array:
        """Take in the ROI (4,) seen at `time_s` and return the smoothed one."""
        step = time_s - self._time_s
        if step <= 0:
            return self.roi
        target = _to_state(roi)
        target[3] += round((self._state[3] - target[3]) / (2 * np.pi)) * 2 * np.pi
        unit = np.array([roi[2], roi[2], 1.0, 1.0])
        speed = (target - self._state) / unit / step
        self._speed += _weight(_SPEED_HZ, step) * (speed - self._speed)
        self._state = self._state + _weight(_REST_HZ + _GAIN * np.abs(self._speed), step) * (target - self._state)
        self._time_s = time_s
        return self.roi


def _to_state(roi: Array) -> Array:
    return np.array([roi[0], roi[1], np.log(max(roi[2], 1.0)), roi[3]])


def _weight(cutoff_hz: Array | float, step_s: float) -> Array:
    return np.asarray(1 / (1 + 1 / (2 * np.pi * np.asarray(cutoff_hz) * step_s)))
