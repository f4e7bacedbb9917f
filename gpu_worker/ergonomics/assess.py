"""`assess(analyses, shift)`: any number of clips, operations and workers make one shift and one legal category.

Minutes of a row = Σ over operations of (share of observed time in the row) · (minutes of the operation). Two workers
at one operation are averaged. Operations nobody filmed stay unobserved. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import numpy as np

from contract.inputs import ShiftInputs
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import (
    ClipWarnings,
    Limits,
    OperationMinutes,
    Reading,
    ShiftAssessment,
    UnclassifiedMinutes,
)
from gpu_worker.ergonomics.certainty import Spread, decision, rests_on_guesses, spread
from gpu_worker.ergonomics.nv361.limits import ShiftLimits, shift_limits
from gpu_worker.ergonomics.nv361.rows import taken_together, unclassified
from gpu_worker.ergonomics.operations import Filmed, filmed_operations
from gpu_worker.ergonomics.result import Category
from gpu_worker.ergonomics.row_minutes import as_seen, row_minutes
from gpu_worker.ergonomics.scope import Scope, corrections, exclusions, scope_of
from gpu_worker.ergonomics.settings import OF_THE_SHIFT, Settings, with_inputs
from gpu_worker.ergonomics.shift_reading import ShiftReading, other_readings, read_shift

SURE = 0.95
"""Share of draws that must agree before a category is called certain."""


def assess(analyses: Sequence[Analysis], shift: ShiftInputs, settings: Settings | None = None) -> ShiftAssessment:
    """Minutes per legal row and the category of a shift that `analyses` (one a clip) show.

    `settings` defaults to those of the first clip; `shift.settings` overrides both. Raises ValueError when there is no
    clip, a clip shows an operation the shift does not have, an operation given in pieces shows none, or the shift sets
    what only a new analysis can change.
    """
    if not analyses:
        raise ValueError("an assessment needs at least one clip")
    chosen = with_inputs(settings or analyses[0].settings, shift)
    limits = shift_limits(shift.shift.work_minutes)
    operations = filmed_operations(analyses, shift)
    scope = scope_of(analyses, shift, chosen, limits.half_shift)
    best = read_shift(operations, scope, limits)
    drawn = spread(operations, scope, best.projection, best.splits, limits, best.union)
    readings = tuple(other_readings(analyses, shift, operations, scope, limits, best))
    return _assessment(analyses, shift, operations, scope, limits, best, drawn, readings)


def _assessment(
    analyses: Sequence[Analysis],
    shift: ShiftInputs,
    operations: Sequence[Filmed],
    scope: Scope,
    limits: ShiftLimits,
    best: ShiftReading,
    drawn: Spread,
    readings: tuple[Reading, ...],
) -> ShiftAssessment:
    little = _little_observed(operations, scope.settings)
    seen = as_seen(operations, scope)
    rows = tuple(
        row_minutes(scope, best.projection, best.splits, best.verdict, drawn, limits, seen=seen, little=little)
    )
    unobserved = _unobserved_minutes(operations, limits)
    unknown = _unknown_share(operations)
    refused = "too_much_unknown" if unknown > scope.settings.unknown_refuse else None
    found = best.verdict
    missing = unobserved > 0 or any(row.status == "not_assessed" or row.at_least for row in rows)
    given = decision(found, drawn, scope.settings)
    guessed = rests_on_guesses(given.category, found.by_row, given.deciding, rows)
    sure = drawn.category_shares[given.category - 1] if drawn.category_shares is not None else 0.0
    at_border = any(reading.setting == "frequency_at_border" for reading in readings)
    return ShiftAssessment(
        shift=shift,
        settings=scope.settings,
        clips=tuple(analysis.signature for analysis in analyses),
        limits=_limits(limits),
        operations=tuple(_operation_minutes(operation) for operation in operations),
        unobserved_minutes=unobserved,
        unknown_share=unknown,
        rows=rows,
        category=None if refused else cast(Category, given.category),
        category_estimate=None if refused else cast(Category, found.category),
        at_least=missing and given.category < 3,
        refused=refused,
        deciding_rows=given.deciding,
        category_by_row=cast(Category, found.by_row),
        category_by_sum=cast(Category, found.by_sum),
        n_minutes=found.n_minutes,
        pp_minutes=found.pp_minutes,
        union_minutes=best.union,
        half_shift_exceeded=found.half_shift_exceeded,
        category_shares=drawn.category_shares,
        certain=refused is None and not little and not at_border and sure >= SURE and not guessed,
        readings=readings,
        unclassified=tuple(_unclassified(operations, scope.settings)),
        warnings=(
            *_warnings(operations, limits, unknown, unobserved, best, scope),
            *(("breaks_exceed_shift",) if shift.shift.breaks_minutes >= shift.shift.minutes else ()),
            *(("little_observed",) if little else ()),
            *(() if _same_settings(analyses) else ("settings_differ",)),
        ),
        clip_warnings=tuple(
            ClipWarnings(clip=a.signature.video_name, warnings=a.warnings) for a in analyses if a.warnings
        ),
        assumed=tuple(sorted(scope.assumed | {f"minutes:{o.name}" for o in operations if o.assumed})),
        exclusions=exclusions(analyses, shift),
        corrections=corrections(analyses, shift),
    )


def _limits(limits: ShiftLimits) -> Limits:
    names = ("n_category_1", "n_category_2", "pp_category_1", "pp_category_2", "half_shift", "work_minutes", "factor")
    return Limits(**{name: getattr(limits, name) for name in names})


def _operation_minutes(operation: Filmed) -> OperationMinutes:
    return OperationMinutes(
        name=operation.name,
        minutes=operation.minutes,
        assumed=operation.assumed,
        workers=operation.workers,
        clips=len(operation.takes),
        observed_s=sum(take.observation.observed_s for take in operation.takes),
        unknown_s=sum(take.observation.unknown_s for take in operation.takes),
        seconds_per_piece=operation.seconds_per_piece,
    )


def _unobserved_minutes(operations: Sequence[Filmed], limits: ShiftLimits) -> float:
    """Work time no video shows: operations without a clip, and what no operation covers."""
    covered = sum(operation.minutes for operation in operations)
    unfilmed = sum(operation.minutes for operation in operations if not operation.takes)
    return unfilmed + max(limits.work_minutes - covered, 0.0)


def _unknown_share(operations: Sequence[Filmed]) -> float:
    """Share of the filmed minutes of the shift without a person in sight."""
    filmed = [operation for operation in operations if operation.takes]
    minutes = np.array([operation.minutes for operation in filmed])
    shares = [taken_together([take.observation for take in o.takes]).unknown_share for o in filmed]
    return float(np.average(shares, weights=minutes)) if minutes.sum() > 0 else 1.0


def _unclassified(operations: Sequence[Filmed], settings: Settings) -> Iterable[UnclassifiedMinutes]:
    """Minutes no row takes, summed over operations; two workers are averaged."""
    sums: dict[tuple[str, str, str | None, str], float] = {}
    for operation in operations:
        for worker in operation.workers:
            seen = taken_together([take.observation for take in operation.of_worker(worker)])
            for rest in unclassified(seen, settings):
                observed = seen.regions[rest.region].observed_s
                minutes = rest.seconds / observed * operation.minutes / len(operation.workers)
                key = (rest.region, rest.mode, rest.frequency, rest.nearest_stricter)
                sums[key] = sums.get(key, 0.0) + minutes
    for (region, mode, frequency, nearest), minutes in sorted(sums.items(), key=lambda item: -item[1]):
        values = {"region": region, "mode": mode, "frequency": frequency, "nearest_stricter": nearest}
        yield UnclassifiedMinutes.model_validate({**values, "minutes": minutes})


def _little_observed(operations: Sequence[Filmed], settings: Settings) -> bool:
    """True where some operation was seen for too short a time to stand for a shift, whatever its angles' errors."""
    seen = [sum(take.observation.observed_s for take in operation.takes) for operation in operations if operation.takes]
    return any(seconds < settings.frequency_observed_s for seconds in seen)


