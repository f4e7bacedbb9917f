"""What an assessment says, sentence by sentence, and which rows are the worst: the same for reports and page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from contract.inputs import RowEntry
from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.certainty import rests_on_guesses
from gpu_worker.ergonomics.clip_verdict import Sentence
from gpu_worker.ergonomics.given import WHOLE_CLIP
from gpu_worker.ergonomics.nv361.limits import ShiftLimits, category
from gpu_worker.ergonomics.nv361.rules import RowType
from gpu_worker.ergonomics.result import Category

TOLD_UNKNOWN = 0.01
"""A row that was unknown for this much more of the time than the whole person says so."""


def too_short_s(found: ShiftAssessment) -> float | None:
    """Seconds of the operation observed least, where that is too little to tell how often movements come; else None."""
    seconds = min((operation.observed_s for operation in found.operations if operation.workers), default=0.0)
    return seconds if seconds < found.settings.frequency_observed_s else None


def sentences(found: ShiftAssessment) -> tuple[Sentence, ...]:
    """What stands beside the category: its meaning or why there is none, what decided, how sure it is."""
    if found.category is None:
        return (Sentence(key=f"refused-{found.refused.replace('_', '-')}"),) if found.refused else ()
    short = too_short_s(found)
    if short is not None:
        return (Sentence(key="verdict-short", values={"length": short}), *_reasons(found))
    return (Sentence(key=f"meaning-category-{found.category}"), *_reasons(found), *_how_sure(found, found.category))


def _reasons(found: ShiftAssessment) -> Iterator[Sentence]:
    """What decided the category, what is missing, and which other readings would change it."""
    missing = sum(row.minutes is None for row in found.rows)
    if found.deciding_rows:
        yield Sentence(key="verdict-worst", values={"row": found.deciding_rows})
    if found.category_estimate is not None and found.category != found.category_estimate:
        values = {"share": found.settings.decision_share, "category": found.category_estimate}
        yield Sentence(key="verdict-guarded", values={**values})
    if found.half_shift_exceeded:
        yield Sentence(key="verdict-half-shift", values={"minutes": found.union_minutes})
    if missing and found.at_least:
        yield Sentence(key="verdict-incomplete", values={"missing": missing, "total": len(found.rows)})
    if found.at_least and any(row.at_least and row.minutes for row in found.rows):
        yield Sentence(key="verdict-flattened")
    if found.category_by_sum != found.category_by_row:
        yield Sentence(key="verdict-both-readings", values={"category": found.category_by_sum})
    for reading in found.readings:
        if reading.category is not None and reading.setting != "category_by":
            yield Sentence(key="verdict-reading", values=reading.model_dump())


def _how_sure(found: ShiftAssessment, level: Category) -> Iterator[Sentence]:
    if found.category_shares is None:
        return
    if rests_on_guesses(level, found.category_by_row, found.deciding_rows, found.rows):
        yield Sentence(key="verdict-unknown-error")
    else:
        key = "verdict-certain" if found.certain else "verdict-uncertain"
        yield Sentence(key=key, values={"category": level, "share": found.category_shares[level - 1]})


def remarks(row: RowMinutes, out_of_sight: float) -> Iterator[Sentence]:
    """What has to be said of a row beside its minutes; `out_of_sight`: the share of time told of the whole person."""
    if row.category_estimate is not None and row.category != row.category_estimate:
        yield Sentence(key="row-guarded", values={"category": row.category_estimate})
    if row.near_border and row.minutes:
        yield Sentence(key="row-border")
    if row.minutes and row.type == "PP" and row.as_n > 0:
        yield Sentence(key="row-escalated", values={"minutes": row.as_n, "rule": row.step2 or ""})
    if row.minutes is None and row.seen_minutes:
        yield Sentence(key="row-at-least", values={"minutes": row.seen_minutes})
    yield from _not_known(row, out_of_sight)
    for entry in row.entries:
        yield from entered_row(entry)
    if row.excluded:
        yield Sentence(key="row-excluded")
    if row.original_minutes is not None:
        yield Sentence(key="row-corrected", values={"minutes": row.original_minutes})


def _not_known(row: RowMinutes, out_of_sight: float) -> Iterator[Sentence]:
    """Time in which the row's own part of the body was hidden, and support that was entered for part of the time."""
    if row.too_unknown:
        yield from too_unknown(row)
    elif row.unknown_share is not None and row.unknown_share - out_of_sight > TOLD_UNKNOWN:
        if row.unknown_inside is None:
            yield Sentence(key="row-hidden", values={"share": row.unknown_share})
        else:
            yield Sentence(key="row-unknown", values={"share": row.unknown_share, "minutes": row.unknown_inside})
    if row.support_entered:
        yield Sentence(key="row-support-entered", values={"share": row.support_entered})


def too_unknown(row: RowMinutes) -> Iterator[Sentence]:
    """The operations in which too little was known of the row to assess it."""
    for told in row.too_unknown:
        if told.operation == WHOLE_CLIP:
            yield Sentence(key="row-too-unknown", values={"share": told.share})
        else:
            yield Sentence(key="row-too-unknown-operation", values={"share": told.share, "operation": told.operation})


def entered_row(entry: RowEntry) -> Iterator[Sentence]:
    """What somebody entered of a row, and what was noted with it."""
    if entry.share is None:
        yield Sentence(key="row-entry-minutes", values={"minutes": entry.minutes or 0.0})
    elif entry.operation in (None, WHOLE_CLIP):
        yield Sentence(key="row-entry-share", values={"share": entry.share})
    else:
        yield Sentence(key="row-entry-operation", values={"share": entry.share, "operation": entry.operation})
    if entry.note:
        yield Sentence(key="row-entry-note", values={"note": entry.note})


def told_minutes(row: RowMinutes) -> float | None:
    """The row's minutes; of one not assessed, what was seen of it."""
    return row.seen_minutes if row.minutes is None else row.minutes


def is_at_least(row: RowMinutes) -> bool:
    """True where the true minutes are at least those that are told; a row of which nothing was seen tells none."""
    return told_minutes(row) is not None and (bool(row.at_least) or row.minutes is None)


def counted_as(row: RowMinutes) -> RowType:
    """The type that most of the row's minutes count as."""
    return "N" if row.as_n > row.as_pp else row.type


def used(row: RowMinutes, limits: ShiftLimits) -> float:
    """Share of the limit of category 2 that the row takes."""
    return max(row.as_n / limits.n_category_2, row.as_pp / limits.pp_category_2)


def level_of(row: RowMinutes, limits: ShiftLimits) -> Category | None:
    """The row's category; of one not assessed, of which something was seen that counts, the category of that."""
    if row.category is not None or not row.as_n + row.as_pp > 0:
        return row.category
    return cast(Category, max(category(row.as_n, "N", limits), category(row.as_pp, "PP", limits)))


def severity(row: RowMinutes, limits: ShiftLimits) -> tuple[int, float]:
    """Sorts rows, the worst last: by category, then by how much of the limit is taken."""
    return level_of(row, limits) or 0, used(row, limits)
