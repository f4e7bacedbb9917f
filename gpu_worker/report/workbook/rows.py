"""The sheet of the 52 rows: shares of time, minutes per shift, what step 2 makes of them, and category, as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.conclusion import is_at_least, told_minutes
from gpu_worker.ergonomics.nv361.rows import counts
from gpu_worker.ergonomics.nv361.rules import ROWS
from gpu_worker.report.bounds import status_words
from gpu_worker.report.document.sections import remark_words
from gpu_worker.report.shares import OperationShares
from gpu_worker.report.texts import operation_name, row_name, row_text
from gpu_worker.report.workbook.operations import Plan
from gpu_worker.report.workbook.sheet import Book, Heading, Worksheet, column_name, reference

HEAD = 5
"""Sheet row of the column headings. Above it, for each operation: whether its workplace is used long; its minutes."""
POSTURE_WIDTH = 46
"""Characters."""
FIXED = {"row-column": 23, "row-posture": POSTURE_WIDTH, "row-kind": 7, "row-mode": 11, "row-status": 22}
"""Columns before the operations', and their widths in characters."""
SHARE_WIDTH, RESULT_WIDTH = 12, 12.5
AFTER = ("row-entered", "row-minutes", "row-low", "row-high", "row-counted", "row-as-n", "row-as-pp", "row-category",
         "row-original", "row-remarks")  # fmt: skip
REMARKS_WIDTH = 60
WORDS = {"row-category": "column_centre", "row-remarks": "column"}
"""Looks of the headings in `AFTER` that stand above no figures."""
EMPTY = '""'


@dataclass(frozen=True)
class RowTable:
    """Ranges of the rows' columns, with the sheet's name, absolute."""

    status: str
    entered: str
    as_n: str
    as_pp: str
    categories: str


@dataclass(frozen=True)
class _Layout:
    """Where columns are: F… shares of each operation, then `AFTER`, then the part held too long of each operation."""

    operations: int

    @property
    def after(self) -> int:
        return len(FIXED) + self.operations

    @property
    def failing(self) -> int:
        return self.after + len(AFTER) + 1

    def name(self, heading: str) -> str:
        """Letters of one of the columns in `AFTER`."""
        return column_name(self.after + AFTER.index(heading))

    def across(self, first: int, row: int, *, absolute: bool = False) -> str:
        """The cells of all operations in a line, from column `first` on."""
        mark = "$" if absolute else ""
        return f"{column_name(first)}{mark}{row}:{column_name(first + self.operations - 1)}{mark}{row}"


def write_rows(book: Book, sheet: Worksheet, filmed: Sequence[OperationShares], plan: Plan) -> RowTable:
    """Write one line per legal row; a changed operation or an entered minute moves minutes and category."""
    layout = _Layout(len(filmed))
    book.title(sheet, book.text("rows-heading"), book.text("book-interval-note"))
    _headings(book, sheet, filmed, plan, layout)
    rows = book.report.assessment.rows
    for number, row in enumerate(rows):
        _shares(book, sheet, HEAD + 1 + number, row, number, filmed, layout)
        _results(book, sheet, HEAD + 1 + number, row, plan, layout)
    first, last = HEAD + 2, HEAD + 1 + len(rows)
    category = layout.after + AFTER.index("row-category")
    for level, fill in book.fills.items():
        rule = {"type": "cell", "criteria": "==", "value": level, "format": fill}
        sheet.conditional_format(HEAD + 1, category, HEAD + len(rows), category, rule)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, HEAD + len(rows), layout.after + len(AFTER) - 1)
    sheet.autofilter(HEAD, 0, HEAD + len(rows), layout.after + len(AFTER) - 1)

    def whole(heading: str) -> str:
        return reference(sheet, f"${layout.name(heading)}${first}:${layout.name(heading)}${last}")

    status = column_name(list(FIXED).index("row-status"))
    return RowTable(
        reference(sheet, f"${status}${first}:${status}${last}"),
        *(whole(f"row-{name}") for name in ("entered", "as-n", "as-pp", "category")),
    )


