"""Joins the trails of one person, ranks the people in the clip, and picks the one to analyse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose import appearance
from gpu_worker.pose.estimator import Array
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
        """How long, how large and how clearly they were seen, in pixel seconds."""
        return sum(t.weight for t in self.trails)


def persons(trails: Sequence[Trail]) -> list[Person]:
    """Everyone in the clip, who was seen longest, largest and most clearly first.

    Trails are joined two by two, the most alike first, as long as nobody is in two places at once.
    """
    known = [t for t in trails if t.frames]
    if not known:
        return []
    strange, together = _strangeness(known)
    most = _MOST if together.any() else _MOST_ALONE
    group = {i: [i] for i in range(len(known))}
    one, other = np.nonzero(np.triu(strange <= most, 1))
    for k in np.argsort(strange[one, other], kind="stable"):
        a, b = group[int(one[k])], group[int(other[k])]
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
            roi = trail.rois[nearest]
            best = min(best, float(np.hypot(*(roi[:2] - place)) / roi[2]))
    return best


def _strangeness(trails: Sequence[Trail]) -> tuple[Array, NDArray[np.bool_]]:
    """How unlikely each two trails are one person (n, n), and which two were seen at the same time.

    Looks, size, and place across the gap count; the longer the gap, the less its width.
    """
    starts, ends = (np.array([t.times_s[k] for t in trails]) for k in (0, -1))
    first, last = (np.array([t.rois[k] for t in trails], np.float64) for k in (0, -1))
    looks = np.array([t.colour for t in trails])
    together = (starts[:, None] <= ends) & (starts <= ends[:, None])
    earlier = starts[:, None] < starts
    gap = np.where(earlier, starts - ends[:, None], starts[:, None] - ends)
    before, after = (np.where(earlier[..., None], x, y) for x, y in ((last[:, None], last), (first, first[:, None])))
    distance = np.hypot(*np.moveaxis(after[..., :2] - before[..., :2], -1, 0)) / (before[..., 2] + after[..., 2]) * 2
    growth = np.abs(np.log(after[..., 2] / before[..., 2]))
    colour = appearance.differences(looks[:, None], looks) / _COLOUR_UNIT
    strange = np.where(np.isfinite(colour), colour, _COLOUR_UNKNOWN) + growth + distance / (1 + 2 * np.maximum(gap, 0))
    return np.where(together, np.inf, strange), together & ~np.eye(len(trails), dtype=bool)
