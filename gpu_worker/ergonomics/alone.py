"""One clip taken alone: the shift it stands for, and what the law says of it."""

from __future__ import annotations

from contract.inputs import ShiftInputs
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.clip_verdict import ClipVerdict, RowVerdict
from gpu_worker.ergonomics.conclusion import (
    counted_as,
    is_at_least,
    level_of,
    remarks,
    sentences,
    severity,
    told_minutes,
    too_short_s,
)
from gpu_worker.ergonomics.nv361.limits import ShiftLimits, shift_limits
from gpu_worker.ergonomics.nv361.rows import part_of
from gpu_worker.ergonomics.nv361.rules import ROWS


def clip_shift(analysis: Analysis) -> ShiftInputs:
    """The shift a single clip stands for: what was entered with it, else 480 minutes of the filmed work."""
    inputs = analysis.inputs
    given = {"shift": inputs.shift} if inputs.shift is not None else {}
    return ShiftInputs.model_validate({**given, "operations": inputs.operations, "report": inputs.report})


def judged_alone(analysis: Analysis) -> tuple[Analysis, ShiftAssessment]:
    """The analysis with its verdict, and the assessment that it is of. Raises what `assess` raises."""
    found = assess([analysis], clip_shift(analysis))
    return analysis.model_copy(update={"verdict": verdict_of(found, analysis)}), found


def verdict_of(found: ShiftAssessment, analysis: Analysis) -> ClipVerdict:
    """The assessment of the clip alone, as it is shown."""
    limits = shift_limits(found.limits.work_minutes)
    ranked = sorted(found.rows, key=lambda row: severity(row, limits), reverse=True)
    return ClipVerdict(
        category=found.category,
        at_least=found.at_least,
        indicative=too_short_s(found) is not None,
        certain=found.certain,
        work_minutes=found.limits.work_minutes,
        shift_assumed=analysis.inputs.shift is None,
        sentences=sentences(found),
        warnings=found.warnings,
        rows=tuple(_row(row, found, limits) for row in ranked),
    )


def _row(row: RowMinutes, found: ShiftAssessment, limits: ShiftLimits) -> RowVerdict:
    rule = ROWS[row.row]
    return RowVerdict(
        row=row.row,
        part=part_of(rule),
        no=rule.no,
        cs=rule.cs,
        en=rule.en,
        type=row.type,
        mode=row.mode,
        status=row.status,
        reason=row.reason,
        minutes=told_minutes(row),
        at_least=is_at_least(row),
        interval=row.interval,
        counts_as=counted_as(row),
        limits=limits.of(counted_as(row)),
        category=level_of(row, limits),
        # That a row is a lower bound is said by `at_least`.
        remarks=tuple(remark for remark in remarks(row, found.unknown_share) if remark.key != "row-at-least"),
    )
