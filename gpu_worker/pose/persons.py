"""Joins the trails of one person, ranks the people in the clip, and picks the one to analyse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose import appearance
from gpu_worker.pose.estimator import Array
from gpu_worker.pose.trail import Trail, region_of

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
        """How long, how large and how clearly they were seen, in pixel seconds."""
        return sum(t.weight for t in self.trails)


def persons(trails: Sequence[Trail]) -> list[Person]:
    """Everyone in the clip, who was seen longest, largest and most clearly first.

    Trails are joined two by two, the most alike first, as long as nobody is in two places at once.
    """
    known = [t for t in trails if t.frames]
    if not known:
        return []
    ends = _Ends.of(known)
    together = ends.together()
    group = {i: [i] for i in range(len(known))}
    for one, other in _alike(ends, together, _MOST if together.any() else _MOST_ALONE):
        a, b = group[one], group[other]
        if a is not b and not together[np.ix_(a, b)].any():
            a += b
            group.update(dict.fromkeys(b, a))
    groups = {id(members): sorted(members, key=lambda i: known[i].times_s[0]) for members in group.values()}
    return sorted((Person(tuple(known[i] for i in members)) for members in groups.values()), key=lambda p: -p.weight)


def choose(people: Sequence[Person], wanted: int | PersonPoint | None, size: tuple[int, int]) -> Person:
    """The person `wanted`: by rank, or nearest to a point of the picture (`size`: width, height) at a time.

    Raises JobFailed NO_PERSON_FOUND when there is no such person.
    """
    if isinstance(wanted, PersonPoint):
        distance, person = min(
            ((_from_point(p, wanted, size), p) for p in people), key=lambda d: d[0], default=(np.inf, None)
        )
        if person is None or not np.isfinite(distance):
            nobody = refusal("nobody_then", "nobody was seen at {time} s", time=wanted.time_s)
            raise JobFailed(FailureCode.NO_PERSON_FOUND, nobody)
        return person
    number = wanted or 0
    if number >= len(people):
        sentence = "person {number} was chosen, {count} were seen"
        fewer = refusal("person_unknown", sentence, number=number, count=len(people))
        raise JobFailed(FailureCode.NO_PERSON_FOUND, fewer if number else "")
    return people[number]


def _from_point(person: Person, point: PersonPoint, size: tuple[int, int]) -> float:
    """How far, in sides of their region, the person was from the point; infinite when not seen around its time."""
    place = np.array([point.x * size[0], point.y * size[1]])
    best = np.inf
    for trail in person.trails:
        nearest = int(np.argmin(np.abs(np.array(trail.times_s) - point.time_s)))
        if abs(trail.times_s[nearest] - point.time_s) <= _POINT_S:
            roi = region_of(trail.rows[nearest])
            best = min(best, float(np.hypot(*(roi[:2] - place)) / roi[2]))
    return best


@dataclass(frozen=True)
class _Ends:
    """How n trails begin and end, and what they look like."""

    starts_s: Array
    ends_s: Array
    first: Array
    """(n, 4) regions."""
    last: Array
    looks: Array
    """(n, 6)"""

    @classmethod
    def of(cls, trails: Sequence[Trail]) -> _Ends:
        starts, ends = (np.array([t.times_s[k] for t in trails]) for k in (0, -1))
        first, last = (
            np.array([region_of(row) for row in rows], np.float64)
            for rows in ([t.rows[0] for t in trails], [t.last for t in trails])
        )
        return cls(starts, ends, first, last, np.array([t.colour for t in trails]))

    def together(self) -> NDArray[np.bool_]:
        """(n, n) which two were seen at the same time."""
        seen: NDArray[np.bool_] = (self.starts_s[:, None] <= self.ends_s) & (self.starts_s <= self.ends_s[:, None])
        return seen & ~np.eye(len(seen), dtype=bool)

    def strangeness(self, one: int) -> Array:
        """How unlikely trail `one` and each that is listed after it are one person.

        Looks, size, and place across the gap count; the longer the gap, the less its width.
        """
        rest = slice(one + 1, None)
        earlier = self.starts_s[one] < self.starts_s[rest]
        gap = np.where(earlier, self.starts_s[rest] - self.ends_s[one], self.starts_s[one] - self.ends_s[rest])
        before = np.where(earlier[:, None], self.last[one], self.last[rest])
        after = np.where(earlier[:, None], self.first[rest], self.first[one])
        distance = np.hypot(*(after[:, :2] - before[:, :2]).T) / (before[:, 2] + after[:, 2]) * 2
        growth = np.abs(np.log(after[:, 2] / before[:, 2]))
        colour = appearance.differences(self.looks[one], self.looks[rest]) / _COLOUR_UNIT
        known = np.where(np.isfinite(colour), colour, _COLOUR_UNKNOWN)
        strange: Array = known + growth + distance / (1 + 2 * np.maximum(gap, 0))
        return strange


def _alike(ends: _Ends, together: NDArray[np.bool_], most: float) -> Iterator[tuple[int, int]]:
    """Pairs of trails that may be one person, the most alike first; found row by row, as long clips hold many."""
    pairs, strange = [np.zeros((0, 2), np.int64)], [np.zeros(0)]
    for one in range(len(together)):
        found = ends.strangeness(one)
        likely = np.flatnonzero((found <= most) & ~together[one, one + 1 :])
        pairs.append(np.column_stack([np.full(len(likely), one), one + 1 + likely]))
        strange.append(found[likely])
    listed = np.concatenate(pairs)
    for one, other in listed[np.argsort(np.concatenate(strange), kind="stable")]:
        yield int(one), int(other)
