"""The comparison as a page to print."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gpu_worker.report.bounds import bounded
from gpu_worker.report.catalogue import Catalogue, Language, catalogue
from gpu_worker.report.comparison import KINDS, Comparison, RowChange, Totals
from gpu_worker.report.comparison.chart import Bar, change_chart
from gpu_worker.report.document.sections import STATEMENTS
from gpu_worker.report.document.typesetting import typeset
from gpu_worker.report.texts import row_name, row_text, stretch_text, verdict_text, warning_text

WORDS = (
    "compare-heading", "compare-before", "compare-after", "compare-change", "compare-rows", "compare-chart",
    "compare-none", "compare-overlap", "row-column", "row-posture", "row-kind",
)  # fmt: skip
REPORT = ("report-number", "field-filmed-on", "field-evaluated-on", "field-evaluated-by", "field-reviewed-by")
"""Labels of what is told of each assessment's report."""
CHARTED = 12


def write_comparison(comparison: Comparison, target: Path, language: Language) -> None:
    """Write `comparison` to `target` as a PDF."""
    words = catalogue(language)
    with tempfile.TemporaryDirectory(prefix="poloha-comparison-") as name:
        folder = Path(name)
        bars = [_bar(row, words) for row in comparison.changed[:CHARTED]]
        chart = change_chart(bars, judged=not comparison.unequally_observed)
        (folder / "changes.svg").write_text(chart, encoding="utf-8")
        target.write_bytes(typeset("comparison.typ", _data(comparison, words), folder, None))


def _bar(row: RowChange, words: Catalogue) -> Bar:
    return Bar(row_name(row.row, words), row.before, row.after, " → ".join(_minutes(row, words)))


def _minutes(row: RowChange, words: Catalogue) -> tuple[str, str]:
    """Before and after, behind "≥" where they are lower bounds."""
    return (
        bounded(row.before, words, lower=row.at_least_before),
        bounded(row.after, words, lower=row.at_least_after),
    )


def _data(comparison: Comparison, words: Catalogue) -> dict[str, Any]:
    changed = comparison.changed
    before, after = comparison.before, comparison.after
    title = words.text("compare-heading")
    return {
        "language": words.language,
        "words": {message: words.text(message) for message in WORDS},
        "title": title,
        "author": "Poloha",
        "subtitle": f"{before.title} → {after.title}",
        "running_title": f"{words.text('report-title')} · {title}",
        "number_line": f"{before.title} → {after.title}",
        "page_words": words.text("report-page", page="{page}", pages="{pages}"),
        "footer": words.text("statement-scope"),
        "before": _side(before, words),
        "after": _side(after, words),
        "reports": [
            list(line)
            for line in zip(map(words.text, REPORT), _report(before, words), _report(after, words), strict=True)
        ],
        "notes": _notes(comparison, words),
        "totals": _total_lines(before, after, words),
        "counts": "; ".join(
            (
                words.text("compare-better", count=sum((row.difference or 0) < 0 for row in changed)),
                words.text("compare-worse", count=sum((row.difference or 0) > 0 for row in changed)),
            )
        )
        + ".",
        "rows": [_line(row, words) for row in changed],
        "judged": not comparison.unequally_observed,
        "overlapping": any(row.overlap for row in changed),
        "statements": [words.text(message) for message in STATEMENTS],
    }


def _side(totals: Totals, words: Catalogue) -> dict[str, Any]:
    return {
        "title": totals.title,
        "category": None if totals.indicative else totals.category,
        "words": verdict_text(totals.category, words, at_least=totals.at_least, indicative=totals.indicative),
    }


def _report(totals: Totals, words: Catalogue) -> list[str]:
    """The report of one assessment: its number and revision, its dates, who evaluated and who reviewed."""
    number, header = None, totals.header
    if totals.number is not None:
        number = f"{totals.number}, {words.text('report-revision', revision=totals.revision or 1)}"
    evaluated_by = ", ".join(name for name in (header.evaluated_by, header.role) if name)
    told = (number, words.date(header.filmed_on), words.date(header.evaluated_on), evaluated_by, header.reviewed_by)
    return [value or words.text("not-given") for value in told]


def _notes(comparison: Comparison, words: Catalogue) -> list[str]:
    """What has to be read before any number: unequal filming, and what the marks mean."""
    before, after = comparison.before, comparison.after
    notes = []
    if comparison.unequally_observed:
        unseen = {"before": words.number(before.unobserved_minutes), "after": words.number(after.unobserved_minutes)}
        notes.append(words.text("compare-unobserved", **unseen))
    if before.indicative or after.indicative:
        notes.append(words.text("compare-indicative"))
    if before.lower_bounds or after.lower_bounds:
        notes.append(words.text("compare-at-least"))
    for message, side in (("compare-before", before), ("compare-after", after)):
        notes += [f"{words.text(message)}: {told}" for told in (*_left_out(side, words), *_hidden(side, words))]
    return notes


def _left_out(side: Totals, words: Catalogue) -> Iterator[str]:
    """What was excluded on one side alone."""
    for entry in side.exclusions:
        what = words.text("log-stretch") if entry.row is None else row_name(entry.row, words)
        yield words.text("compare-excluded", what=what + stretch_text(entry, words), reason=entry.reason)


def _hidden(side: Totals, words: Catalogue) -> Iterator[str]:
    for clip in side.hidden:
        for warning in clip.warnings:
            yield f"{clip.clip}: {warning_text(warning, words)}"


def _total_lines(before: Totals, after: Totals, words: Catalogue) -> Sequence[Sequence[str]]:
    lines = (
        (words.text("book-work-minutes"), before.work_minutes, after.work_minutes, ()),
        (words.text("book-unobserved-minutes"), before.unobserved_minutes, after.unobserved_minutes, ()),
        (words.text("book-total", kind="N"), before.n_minutes, after.n_minutes, ("N",)),
        (words.text("book-total", kind="PP"), before.pp_minutes, after.pp_minutes, ("PP",)),
        (words.text("book-exposed"), before.union_minutes, after.union_minutes, KINDS),
    )
    return [
        [
            label,
            bounded(old, words, lower=_lower(before, kinds)),
            bounded(new, words, lower=_lower(after, kinds)),
            signed(new - old, words),
        ]
        for label, old, new, kinds in lines
    ]


def _lower(totals: Totals, kinds: Sequence[str]) -> bool:
    return not set(kinds).isdisjoint(totals.lower_bounds)


def _line(row: RowChange, words: Catalogue) -> dict[str, Any]:
    before, after = _minutes(row, words)
    return {
        "name": row_name(row.row, words),
        "posture": row_text(row.row, words),
        "kind": row.type,
        "before": before,
        "after": after,
        "change": words.number(None) if row.difference is None else signed(row.difference, words),
        "mark": " *" if row.overlap else "",
        "better": None if row.difference is None else row.difference < 0,
    }


def signed(value: float, words: Catalogue) -> str:
    """A change with its sign, plus included."""
    written = words.number(value)
    return f"+{written}" if value > 0 and written.strip("0.,") else written
