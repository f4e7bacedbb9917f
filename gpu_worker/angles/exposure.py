"""How much, how long, how often: figures of one signal over the observed time. Pure functions of values and weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.stats import chi2  # type: ignore[import-untyped]

from gpu_worker.angles.intervals import (
    HYSTERESIS_DEG,
    STATIC_RANGE_DEG,
    STATIC_S,
    Visit,
    reach,
    settled,
    static_parts,
    visits,
    zones,
)
from gpu_worker.angles.smoothing import COARSE_BELOW_HZ
from gpu_worker.angles.timing import Timeline, bridged, sample_rate_hz, timeline
from gpu_worker.angles.zones import seconds_in_zones

Array = NDArray[np.float64]

PERCENTILES = (10.0, 50.0, 90.0, 95.0, 99.0)
SHORTEST_FOR_FREQUENCY_MIN = 3.0
CONFIDENCE = 0.9
MOVEMENT_DEG = 10.0
WARN_UNKNOWN, REFUSE_UNKNOWN = 0.10, 0.20


@dataclass(frozen=True)
class Frequency:
    """Events a minute, with the exact Poisson interval of the count."""

    count: int
    minutes: float
    per_minute: float
    low: float
    high: float

    def undecided(self, limit: float = 2.0) -> bool:
        """True where too little was observed, or the interval holds the limit: report both rows, "near a border"."""
        return self.minutes < SHORTEST_FOR_FREQUENCY_MIN or self.low <= limit <= self.high


@dataclass(frozen=True)
class Exposure:
    """One signal over one clip, against zones cut at `edges_deg`."""

    edges_deg: tuple[float, ...]
    seconds: tuple[float, ...]
    """Observed seconds per zone, without hysteresis; they sum to `observed_s`."""
    static_s: tuple[float, ...]
    """Seconds per zone in static holds."""
    dynamic_s: tuple[float, ...]
    """Seconds per zone in visits outside holds."""
    visits_per_minute: tuple[Frequency, ...]
    longest_hold_s: float
    holds: int
    """Number of static holds in any zone."""
    percentiles_deg: tuple[float, ...]
    """10, 50, 90, 95, 99; NaN where nothing was observed."""
    degree_minutes: float
    """Angle away from zero, summed over time."""
    movements: Frequency
    """Changes of direction after at least 10°."""
    observed_s: float
    interpolated_s: float
    unknown_s: float
    coarse: bool
    """True where the sample rate is too low for movements a minute and for holds near their limit."""


def exposure(
    times_s: Array, values: Array, edges_deg: Sequence[float], *, static_longer_than_s: float = STATIC_S
) -> Exposure:
    """Everything above for `values` (T,) at `times_s` (T,); NaN is unknown, bridged where the gap is short."""
    line = timeline(times_s, np.isfinite(values))
    filled = bridged(times_s, values, line)
    stays = visits(settled(zones(filled, edges_deg, line, HYSTERESIS_DEG), line), line)
    reached = reach(filled, STATIC_RANGE_DEG)
    held = [static_parts(stay, reached, line, static_longer_than_s) for stay in stays]
    holds = [hold for parts in held for hold in parts]
    count, minutes = len(edges_deg) + 1, line.observed_s / 60
    static_s, stay_s = _by_state(holds, count), _by_state(stays, count)
    return Exposure(
        edges_deg=tuple(edges_deg),
        seconds=tuple(float(s) for s in seconds_in_zones(filled, edges_deg, line)),
        static_s=static_s,
        dynamic_s=tuple(stay - held_s for stay, held_s in zip(stay_s, static_s, strict=True)),
        visits_per_minute=tuple(frequency(sum(s.state == zone for s in stays), minutes) for zone in range(count)),
        longest_hold_s=max((hold.seconds for hold in holds), default=0.0),
        holds=len(holds),
        percentiles_deg=percentiles(filled, line),
        degree_minutes=degree_minutes(filled, line),
        movements=frequency(movements(filled, line), minutes),
        observed_s=line.observed_s,
        interpolated_s=line.interpolated_s,
        unknown_s=line.unknown_s,
        coarse=not sample_rate_hz(times_s) >= COARSE_BELOW_HZ,
    )


def frequency(count: int, minutes: float, confidence: float = CONFIDENCE) -> Frequency:
    """`count` events in `minutes` as a rate with the exact (Garwood 1936) Poisson interval."""
    if minutes <= 0:
        return Frequency(count, 0.0, 0.0, 0.0, float("inf"))
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - tail, 2 * count + 2)) / 2
    return Frequency(count, minutes, count / minutes, low / minutes, high / minutes)


def percentiles(values: Array, line: Timeline, wanted: Sequence[float] = PERCENTILES) -> tuple[float, ...]:
    """Percentiles of the values weighted with the time each stands for; NaN where nothing is known."""
    weights = line.weights_s[line.known]
    if weights.sum() <= 0:
        return tuple(float("nan") for _ in wanted)
    known = values[line.known]
    order = np.argsort(known, kind="stable")
    passed = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum() * 100
    return tuple(float(v) for v in np.interp(wanted, passed, known[order]))


def degree_minutes(values: Array, line: Timeline, beyond_deg: float = 0.0) -> float:
    """Degrees by which |value| exceeds `beyond_deg`, times minutes, summed over the known time."""
    excess = np.maximum(np.abs(values[line.known]) - beyond_deg, 0.0)
    return float(excess @ line.weights_s[line.known] / 60)


def movements(values: Array, line: Timeline, at_least_deg: float = MOVEMENT_DEG) -> int:
    """Number of one-way movements of at least `at_least_deg` between turning points, within unbroken runs."""
    total = 0
    known = np.flatnonzero(line.known)
    for piece in np.split(known, np.flatnonzero(np.diff(line.run[known])) + 1):
        total += _one_way(values[piece], at_least_deg)
    return total


@njit(cache=True, nogil=True)
def _one_way(values: Array, at_least_deg: float) -> int:
    """Swings of a single run: a swing ends where the value has come back by the threshold."""
    if not len(values):  # compiled code reads past the end of an empty array
        return 0
    count, direction = 0, 0
    low = high = values[0]
    for value in values[1:]:
        low, high = min(low, value), max(high, value)
        if direction <= 0 and value - low >= at_least_deg:
            count, direction, high = count + 1, 1, value
        elif direction >= 0 and high - value >= at_least_deg:
            count, direction, low = count + 1, -1, value
        if direction > 0:
            low = high
        elif direction < 0:
            high = low
    return count


def unknown_verdict(line: Timeline) -> Literal["fine", "warn", "refuse"]:
    """Whether a legal verdict may rest on this signal: warn above 10 % unknown time, refuse above 20 %."""
    share = line.unknown_s / line.total_s if line.total_s else 1.0
    return "refuse" if share > REFUSE_UNKNOWN else "warn" if share > WARN_UNKNOWN else "fine"


def _by_state(stays: Sequence[Visit], count: int) -> tuple[float, ...]:
    return tuple(sum((stay.seconds for stay in stays if stay.state == state), 0.0) for state in range(count))
