"""Trails of one person are joined, those of two are not, and many trails do not take memory by their square."""

from __future__ import annotations

import tracemalloc

import numpy as np

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


def test_an_hour_of_someone_lost_and_found_takes_no_memory_by_the_square() -> None:
    count = 600
    trails = [trail(6.0 * n, 6.0 * n + 5, 300, RED if n % 2 else BLUE) for n in range(count)]
    tracemalloc.start()
    found = persons(trails)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(person.trails) for person in found) == count
    assert peak < 30 * count**2, "bytes; sixty numbers for each two trails would be 480"
