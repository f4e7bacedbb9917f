"""Joins the trails of one person, ranks the people in the clip, and picks the one to analyse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose import appearance
from gpu_worker.pose.trail import Trail

_COLOUR_UNIT = 15.0
"""CIELAB distance that clothes may seem to change by in one clip, from light and creases."""
_COLOUR_UNKNOWN = 0.7
_MOST = 2.0
"""Trails that differ by more belong to two people."""
_MOST_ALONE = 3.5
"""The same in a clip that never shows two people at once."""
_POINT_S = 1.0
"""How far in time a person may have been seen from the moment in which they were pointed at."""


@dataclass(frozen=True)
class Person:
    """One person: trails that do not overlap, in order of time."""

    trails: tuple[Trail, ...]

    @property
    def weight(self) -> float:
        """How long and how large they were seen, in pixel seconds."""
        return sum(t.weight for t in self.trails)


def persons(trails: Sequence[Trail]) -> list[Person]:
    """Everyone in the clip, who was seen longest and largest first.

    Trails are joined two by two, the most alike first, as long as nobody is in two places at once.
    """
    groups = [[t] for t in trails if t.frames]
    alone = not any(_overlap(a, b) for (a,), (b,) in combinations(groups, 2))
    most = _MOST_ALONE if alone else _MOST
    while len(groups) > 1:
        pairs = [(_strangeness(a, b), i, j) for (i, a), (j, b) in combinations(enumerate(groups), 2)]
        least, i, j = min(pairs)
        if least > most:
            break
        groups[i] = sorted(groups[i] + groups.pop(j), key=lambda t: t.times_s[0])
    return sorted((Person(tuple(group)) for group in groups), key=lambda p: -p.weight)


def choose(people: Sequence[Person], wanted: int | PersonPoint | None, size: tuple[int, int]) -> Person:
    """The person `wanted`: by rank, or nearest to a point of the picture (`size`: width, height) at a time.

    Raises JobFailed NO_PERSON_FOUND when there is no such person.
    """
    if isinstance(wanted, PersonPoint):
        distance, person = min(
            ((_from_point(p, wanted, size), p) for p in people), key=lambda d: d[0], default=(np.inf, None)
        )
        if person is None or not np.isfinite(distance):
            raise JobFailed(FailureCode.NO_PERSON_FOUND, f"nobody was seen at {wanted.time_s:.1f} s")
        return person
    number = wanted or 0
    if number >= len(people):
        detail = f"person {number} was chosen, {len(people)} were seen" if number else ""
        raise JobFailed(FailureCode.NO_PERSON_FOUND, detail)
    return people[number]


def _from_point(person: Person, point: PersonPoint, size: tuple[int, int]) -> float:
    """How far, in sides of their region, the person was from the point; infinite when not seen around its time."""
    place = np.array([point.x * size[0], point.y * size[1]])
    best = np.inf
    for trail in person.trails:
        nearest = int(np.argmin(np.abs(np.array(trail.times_s) - point.time_s)))
        if abs(trail.times_s[nearest] - point.time_s) <= _POINT_S:
            roi = trail.rois[nearest]
            best = min(best, float(np.hypot(*(roi[:2] - place)) / roi[2]))
    return best


def _overlap(a: Trail, b: Trail) -> bool:
    return a.times_s[0] <= b.times_s[-1] and b.times_s[0] <= a.times_s[-1]


def _strangeness(a: list[Trail], b: list[Trail]) -> float:
    """How unlikely two groups of trails are one person, from their looks, and size and place across the gap."""
    if any(_overlap(x, y) for x in a for y in b):
        return np.inf
    before, after = min(
        ((x, y) if x.times_s[0] < y.times_s[0] else (y, x) for x in a for y in b),
        key=lambda pair: pair[1].times_s[0] - pair[0].times_s[-1],
    )
    gap = after.times_s[0] - before.times_s[-1]
    end, start = before.rois[-1], after.rois[0]
    distance = float(np.hypot(*(start[:2] - end[:2])) / (start[2] + end[2]) * 2)
    colour = appearance.difference(before.colour, after.colour) / _COLOUR_UNIT
    looks = colour if np.isfinite(colour) else _COLOUR_UNKNOWN
    return looks + abs(float(np.log(start[2] / end[2]))) + distance / (1 + 2 * gap)
