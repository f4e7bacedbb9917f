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
_MOST_PAIRS = 50_000
"""Pairs of trails that are weighed at once: there are as many as the square of the times somebody was lost."""
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
    groups = _Groups(ends)
    most = _MOST if ends.any_together() else _MOST_ALONE
    while len(pairs := _most_alike(ends, groups, most)):
        for one, other in pairs:
            groups.join(int(one), int(other))
    people = (Person(tuple(sorted((known[i] for i in g), key=lambda t: t.times_s[0]))) for g in groups.members())
    return sorted(people, key=lambda p: -p.weight)


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

    def any_together(self) -> bool:
        """Whether any two were seen at the same time."""
        order = np.argsort(self.starts_s, kind="stable")
        return bool((self.starts_s[order][1:] <= np.maximum.accumulate(self.ends_s[order])[:-1]).any())

    def with_any(self, some: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(n,) which were seen at the same time as one of `some`, of which no two were."""
        order = some[np.argsort(self.starts_s[some])]
        begun = np.searchsorted(self.starts_s[order], self.ends_s, side="right")
        over = np.searchsorted(self.ends_s[order], self.starts_s, side="left")
        return np.asarray(begun > over)

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


class _Groups:
    """Which trails are one person's, as far as they are joined."""

    def __init__(self, ends: _Ends) -> None:
        self._ends = ends
        self._first = np.arange(len(ends.starts_s))
        """Of each trail, one that stands for its person."""

    def join(self, one: int, other: int) -> None:
        """Make two trails one person's, unless that one would be in two places at once."""
        if self._first[one] != self._first[other] and self.open_to(one)[other]:
            self._first[self._first == self._first[other]] = self._first[one]

    def open_to(self, one: int) -> NDArray[np.bool_]:
        """(n,) the trails whose person is another than that of trail `one` and could be the same."""
        mine = self._first == self._first[one]
        elsewhere = self._ends.with_any(np.flatnonzero(mine))
        barred = np.zeros(len(mine), bool)
        barred[self._first[elsewhere]] = True
        return np.asarray(~mine & ~barred[self._first])

    def members(self) -> Iterator[NDArray[np.int64]]:
        """Each person's trails, in the order in which the people were first seen."""
        firsts, seen = np.unique(self._first, return_index=True)
        return (np.flatnonzero(self._first == first) for first in firsts[np.argsort(seen)])


def _most_alike(ends: _Ends, groups: _Groups, most: float) -> NDArray[np.int64]:
    """(P, 2) pairs of trails that could still be joined, the most alike first; not all where there are too many."""
    pairs, strange = [np.zeros((0, 2), np.int64)], [np.zeros(0)]
    for one in range(len(ends.starts_s)):
        found = ends.strangeness(one)
        likely = np.flatnonzero((found <= most) & groups.open_to(one)[one + 1 :])
        pairs.append(np.column_stack([np.full(len(likely), one), one + 1 + likely]))
        strange.append(found[likely])
        if sum(map(len, strange)) > 2 * _MOST_PAIRS:
            best, values = _sorted(pairs, strange)
            pairs, strange, most = [best], [values], float(values[-1])
    return _sorted(pairs, strange)[0]


def _sorted(pairs: list[NDArray[np.int64]], strange: list[Array]) -> tuple[NDArray[np.int64], Array]:
    """The most alike pairs and how strange they are, no more than are weighed at once."""
    values = np.concatenate(strange)
    order = np.argsort(values, kind="stable")[:_MOST_PAIRS]
    return np.concatenate(pairs)[order], values[order]
