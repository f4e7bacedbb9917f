"""How far two answers agree: categories, holds, intervals. Pure arithmetic, nothing of ours but the hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.result import Hold

CATEGORIES = 3
OVERLAP = 0.5
"""Two holds are the same one when they share at least this part of the time that either covers."""


@dataclass(frozen=True)
class Share:
    """`hits` out of `total`."""

    hits: int = 0
    total: int = 0

    @property
    def value(self) -> float:
        """Between 0 and 1; NaN out of nothing."""
        return self.hits / self.total if self.total else float("nan")

    @classmethod
    def of(cls, answers: Iterable[bool]) -> Share:
        """How many of `answers` are yes."""
        listed = [bool(answer) for answer in answers]
        return cls(sum(listed), len(listed))


@dataclass(frozen=True)
class Confusion:
    """How often category i was answered j: row i − 1 is the truth, column j − 1 the answer."""

    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Confusion:
        """From pairs of truth and answer, both 1 to 3."""
        counted = np.zeros((CATEGORIES, CATEGORIES), dtype=np.int64)
        for truth, answer in pairs:
            counted[truth - 1, answer - 1] += 1
        return cls(tuple(tuple(int(cell) for cell in row) for row in counted))

    @property
    def table(self) -> NDArray[np.float64]:
        """(3, 3) counts."""
        return np.array(self.counts, dtype=np.float64)

    @property
    def agreement(self) -> Share:
        """Answers that are the truth."""
        return Share(int(np.trace(self.table)), int(self.table.sum()))

    @property
    def false_safe(self) -> int:
        """Answers below the truth: the work is worse than we say."""
        return int(np.tril(self.table, -1).sum())

    @property
    def false_alarm(self) -> int:
        """Answers above the truth."""
        return int(np.triu(self.table, 1).sum())

    def kappa(self, power: int = 1) -> float:
        """Cohen's weighted κ, disagreements weighted by their distance to `power` (1 linear, 2 quadratic).

        NaN where chance could not disagree. Source: Cohen, Psychol. Bull. 70 (1968). With two categories it equals
        `gpu_worker.report.validation.agreement.cohens_kappa`.
        """
        table = self.table
        number = np.arange(CATEGORIES)
        weight = np.abs(number[:, None] - number[None, :]) ** power
        expected = np.outer(table.sum(1), table.sum(0)) / max(float(table.sum()), 1.0)
        by_chance = float((weight * expected).sum())
        return 1 - float((weight * table).sum()) / by_chance if by_chance > 0 else float("nan")

    def always_safe(self) -> Confusion:
        """The baseline that answers category 1 to everything."""
        return Confusion(tuple((sum(row), *(0,) * (CATEGORIES - 1)) for row in self.counts))


@dataclass(frozen=True)
class Matches:
    """Events of the truth, events found, and those that are both."""

    true: int = 0
    found: int = 0
    both: int = 0

    def __add__(self, other: Matches) -> Matches:
        return Matches(self.true + other.true, self.found + other.found, self.both + other.both)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN where nothing happened and nothing was found."""
        return 2 * self.both / (self.true + self.found) if self.true + self.found else float("nan")


def match_holds(true: Sequence[Hold], found: Sequence[Hold], overlap: float = OVERLAP) -> Matches:
    """One-to-one matches of holds in the same region, the best overlap first."""
    candidates = sorted(
        (
            (_overlap(one, other), i, j)
            for i, one in enumerate(true)
            for j, other in enumerate(found)
            if one.region == other.region
        ),
        key=lambda candidate: (-candidate[0], candidate[1:]),
    )
    taken_true, taken_found = set[int](), set[int]()
    for shared, i, j in candidates:
        if shared >= overlap and i not in taken_true and j not in taken_found:
            taken_true.add(i)
            taken_found.add(j)
    return Matches(len(true), len(found), len(taken_true))


def _overlap(one: Hold, other: Hold) -> float:
    """Shared time over the time that either covers."""
    shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(shared, 0.0) / (max(one.end_s, other.end_s) - min(one.start_s, other.start_s))


def percentile(values: Iterable[float], percent: float) -> float:
    """Percentile of the known `values`; NaN without any."""
    known = np.array([value for value in values if np.isfinite(value)])
    return float(np.percentile(known, percent)) if len(known) else float("nan")


def mean(values: Iterable[float]) -> float:
    """Mean of the known `values`; NaN without any."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
