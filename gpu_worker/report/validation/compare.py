"""Ours against a reference: seconds and κ of every legal row, bias and limits of every angle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import MAX_GAP_S, spans_s
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import Given, given
from gpu_worker.ergonomics.nv361.cells import BITS, cell, support
from gpu_worker.ergonomics.nv361.observe import all_tracks, clip_of, observe, occupancies
from gpu_worker.ergonomics.nv361.rows import active, frequencies, movements, taken_together
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.readings import Readings
from gpu_worker.report.validation.agreement import BlandAltman, bland_altman, cohens_kappa
from gpu_worker.report.validation.reference import Goniometer, Stopwatch

SHARED = 0.5
"""Share of a record that has to lie in the clip it is set against."""


@dataclass(frozen=True)
class RowAgreement:
    """One legal row: seconds by both, and κ over time (NaN where neither or both held throughout)."""

    row: str
    ours_s: float
    reference_s: float
    kappa: float


@dataclass(frozen=True)
class LeftOut:
    """What the kit does not compare, because the analysis does not count it or a person entered it."""

    seconds: float
    """Watched by the reference, but excluded by an expert or outside of every operation."""
    readings: int
    """Of the goniometer in such time."""
    rows: tuple[str, ...]
    """Excluded by an expert."""
    corrections: int
    """By an expert; none is applied, since the instrument is compared."""


@dataclass(frozen=True)
class Validation:
    """Everything the kit says of one clip."""

    name: str
    observed_s: float
    """Seconds compared: watched by the reference, seen by us, and counted by the analysis."""
    left_out: LeftOut
    rows: tuple[RowAgreement, ...]
    """Rows that held in either record."""
    row_minutes: BlandAltman | None
    """Minutes of those rows; None without a stopwatch record."""
    angles: Mapping[str, BlandAltman]
    """Signal -> degrees at the reference's times."""


def row_masks(angles: AngleSeries, analysis: Analysis, facts: Given) -> dict[str, NDArray[np.bool_]]:
    """(T,) for each of the 52 rows: where it held within the time that counts, by the analysis's rules and settings.

    Angles are as measured: an expert's corrections are not applied. `facts` are the analysis's inputs, frame by frame.
    """
    settings = analysis.settings
    clip = clip_of(angles, facts)
    tracks = all_tracks(Readings(angles, settings), settings)
    codes = np.zeros(len(angles.times_s), dtype=np.uint64)
    for number in range(len(facts.operations)):
        for region, stays in occupancies(tracks, clip.frames_of(number), settings).items():
            codes |= stays.still * BITS[cell(region, "static")]
            codes |= (stays.inside & ~stays.still) * BITS[cell(region, "dynamic")]
    for part, supported in facts.support.items():
        codes |= supported * BITS[support(part)]
    often = frequencies(movements(taken_together(observe(clip, tracks, analysis.inputs, settings)), settings))
    return {row.id: active(row, codes, often) & facts.counted for row in RULES.rows}


def validate(
    name: str,
    angles: AngleSeries,
    analysis: Analysis,
    *,
    stopwatch: Stopwatch | None = None,
    goniometer: Goniometer | None = None,
) -> Validation:
    """Compare one clip with what a person measured on it, in the time that the analysis counts.

    Raises ValueError for a signal of the goniometer record that does not exist.
    """
    facts = given(analysis.inputs, angles.times_s)
    readings = {} if goniometer is None else goniometer.signals
    counted = {signal: given(analysis.inputs, times).counted for signal, (times, _) in readings.items()}
    rows: tuple[RowAgreement, ...] = ()
    observed, minutes = 0.0, None
    if stopwatch is not None:
        observed, rows = _rows(angles, analysis, facts, stopwatch)
        minutes = bland_altman(
            np.array([row.ours_s / 60 for row in rows]), np.array([row.reference_s / 60 for row in rows])
        )
    signals = {
        signal: bland_altman(_ours(angles, signal, times)[counted[signal]], values[counted[signal]])
        for signal, (times, values) in readings.items()
    }
    left_out = LeftOut(
        seconds=0.0 if stopwatch is None else _uncounted_s(angles.times_s, facts, stopwatch),
        readings=sum(int((~frames).sum()) for frames in counted.values()),
        rows=_excluded_rows(analysis),
        corrections=len(analysis.inputs.corrections),
    )
    return Validation(name=name, observed_s=observed, left_out=left_out, rows=rows, row_minutes=minutes, angles=signals)


def refuse_elsewhere(record: Stopwatch | Goniometer, angles: AngleSeries) -> None:
    """Refuse a record of which less than half lies in the clip: its seconds are counted from somewhere else."""
    times_s, first, last = record.times_s, float(angles.times_s[0]), float(angles.times_s[-1])
    if ((times_s >= first - MAX_GAP_S) & (times_s <= last + MAX_GAP_S)).mean() < SHARED:
        span = {"start": times_s.min(), "end": times_s.max(), "first": first, "last": last}
        sentence = "the record runs from {start} to {end} s, the clip from {first} to {last} s"
        raise refusal("record_outside", sentence, **{name: round(float(value), 1) for name, value in span.items()})


def _rows(
    angles: AngleSeries, analysis: Analysis, facts: Given, stopwatch: Stopwatch
) -> tuple[float, tuple[RowAgreement, ...]]:
    times = angles.times_s
    weights = np.where(_watched(stopwatch, times) & facts.counted, clip_of(angles, facts).line.weights_s, 0.0)
    excluded = _excluded_rows(analysis)
    found = []
    for row, ours in row_masks(angles, analysis, facts).items():
        if row in excluded:
            continue
        reference = stopwatch.mask(row, times)
        mine, theirs = float(weights[ours].sum()), float(weights[reference].sum())
        if mine > 0 or theirs > 0:
            found.append(RowAgreement(row, mine, theirs, cohens_kappa(ours, reference, weights)))
    return float(weights.sum()), tuple(found)


def _watched(stopwatch: Stopwatch, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((times_s >= stopwatch.start_s) & (times_s < stopwatch.end_s))


def _excluded_rows(analysis: Analysis) -> tuple[str, ...]:
    named = {entry.row for entry in analysis.inputs.exclusions}
    return tuple(row.id for row in RULES.rows if row.id in named)


def _uncounted_s(times_s: NDArray[np.float64], facts: Given, stopwatch: Stopwatch) -> float:
    """Seconds that the reference watched and the analysis does not count."""
    return float(spans_s(times_s)[_watched(stopwatch, times_s) & ~facts.counted].sum())


def _ours(angles: AngleSeries, signal: str, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) our value at the reference's times, by linear interpolation; NaN further than a bridged gap from a frame."""
    if signal not in angles.signals:
        raise refusal("signal_unknown", "there is no signal {name}", name=signal)
    known = np.isfinite(angles.signals[signal])
    if not known.any():
        return np.full(len(times_s), math.nan)
    seen = angles.times_s[known]
    after = np.clip(np.searchsorted(seen, times_s), 0, len(seen) - 1)
    before = np.clip(after - 1, 0, len(seen) - 1)
    near = np.maximum(np.abs(seen[after] - times_s), np.abs(times_s - seen[before])) <= MAX_GAP_S
    return np.where(near, np.interp(times_s, seen, angles.signals[signal][known]), math.nan)
