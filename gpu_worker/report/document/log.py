"""What experts left out and corrected, each with the value before and after."""

from __future__ import annotations

from typing import Any

from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.texts import row_name, signal_words, stretch_text


def log_lines(report: Report, words: Catalogue) -> list[list[str]]:
    """The experts' log: when, who, what, before, after, why."""
    entries = [*report.assessment.exclusions, *report.assessment.corrections]
    lines = []
    for entry in sorted(entries, key=lambda e: e.when):
        what, before, after = _change(entry, report, words)
        lines.append([words.moment(entry.when), entry.who, what, before, after, entry.reason])
    return lines


def _change(entry: Any, report: Report, words: Catalogue) -> tuple[str, str, str]:
    """What an entry of the log is about, the value before and the value after."""
    stretch = stretch_text(entry, words)
    if entry.row is not None:
        row = next(row for row in report.assessment.rows if row.row == entry.row)
        after = words.text("row-excluded") if row.excluded else _minutes(row.minutes, words)
        return row_name(entry.row, words) + stretch, _minutes(row.original_minutes, words), after
    signal, posture = getattr(entry, "signal", None), getattr(entry, "posture", None)
    if signal is not None:
        return signal_words(signal, words) + stretch, words.text("log-measured"), words.degrees(entry.value_deg, 1)
    if posture is not None:
        return words.text("log-posture") + stretch, words.text("log-measured"), words.text(f"posture-{posture}")
    return words.text("log-stretch") + stretch, words.text("log-measured"), words.text("row-excluded")


def _minutes(minutes: float | None, words: Catalogue) -> str:
    written = words.number(minutes, 1)
    return written if minutes is None else words.text("unit-minutes", minutes=written)
