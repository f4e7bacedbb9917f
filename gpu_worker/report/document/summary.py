"""The first page's words and figures."""

from __future__ import annotations

from typing import Any

from contract.inputs import Shift
from gpu_worker.ergonomics.conclusion import counted_as, level_of, sentences, severity, told_minutes, too_short_s, used
from gpu_worker.ergonomics.nv361.limits import shift_limits
from gpu_worker.report.bounds import minutes_words
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.texts import duration, row_name, row_part, row_text, sentence_text, verdict_text

TOP_ROWS = 6


def header(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Label and value of what people entered; what nobody entered is said to be missing."""
    entered, shift = report.header, report.assessment.shift.shift
    missing = words.text("not-given")
    lines = (
        ("field-customer", entered.customer),
        ("field-workplace", entered.workplace),
        ("field-worker", ", ".join(report.workers)),
        ("field-camera", entered.camera),
        ("field-filmed-on", words.date(entered.filmed_on)),
        ("field-evaluated-on", words.date(entered.evaluated_on)),
        ("field-regime", shift.regime),
        ("field-breaks", _shift_words(shift, words)),
    )
    noted = [(words.text("field-note"), entered.note)] if entered.note else []
    return [(words.text(label), value or missing) for label, value in lines] + noted


def _shift_words(shift: Shift, words: Catalogue) -> str:
    """Length of the shift and its breaks; those that are no meal break are a part of the work time."""
    meal = sum(pause.minutes for pause in shift.breaks if pause.meal)
    other = shift.breaks_minutes - meal
    told = words.text(
        "shift-words",
        shift=words.number(shift.minutes, 0),
        meal=words.number(meal, 0),
        work=words.number(shift.work_minutes, 0),
    )
    return f"{told}, {words.text('shift-other-breaks', minutes=words.number(other, 0))}" if other > 0 else told


def verdict(report: Report, words: Catalogue) -> dict[str, Any]:
    """The category in large letters and the sentences beside it."""
    found = report.assessment
    lines = [sentence_text(sentence, words) for sentence in sentences(found)]
    indicative = too_short_s(found) is not None
    large = verdict_text(found.category, words, at_least=found.at_least, indicative=indicative)
    return {"category": None if indicative else found.category, "words": large, "lines": lines or [""]}


def key_figures(report: Report, words: Catalogue) -> list[dict[str, str]]:
    """Four figures that say what the category rests on."""
    found = report.assessment
    observed = sum(operation.minutes for operation in found.operations if operation.workers)
    filmed = sum(operation.observed_s for operation in found.operations)

    def minutes(value: float) -> str:
        return words.text("unit-minutes", minutes=words.number(value, 0))

    half = words.text("key-half-shift", minutes=words.number(found.limits.half_shift, 0))
    return [
        {"value": minutes(observed), "label": words.text("key-observed", length=duration(filmed, words))},
        {"value": minutes(found.unobserved_minutes), "label": words.text("key-unobserved")},
        {"value": words.percent(found.unknown_share, 1), "label": words.text("key-unknown")},
        {"value": minutes(found.union_minutes), "label": f"{words.text('key-exposed')}; {half}"},
    ]


def top_rows(report: Report, words: Catalogue) -> list[dict[str, Any]]:
    """The worst rows, each with the share of the limit of category 2 that it has used."""
    limits = shift_limits(report.assessment.limits.work_minutes)
    told = [(row, minutes) for row in report.assessment.rows if (minutes := told_minutes(row))]
    ranked = sorted(told, key=lambda pair: severity(pair[0], limits), reverse=True)[:TOP_ROWS]
    return [
        {
            "name": row_name(row.row, words),
            "posture": row_text(row.row, words),
            "minutes": words.text(
                "top-row-minutes",
                minutes=minutes_words(row, words, 0 if minutes >= 10 else 1),
                limit=words.number(limits.of(counted_as(row))[1], 0),
            ),
            "ratio": round(used(row, limits), 4),
            "category": level_of(row, limits),
        }
        for row, minutes in ranked
    ]


def part_categories(report: Report) -> dict[str, int | None]:
    """The category that each part of the body reaches at least; None where nothing is known of any row of it."""
    limits = shift_limits(report.assessment.limits.work_minutes)
    worst: dict[str, int | None] = {}
    for row in report.assessment.rows:
        part = row_part(row.row)
        known = [level for level in (worst.get(part), level_of(row, limits)) if level is not None]
        worst[part] = max(known, default=None)
    return worst


def signatures(report: Report, words: Catalogue) -> list[dict[str, str]]:
    """Who evaluated and who reviewed, with room to sign."""
    entered = report.header
    return [
        {"label": words.text("field-evaluated-by"), "name": entered.evaluated_by or " ", "role": entered.role or ""},
        {"label": words.text("field-reviewed-by"), "name": entered.reviewed_by or " ", "role": ""},
    ]
