"""`.rows.csv`: the 52 legal rows as plain figures for other programs. Language-free; empty where not assessed."""

from __future__ import annotations

import csv
from pathlib import Path

from gpu_worker.report.content import Report

COLUMNS = ("row", "type", "mode", "status", "minutes", "minutes_low", "minutes_high", "minutes_as_n", "minutes_as_pp",
           "category", "near_border", "original_minutes", "excluded", "at_least",
           "category_estimate", "unknown_share")  # fmt: skip


def write_rows(report: Report, target: Path) -> None:
    """Write one line per row, in the law's order, below `#` lines that name the report and the category."""
    found = report.assessment
    category = "" if found.category is None else str(found.category)
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# report {report.number} revision {report.revision}\n")
        file.write(f"# category {category}{' at least' if found.at_least else ''}\n")
        file.write(f"# work_minutes {found.limits.work_minutes:g} factor {found.limits.factor:g}\n")
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for row in found.rows:
            interval = (row.interval.low, row.interval.high) if row.interval is not None else (None, None)
            told = row.minutes is not None or row.seen_minutes is not None
            figures = (row.minutes, *interval, *((row.as_n, row.as_pp) if told else (None, None)))
            lines.writerow(
                (
                    row.row,
                    row.type,
                    row.mode,
                    row.status,
                    *("" if figure is None else f"{figure:.4f}" for figure in figures),
                    "" if row.category is None else row.category,
                    int(row.near_border),
                    "" if row.original_minutes is None else f"{row.original_minutes:.4f}",
                    int(row.excluded),
                    int(bool(row.at_least)),
                    "" if row.category_estimate is None else row.category_estimate,
                    "" if row.unknown_share is None else f"{row.unknown_share:.4f}",
                )
            )
