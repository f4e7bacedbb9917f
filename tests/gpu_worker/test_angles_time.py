"""Time: what a frame stands for, what is unknown, and what the filter keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gpu_worker.angles.compute import angles
from gpu_worker.angles.smoothing import bandwidth, cutoff_hz, smooth
from gpu_worker.angles.timing import bridged, sample_rate_hz, timeline
from gpu_worker.angles.zones import original_zones, seconds_in_zones
from tests.gpu_worker.moving_body import Pose, unseen

STEPS = st.lists(st.tuples(st.floats(0.01, 0.9), st.booleans()), min_size=1, max_size=60)


def laid(steps: list[tuple[float, bool]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.cumsum([step for step, _ in steps]), np.array([seen for _, seen in steps])


@given(STEPS)
def test_observed_and_unknown_time_make_up_the_whole_clip(steps: list[tuple[float, bool]]) -> None:
    times, seen = laid(steps)
    line = timeline(times, seen)
    assert line.observed_s + line.unknown_s == pytest.approx(line.total_s)
    assert (line.weights_s >= 0).all()


@given(STEPS, st.integers(0, 1000))
def test_time_in_zones_sums_to_observed_time(steps: list[tuple[float, bool]], seed: int) -> None:
    times, seen = laid(steps)
    values = np.random.default_rng(seed).uniform(-60, 120, len(times))
    line = timeline(times, seen)
    seconds = seconds_in_zones(bridged(times, values, line), (-15, 40, 60), line)
    assert seconds.sum() == pytest.approx(line.observed_s)


def test_frame_lasts_half_the_way_to_each_neighbour() -> None:
    line = timeline(np.array([0.0, 0.1, 0.4, 0.5]), np.ones(4, dtype=np.bool_))
    assert line.weights_s == pytest.approx([0.05, 0.2, 0.2, 0.05])


def test_gap_of_more_than_half_a_second_is_unknown_and_a_shorter_one_interpolated() -> None:
    times = np.arange(0, 4, 0.1)
    seen = np.ones(40, dtype=np.bool_)
    seen[10:14] = False  # 0.5 s from 0.9 to 1.4
    seen[25:30] = False  # 0.6 s
    line = timeline(times, seen)
    assert line.known[10:14].all()
    assert line.interpolated[10:14].all()
    assert not line.known[25:30].any()
    assert line.unknown_s == pytest.approx(0.6)
    values = bridged(times, np.where(seen, times * 10, np.nan), line)
    assert values[10:14] == pytest.approx(times[10:14] * 10)


def test_missed_frames_that_later_steps_interpolate_are_flagged() -> None:
    times = np.arange(40) / 10
    missing = np.isin(np.arange(40), [5, 6, *range(20, 30)])
    series = angles(unseen(Pose(count=40).motion(times), missing))
    assert np.flatnonzero(series.flags["interpolated"]).tolist() == [5, 6]


def test_times_that_do_not_increase_are_refused() -> None:
    with pytest.raises(ValueError, match="increase"):
        timeline(np.array([0.0, 0.2, 0.2]), np.ones(3, dtype=np.bool_))


def test_zones_keep_unknown_time_apart_and_their_json_holds_plain_numbers() -> None:
    times = np.arange(250) / 25
    lean = np.where(times < 4, 10.0, 70.0)
    zones = original_zones(angles(unseen(Pose(count=250, trunk_flexion=lean).motion(times), (times > 6) & (times < 8))))
    trunk = zones.parts[0]
    assert trunk.zones[1].seconds == pytest.approx(4.0, abs=0.05)
    assert trunk.zones[3].seconds == pytest.approx(4.0, abs=0.15)
    assert trunk.unknown_s == pytest.approx(2.0, abs=0.1)
    assert sum(zone.percent for zone in trunk.zones) == pytest.approx(100)
    assert isinstance(zones.as_json()["parts"], tuple)


def test_arm_drawn_back_counts_below_zero_and_a_hanging_one_does_not() -> None:
    times = np.arange(50) / 25
    pose = Pose(count=50, arm_elevation=(40, 5), arm_plane=(-90, -90))
    left, right = original_zones(angles(pose.motion(times))).parts[2:]
    assert left.zones[0].percent == pytest.approx(100)
    assert right.zones[1].percent == pytest.approx(100)


def test_filter_passes_slow_movement_unshifted_and_stops_jitter() -> None:
    times = np.arange(500) / 25
    slow, jitter = np.sin(2 * np.pi * 0.5 * times), np.sin(2 * np.pi * 11 * times)
    filtered = smooth(times, np.stack([slow, jitter]), np.ones(500, dtype=np.bool_), 6.0)
    assert filtered[0] == pytest.approx(slow, abs=0.01)
    assert np.abs(filtered[1, 50:-50]).max() < 0.05


def test_filter_does_not_smear_over_unknown_gaps() -> None:
    times = np.concatenate([np.arange(50) / 25, 3 + np.arange(50) / 25])
    values = np.repeat([0.0, 90.0], 50)
    assert smooth(times, values[None], np.ones(100, dtype=np.bool_), 6.0)[0] == pytest.approx(values, abs=1e-9)


def test_filter_gives_values_at_the_real_times_of_an_uneven_record() -> None:
    rng = np.random.default_rng(5)
    times = np.sort(rng.uniform(0, 20, 500))
    values = np.sin(2 * np.pi * 0.4 * times)
    filtered = smooth(times, values[None], np.ones(500, dtype=np.bool_), 6.0)[0]
    assert np.abs(filtered - values)[5:-5].max() < 0.08


def chosen(video_hz: float, rate_hz: float, seconds: float) -> np.ndarray:
    """Times of the frames that are taken of a video, the first in each slot."""
    times = np.arange(0, seconds, 1 / video_hz)
    slot = np.floor(times * rate_hz + 0.05)
    return times[np.concatenate([[True], slot[1:] > slot[:-1]])]


def test_sample_rate_of_frames_chosen_from_a_video_does_not_hang_on_the_last_of_them() -> None:
    times = chosen(30, 12, 60.0)
    rates = [sample_rate_hz(times[:stop]) for stop in range(len(times) - 4, len(times))]
    assert rates == pytest.approx([12.0] * 4, abs=0.01)
    assert sample_rate_hz(chosen(30000 / 1001, 12, 60.0)) == pytest.approx(12.0, abs=0.05)


@pytest.mark.parametrize(("video_hz", "rate"), [(30, 12), (30000 / 1001, 12), (25, 12), (24, 5)])
def test_filter_keeps_a_movement_in_frames_chosen_from_a_video(video_hz: float, rate: float) -> None:
    times = chosen(video_hz, rate, 120.0)
    wave = np.exp(2j * np.pi * rate / 8 * times)
    passed = smooth(times, np.stack([wave.real, wave.imag]), np.ones(len(times), dtype=np.bool_), 6.0)
    assert abs(np.mean((passed[0] + 1j * passed[1]) * wave.conj())) > 0.98


def test_filter_takes_no_swing_from_two_frames_that_lie_close_together() -> None:
    steps = np.where(np.arange(400) % 20 == 10, 0.001, 1 / 30)
    times = np.cumsum(steps)
    noise = np.random.default_rng(6).normal(size=(20, 400))
    assert np.abs(smooth(times, noise, np.ones(400, dtype=np.bool_), 6.0)).max() < np.abs(noise).max()


def test_turning_past_180_degrees_is_filtered_without_a_jump() -> None:
    times = np.arange(200) / 25
    series = angles(Pose(count=200, yaw=60 * times).motion(times))
    around = np.unwrap(np.radians(series.signals["heading"]))
    assert np.abs(np.diff(around) + np.radians(60 / 25)).max() < 0.01


@pytest.mark.parametrize(("rate", "body", "head"), [(5, 2.0, 2.0), (12, 4.8, 4.0), (25, 6.0, 4.0)])
def test_cut_off_follows_the_sample_rate(rate: float, body: float, head: float) -> None:
    assert cutoff_hz(rate, 6.0) == pytest.approx(body)
    assert cutoff_hz(rate, 4.0) == pytest.approx(head)


@pytest.mark.parametrize("rate", [5, 12, 25, 60])
def test_stated_bandwidth_is_where_the_filter_halves_the_power(rate: int) -> None:
    times = np.arange(rate * 40) / rate
    stated = bandwidth(times)
    assert stated.coarse == (rate == 5)
    wave = np.exp(2j * np.pi * stated.body_hz * times)
    passed = smooth(times, np.stack([wave.real, wave.imag]), np.ones(len(times), dtype=np.bool_), 6.0)
    middle = slice(rate * 10, rate * 30)
    power = float(np.mean(passed[0, middle] ** 2 + passed[1, middle] ** 2))
    assert power == pytest.approx(0.5, abs=0.01)


def test_a_clip_of_which_nothing_counts_has_no_time_and_no_unknown_time() -> None:
    times = np.arange(17) * 0.1 + 0.3
    zones = original_zones(angles(Pose(count=17).motion(times)), np.zeros(17, np.bool_))
    assert zones.total_s == 0
    assert {(part.observed_s, part.unknown_s, part.unknown_percent) for part in zones.parts} == {(0.0, 0.0, 0.0)}