def _headings(book: Book, sheet: Worksheet, filmed: Sequence[OperationShares], plan: Plan, layout: _Layout) -> None:
    names = [operation_name(operation.name, book.words) for operation in filmed]
    shares, failing = (
        [Heading(f"{book.text(message)}, {name}", SHARE_WIDTH, "column_figure") for name in names]
        for message in ("row-share", "row-failing")
    )
    columns = [
        *(Heading(book.text(message), width) for message, width in FIXED.items()),
        *shares,
        *(
            Heading(
                book.text(message),
                REMARKS_WIDTH if message == "row-remarks" else RESULT_WIDTH,
                WORDS.get(message, "column_figure"),
            )
            for message in AFTER
        ),
    ]
    book.headings(sheet, HEAD, columns)
    for k, heading in enumerate(failing):
        sheet.set_column(layout.failing + k, layout.failing + k, heading.width)
        sheet.write_string(HEAD, layout.failing + k, heading.text, book.form(heading.look))
    book.heading_row(sheet, HEAD, [*columns, *failing])
    for above, message in ((2, "book-long-use"), (1, "operation-minutes")):
        sheet.write_string(HEAD - above, len(FIXED) - 1, book.text(message), book.form("label"))
    for k, operation in enumerate(filmed):
        long = int(operation.workplace_minutes > book.report.assessment.limits.half_shift)
        sheet.write_formula(HEAD - 2, len(FIXED) + k, f"={plan.long_use[k]}", book.form("integer"), long)
        sheet.write_formula(HEAD - 1, len(FIXED) + k, f"={plan.minutes[k]}", book.form("one"), operation.minutes)


def _shares(
    book: Book,
    sheet: Worksheet,
    line: int,
    row: RowMinutes,
    number: int,
    filmed: Sequence[OperationShares],
    layout: _Layout,
) -> None:
    words = (
        row_name(row.row, book.words),
        row_text(row.row, book.words),
        row.type,
        book.text(f"mode-{row.mode}"),
        status_words(row, book.words),
    )
    for column, word in enumerate(words):
        sheet.write_string(line, column, word, book.form("wrapped" if column == 1 else "text"))
    book.tall(sheet, line, (words[1], POSTURE_WIDTH), (remark_words(row, book.report, book.words), REMARKS_WIDTH))
    for k, operation in enumerate(filmed):
        share, failing = operation.rows[number], operation.failing[number]
        if np.isfinite(share) and (share > 0 or row.minutes is not None):
            sheet.write_number(line, len(FIXED) + k, share, book.form("percent"))
            if row.step2 == "A":
                sheet.write_number(line, layout.failing + k, failing, book.form("percent"))


