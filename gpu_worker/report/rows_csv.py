"""`.rows.csv`: the 52 legal rows as plain figures for other programs. Empty where nothing is known.

Only the reason why a row is not assessed is in words.
"""

from __future__ import annotations

import csv
from pathlib import Path

from gpu_worker.ergonomics.conclusion import is_at_least, level_of, told_minutes
from gpu_worker.ergonomics.nv361.limits import shift_limits
from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.texts import reason_text

COLUMNS = ("row", "type", "mode", "status", "minutes", "minutes_low", "minutes_high", "minutes_as_n", "minutes_as_pp",
           "category", "near_border", "original_minutes", "excluded", "at_least",
           "category_estimate", "unknown_share", "reason")  # fmt: skip


def write_rows(report: Report, target: Path, language: Language) -> None:
    """Write one line per row, in the law's order, below `#` lines that name the report and the category."""
    found = report.assessment
    words, limits = catalogue(language), shift_limits(found.limits.work_minutes)
    category = "" if found.category is None else str(found.category)
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# report {report.number} revision {report.revision}\n")
        file.write(f"# category {category}{' at least' if found.at_least else ''}\n")
        file.write(f"# work_minutes {found.limits.work_minutes:g} factor {found.limits.factor:g}\n")
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for row in found.rows:
            interval = (row.interval.low, row.interval.high) if row.interval is not None else (None, None)
            minutes, level = told_minutes(row), level_of(row, limits)
            figures = (minutes, *interval, *((None, None) if minutes is None else (row.as_n, row.as_pp)))
            lines.writerow(
                (
                    row.row,
                    row.type,
                    row.mode,
                    row.status,
                    *("" if figure is None else f"{figure:.4f}" for figure in figures),
                    "" if level is None else level,
                    int(row.near_border),
                    "" if row.original_minutes is None else f"{row.original_minutes:.4f}",
                    int(row.excluded),
                    int(is_at_least(row)),
                    "" if row.category_estimate is None else row.category_estimate,
                    "" if row.unknown_share is None else f"{row.unknown_share:.4f}",
                    reason_text(row, words),
                )
            )
