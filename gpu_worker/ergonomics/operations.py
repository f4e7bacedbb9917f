"""Which operations make a shift, how many minutes each has, and which clips show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.base import refusal
from contract.inputs import Operation, RowEntry, ShiftInputs, refuse_unknown
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import WHOLE_CLIP, corrected_shares
from gpu_worker.ergonomics.observed import Observation
from gpu_worker.ergonomics.scope import row_entries


@dataclass(frozen=True)
class Take:
    """What one clip shows of an operation, and what an expert corrected of its rows in that clip."""

    observation: Observation
    told: Mapping[str, float]
    """Row -> its share of the observed time as an expert corrected it."""


@dataclass(frozen=True)
class Filmed:
    """One operation with its minutes per shift and everything filmed of it."""

    name: str
    minutes: float
    assumed: bool
    workplace_minutes: float
    """Minutes per shift at this machine or workplace; its own minutes where nobody entered them."""
    takes: tuple[Take, ...]
    entries: tuple[RowEntry, ...]
    """Rows entered as a share of this operation, in the order they were given."""
    seconds_per_piece: float | None

    @property
    def workers(self) -> tuple[str, ...]:
        """Workers seen at it."""
        return tuple(sorted({take.observation.worker for take in self.takes}))

    @property
    def told_minutes(self) -> float:
        """Minutes of all rows whose share somebody entered or corrected; time they have in common counts twice."""
        told = sum(share * take.observation.observed_s for take in self.takes for share in take.told.values())
        observed = sum(take.observation.observed_s for take in self.takes)
        entered = sum(entry.share or 0.0 for entry in self.entries)
        return (entered + (told / observed if observed > 0 else 0.0)) * self.minutes

    def of_worker(self, worker: str) -> tuple[Take, ...]:
        """What was seen of one worker."""
        return tuple(take for take in self.takes if take.observation.worker == worker)


def filmed_operations(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Filmed, ...]:
    """The shift's operations with what was filmed of them.

    Operations nobody gave minutes share the rest of the work time by the time they were filmed; that is *assumed*.
    Raises ValueError when a clip shows an operation the shift does not have, pieces were never counted, one worker of
    an operation has two pseudonyms, or a row is entered as a share of an operation that no clip shows.
    """
    wanted = _operations(analyses, shift)
    names = [operation.name for operation in wanted]
    seen: dict[str, list[Take]] = {name: [] for name in names}
    for analysis in analyses:
        told = corrected_shares(analysis.inputs)
        for observation in analysis.observations:
            name = _name_in(names, observation)
            if name not in seen:
                raise _not_of_the_shift(name, names)
            seen[name].append(Take(observation, told))
    _refuse_mixed_workers(analyses)
    for entry in row_entries(analyses, shift):
        refuse_unknown(entry.operation, names)
        _refuse_unfilmed(entry, seen)
    entries = {name: _entries_of(name, names, analyses, shift) for name in names}
    return _with_minutes(wanted, seen, entries, shift.shift.work_minutes)


def _name_in(names: Sequence[str], observation: Observation) -> str:
    """The shift's name of an operation as a clip shows it."""
    return names[0] if observation.operation == WHOLE_CLIP and len(names) == 1 else observation.operation


def _entries_of(
    name: str, names: Sequence[str], analyses: Sequence[Analysis], shift: ShiftInputs
) -> tuple[RowEntry, ...]:
    """Shares of rows entered for an operation: with a clip that shows it or by its name, then for the shift."""
    found: list[RowEntry] = []
    for analysis in analyses:
        shown = any(_name_in(names, observation) == name for observation in analysis.observations)
        found += [e for e in analysis.inputs.rows if e.operation == name or (e.operation is None and shown)]
    found += [e for e in shift.rows if e.operation in (None, name)]
    return tuple(entry for entry in found if entry.share is not None)


