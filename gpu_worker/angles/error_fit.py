"""Fits the error model to clips whose true angles are known: variance components by the method of moments.

For one quantity, with e the error of a frame and m the mean error of one clip seen in one view:

    E[(m − m')²] / 2 = view²        for two views of the same clip
    E[m²]            = clip² + view²
    E[d(t) d(t + τ)] = slow² · exp(−τ / slow_s)   for τ > 0, d = e − m
    E[d²]            = slow² + white²

both means freed of the slow part that a long stretch leaves in them; in one of under ten time constants it counts as
lasting, the wider assumption. Second moments are about zero, so that an error all clips share counts as uncertainty.
Measure with the clips' true gravity: gravity's own error is added later, per clip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.catalogue import BY_NAME, SIGNALS
from gpu_worker.angles.errors import ErrorModel, ErrorTerms, shipped
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.uncertainty import views

Array = NDArray[np.float64]

LONGEST_LAG_S = 3.0
TIME_CONSTANTS_S = np.geomspace(0.3, 10.0, 36)
LEADING: Mapping[str, tuple[str, ...]] = {
    "trunk": ("trunk_flexion",),
    "trunk_side": ("trunk_side_bend",),
    "trunk_twist": ("trunk_twist",),
    "arm": ("arm_elevation", "arm_elevation_gravity"),
}
"""Quantities that stand for their entry: parts of the spine and angles cut off at 0 err less, and taken along they
would make the whole look surer than it is. Other entries are fitted to all of their quantities."""
CONSTANTS_TO_TELL = 10.0
"""Time constants of the slow error after which a stretch's mean is mostly free of it."""
FEWEST_FRAMES = 20
"""A clip's stretch in one view counts from this many frames on."""


@dataclass(frozen=True)
class Pair:
    """The same frames, truly and as measured."""

    truth: AngleSeries
    measured: AngleSeries


@dataclass(frozen=True)
class _Stretch:
    """One signal's errors in one clip and view."""

    clip: int
    signal: str
    mean: float
    seconds: float
    step_s: float
    covariance: Array
    """Autocovariance about the mean by lag, from lag 0."""
    pairs: Array
    """Number of products behind each lag."""


def fit_errors(pairs: Sequence[Pair], name: str, source: str) -> ErrorModel:
    """An error model for clips like these. Quantities without enough frames keep the shipped terms.

    Raises ValueError where truth and measurement are not of the same frames.
    """
    for pair in pairs:
        if pair.truth.times_s.shape != pair.measured.times_s.shape:
            raise ValueError("truth and measurement have to hold the same frames")
    terms = dict(shipped().terms)
    for entry in terms:
        stretches = _all_stretches(pairs, entry)
        if stretches:
            terms[entry] = _terms(stretches)
    return ErrorModel(name, source, terms)


def fitted_entries(pairs: Sequence[Pair]) -> frozenset[str]:
    """Entries of the model that `fit_errors` finds enough frames for."""
    return frozenset(entry for entry in shipped().terms if _all_stretches(pairs, entry))


def _all_stretches(pairs: Sequence[Pair], entry: str) -> list[_Stretch]:
    return [stretch for clip, pair in enumerate(pairs) for stretch in _stretches(clip, pair, entry)]


def _stretches(clip: int, pair: Pair, entry: str) -> list[_Stretch]:
    """The errors of every signal of one entry, by view."""
    times = pair.measured.times_s
    view = views(pair.measured, np.arange(len(times)))
    found: list[_Stretch] = []
    for signal in SIGNALS:
        stands_for = signal.quantity.name in LEADING.get(entry, (signal.quantity.name,))
        if signal.quantity.error != entry or not stands_for or signal.name not in pair.measured.signals:
            continue
        error = pair.measured.signals[signal.name] - pair.truth.signals[signal.name]
        if BY_NAME[signal.name].quantity.unit == "deg":
            error = (error + 180.0) % 360.0 - 180.0
        for number in np.unique(view):
            part = np.where(view == number, error, np.nan)
            if np.isfinite(part).sum() >= FEWEST_FRAMES:
                found.append(_stretch(clip, signal.name, times, part))
    return found


def _stretch(clip: int, signal: str, times_s: Array, error: Array) -> _Stretch:
    step = float(np.median(np.diff(times_s)))
    mean = float(np.nanmean(error))
    away = error - mean
    count = int(np.isfinite(error).sum())
    lags = range(min(round(LONGEST_LAG_S / step), count // 2) + 1)
    products = [away[: len(away) - lag] * away[lag:] for lag in lags]
    counts = np.array([np.isfinite(p).sum() for p in products], dtype=np.float64)
    sums = np.array([np.nansum(p) for p in products])
    return _Stretch(clip, signal, mean, count * step, step, sums / np.maximum(counts, 1), counts)


def _terms(stretches: Sequence[_Stretch]) -> ErrorTerms:
    slow, slow_s, white = _in_time(stretches)
    long = [s for s in stretches if s.seconds >= CONSTANTS_TO_TELL * slow_s]
    # Shorter stretches cannot tell a slow error from a lasting one: what is left in their means counts as lasting.
    left = float(np.sum([slow**2 * _left_in_mean(slow_s, np.array(s.seconds)) for s in long])) / len(stretches)
    square = float(np.mean([s.mean**2 for s in stretches])) - left
    differences = [
        (a.mean - b.mean) ** 2
        for n, a in enumerate(stretches)
        for b in stretches[n + 1 :]
        if (a.clip, a.signal) == (b.clip, b.signal)
    ]
    # Clips that show one view only cannot tell the two apart: half each.
    view = float(np.mean(differences)) / 2 - left if differences else square / 2
    view = min(max(view, 0.0), max(square, 0.0))
    clip = max(square - view, 0.0)
    return replace(_NO_ERROR, clip=clip**0.5, view=view**0.5, slow=slow, slow_s=slow_s, white=white)


_NO_ERROR = ErrorTerms(clip=0.0, view=0.0, slow=0.0, slow_s=1.0, white=0.0)


def _left_in_mean(slow_s: float, seconds: Array) -> Array:
    """Share of an AR(1)'s variance that is left in its mean over a stretch: 2 · slow_s / T for long ones."""
    return np.minimum(1.0, 2 * slow_s / seconds)


def _in_time(stretches: Sequence[_Stretch]) -> tuple[float, float, float]:
    """Slow standard deviation, its time constant, and white standard deviation, by least squares over the lags."""
    lags = np.concatenate([np.arange(1, len(s.covariance)) * s.step_s for s in stretches])
    covariance = np.concatenate([s.covariance[1:] for s in stretches])
    weight = np.concatenate([s.pairs[1:] for s in stretches])
    seconds = np.concatenate([np.full(len(s.covariance) - 1, s.seconds) for s in stretches])
    total = float(np.average([s.covariance[0] for s in stretches], weights=[s.pairs[0] for s in stretches]))
    best = (np.inf, 0.0, 1.0)
    for slow_s in TIME_CONSTANTS_S:
        # Taking the stretch's own mean away takes the mean's variance from every lag.
        shape = np.exp(-lags / slow_s) - _left_in_mean(slow_s, seconds)
        variance = max(float((weight * shape) @ covariance / ((weight * shape) @ shape)), 0.0)
        misfit = float(weight @ (covariance - variance * shape) ** 2)
        best = min(best, (misfit, variance, float(slow_s)))
    _, variance, slow_s = best
    total += variance * float(np.mean([_left_in_mean(slow_s, np.array(s.seconds)) for s in stretches]))
    variance = min(variance, total)
    return variance**0.5, slow_s, max(total - variance, 0.0) ** 0.5
