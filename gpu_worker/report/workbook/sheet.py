"""What all sheets share: formats, headings, widths, printing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import (  # type: ignore[import-untyped]
    quote_sheetname,
    xl_col_to_name,
    xl_rowcol_to_cell,
)
from xlsxwriter.worksheet import Worksheet as Worksheet  # type: ignore[import-untyped]

from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.scope import overrides
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report

INK, FAINT, RULE, BAND, INPUT = "#1B2733", "#5F6B76", "#C9D1D8", "#EEF2F5", "#FFF6CC"
FONT = {"font_name": "Calibri", "font_color": INK, "valign": "top"}
FIGURE = {"align": "right", "indent": 1}
"""Numbers keep off the text in the next column."""
LINE_HEIGHT = 15.0
"""Points."""
CATEGORY_FILL = {1: "#D6F0E0", 2: "#FFE9B8", 3: "#FFD0CB"}
"""Cell colours of the categories and, shifted by one, of the zones."""

LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18},
    "heading": {"bold": True, "font_size": 12, "bottom": 1, "bottom_color": INK},
    "column": {"bold": True, "bg_color": BAND, "text_wrap": True, "valign": "vcenter", "bottom": 1},
    "label": {"font_color": FAINT},
    "text": {},
    "wrapped": {"text_wrap": True},
    "note": {"font_color": FAINT, "italic": True},
    "big": {"bold": True, "font_size": 22, "align": "left"},
    "integer": {"num_format": "0", **FIGURE},
    "one": {"num_format": "0.0", **FIGURE},
    "three": {"num_format": "0.000", **FIGURE},
    "degrees": {"num_format": '0.0"°"', **FIGURE},
    "whole_degrees": {"num_format": '0"°"', **FIGURE},
    "percent": {"num_format": "0.0%", **FIGURE},
    "counted": {"num_format": '0.0;-0.0;"–"', **FIGURE},
    "input": {"bg_color": INPUT, "num_format": "0.0", "border": 1, "border_color": RULE, **FIGURE},
    "category": {"align": "center", "bold": True, "num_format": "0"},
    "result": {"bold": True, "num_format": "0.0", **FIGURE},
    "result_at_least": {"bold": True, "num_format": '"≥\N{NO-BREAK SPACE}"0.0', **FIGURE},
    "setting": {"align": "left"},
    "changed_setting": {"num_format": 'General" *"', "align": "left"},
}
LOOKS["column_figure"] = LOOKS["column"] | FIGURE
LOOKS["column_centre"] = LOOKS["column"] | {"align": "center"}
PERCENT = {"cs": '0.0"\N{NO-BREAK SPACE}"%', "en": "0.0%"}
"""The sign stays outside of the quotes: it is what makes a share per cent."""


HEADING_MARGIN = 3.0
"""Characters: bold letters and the indent need more room."""
LETTERS = 1.08
"""Letters to a character of width, which is that of a digit; a word or two to the safe side."""


@dataclass(frozen=True)
class Heading:
    """One column: its heading, its width in characters, and its look: `column_figure` above numbers."""

    text: str
    width: float
    look: str = "column"


class Book:
    """One workbook being written: the file, its language, its report and its formats."""

    def __init__(self, file: Workbook, words: Catalogue, report: Report) -> None:
        self.file, self.words, self.report = file, words, report
        looks = LOOKS | {"percent": LOOKS["percent"] | {"num_format": PERCENT[words.language]}}
        self._formats: dict[str, Format] = {name: file.add_format({**FONT, **look}) for name, look in looks.items()}
        for name in ("integer", "one", "three", "percent"):
            left = looks[name] | {"align": "left", "indent": 0}
            self._formats[f"{name}_left"] = file.add_format({**FONT, **left})
        analyses = [clip.analysis for clip in report.clips]
        fixed = overrides(analyses, report.assessment.shift)
        self.entered = {row: override.minutes for row, override in fixed.items()}
        """Minutes per shift somebody entered or corrected, by row."""
        self.fills = {level: file.add_format({**FONT, "bg_color": colour}) for level, colour in CATEGORY_FILL.items()}
        """Cells of a category, by level; those of a zone one level higher than the zone's."""

    def sheet(self, message: str) -> Worksheet:
        """A new sheet named by `message`, set up for A4 across with the report's number on every page."""
        sheet: Worksheet = self.file.add_worksheet(self.words.text(message))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        number = self.words.number_line(self.report.number, self.report.revision)
        page = self.words.text("report-page", page="&P", pages="&N")
        sheet.set_footer(f"&L&9{number.replace('&', '&&')}&R&9{page}")
        return sheet

    def form(self, name: str) -> Format:
        """The format called `name` in `LOOKS`."""
        return self._formats[name]

    def text(self, message: str, **values: str | int | float) -> str:
        """The words of `message`."""
        return self.words.text(message, **values)

    def category_of(self, row: RowMinutes) -> int:
        """The category of what was counted of a row, assessed or only partly seen."""
        limits = self.report.assessment.limits

        def level(minutes: float, first: int, second: int) -> int:
            return 1 if minutes <= first else 2 if minutes <= second else 3

        return max(
            level(row.as_n, limits.n_category_1, limits.n_category_2),
            level(row.as_pp, limits.pp_category_1, limits.pp_category_2),
        )

    def title(self, sheet: Worksheet, text: str, note: str = "") -> None:
        """The sheet's title in its first row and a note in the second."""
        sheet.write_string(0, 0, text, self.form("title"))
        sheet.set_row(0, 28)
        if note:
            sheet.write_string(1, 0, note, self.form("label"))

    def tall(self, sheet: Worksheet, row: int, *cells: tuple[str, float]) -> None:
        """Make `row` tall enough for wrapped `cells`, texts and their columns' widths; not every viewer does so."""
        lines = max(_lines(text, width) for text, width in cells)
        if lines > 1:
            sheet.set_row(row, LINE_HEIGHT * lines)

    def headings(self, sheet: Worksheet, row: int, columns: Sequence[Heading]) -> None:
        """Column headings in `row`, as high as the longest needs, and the columns' widths."""
        for column, heading in enumerate(columns):
            sheet.set_column(column, column, heading.width)
            sheet.write_string(row, column, heading.text, self.form(heading.look))
        self.heading_row(sheet, row, columns)

    def heading_row(self, sheet: Worksheet, row: int, columns: Sequence[Heading]) -> None:
        """Make `row` as high as the longest of its headings needs."""
        lines = max(_lines(heading.text, heading.width - HEADING_MARGIN) for heading in columns)
        sheet.set_row(row, LINE_HEIGHT * (lines + 0.4))

    def table(self, sheet: Worksheet, row: int, columns: Sequence[Heading], *, fixed: int = 0) -> None:
        """Headings of a table that fills the sheet: always in sight, with `fixed` columns, and on every page."""
        self.headings(sheet, row, columns)
        sheet.freeze_panes(row + 1, fixed)
        sheet.repeat_rows(row)


def _lines(text: str, width: float) -> int:
    """Lines of `text`, wrapped between words, in a column of `width` characters."""
    return sum(len(textwrap.wrap(part, max(int(width * LETTERS), 1))) or 1 for part in text.split("\n"))


def reference(sheet: Worksheet, cell: str) -> str:
    """`cell` of another sheet, as formulas write it."""
    return f"{quote_sheetname(sheet.get_name())}!{cell}"


def cell(row: int, column: int) -> str:
    """The absolute name of a cell: (0, 1) is "$B$1"."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def column_name(column: int) -> str:
    """The letters of a column: 27 is "AB"."""
    return str(xl_col_to_name(column))