def _same_settings(analyses: Sequence[Analysis]) -> bool:
    """True where all clips were analysed alike, as far as an assessment cannot change it."""
    kept = [analysis.settings.model_dump(exclude=set(OF_THE_SHIFT | {"draws", "seed"})) for analysis in analyses]
    return all(other == kept[0] for other in kept)


def _warnings(
    operations: Sequence[Filmed],
    limits: ShiftLimits,
    unknown: float,
    unobserved: float,
    best: ShiftReading,
    scope: Scope,
) -> Iterator[str]:
    """Keys of the report's catalogue."""
    if scope.settings.unknown_warn < unknown <= scope.settings.unknown_refuse:
        yield "much_unknown"
    if unobserved > 0:
        yield "unobserved_minutes"
    if sum(operation.minutes for operation in operations) > limits.work_minutes + 1e-6:
        yield "operations_exceed_shift"
    if any(override.minutes > limits.work_minutes for override in scope.fixed.values()):
        yield "entered_exceed_shift"
    entered = sum(override.minutes for override in scope.fixed.values())
    entered += sum(operation.told_minutes for operation in operations)
    if best.union <= limits.half_shift < best.projection.union + entered:
        yield "half_shift_open"
    if any(operation.assumed for operation in operations):
        yield "minutes_assumed"
