"""Angles of a person who stands upright but for what a script says: the tests' way to act a posture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.series import AngleSeries

Stretch = tuple[float, float, float]
"""From second, to second, value."""


def acted(
    script: Mapping[str, Sequence[Stretch]],
    seconds: float = 60.0,
    rate_hz: float = 10.0,
    unseen: Sequence[tuple[float, float]] = (),
    posture: str = "standing",
    sigma: float = 4.0,
) -> AngleSeries:
    """Every signal of the catalogue: 0 where the script is silent, NaN where the person is unseen."""
    times = np.arange(0, seconds + 1e-9, 1 / rate_hz)
    seen = np.ones(len(times), dtype=np.bool_)
    for start, end in unseen:
        seen[(times >= start) & (times < end)] = False
    signals = {signal.name: np.zeros(len(times)) for signal in SIGNALS}
    for name, stretches in script.items():
        for start, end, value in stretches:
            signals[name][(times >= start) & (times < end)] = value
    signals = {name: np.where(seen, values, np.nan) for name, values in signals.items()}
    return AngleSeries(
        times_s=times,
        frame_index=np.arange(len(times)),
        seen=seen,
        signals=signals,
        sigma={name: np.where(seen, sigma, np.nan) for name in signals},
        posture=np.where(seen, posture, ""),
        offsets={},
    )
