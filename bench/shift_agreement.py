"""Whole shifts, truth beside what was found: minutes and category per legal row, and the category of the job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.agreement import Confusion, Share
from bench.take_agreement import NEAR_SIGMAS, WORTH_SCORING, Take
from contract.inputs import Operation, ShiftInputs
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.conclusion import is_at_least
from gpu_worker.ergonomics.nv361.limits import shift_limits
from gpu_worker.ergonomics.result import Range

Z90 = 1.645
FEWEST, MOST = 3, 6
"""Operations of a composed shift."""
LEAST_FILMED_MIN, SHIFT_MIN = 5.0, 480.0


@dataclass(frozen=True)
class RowVerdict:
    """One legal row of one shift."""

    shift: str
    row: str
    true_minutes: float
    found_minutes: float | None
    interval: Range | None
    resolution: float
    """Minutes that one sampled frame of every operation stands for together."""
    true_category: int
    found_category: int | None
    certain: bool
    at_least: bool
    """Whether the answer reads "at least"."""
    scored: bool

    @property
    def covered(self) -> bool:
        """Whether the 90 % interval holds the truth, to the resolution of the sampling."""
        return self._held(self.resolution)

    @property
    def covered_exactly(self) -> bool:
        """The same without any allowance."""
        return self._held(1e-9)

    def _held(self, slack: float) -> bool:
        return self.interval is not None and (
            self.interval.low - slack <= self.true_minutes <= self.interval.high + slack
        )


@dataclass(frozen=True)
class ShiftVerdict:
    """One shift."""

    name: str
    operations: tuple[str, ...]
    minutes: tuple[float, ...]
    true_category: int
    found_category: int | None
    certain: bool
    at_least: bool
    rows: tuple[RowVerdict, ...]


@dataclass(frozen=True)
class Agreement:
    """Categories of rows or of jobs."""

    confusion: Confusion
    certain_wrong: Share
    """Of the answers called certain, how many are wrong."""
    false_safe_open: Share
    """Of the answers below the truth, how many read "at least"."""
    open: Share
    """Of all answers, how many read "at least"."""
    unanswered: int
    """The truth has a category, we gave none."""


def one_take_shifts(takes: Sequence[Take], guard: float | None = None) -> list[ShiftVerdict]:
    """Each take as a whole shift of 480 minutes; `guard` is the decision rule's share instead of the default."""
    return [_verdict(take.name, [take], [SHIFT_MIN], guard) for take in takes]


def composed_shifts(
    takes: Sequence[Take], count: int, seed: int, guard: float | None = None
) -> list[ShiftVerdict]:  # fmt: skip
    """`count` random shifts of 3 to 6 operations, a take each, as far as there are takes.

    What is filmed is 5 to 480 minutes of the 480, as often 5 to 50 as 50 to 500, so that all three categories occur.
    Nobody filmed the rest: both assessments say "at least", and only the category is compared.
    """
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        operations = min(int(rng.integers(FEWEST, MOST + 1)), len(takes))
        chosen = rng.choice(len(takes), operations, replace=False)
        minutes = rng.dirichlet(np.ones(operations)) * np.exp(rng.uniform(*np.log([LEAST_FILMED_MIN, SHIFT_MIN])))
        made.append(_verdict(f"shift-{number}", [takes[n] for n in chosen], [float(m) for m in minutes], guard))
    return made


def _verdict(name: str, takes: Sequence[Take], minutes: Sequence[float], guard: float | None) -> ShiftVerdict:
    shift = ShiftInputs(
        operations=tuple(Operation(name=take.name, minutes=m) for take, m in zip(takes, minutes, strict=True))
    )
    # The truth is known without error: its best estimate is what it is.
    truth = assess([take.truth for take in takes], shift)
    ruled = shift if guard is None else shift.model_copy(update={"settings": {"decision_share": guard}})
    found = assess([take.found for take in takes], ruled)
    if truth.category_estimate is None:
        raise ValueError(f"{name}: the truth gives no category ({truth.refused})")
    resolution = sum(take.frame_share * m for take, m in zip(takes, minutes, strict=True))
    return ShiftVerdict(
        name=name,
        operations=tuple(take.name for take in takes),
        minutes=tuple(minutes),
        true_category=truth.category_estimate,
        found_category=found.category,
        certain=found.certain,
        at_least=found.at_least,
        rows=tuple(_rows(name, truth, found, sum(minutes), resolution)),
    )


def _rows(
    name: str, truth: ShiftAssessment, found: ShiftAssessment, filmed: float, resolution: float
) -> Iterator[RowVerdict]:
    """Rows that the truth assesses."""
    for true, mine in zip(truth.rows, found.rows, strict=True):
        if true.category_estimate is None or true.minutes is None:
            continue
        yield RowVerdict(
            shift=name,
            row=true.row,
            true_minutes=true.minutes,
            found_minutes=mine.minutes,
            interval=mine.interval,
            resolution=resolution,
            true_category=true.category_estimate,
            found_category=mine.category,
            certain=mine.certain,
            at_least=is_at_least(mine),
            scored=true.minutes > WORTH_SCORING * filmed or _near_limit(true, mine, truth.limits.work_minutes),
        )


def _near_limit(true: RowMinutes, mine: RowMinutes, work_minutes: float) -> bool:
    """True where the true minutes lie within two found standard deviations of a limit between categories."""
    if true.minutes is None or mine.interval is None:
        return False
    sigma = (mine.interval.high - mine.interval.low) / (2 * Z90)
    limits = shift_limits(work_minutes).of("N" if true.as_n > true.as_pp else true.type)
    return any(abs(true.minutes - limit) <= NEAR_SIGMAS * sigma for limit in limits)


def scored_rows(shifts: Sequence[ShiftVerdict]) -> list[RowVerdict]:
    """The rows that count."""
    return [row for shift in shifts for row in shift.rows if row.scored]


def agreement(verdicts: Sequence[RowVerdict] | Sequence[ShiftVerdict]) -> Agreement:
    """Categories found against the true ones."""
    answered = [(v, v.found_category) for v in verdicts if v.found_category is not None]
    return Agreement(
        confusion=Confusion.of((verdict.true_category, found) for verdict, found in answered),
        certain_wrong=Share.of(verdict.true_category != found for verdict, found in answered if verdict.certain),
        false_safe_open=Share.of(verdict.at_least for verdict, found in answered if found < verdict.true_category),
        open=Share.of(verdict.at_least for verdict, _ in answered),
        unanswered=len(verdicts) - len(answered),
    )