def _results(book: Book, sheet: Worksheet, line: int, row: RowMinutes, plan: Plan, layout: _Layout) -> None:
    """Entered minutes replace what was seen; what is not assessed is told, and counts, as far as it was seen."""
    settings = book.report.assessment.settings
    at = {heading: f"{layout.name(heading)}{line + 1}" for heading in AFTER}
    column = {heading: layout.after + k for k, heading in enumerate(AFTER)}
    entered = at["row-entered"]
    told = told_minutes(row)
    counted = not row.excluded and counts(ROWS[row.row], row.status, settings)
    if row.row in book.entered:
        sheet.write_number(line, column["row-entered"], book.entered[row.row], book.form("input"))
    else:
        sheet.write_blank(line, column["row-entered"], None, book.form("input"))
    seen = f"SUMPRODUCT({layout.across(len(FIXED), line + 1)},{layout.across(len(FIXED), HEAD, absolute=True)})"
    formula = f"=IF(ISNUMBER({entered}),{entered},{EMPTY if told is None else seen})"
    look, known = "result_at_least" if is_at_least(row) else "result", "" if told is None else told
    sheet.write_formula(line, column["row-minutes"], formula, book.form(look), known)
    rule = {"type": "formula", "criteria": f"=ISNUMBER({entered})", "format": book.form("result")}
    sheet.conditional_format(line, column["row-minutes"], line, column["row-minutes"], rule)
    if row.interval is not None:
        sheet.write_number(line, column["row-low"], row.interval.low, book.form("one"))
        sheet.write_number(line, column["row-high"], row.interval.high, book.form("one"))
    total = row.as_n + row.as_pp + row.acceptable
    formula = f"=IF(ISNUMBER({entered}),{entered},{seen if counted else 0})"
    sheet.write_formula(line, column["row-counted"], formula, book.form("counted"), total)
    as_n = _as_n(row, line, entered, at["row-counted"], plan, layout, settings.step2, settings.step2_c)
    sheet.write_formula(line, column["row-as-n"], f"={as_n if counted or row.type == 'N' else 0}",
                        book.form("counted"), row.as_n)  # fmt: skip
    as_pp = "0" if row.type == "N" else f"{at['row-counted']}-{at['row-as-n']}"
    if settings.step2 == "full" and _fulfilled(row):
        # What fails C without becoming N stays PP.
        long = f"IF({at['row-counted']}=0,0,{_long(line, entered, plan, layout)})"
        as_pp = "0" if row.step2 != "C" or settings.step2_c else long
    sheet.write_formula(line, column["row-as-pp"], f"={as_pp}", book.form("counted"), row.as_pp)
    category = _category(at["row-as-n"], at["row-as-pp"], plan)
    nothing = f"AND(NOT(ISNUMBER({entered})),{at['row-counted']}=0)" if row.minutes is None or not counted else "FALSE"
    shown = f"=IF({nothing},{EMPTY},{category})"
    value: float | str = "" if (row.minutes is None or not counted) and total == 0 else book.category_of(row)
    sheet.write_formula(line, column["row-category"], shown, book.form("category"), value)
    if row.original_minutes is not None:
        sheet.write_number(line, column["row-original"], row.original_minutes, book.form("one"))
    sheet.write_string(line, column["row-remarks"], remark_words(row, book.report, book.words), book.form("wrapped"))


def _fulfilled(row: RowMinutes) -> bool:
    """Whether what meets step 2 is acceptable under the setting `full`."""
    return row.step2 in ("B", "C") or (row.step2 == "A" and ROWS[row.row].holding_line is not None)


def _as_n(
    row: RowMinutes, line: int, entered: str, counted: str, plan: Plan, layout: _Layout, step2: str, step2_c: bool
) -> str:
    """Formula of the minutes that count as N: all of an N row; of a PP row what fails its condition of step 2."""
    if row.type == "N":
        return counted
    weights = layout.across(len(FIXED), HEAD, absolute=True)
    if step2 == "off" or row.step2 in (None, "B") or (row.step2 == "C" and not step2_c):
        return "0"
    if row.step2 == "A":
        held = f"SUMPRODUCT({layout.across(layout.failing, line + 1)},{weights})"
        return f"IF(ISNUMBER({entered}),0,{held})"
    return _long(line, entered, plan, layout)


def _long(line: int, entered: str, plan: Plan, layout: _Layout) -> str:
    """Formula of a row's minutes at workplaces that are used for more than half of the shift."""
    weights, long_use = (layout.across(len(FIXED), row, absolute=True) for row in (HEAD, HEAD - 1))
    used = f"SUMPRODUCT({layout.across(len(FIXED), line + 1)},{weights},{long_use})"
    return f"IF(ISNUMBER({entered}),IF({plan.long_use_anywhere}>0,{entered},0),{used})"


def _category(as_n: str, as_pp: str, plan: Plan) -> str:
    """Formula of the worse of the two categories; a limit itself stays in the lower one."""
    levels = [
        f"IF({minutes}>{plan.limits[kind, 2]},3,IF({minutes}>{plan.limits[kind, 1]},2,1))"
        for kind, minutes in (("N", as_n), ("PP", as_pp))
    ]
    return f"MAX({','.join(levels)})"
