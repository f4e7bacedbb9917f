"""`assess(analyses, shift)`: any number of clips, operations and workers make one shift and one legal category.

Minutes of a row = Σ over operations of (share of observed time in the row) · (minutes of the operation). Two workers
at one operation are averaged. Operations nobody filmed stay unobserved. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from contract.inputs import Correction, Exclusion, ShiftInputs
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import (
    Limits,
    OperationMinutes,
    Reading,
    ShiftAssessment,
    UnclassifiedMinutes,
)
from gpu_worker.ergonomics.certainty import Spread, decision, rests_on_guesses, spread
from gpu_worker.ergonomics.nv361.category import Split, Verdict, step2, verdict
from gpu_worker.ergonomics.nv361.limits import ShiftLimits, shift_limits
from gpu_worker.ergonomics.nv361.rows import counts, taken_together, unclassified
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.observed import Alternative
from gpu_worker.ergonomics.operations import Filmed, filmed_operations
from gpu_worker.ergonomics.projection import Projection, Scope, project
from gpu_worker.ergonomics.result import Category
from gpu_worker.ergonomics.row_minutes import Override, overrides, row_minutes
from gpu_worker.ergonomics.settings import OF_THE_SHIFT, Settings, with_inputs

SURE = 0.95
"""Share of draws that must agree before a category is called certain."""
ALL_PARTS = ("trunk", "head_neck", "arm_left", "arm_right", "legs", "other")


@dataclass(frozen=True)
class Judged:
    """One reading of a shift."""

    projection: Projection
    splits: dict[str, Split]
    """Row -> minutes after step 2, with what was entered or corrected for the whole shift."""
    union: float
    verdict: Verdict


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
    scope = _scope(analyses, shift, chosen, limits)
    fixed = overrides(shift, analyses)
    best = _judge(operations, scope, limits, fixed)
    drawn = spread(operations, best.projection, best.splits, fixed, limits, chosen, best.union)
    readings = tuple(_readings(analyses, shift, scope, limits, fixed, best))
    return _assessment(analyses, shift, operations, scope, limits, best, drawn, readings, fixed)


def _scope(analyses: Sequence[Analysis], shift: ShiftInputs, settings: Settings, limits: ShiftLimits) -> Scope:
    parts = frozenset(ALL_PARTS)
    for analysis in analyses:
        parts &= frozenset(analysis.inputs.parts or ALL_PARTS)
    return Scope(
        settings=settings,
        assumed=frozenset(name for analysis in analyses for name in analysis.assumed),
        parts=parts,
        excluded=frozenset(exclusion.row for exclusion in _exclusions(analyses, shift) if exclusion.row is not None),
        half_shift=limits.half_shift,
        support_entered=_support_entered(analyses),
    )


def _support_entered(analyses: Sequence[Analysis]) -> dict[str, float]:
    """Part of the body -> share of the filmed time for which its support was entered."""
    seconds = [analysis.observed_s + analysis.unknown_s for analysis in analyses]
    total = sum(seconds)
    return {
        part: sum(a.support_entered.get(part, 0.0) * s for a, s in zip(analyses, seconds, strict=True)) / total
        for part in dict.fromkeys(part for analysis in analyses for part in analysis.support_entered)
    }


def _judge(operations: Sequence[Filmed], scope: Scope, limits: ShiftLimits, fixed: dict[str, Override]) -> Judged:
    projection = project(operations, scope)
    splits: dict[str, Split] = {}
    longest = max((operation.workplace_minutes for operation in operations), default=0.0)
    for number, row in enumerate(RULES.rows):
        if row.id in scope.excluded:
            continue
        if row.id in fixed:
            long_use = longest > limits.half_shift
            splits[row.id] = step2(row, fixed[row.id].minutes, 0.0, long_use=long_use, settings=scope.settings)
        elif counts(row, projection.statuses[number], scope.settings):
            splits[row.id] = projection.splits[number]
    # Minutes entered for the whole shift have no place in time; at the least they coincide with what was seen.
    union = max([projection.union, *(override.minutes for override in fixed.values())])
    return Judged(projection, splits, union, verdict(splits, union, limits, scope.settings))


def _readings(
    analyses: Sequence[Analysis],
    shift: ShiftInputs,
    scope: Scope,
    limits: ShiftLimits,
    fixed: dict[str, Override],
    best: Judged,
) -> Iterator[Reading]:
    """Settings read the other way, where that changes the category."""
    operations = filmed_operations(analyses, shift)
    for setting, value in _other_values(scope.settings):
        other = replace(scope, settings=scope.settings.model_copy(update={setting: value}))
        yield from _if_changed(setting, str(value), _judge(operations, other, limits, fixed), best)
    for at_border in ("under_2", "at_least_2"):
        judged = _judge(operations, replace(scope, at_border=cast(Any, at_border)), limits, fixed)
        yield from _if_changed("frequency_at_border", at_border, judged, best)
    for setting, value in _common_alternatives(analyses):
        swapped = [_with_alternative(analysis, setting, value) for analysis in analyses]
        judged = _judge(filmed_operations(swapped, shift), scope, limits, fixed)
        yield from _if_changed(setting, value, judged, best)


def _if_changed(setting: str, value: str, judged: Judged, best: Judged) -> Iterator[Reading]:
    if judged.verdict.category != best.verdict.category:
        yield Reading(setting=setting, value=value, category=cast(Category, judged.verdict.category))


def _other_values(settings: Settings) -> Iterator[tuple[str, object]]:
    yield "category_by", "sum" if settings.category_by == "row" else "row"
    for name in ("half_shift_counts", "step2_c", "count_lower_bounds", "low_posture_measured"):
        yield name, not getattr(settings, name)
    for choice in ("off", "escalate", "full"):
        if choice != settings.step2:
            yield "step2", choice


def _common_alternatives(analyses: Sequence[Analysis]) -> list[tuple[str, str]]:
    """Alternatives that every clip was analysed with."""
    kinds = [{(a.setting, a.value) for a in analysis.alternatives} for analysis in analyses]
    return sorted(set.intersection(*kinds))


def _with_alternative(analysis: Analysis, setting: str, value: str) -> Analysis:
    found: Alternative = next(a for a in analysis.alternatives if (a.setting, a.value) == (setting, value))
    return analysis.model_copy(update={"observations": found.observations})


def _exclusions(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Exclusion, ...]:
    return tuple(e for analysis in analyses for e in analysis.inputs.exclusions) + shift.exclusions


def _corrections(analyses: Sequence[Analysis], shift: ShiftInputs) -> tuple[Correction, ...]:
    return tuple(c for analysis in analyses for c in analysis.inputs.corrections) + shift.corrections


def _assessment(
    analyses: Sequence[Analysis],
    shift: ShiftInputs,
    operations: Sequence[Filmed],
    scope: Scope,
    limits: ShiftLimits,
    best: Judged,
    drawn: Spread,
    readings: tuple[Reading, ...],
    fixed: dict[str, Override],
) -> ShiftAssessment:
    little = _little_observed(operations, scope.settings)
    rows = tuple(row_minutes(scope, best.projection, best.splits, best.verdict, drawn, fixed, limits, little=little))
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
            *_warnings(operations, limits, unknown, unobserved, fixed, best, scope),
            *(("little_observed",) if little else ()),
            *(() if _same_settings(analyses) else ("settings_differ",)),
        ),
        assumed=tuple(sorted(scope.assumed | {f"minutes:{o.name}" for o in operations if o.assumed})),
        exclusions=_exclusions(analyses, shift),
        corrections=_corrections(analyses, shift),
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
    fixed: dict[str, Override],
    best: Judged,
    scope: Scope,
) -> Iterator[str]:
    """Keys of the report's catalogue."""
    if scope.settings.unknown_warn < unknown <= scope.settings.unknown_refuse:
        yield "much_unknown"
    if unobserved > 0:
        yield "unobserved_minutes"
    if sum(operation.minutes for operation in operations) > limits.work_minutes + 1e-6:
        yield "operations_exceed_shift"
    entered = sum(override.minutes for override in fixed.values())
    if best.union <= limits.half_shift < best.projection.union + entered:
        yield "half_shift_open"
    if any(operation.assumed for operation in operations):
        yield "minutes_assumed"
