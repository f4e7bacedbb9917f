"""Smooths the region of interest over time: a tenth of a percent of jitter in it moves the 3D landmarks by 11 mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpu_worker.pose.estimator import Array


@dataclass(frozen=True)
class Smoothing:
    """How much to smooth: centre, then side and angle."""

    rest_hz: tuple[float, float] = (0.6, 0.3)
    """Cut-off frequency while nothing moves."""
    gain: tuple[float, float] = (3.0, 1.5)
    """Hz by which it rises per unit of speed: sides a second for the centre, e-folds and radians for the others."""
    speed_hz: float = 1.0
    """Cut-off frequency of the speed itself."""


class RoiFilter:
    """The 1 euro filter (Casiez, Roussel, Vogel 2012) on a ROI: calm when it rests, quick when the person moves.

    The side is filtered as its logarithm and the centre in units of the side, so that distance to the camera does not
    matter; the angle runs on through full turns. The centre moves on with its speed, so that it does not lag behind a
    person who walks.
    """

    def __init__(self, roi: Array, time_s: float, smoothing: Smoothing = Smoothing()) -> None:
        self._state, self._seen, self._time_s = _to_state(roi), _to_state(roi), time_s
        self._speed = np.zeros(4)
        self._smoothing = smoothing
        self._rest_hz, self._gain = np.repeat([smoothing.rest_hz, smoothing.gain], 2, axis=1)

    def at(self, time_s: float) -> Array:
        """Where the ROI (4,) is expected at a time."""
        x, y, log_side, angle = self._expected(time_s)
        return np.array([x, y, np.exp(log_side), (angle + np.pi) % (2 * np.pi) - np.pi])

    def update(self, roi: Array, time_s: float) -> None:
        """Take in the ROI (4,) seen at a time; one that is not later than the last is left out."""
        step = time_s - self._time_s
        if step <= 0:
            return
        seen = _to_state(roi)
        seen[3] += round((self._state[3] - seen[3]) / (2 * np.pi)) * 2 * np.pi
        unit = np.array([roi[2], roi[2], 1.0, 1.0])
        self._speed += _weight(self._smoothing.speed_hz, step) * ((seen - self._seen) / step - self._speed)
        expected = self._expected(time_s)
        cutoff_hz = self._rest_hz + self._gain * np.abs(self._speed) / unit
        self._state = expected + _weight(cutoff_hz, step) * (seen - expected)
        self._seen, self._time_s = seen, time_s

    def _expected(self, time_s: float) -> Array:
        moving = np.array([1.0, 1.0, 0.0, 0.0])
        return self._state + moving * self._speed * max(time_s - self._time_s, 0.0)


def _to_state(roi: Array) -> Array:
    return np.array([roi[0], roi[1], np.log(max(roi[2], 1.0)), roi[3]])


def _weight(cutoff_hz: Array | float, step_s: float) -> Array:
    return np.asarray(1 / (1 + 1 / (2 * np.pi * np.asarray(cutoff_hz) * step_s)))
