"""From errors of single angles to intervals of minutes, by Monte Carlo.

Per-frame noise averages out over minutes and would certify a constant error away. So each part of the error model is
drawn at its own scale: once per clip, once per view, slowly wandering, and anew per frame. What the series' sigma holds
beyond the model's other parts (gravity, neutral, fit) is constant over the clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter  # type: ignore[import-untyped]

from gpu_worker.angles import errors
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.angles.errors import ErrorModel, ErrorTerms
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import Timeline, bridged, timeline
from gpu_worker.angles.zones import seconds_in_zones

Array = NDArray[np.float64]
Picks = NDArray[np.int64]

VIEWS_DEG = (30.0, 60.0, 120.0)
"""Edges between the views front, oblique, side and back, by the angle between the person's front and the camera."""
DRAWS = 400
INTERVAL = 0.9
MOST_SAMPLES = 6000
"""Longer clips are thinned to this many samples; white noise averages out over so many."""
_STEPS_PER_CONSTANT = 4


@dataclass(frozen=True)
class ZoneMinutes:
    """Minutes per zone with their 90 % intervals."""

    edges_deg: tuple[float, ...]
    minutes: tuple[float, ...]
    """As measured; they sum to the observed time."""
    low: tuple[float, ...]
    high: tuple[float, ...]
    draws: Array
    """(draws, zones) minutes of every draw, for what is worked out from several zones or signals."""


def zone_minutes(
    series: AngleSeries,
    name: str,
    edges_deg: Sequence[float],
    rng: np.random.Generator,
    model: ErrorModel | None = None,
    draws: int = DRAWS,
) -> ZoneMinutes:
    """Minutes of signal `name` below, between and above `edges_deg`, with intervals from `draws` possible truths."""
    values = series.signals[name]
    line = timeline(series.times_s, np.isfinite(values))
    filled = bridged(series.times_s, values, line)
    edges = tuple(edges_deg)
    measured = seconds_in_zones(filled, edges, line) / 60
    picks, weights = _thinned(line)
    possible = possible_truths(series, name, filled, picks, rng, model or errors.of(series), draws)
    zone = sum((possible > e if e > 0 else possible >= e for e in edges), np.zeros(possible.shape, dtype=np.int64))
    drawn = np.stack([(zone == number) @ weights for number in range(len(edges) + 1)], axis=1) / 60
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return ZoneMinutes(edges, _floats(measured), _floats(low), _floats(high), drawn)


def possible_truths(
    series: AngleSeries,
    name: str,
    values: Array,
    picks: Picks,
    rng: np.random.Generator,
    model: ErrorModel,
    draws: int,
) -> Array:
    """(draws, len(picks)) values the signal may really have had at the frames `picks`.

    `values` (T,) is the signal with short gaps bridged. Signals that have no sign are mirrored at 0.
    """
    terms = model.terms[BY_NAME[name].quantity.error]
    sigma = series.sigma[name][picks]
    sigma = np.where(np.isfinite(sigma), sigma, np.nanmedian(sigma)) if np.isfinite(sigma).any() else 0 * values[picks]
    beyond = sigma**2 - terms.view**2 - terms.slow**2 - terms.white**2
    constant = np.sqrt(np.maximum(beyond, terms.clip**2))
    error = rng.standard_normal((draws, 1)) * constant
    error += rng.standard_normal((draws, len(VIEWS_DEG) + 1))[:, views(series, picks)] * terms.view
    if terms.slow > 0:
        error += _slow(series.times_s[picks], terms, rng, draws)
    if terms.white > 0:
        error += rng.standard_normal((draws, len(picks))) * terms.white
    truths = values[picks] - error
    return np.abs(truths) if BY_NAME[name].quantity.range.startswith("0…") else np.asarray(truths)


def views(series: AngleSeries, picks: Picks) -> Picks:
    """(P,) number of the view each frame of `picks` was seen in; frames without one count as front."""
    view = np.abs(series.signals["view"][picks])
    return np.searchsorted(VIEWS_DEG, np.where(np.isfinite(view), view, 0.0)).astype(np.int64)


def _slow(times_s: Array, terms: ErrorTerms, rng: np.random.Generator, draws: int) -> Array:
    """(draws, P) first-order autoregressive error with the model's time constant, taken at `times_s` (P,)."""
    step = terms.slow_s / _STEPS_PER_CONSTANT
    place = np.floor((times_s - times_s[0]) / step).astype(np.int64) if len(times_s) else np.zeros(0, dtype=np.int64)
    keep = np.exp(-1 / _STEPS_PER_CONSTANT)
    noise = rng.standard_normal((draws, int(place.max(initial=0)) + 1))
    noise[:, 1:] *= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], noise, axis=1)[:, place] * terms.slow)


def _thinned(line: Timeline) -> tuple[Picks, Array]:
    """Frames that stand for the known time, at most `MOST_SAMPLES`, and the seconds each stands for."""
    known = np.flatnonzero(line.known)
    if len(known) == 0:
        return known.astype(np.int64), np.zeros(0)
    pieces = np.array_split(known, min(MOST_SAMPLES, len(known)))
    starts = np.cumsum([0, *(len(piece) for piece in pieces[:-1])])
    picks = np.array([piece[len(piece) // 2] for piece in pieces], dtype=np.int64)
    return picks, np.add.reduceat(line.weights_s[known], starts)


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
