"""One reading of a shift, and the settings that another reading of would change its category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from contract.inputs import ShiftInputs
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import Reading
from gpu_worker.ergonomics.nv361.category import Split, Verdict, step2, verdict
from gpu_worker.ergonomics.nv361.limits import ShiftLimits
from gpu_worker.ergonomics.nv361.rows import counts
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.observed import Alternative
from gpu_worker.ergonomics.operations import Filmed, filmed_operations
from gpu_worker.ergonomics.projection import Projection, project
from gpu_worker.ergonomics.result import Category
from gpu_worker.ergonomics.scope import Scope
from gpu_worker.ergonomics.settings import Settings


@dataclass(frozen=True)
class ShiftReading:
    """One reading of a shift."""

    projection: Projection
    splits: dict[str, Split]
    """Row -> minutes after step 2, with what was entered or corrected for the whole shift."""
    union: float
    verdict: Verdict


def read_shift(operations: Sequence[Filmed], scope: Scope, limits: ShiftLimits) -> ShiftReading:
    """Minutes and category under the settings of `scope`."""
    projection = project(operations, scope)
    splits: dict[str, Split] = {}
    longest = max((operation.workplace_minutes for operation in operations), default=0.0)
    for number, row in enumerate(RULES.rows):
        if row.id in scope.excluded:
            continue
        if row.id in scope.fixed:
            long_use = longest > limits.half_shift
            splits[row.id] = step2(row, scope.fixed[row.id].minutes, 0.0, long_use=long_use, settings=scope.settings)
        elif counts(row, projection.statuses[number], scope.settings):
            splits[row.id] = projection.splits[number]
    # Minutes entered for the whole shift have no place in time; at the least they coincide with what was seen.
    union = max([projection.union, *(override.minutes for override in scope.fixed.values())])
    return ShiftReading(projection, splits, union, verdict(splits, union, limits, scope.settings))


def other_readings(
    analyses: Sequence[Analysis],
    shift: ShiftInputs,
    operations: Sequence[Filmed],
    scope: Scope,
    limits: ShiftLimits,
    best: ShiftReading,
) -> Iterator[Reading]:
    """Settings read the other way, where that changes the category; `operations`: what `analyses` show of the shift."""
    for setting, value in _other_values(scope.settings):
        other = replace(scope, settings=scope.settings.model_copy(update={setting: value}))
        yield from _if_changed(setting, str(value), read_shift(operations, other, limits), best)
    for at_border in ("under_2", "at_least_2"):
        judged = read_shift(operations, replace(scope, at_border=cast(Any, at_border)), limits)
        yield from _if_changed("frequency_at_border", at_border, judged, best)
    for setting, value in _common_alternatives(analyses):
        swapped = [_with_alternative(analysis, setting, value) for analysis in analyses]
        judged = read_shift(filmed_operations(swapped, shift), scope, limits)
        yield from _if_changed(setting, value, judged, best)


def _if_changed(setting: str, value: str, judged: ShiftReading, best: ShiftReading) -> Iterator[Reading]:
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
