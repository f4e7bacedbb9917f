"""The first sheet: who and where, the category and the totals, following the rows."""

from __future__ import annotations

from gpu_worker.ergonomics.conclusion import sentences, too_short_s
from gpu_worker.report.document.sections import warnings
from gpu_worker.report.document.summary import header
from gpu_worker.report.texts import duration, sentence_text, warning_text
from gpu_worker.report.workbook.operations import Plan
from gpu_worker.report.workbook.rows import RowTable
from gpu_worker.report.workbook.sheet import Book, Worksheet, cell

LABEL_WIDTH, WIDTH = 44, 60
"""Characters of the two columns."""


def write_summary(book: Book, sheet: Worksheet, plan: Plan, table: RowTable) -> None:
    """Write header, verdict and totals."""
    report = book.report
    book.title(sheet, f"{book.text('report-title')}: {report.title}", book.text("report-subtitle"))
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.set_column(1, 1, WIDTH)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    row = 3
    revision = book.text("report-revision", revision=report.revision)
    _line(book, sheet, row, book.text("report-number"), f"{report.number}, {revision}")
    for label, value in header(report, book.words):
        row += 1
        _line(book, sheet, row, label, value)
    for field in ("evaluated_by", "role", "reviewed_by"):
        row += 1
        entered = getattr(report.header, field) or book.text("not-given")
        _line(book, sheet, row, book.text(f"field-{field.replace('_', '-')}"), entered)
    row = _verdict(book, sheet, row + 2, plan, table)
    row = _totals(book, sheet, row + 1, plan, table)
    row = _warnings(book, sheet, row + 1)
    for message in ("statement-scope", "statement-screening", "book-change"):
        row += 1
        sheet.write_string(row, 0, book.text(message), book.form("note"))


def _line(book: Book, sheet: Worksheet, row: int, label: str, value: str) -> None:
    sheet.write_string(row, 0, label, book.form("label"))
    sheet.write_string(row, 1, value, book.form("wrapped"))
    book.tall(sheet, row, (value, WIDTH))


def _exposed(book: Book, plan: Plan, table: RowTable) -> tuple[str, float]:
    """Minutes in N or PP: as filmed, and never less than one entered row."""
    return f"MAX({plan.exposed},{table.entered},0)", book.report.assessment.union_minutes


def _verdict(book: Book, sheet: Worksheet, row: int, plan: Plan, table: RowTable) -> int:
    """The category: of the worst row or of the sums, and 3 when N and PP together pass half of the shift."""
    found = book.report.assessment
    sheet.write_string(row, 0, book.text("verdict-heading"), book.form("heading"))
    if found.category is None:
        reason = " ".join(sentence_text(sentence, book.words) for sentence in sentences(found))
        sheet.write_string(row + 1, 0, book.text("verdict-none"), book.form("big"))
        sheet.write_string(row + 1, 1, reason, book.form("wrapped"))
        return row + 2
    by_row = f"{table.categories}"
    if found.settings.category_by == "sum":
        by_row = ",".join(
            f"IF(SUM({minutes})>{plan.limits[kind, 2]},3,IF(SUM({minutes})>{plan.limits[kind, 1]},2,1))"
            for kind, minutes in (("N", table.as_n), ("PP", table.as_pp))
        )
    exposed, _ = _exposed(book, plan, table)
    half = f"IF({exposed}>{plan.half_shift},3,1)" if found.settings.half_shift_counts else "1"
    sheet.write_string(row + 1, 0, book.text("book-category"), book.form("label"))
    sheet.write_formula(row + 1, 1, f"=MAX({by_row},{half})", book.form("big"), found.category_estimate)
    sheet.set_row(row + 1, 32)
    for level, fill in book.fills.items():
        rule = {"type": "cell", "criteria": "==", "value": level, "format": fill}
        sheet.conditional_format(row + 1, 1, row + 1, 1, rule)
    missing = sum(line.minutes is None for line in found.rows)
    sheet.write_string(row + 2, 0, book.text("book-missing"), book.form("label"))
    left_out = f'({table.status}="{book.text("status-not-assessed")}")'
    counted = f"=SUMPRODUCT({left_out}*(1-ISNUMBER({table.entered})))"
    sheet.write_formula(row + 2, 1, counted, book.form("integer_left"), missing)
    category, rest = cell(row + 1, 1), cell(row + 2, 1)
    before, after = book.text("verdict-at-least", category="|").split("|")
    sheet.write_string(row + 3, 0, book.text("book-category-words"), book.form("label"))
    flat = any(line.at_least for line in found.rows)
    open_end = f"AND({category}<3,OR({rest}>0,{plan.unobserved}>0,{'TRUE' if flat else 'FALSE'}))"
    formula = f'=IF({open_end},"{before}"&{category}&"{after}",TEXT({category},"0"))'
    estimate = found.category_estimate or found.category
    text = str(estimate)
    if estimate < 3 and (missing > 0 or found.unobserved_minutes > 0 or flat):
        text = book.text("verdict-at-least", category=estimate)
    sheet.write_formula(row + 3, 1, formula, book.form("text"), text)
    if found.settings.decision_share > 0:
        row += 1
        label = book.text("book-guarded", share=book.words.percent(found.settings.decision_share))
        sheet.write_string(row + 3, 0, label, book.form("label"))
        sheet.write_number(row + 3, 1, found.category, book.form("integer_left"))
    short = too_short_s(found)
    if short is None:
        return row + 4
    warning = book.text("verdict-short", length=duration(short, book.words))
    sheet.write_string(row + 4, 1, warning, book.form("wrapped"))
    book.tall(sheet, row + 4, (warning, WIDTH))
    return row + 5


