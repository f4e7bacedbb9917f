"""The first page's words and figures."""

from __future__ import annotations

from typing import Any

from gpu_worker.ergonomics.assessment import Limits, RowMinutes
from gpu_worker.report.bounds import minutes_words
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.texts import duration, reading_words, row_name, row_part, row_text

TOP_ROWS = 8


def header(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Label and value of what people entered; what nobody entered is said to be missing."""
    entered, shift = report.header, report.assessment.shift.shift
    missing = words.text("not-given")
    meal = sum(pause.minutes for pause in shift.breaks if pause.meal)
    shift_words = words.text(
        "shift-words",
        shift=words.number(shift.minutes, 0),
        meal=words.number(meal, 0),
        work=words.number(shift.work_minutes, 0),
    )
    lines = (
        ("field-customer", entered.customer),
        ("field-workplace", entered.workplace),
        ("field-worker", ", ".join(report.workers)),
        ("field-camera", entered.camera),
        ("field-filmed-on", words.date(entered.filmed_on)),
        ("field-evaluated-on", words.date(entered.evaluated_on)),
        ("field-regime", shift.regime),
        ("field-breaks", shift_words),
    )
    noted = [(words.text("field-note"), entered.note)] if entered.note else []
    return [(words.text(label), value or missing) for label, value in lines] + noted


def verdict(report: Report, words: Catalogue) -> dict[str, Any]:
    """The category in large letters and the sentences beside it."""
    found = report.assessment
    if found.category is None:
        reason = words.text(f"refused-{found.refused.replace('_', '-')}") if found.refused else ""
        return {"category": None, "words": words.text("verdict-none"), "lines": [reason]}
    level: str | int = found.category
    if found.at_least:
        level = words.text("verdict-at-least", category=found.category)
    large = words.text("verdict-category", category=level)
    short = shortest(report)
    if short is not None:
        lines = [words.text("verdict-short", length=duration(short, words)), *_reasons(report, words)]
        return {"category": None, "words": words.text("verdict-indicative", verdict=large), "lines": lines}
    lines = [words.text(f"meaning-category-{found.category}"), *_reasons(report, words)]
    if found.category_shares is not None:
        message = "verdict-certain" if found.certain else "verdict-uncertain"
        share = found.category_shares[found.category - 1]
        lines.append(words.text(message, category=found.category, share=words.percent(share)))
    return {"category": found.category, "words": large, "lines": lines}


def _reasons(report: Report, words: Catalogue) -> list[str]:
    """What decided the category, what is missing, and which other readings would change it."""
    found = report.assessment
    missing = sum(row.minutes is None for row in found.rows)
    lines = []
    if deciding := ", ".join(row_name(row, words) for row in found.deciding_rows):
        lines.append(words.text("verdict-worst", row=deciding))
    if found.category_estimate is not None and found.category != found.category_estimate:
        share = words.percent(found.settings.decision_share)
        lines.append(words.text("verdict-guarded", share=share, category=found.category_estimate))
    if found.half_shift_exceeded:
        lines.append(words.text("verdict-half-shift", minutes=words.number(found.union_minutes, 0)))
    if missing and found.at_least:
        lines.append(words.text("verdict-incomplete", missing=missing, total=len(found.rows)))
    if found.at_least and any(row.at_least and row.minutes for row in found.rows):
        lines.append(words.text("verdict-flattened"))
    if found.category_by_sum != found.category_by_row:
        lines.append(words.text("verdict-both-readings", category=found.category_by_sum))
    for reading in found.readings:
        if reading.category is not None and reading.setting != "category_by":
            lines.append(words.text("verdict-reading", choice=reading_words(reading, words), category=reading.category))
    return lines


def shortest(report: Report) -> float | None:
    """Seconds of the operation observed least, where that is too little to tell how often movements come; else None."""
    found = report.assessment
    seconds = min((operation.observed_s for operation in found.operations if operation.workers), default=0.0)
    return seconds if seconds < found.settings.frequency_observed_s else None


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
    """The rows that have used most of what their type allows, as a share of the limit of category 2."""
    limits = report.assessment.limits
    seen = [(row, row.minutes) for row in report.assessment.rows if row.minutes]
    ranked = sorted(seen, key=lambda pair: -_used(pair[0], limits))[:TOP_ROWS]
    return [
        {
            "name": row_name(row.row, words),
            "posture": row_text(row.row, words),
            "minutes": words.text(
                "top-row-minutes",
                minutes=minutes_words(row, words, 0 if minutes >= 10 else 1),
                limit=words.number(_limit(row, limits), 0),
            ),
            "ratio": round(_used(row, limits), 4),
            "category": row.category,
        }
        for row, minutes in ranked
    ]


def _limit(row: RowMinutes, limits: Limits) -> float:
    """Minutes above which the row makes category 3, as the type most of its minutes count as."""
    return limits.n_category_2 if row.as_n > row.as_pp or row.type == "N" else limits.pp_category_2


def _used(row: RowMinutes, limits: Limits) -> float:
    return max(row.as_n / limits.n_category_2, row.as_pp / limits.pp_category_2)


def part_categories(report: Report) -> dict[str, int | None]:
    """The worst category of each part of the body; None where no row of it was assessed."""
    worst: dict[str, int | None] = {}
    for row in report.assessment.rows:
        part = row_part(row.row)
        known = [level for level in (worst.get(part), row.category) if level is not None]
        worst[part] = max(known, default=None)
    return worst


def signatures(report: Report, words: Catalogue) -> list[dict[str, str]]:
    """Who evaluated and who reviewed, with room to sign."""
    entered = report.header
    return [
        {"label": words.text("field-evaluated-by"), "name": entered.evaluated_by or " ", "role": entered.role or ""},
        {"label": words.text("field-reviewed-by"), "name": entered.reviewed_by or " ", "role": ""},
    ]
