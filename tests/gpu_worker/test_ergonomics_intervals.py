"""Intervals of minutes against known truth: clips whose angles err as the error model says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

from contract.inputs import ShiftInputs
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.angles.errors import shipped
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import acted

RATE_HZ = 6.0
SECONDS = 240.0
MOVING = {"trunk_flexion": (15, 30), "arm_elevation_gravity_left": (35, 35), "arm_elevation_gravity_right": (35, 35)}
"""Signal -> mean and spread of the postures it is held in."""


def worked(rng: np.random.Generator) -> AngleSeries:
    """True angles: postures held for some seconds each, with smooth changes between them."""
    still = acted({}, SECONDS, RATE_HZ)
    signals = dict(still.signals)
    for name, (mean, spread) in MOVING.items():
        values = np.zeros(len(still.times_s))
        start = 0
        while start < len(values):
            length = int(RATE_HZ * (1 + rng.exponential(6)))
            values[start : start + length] = rng.normal(mean, spread)
            start += length
        values = gaussian_filter1d(values, 0.4 * RATE_HZ)
        signals[name] = np.abs(values) if BY_NAME[name].quantity.range.startswith("0") else values
    return replace(still, signals=signals)


def measured(truth: AngleSeries, rng: np.random.Generator) -> AngleSeries:
    """The same with errors drawn from the shipped model."""
    signals, sigma = dict(truth.signals), dict(truth.sigma)
    for name in MOVING:
        terms = shipped().terms[BY_NAME[name].quantity.error]
        keep = np.exp(-1 / (terms.slow_s * RATE_HZ))
        noise = rng.standard_normal(len(truth.times_s)) * np.sqrt(1 - keep**2)
        error = rng.normal() * terms.clip + rng.normal() * terms.view + terms.slow * lfilter([1], [1, -keep], noise)
        values = truth.signals[name] + error
        signals[name] = np.abs(values) if BY_NAME[name].quantity.range.startswith("0") else values
        sigma[name] = np.full(len(values), float(np.hypot(terms.lasting, terms.white)))
    return replace(truth, signals=signals, sigma=sigma)


def test_most_intervals_hold_the_true_minutes_and_certain_categories_are_right() -> None:
    held, certain, wrong = [], 0, 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth = worked(rng)
        true = assess([analyse(truth, settings=Settings(draws=0))], ShiftInputs())
        seen = assess([analyse(measured(truth, rng), settings=Settings(draws=60, seed=seed))], ShiftInputs())
        certain += seen.certain
        wrong += seen.certain and seen.category != true.category
        for right, found in zip(true.rows, seen.rows, strict=True):
            if (
                right.minutes is not None
                and found.interval is not None
                and max(right.minutes, found.minutes or 0) > 4.8
            ):
                held.append(found.interval.low <= right.minutes <= found.interval.high)
    assert len(held) > 50
    assert np.mean(held) >= 0.8
    assert certain > 0
    assert wrong == 0


def test_without_errors_the_draws_hardly_move() -> None:
    truth = worked(np.random.default_rng(1))
    calm = {n: replace(t, clip=0.0, view=0.0, slow=0.0, white=0.0) for n, t in shipped().terms.items()}
    exact = replace(truth, sigma={name: np.zeros_like(values) for name, values in truth.sigma.items()})
    analysis = analyse(exact, settings=Settings(draws=20), errors=replace(shipped(), terms=calm))
    for row in assess([analysis], ShiftInputs()).rows:
        if row.interval is not None and row.minutes is not None:
            assert abs(row.interval.high - row.minutes) < 1.0
            assert abs(row.interval.low - row.minutes) < 1.0
