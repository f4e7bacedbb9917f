"""What each operation adds to each legal row: the shares of time that the workbook multiplies with minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from contract.inputs import Operation
from gpu_worker.ergonomics.operations import Filmed, filmed_operations
from gpu_worker.ergonomics.projection import project
from gpu_worker.ergonomics.scope import Scope, scope_of
from gpu_worker.report.content import Report


@dataclass(frozen=True)
class OperationShares:
    """One filmed operation. Arrays are (52,), shares 0..1 of its time in the law's order, NaN where not known."""

    name: str
    minutes: float
    workplace_minutes: float
    pieces: float | None
    seconds_per_piece: float | None
    observed_s: float
    workers: tuple[str, ...]
    rows: NDArray[np.float64]
    failing: NDArray[np.float64]
    """Of which held longer than the holding line allows (step 2 A)."""
    exposed: float
    """Share of time in any N or PP row."""


def operation_shares(report: Report) -> tuple[OperationShares, ...]:
    """The filmed operations of the report, as the assessment projects them."""
    found, analyses = report.assessment, [clip.analysis for clip in report.clips]
    scope = scope_of(analyses, found.shift, found.settings, found.limits.half_shift)
    pieces = pieces_entered(report)
    filmed = [operation for operation in filmed_operations(analyses, found.shift) if operation.takes]
    return tuple(_of(operation, scope, pieces.get(operation.name)) for operation in filmed)


def unfilmed_operations(report: Report) -> tuple[Filmed, ...]:
    """The operations of the report's shift without video."""
    analyses = [clip.analysis for clip in report.clips]
    return tuple(o for o in filmed_operations(analyses, report.assessment.shift) if not o.takes)


def _of(operation: Filmed, scope: Scope, pieces: float | None) -> OperationShares:
    whole = project([replace(operation, minutes=1.0)], scope)
    return OperationShares(
        name=operation.name,
        minutes=operation.minutes,
        workplace_minutes=operation.workplace_minutes,
        pieces=pieces,
        seconds_per_piece=operation.seconds_per_piece,
        observed_s=sum(take.observation.observed_s for take in operation.takes),
        workers=operation.workers,
        rows=whole.minutes,
        failing=whole.failing,
        exposed=whole.union,
    )


def pieces_entered(report: Report) -> dict[str, float]:
    """Pieces per shift of the operations that were given in pieces."""
    entered: list[Operation] = [o for clip in report.clips for o in clip.analysis.inputs.operations]
    entered += report.assessment.shift.operations
    return {operation.name: operation.pieces for operation in entered if operation.pieces is not None}
