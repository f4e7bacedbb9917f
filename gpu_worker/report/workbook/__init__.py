"""`.report.xlsx`: the report as a workbook whose minutes, rows, category and totals are live formulas."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.shares import operation_shares
from gpu_worker.report.workbook.operations import write_operations
from gpu_worker.report.workbook.rows import write_rows
from gpu_worker.report.workbook.sheet import Book
from gpu_worker.report.workbook.summary import write_summary
from gpu_worker.report.workbook.tables import write_holds, write_series, write_settings, write_spread, write_zones


def write_workbook(report: Report, target: Path, language: Language) -> None:
    """Write `report` to `target`. Formulas carry their values, so that viewers which do not calculate show them too.

    Equal reports give equal bytes but for the file's own time stamp, which is the evaluation's date where it is known.
    """
    with xlsxwriter.Workbook(str(target)) as file:
        file.set_properties(_properties(report, language))
        book = Book(file, catalogue(language), report)
        summary, rows, operations = (book.sheet(f"sheet-{name}") for name in ("summary", "rows", "operations"))
        filmed = operation_shares(report)
        plan = write_operations(book, operations, filmed)
        table = write_rows(book, rows, filmed, plan)
        write_summary(book, summary, plan, table)
        write_zones(book, book.sheet("sheet-zones"))
        write_spread(book, book.sheet("sheet-spread"))
        write_holds(book, book.sheet("sheet-holds"))
        write_series(book, book.sheet("sheet-series"))
        write_settings(book, book.sheet("sheet-settings"))
        summary.activate()


def _properties(report: Report, language: Language) -> dict[str, object]:
    properties: dict[str, object] = {
        "title": f"{catalogue(language).text('report-title')}: {report.title}",
        "subject": report.number,
        "comments": ", ".join(dict.fromkeys(clip.analysis.signature.program for clip in report.clips)),
    }
    if report.header.evaluated_on is not None:
        properties["created"] = report.header.evaluated_on
    return properties
