"""Ours against a reference: seconds and κ of every legal row, bias and limits of every angle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import MAX_GAP_S
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import corrected, given
from gpu_worker.ergonomics.nv361.cells import BITS, cell, support
from gpu_worker.ergonomics.nv361.observe import all_tracks, clip_of, occupancies
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
class Validation:
    """Everything the kit says of one clip."""

    name: str
    observed_s: float
    """Seconds compared: watched by the reference and seen by us."""
    rows: tuple[RowAgreement, ...]
    """Rows that held in either record."""
    row_minutes: BlandAltman | None
    """Minutes of those rows; None without a stopwatch record."""
    angles: Mapping[str, BlandAltman]
    """Signal -> degrees at the reference's times."""


def row_masks(angles: AngleSeries, analysis: Analysis) -> dict[str, NDArray[np.bool_]]:
    """(T,) for each of the 52 rows: where it held, by the same rules and settings as the analysis."""
    facts = given(analysis.inputs, angles.times_s)
    clip = clip_of(corrected(angles, analysis.inputs), facts)
    readings = Readings(clip.angles, analysis.settings)
    codes = np.zeros(len(angles.times_s), dtype=np.uint64)
    whole = np.ones(len(codes), dtype=np.bool_)
    for region, stays in occupancies(all_tracks(readings, analysis.settings), whole, analysis.settings).items():
        codes |= stays.still * BITS[cell(region, "static")]
        codes |= (stays.inside & ~stays.still) * BITS[cell(region, "dynamic")]
    for part, supported in facts.support.items():
        codes |= supported * BITS[support(part)]
    often = frequencies(movements(taken_together(analysis.observations), analysis.settings))
    return {row.id: active(row, codes, often) for row in RULES.rows}


def validate(
    name: str,
    angles: AngleSeries,
    analysis: Analysis,
    *,
    stopwatch: Stopwatch | None = None,
    goniometer: Goniometer | None = None,
) -> Validation:
    """Compare one clip with what a person measured on it.

    Raises ValueError for a signal of the goniometer record that does not exist.
    """
    rows: tuple[RowAgreement, ...] = ()
    observed, minutes = 0.0, None
    if stopwatch is not None:
        observed, rows = _rows(angles, analysis, stopwatch)
        minutes = bland_altman(
            np.array([row.ours_s / 60 for row in rows]), np.array([row.reference_s / 60 for row in rows])
        )
    signals = {} if goniometer is None else _angles(angles, goniometer)
    return Validation(name=name, observed_s=observed, rows=rows, row_minutes=minutes, angles=signals)


def refuse_elsewhere(record: Stopwatch | Goniometer, angles: AngleSeries) -> None:
    """Refuse a record of which less than half lies in the clip: its seconds are counted from somewhere else."""
    times_s, first, last = record.times_s, float(angles.times_s[0]), float(angles.times_s[-1])
    if ((times_s >= first - MAX_GAP_S) & (times_s <= last + MAX_GAP_S)).mean() < SHARED:
        span = {"start": times_s.min(), "end": times_s.max(), "first": first, "last": last}
        sentence = "the record runs from {start} to {end} s, the clip from {first} to {last} s"
        raise refusal("record_outside", sentence, **{name: round(float(value), 1) for name, value in span.items()})


def _rows(angles: AngleSeries, analysis: Analysis, stopwatch: Stopwatch) -> tuple[float, tuple[RowAgreement, ...]]:
    times = angles.times_s
    weights = clip_of(angles, given(analysis.inputs, times)).line.weights_s
    weights = np.where((times >= stopwatch.start_s) & (times < stopwatch.end_s), weights, 0.0)
    found = []
    for row, ours in row_masks(angles, analysis).items():
        reference = stopwatch.mask(row, times)
        mine, theirs = float(weights[ours].sum()), float(weights[reference].sum())
        if mine > 0 or theirs > 0:
            found.append(RowAgreement(row, mine, theirs, cohens_kappa(ours, reference, weights)))
    return float(weights.sum()), tuple(found)


def _angles(angles: AngleSeries, goniometer: Goniometer) -> dict[str, BlandAltman]:
    """Our value at the reference's times, by linear interpolation; unknown further than a bridged gap from a frame."""
    found = {}
    for signal, (times, values) in goniometer.signals.items():
        if signal not in angles.signals:
            raise refusal("signal_unknown", "there is no signal {name}", name=signal)
        known = np.isfinite(angles.signals[signal])
        ours = np.full(len(times), math.nan)
        if known.any():
            seen = angles.times_s[known]
            after = np.clip(np.searchsorted(seen, times), 0, len(seen) - 1)
            before = np.clip(after - 1, 0, len(seen) - 1)
            near = np.maximum(np.abs(seen[after] - times), np.abs(times - seen[before])) <= MAX_GAP_S
            ours = np.where(near, np.interp(times, seen, angles.signals[signal][known]), math.nan)
        found[signal] = bland_altman(ours, values)
    return found