def _totals(book: Book, sheet: Worksheet, row: int, plan: Plan, table: RowTable) -> int:
    found = book.report.assessment
    exposed, union = _exposed(book, plan, table)
    observed = sum(operation.minutes for operation in found.operations if operation.workers)
    lines: list[tuple[str, str, float, str]] = [
        (book.text("book-work-minutes"), plan.work, found.limits.work_minutes, "one"),
        (book.text("book-factor"), plan.factor, found.limits.factor, "three"),
        (book.text("book-observed-minutes"), plan.observed, observed, "one"),
        (book.text("book-unobserved-minutes"), plan.unobserved, found.unobserved_minutes, "one"),
        (book.text("book-total", kind="N"), f"SUM({table.as_n})", found.n_minutes, "one"),
        (book.text("book-total", kind="PP"), f"SUM({table.as_pp})", found.pp_minutes, "one"),
        (book.text("book-exposed"), exposed, union, "one"),
        (book.text("book-half-shift"), plan.half_shift, found.limits.half_shift, "one"),
    ]
    for offset, (label, formula, value, form) in enumerate(lines):
        sheet.write_string(row + offset, 0, label, book.form("label"))
        sheet.write_formula(row + offset, 1, f"={formula}", book.form(f"{form}_left"), value)
    row += len(lines)
    yes, no = book.text("yes"), book.text("no")
    sheet.write_string(row, 0, book.text("book-half-exceeded"), book.form("label"))
    formula = f'=IF({exposed}>{plan.half_shift},"{yes}","{no}")'
    sheet.write_formula(row, 1, formula, book.form("text"), yes if found.half_shift_exceeded else no)
    sheet.write_string(row + 1, 0, book.text("book-unknown"), book.form("label"))
    sheet.write_number(row + 1, 1, found.unknown_share, book.form("percent_left"))
    return row + 2


def _warnings(book: Book, sheet: Worksheet, row: int) -> int:
    """What a reader has to know before using the figures; the row after it."""
    names = warnings(book.report)
    if not names:
        return row
    sheet.write_string(row, 0, book.text("warnings-heading"), book.form("heading"))
    for name in names:
        row += 1
        text = warning_text(name, book.words)
        sheet.merge_range(row, 0, row, 1, text, book.form("wrapped"))
        book.tall(sheet, row, (text, LABEL_WIDTH + WIDTH))
    return row + 2
