"""The error model fitted to clips with known truth finds the errors that were put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import lfilter  # type: ignore[import-untyped]

from gpu_worker.angles.compute import angles
from gpu_worker.angles.error_fit import Pair, fit_errors
from gpu_worker.angles.errors import as_json, parse, shipped
from gpu_worker.angles.series import AngleSeries
from tests.gpu_worker.moving_body import Pose

NAME = "trunk_flexion"
TIMES = np.arange(720) / 12


def series(values: np.ndarray, view: np.ndarray) -> AngleSeries:
    return replace(
        angles(Pose(count=2).motion()),
        times_s=TIMES,
        frame_index=np.arange(len(TIMES)),
        seen=np.ones(len(TIMES), dtype=np.bool_),
        signals={NAME: values, "view": view},
        sigma={NAME: np.ones(len(TIMES)), "view": np.ones(len(TIMES))},
    )


def wandering(rng: np.random.Generator, sigma: float, slow_s: float) -> np.ndarray:
    keep = np.exp(-1 / 12 / slow_s)
    noise = rng.normal(0, sigma, len(TIMES))
    noise[1:] *= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], noise))


def clips(rng: np.random.Generator, count: int = 120) -> list[Pair]:
    made = []
    for _ in range(count):
        lean = 30 + 20 * np.sin(TIMES / rng.uniform(2, 5))
        view = np.where(TIMES < 30, 10.0, 160.0)
        front, back = rng.normal(0, 6, 2)
        error = (
            rng.normal(0, 4) + np.where(TIMES < 30, front, back) + wandering(rng, 5, 1.0) + rng.normal(0, 2, len(TIMES))
        )
        made.append(Pair(series(lean, view), series(lean + error, view)))
    return made


def test_each_part_of_the_error_is_found_at_its_own_scale() -> None:
    found = fit_errors(clips(np.random.default_rng(8)), "test", "simulated").terms["trunk"]
    assert found.clip == pytest.approx(4, rel=0.35)
    assert found.view == pytest.approx(6, rel=0.2)
    assert found.slow == pytest.approx(5, rel=0.1)
    assert found.slow_s == pytest.approx(1, rel=0.35)
    assert found.white == pytest.approx(2, rel=0.15)


def test_error_that_all_clips_share_counts_as_uncertain() -> None:
    view = np.zeros(len(TIMES))
    lean = 20 * np.sin(TIMES)
    shifted = [Pair(series(lean, view), series(lean + 8, view))] * 10
    found = fit_errors(shifted, "test", "simulated").terms["trunk"]
    assert np.hypot(found.clip, found.view) == pytest.approx(8)


def test_angles_without_truth_keep_the_shipped_terms() -> None:
    found = fit_errors(clips(np.random.default_rng(1), count=3), "test", "simulated")
    assert found.terms["knee"] == shipped().terms["knee"]
    assert found.terms["trunk"] != shipped().terms["trunk"]


def test_angle_that_crosses_180_is_not_an_error_of_360() -> None:
    view = np.zeros(len(TIMES))
    pair = Pair(series(np.full(len(TIMES), 179.0), view), series(np.full(len(TIMES), -179.0), view))
    found = fit_errors([pair], "test", "simulated").terms["trunk"]
    assert np.hypot(found.clip, found.view) == pytest.approx(2)


def test_fitted_model_survives_its_file() -> None:
    model = fit_errors(clips(np.random.default_rng(1), count=3), "fitted-1", "simulated")
    assert parse(as_json(model)) == model


def test_truth_of_other_frames_is_refused() -> None:
    whole = series(np.zeros(len(TIMES)), np.zeros(len(TIMES)))
    with pytest.raises(ValueError, match="same frames"):
        fit_errors([Pair(whole, replace(whole, times_s=TIMES[:10]))], "test", "simulated")