def _refuse_unfilmed(entry: RowEntry, seen: Mapping[str, Sequence[Take]]) -> None:
    """Operations without video add nothing to any row, so a share of one would be lost."""
    if entry.share is not None and entry.operation is not None and not seen[entry.operation]:
        sentence = "the row {row} is entered as a share of {name}, which no clip shows; enter its minutes per shift"
        raise refusal("share_unfilmed", sentence, row=entry.row, name=entry.operation)


def _refuse_mixed_workers(analyses: Sequence[Analysis]) -> None:
    """Two people filmed at one operation are workers A and B; under one letter they would count as one person."""
    known: dict[tuple[str, str], str] = {}
    for analysis in analyses:
        name = analysis.inputs.person.pseudonym
        for observation in analysis.observations if name else ():
            before = known.setdefault((observation.operation, observation.worker), name or "")
            if before != name:
                sentence = "worker {worker} of the operation {operation} is {one} in one clip and {other} in another"
                told = {"worker": observation.worker, "operation": observation.operation}
                raise refusal("workers_mixed", sentence, one=before, other=name or "", **told)


def _not_of_the_shift(name: str, names: Sequence[str]) -> ValueError:
    known = ", ".join(names)
    if name == WHOLE_CLIP:
        return refusal("segments_missing", "a clip does not say when it shows which operation of {known}", known=known)
    sentence = "a clip shows the operation {name}, which the shift does not have; it has {known}"
    return refusal("operation_unknown", sentence, name=name, known=known)


def _operations(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Operation, ...]:
    """The operations entered for the shift, else those entered with the clips, else those the clips show."""
    if shift.operations:
        return shift.operations
    entered = {operation.name: operation for analysis in analyses for operation in analysis.inputs.operations}
    if entered:
        return tuple(entered.values())
    shown = dict.fromkeys(observation.operation for analysis in analyses for observation in analysis.observations)
    return tuple(Operation(name=name) for name in shown)


def _with_minutes(
    wanted: Sequence[Operation],
    seen: dict[str, list[Take]],
    entries: Mapping[str, tuple[RowEntry, ...]],
    work_minutes: float,
) -> tuple[Filmed, ...]:
    given = {operation.name: _given_minutes(operation, seen[operation.name]) for operation in wanted}
    rest = max(work_minutes - sum(minutes for minutes in given.values() if minutes is not None), 0.0)
    open_names = [name for name, minutes in given.items() if minutes is None]
    filmed = {name: _filmed_s(seen[name]) for name in open_names}
    total = sum(filmed.values())
    found = []
    for operation in wanted:
        minutes = given[operation.name]
        assumed = minutes is None
        if minutes is None:
            minutes = rest * (filmed[operation.name] / total if total > 0 else 1 / len(open_names))
        found.append(
            Filmed(
                name=operation.name,
                minutes=minutes,
                assumed=assumed,
                workplace_minutes=minutes if operation.workplace_minutes is None else operation.workplace_minutes,
                takes=tuple(seen[operation.name]),
                entries=entries[operation.name],
                seconds_per_piece=_seconds_per_piece(seen[operation.name]),
            )
        )
    return tuple(found)


def _filmed_s(takes: Sequence[Take]) -> float:
    return sum(take.observation.observed_s + take.observation.unknown_s for take in takes)


def _seconds_per_piece(takes: Sequence[Take]) -> float | None:
    counted = [take for take in takes if take.observation.pieces is not None]
    pieces = sum(take.observation.pieces or 0.0 for take in counted)
    return _filmed_s(counted) / pieces if pieces > 0 else None


def _given_minutes(operation: Operation, takes: Sequence[Take]) -> float | None:
    if operation.pieces is None:
        return operation.minutes
    seconds = _seconds_per_piece(takes)
    if seconds is None:
        sentence = "the operation {name} is given in pieces, but no clip says how many it shows"
        raise refusal("pieces_uncounted", sentence, name=operation.name)
    return seconds * operation.pieces / 60
