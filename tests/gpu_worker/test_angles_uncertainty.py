"""Intervals of minutes: wide where one error holds for the whole clip, and honest about the truth."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.angles.catalogue import QUANTITIES
from gpu_worker.angles.compute import angles
from gpu_worker.angles.errors import ErrorModel, ErrorTerms, shipped
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.uncertainty import possible_truths, zone_minutes
from gpu_worker.motion import Gravity
from tests.gpu_worker.moving_body import Pose

NAME = "trunk_flexion"
TIMES = np.arange(1000) / 2.0
LEAN = 40 + 25 * np.sin(TIMES / 9)


def model(**terms: float) -> ErrorModel:
    full = ErrorTerms(**{"clip": 0.0, "view": 0.0, "slow": 0.0, "slow_s": 2.0, "white": 0.0, **terms})
    return ErrorModel("test", "test", {quantity.error: full for quantity in QUANTITIES})


def series(values: np.ndarray, sigma: float) -> AngleSeries:
    plain = angles(Pose(count=2).motion())
    return replace(
        plain,
        times_s=TIMES,
        frame_index=np.arange(len(TIMES)),
        seen=np.ones(len(TIMES), dtype=np.bool_),
        signals={NAME: values, "view": np.where(TIMES < 240, 0.0, 150.0)},
        sigma={NAME: np.full(len(TIMES), sigma), "view": np.full(len(TIMES), 5.0)},
        posture=np.full(len(TIMES), "standing"),
        flags={},
    )


def width(**terms: float) -> float:
    errors = model(**terms)
    sigma = errors.terms["trunk"].lasting
    found = zone_minutes(series(LEAN, sigma), NAME, (60.0,), np.random.default_rng(1), errors)
    return found.high[1] - found.low[1]


def test_common_error_costs_minutes_where_the_same_noise_per_frame_costs_seconds() -> None:
    assert width(white=6.0) < 0.3
    assert width(clip=6.0) > 2.0
    assert width(white=6.0) < width(slow=6.0) < width(view=6.0) < width(clip=6.0)


def test_minutes_as_measured_sum_to_the_observed_time() -> None:
    found = zone_minutes(series(LEAN, 9.0), NAME, (-15.0, 40.0, 60.0), np.random.default_rng(2))
    assert sum(found.minutes) == pytest.approx(TIMES[-1] / 60)
    assert found.draws.sum(axis=1) == pytest.approx(np.full(len(found.draws), TIMES[-1] / 60))


def test_interval_holds_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(11)
    errors = model(clip=5.0, view=4.0, slow=4.0, white=2.0)
    sigma = errors.terms["trunk"].lasting
    truth = float(np.sum(LEAN > 60) * 0.5 / 60)
    picks = np.arange(len(TIMES))
    measured = possible_truths(series(LEAN, sigma), NAME, LEAN, picks, rng, errors, 100)
    held = 0
    for values in measured:
        found = zone_minutes(series(values, sigma), NAME, (60.0,), rng, errors, draws=100)
        held += found.low[1] <= truth <= found.high[1]
    assert 80 <= held <= 98


def test_same_seed_gives_the_same_interval() -> None:
    one, other = (
        zone_minutes(series(LEAN, 9.0), NAME, (60.0,), np.random.default_rng(4), draws=50) for _ in range(2)
    )  # fmt: skip
    assert (one.low, one.high) == (other.low, other.high)


def test_unknown_camera_pitch_makes_a_head_turned_to_the_camera_unsure_whichever_way_the_pelvis_faces() -> None:
    pitched = Gravity(0.0, 0.0, 12.0, 0.0, "estimated")
    aside = Pose(yaw=90.0, neck_twist=90.0).motion()
    level, unsure = angles(aside), angles(aside, gravity=pitched)
    added = {n: unsure.sigma[n][0] ** 2 - level.sigma[n][0] ** 2 for n in ("head_flexion", "trunk_flexion")}
    assert added["head_flexion"] == pytest.approx(12.0**2 - 1, abs=0.1)
    assert added["trunk_flexion"] == pytest.approx(-1, abs=0.1)


def test_clip_in_which_nothing_was_seen_has_no_minutes() -> None:
    found = zone_minutes(series(np.full(len(TIMES), np.nan), 9.0), NAME, (60.0,), np.random.default_rng(4), draws=10)
    assert found.minutes == (0, 0)
    assert found.high == (0, 0)


def test_shipped_error_model_covers_every_angle_and_names_its_source() -> None:
    errors = shipped()
    assert {quantity.error for quantity in QUANTITIES} <= set(errors.terms)
    assert "Not fitted" in errors.source
    assert errors.terms["trunk"].lasting == pytest.approx(7.6 * 1.25, rel=0.06)
    assert errors.terms["knee"].lasting == pytest.approx(9.6 * 1.25, rel=0.06)


def test_error_factors_written_with_the_motion_replace_the_shipped_ones() -> None:
    small = {"clip": 0.1, "view": 0.1, "slow": 0.1, "slow_s": 1.0, "white": 0.1}
    raw = {"name": "fitted", "source": "test", "terms": {quantity.error: small for quantity in QUANTITIES}}
    motion = Pose().motion()
    fitted = replace(motion, error_model=json.dumps(raw), joint_sigma_deg=np.full((1, 55), 0.5))
    assert angles(fitted).sigma["knee_flexion_left"][0] < 1 < angles(motion).sigma["knee_flexion_left"][0]
