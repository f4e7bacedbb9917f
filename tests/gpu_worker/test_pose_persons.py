"""Trails of one person are joined, those of two are not, and many trails do not take memory by their square."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gpu_worker.pose.persons import persons
from gpu_worker.pose.trail import Sightings, Trail

RED, BLUE = (50.0, 60.0, 40.0, 50.0, 60.0, 40.0), (30.0, 20.0, -60.0, 30.0, 20.0, -60.0)
SIGHTINGS = Sightings()


def trail(start_s: float, end_s: float, x: float, colours: tuple[float, ...]) -> Trail:
    """Somebody who stood at `x` in these clothes."""
    roi = np.array([x, 200.0, 150.0, 0.0])
    made = Trail(roi, start_s, SIGHTINGS)
    for number, time_s in enumerate((start_s, end_s)):
        made.frames.append(number)
        made.times_s.append(time_s)
        seen = np.ones((33, 6), np.float32), roi.astype(np.float32), np.array(colours, np.float32)
        made.numbers.append(SIGHTINGS.add(*seen))
    made.weight = end_s - start_s
    return made


def test_trails_of_the_same_clothes_are_one_person_and_those_seen_at_once_two() -> None:
    red = [trail(0, 4, 300, RED), trail(6, 9, 320, RED)]
    blue = [trail(1, 3, 900, BLUE), trail(7, 8.5, 880, BLUE)]
    found = persons([blue[1], red[0], blue[0], red[1]])
    assert [list(person.trails) for person in found] == [red, blue]


def test_nobody_followed_is_nobody() -> None:
    assert persons([]) == []
    assert persons([Trail(np.array([1.0, 2.0, 3.0, 0.0]), 0.0, SIGHTINGS)]) == []


def test_people_are_the_same_however_few_pairs_are_weighed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    starts = np.sort(rng.uniform(0, 200, 60))
    trails = [trail(s, s + rng.exponential(4), rng.uniform(0, 900), (RED, BLUE)[rng.integers(2)]) for s in starts]
    at_once = persons(trails)
    monkeypatch.setattr("gpu_worker.pose.persons._MOST_PAIRS", 5)
    assert persons(trails) == at_once
    for person in at_once:
        ends = [t.times_s[-1] for t in person.trails]
        assert all(t.times_s[0] > end for t, end in zip(person.trails[1:], ends, strict=False)), "in one place at once"


def test_hours_of_someone_lost_and_found_take_no_memory_by_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_worker.pose.persons._MOST_PAIRS", 5000)

    def peak(count: int) -> int:
        trails = [trail(6.0 * n, 6.0 * n + 5, 300, RED if n % 2 else BLUE) for n in range(count)]
        tracemalloc.start()
        assert sum(len(person.trails) for person in persons(trails)) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(600) < 3 * peak(300), "bytes; by the square it would be four times as many"
