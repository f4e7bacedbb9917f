"""What holds for a whole shift, however many clips show it: settings, assumptions, and what an expert left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contract.inputs import Correction, Exclusion, RowEntry, ShiftInputs
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import assumed_in, parts_of
from gpu_worker.ergonomics.nv361.rules import FrequencyClass
from gpu_worker.ergonomics.settings import Settings


@dataclass(frozen=True)
class Override:
    """A row's minutes per shift as somebody entered or corrected them."""

    minutes: float
    corrected: bool


@dataclass(frozen=True)
class Scope:
    """What holds for the whole shift."""

    settings: Settings
    assumed: frozenset[str]
    parts: frozenset[str]
    excluded: frozenset[str]
    """Rows an expert left out."""
    fixed: Mapping[str, Override]
    """Rows whose minutes per shift somebody gave: what was seen of them counts nowhere. None of them is excluded."""
    half_shift: float
    support_entered: Mapping[str, float] = field(default_factory=dict)
    """Part of the body -> share of the filmed time for which somebody said whether it was supported."""
    entries: Mapping[str, tuple[RowEntry, ...]] = field(default_factory=dict)
    """Row -> what somebody entered of it, in the order it was given."""
    at_border: FrequencyClass | None = None
    """Decides frequencies that cannot be told from the border; None takes the best estimate."""

    def takes(self, row: str) -> bool:
        """Whether the row's share of the time counts: nobody left it out or gave its minutes per shift."""
        return row not in self.excluded and row not in self.fixed


def scope_of(analyses: Sequence[Analysis], shift: ShiftInputs, settings: Settings, half_shift: float) -> Scope:
    """The scope of a shift that `analyses` (one a clip) show; `half_shift` in minutes."""
    return Scope(
        settings=settings,
        assumed=assumed_in([analysis.assumed for analysis in analyses]),
        parts=parts_of(analysis.inputs for analysis in analyses),
        excluded=frozenset(entry.row for entry in exclusions(analyses, shift) if entry.row is not None),
        fixed=overrides(analyses, shift),
        half_shift=half_shift,
        support_entered=_support_entered(analyses),
        entries=_entries(analyses, shift),
    )


def exclusions(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Exclusion, ...]:
    """What experts left out of the clips, then of the shift."""
    return tuple(entry for analysis in analyses for entry in analysis.inputs.exclusions) + shift.exclusions


def corrections(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Correction, ...]:
    """What experts corrected in the clips, then in the shift."""
    return tuple(entry for analysis in analyses for entry in analysis.inputs.corrections) + shift.corrections


def row_entries(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[RowEntry, ...]:
    """Rows that somebody entered with the clips, then for the shift."""
    return tuple(entry for analysis in analyses for entry in analysis.inputs.rows) + shift.rows


def overrides(analyses: Sequence[Analysis], shift: ShiftInputs) -> dict[str, Override]:
    """Rows whose minutes per shift were entered (several entries of a row add up) or corrected (the last one wins).

    Rows that an expert left out are none of them.
    """
    found: dict[str, Override] = {}
    for entry in row_entries(analyses, shift):
        if entry.minutes is not None:
            before = found.get(entry.row, Override(0.0, corrected=False))
            found[entry.row] = Override(before.minutes + entry.minutes, corrected=False)
    for correction in corrections(analyses, shift):
        if correction.row is not None and correction.minutes is not None:
            found[correction.row] = Override(correction.minutes, corrected=True)
    left_out = {entry.row for entry in exclusions(analyses, shift)}
    return {row: override for row, override in found.items() if row not in left_out}


def _entries(analyses: Sequence[Analysis], shift: ShiftInputs) -> dict[str, tuple[RowEntry, ...]]:
    """Row -> its entries of the clips, then of the shift."""
    given = row_entries(analyses, shift)
    return {row: tuple(entry for entry in given if entry.row == row) for row in dict.fromkeys(e.row for e in given)}


def _support_entered(analyses: Sequence[Analysis]) -> dict[str, float]:
    """Part of the body -> share of the filmed time for which its support was entered."""
    seconds = [analysis.observed_s + analysis.unknown_s for analysis in analyses]
    total = sum(seconds)
    return {
        part: sum(a.support_entered.get(part, 0.0) * s for a, s in zip(analyses, seconds, strict=True)) / total
        for part in dict.fromkeys(part for analysis in analyses for part in analysis.support_entered)
    }
