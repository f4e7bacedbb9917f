"""The sheet where a shift is changed: its length, its operations, and the limits that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.operations import Filmed
from gpu_worker.report.shares import OperationShares, unfilmed_operations
from gpu_worker.report.texts import operation_name
from gpu_worker.report.workbook.sheet import Book, Heading, Worksheet, cell, reference

SHIFT_ROW = 3
LIMITS = (("PP", 1), ("PP", 2), ("N", 1), ("N", 2))
NAME_WIDTH, WIDTH = 44, 15
"""Characters."""
COLUMNS = ("operation-name", "operation-minutes", "operation-pieces", "operation-piece-seconds",
           "operation-workplace", "book-long-use", "book-exposed-share", "operation-workers",
           "book-observed-seconds")  # fmt: skip
WORDS = ("operation-name", "operation-workers")
"""Columns without figures."""


@dataclass(frozen=True)
class Plan:
    """Where other sheets find what they need; cells with their sheet's name, absolute."""

    work: str
    factor: str
    half_shift: str
    limits: dict[tuple[str, int], str]
    observed: str
    unobserved: str
    minutes: tuple[str, ...]
    """Minutes of each filmed operation."""
    long_use: tuple[str, ...]
    """1 where its workplace is used for more than half of the shift, else 0; one cell per filmed operation."""
    long_use_anywhere: str
    """The highest of those, operations without video included."""
    exposed: str
    """Minutes in any N or PP row, as filmed."""


def write_operations(book: Book, sheet: Worksheet, filmed: Sequence[OperationShares]) -> Plan:
    """Write shift, limits and operations; return the cells the rows build on."""
    book.title(sheet, book.text("sheet-operations"), book.text("book-change"))
    work, factor, half, limits = _shift(book, sheet)
    top = SHIFT_ROW + 11
    minutes, long_use = _filmed(book, sheet, top, filmed, half)
    unfilmed, long_unfilmed = _unfilmed(book, sheet, top + 2 + len(filmed), half)
    totals = top + 3 + len(filmed) + len(unfilmed)
    shares = f"{cell(top + 2, 6)}:{cell(top + 1 + len(filmed), 6)}"
    spent = f"{minutes[0]}:{minutes[-1]}"
    observed = sum(operation.minutes for operation in filmed)
    places = [
        _line(book, sheet, totals, "book-observed-minutes", f"=SUM({spent})", observed),
        _line(
            book,
            sheet,
            totals + 1,
            "book-unobserved-minutes",
            f"=MAX(0,{work}-SUM({','.join([spent, *unfilmed])}))" + "".join(f"+{place}" for place in unfilmed),
            book.report.assessment.unobserved_minutes,
        ),
        _line(
            book,
            sheet,
            totals + 2,
            "book-exposed-filmed",
            f"=SUMPRODUCT({shares},{spent})",
            sum(operation.exposed * operation.minutes for operation in filmed),
        ),
    ]
    return Plan(
        work=reference(sheet, work),
        factor=reference(sheet, factor),
        half_shift=reference(sheet, half),
        limits={key: reference(sheet, place) for key, place in limits.items()},
        observed=reference(sheet, places[0]),
        unobserved=reference(sheet, places[1]),
        minutes=tuple(reference(sheet, place) for place in minutes),
        long_use=tuple(reference(sheet, place) for place in long_use),
        long_use_anywhere=f"MAX({','.join(reference(sheet, place) for place in [*long_use, *long_unfilmed])})",
        exposed=reference(sheet, places[2]),
    )


def _line(book: Book, sheet: Worksheet, row: int, message: str, formula: str, value: float, form: str = "one") -> str:
    sheet.write_string(row, 0, book.text(message), book.form("label"))
    sheet.write_formula(row, 1, formula, book.form(form), value)
    return cell(row, 1)


def _shift(book: Book, sheet: Worksheet) -> tuple[str, str, str, dict[tuple[str, int], str]]:
    """Length, meal break, factor and limits; the rule is the law's, as in `nv361.limits`."""
    shift, known = book.report.assessment.shift.shift, book.report.assessment.limits
    inputs = (("book-shift-minutes", shift.minutes), ("book-meal-minutes", shift.minutes - shift.work_minutes))
    for offset, (message, value) in enumerate(inputs):
        row = SHIFT_ROW + offset
        sheet.write_string(row, 0, book.text(message), book.form("label"))
        sheet.write_number(row, 1, value, book.form("input"))
        allowed = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1440}
        sheet.data_validation(row, 1, row, 1, allowed)
    formula = f"={cell(SHIFT_ROW, 1)}-{cell(SHIFT_ROW + 1, 1)}"
    work = _line(book, sheet, SHIFT_ROW + 2, "book-work-minutes", formula, known.work_minutes)
    rule = RULES.shift
    over = f"({work}-{rule.base_min})/{rule.step_min}"
    steps = f"IF({work}>{rule.base_min},INT({over})+1,INT({over}))"
    permille = f"MIN(MAX(1000+{rule.step_permille}*{steps},{rule.lowest_permille}),{rule.highest_permille})"
    factor = _line(book, sheet, SHIFT_ROW + 3, "book-factor", f"={permille}/1000", known.factor, "three")
    limits: dict[tuple[str, int], str] = {}
    for offset, (kind, category) in enumerate(LIMITS):
        row = SHIFT_ROW + 4 + offset
        base = getattr(getattr(RULES.limits_480_min, kind), f"category_{category}")
        value = getattr(known, f"{kind.lower()}_category_{category}")
        sheet.write_string(row, 0, book.text("book-limit", kind=kind, category=category), book.form("label"))
        sheet.write_formula(row, 1, f"=INT(({base}*ROUND({factor}*1000,0)+500)/1000)", book.form("integer"), value)
        limits[kind, category] = cell(row, 1)
    half = _line(book, sheet, SHIFT_ROW + 8, "book-half-shift", f"={work}/2", known.half_shift)
    return work, factor, half, limits


def _filmed(
    book: Book, sheet: Worksheet, top: int, filmed: Sequence[OperationShares], half: str
) -> tuple[list[str], list[str]]:
    """One line per filmed operation; minutes are typed, or follow from pieces."""
    sheet.write_string(top, 0, book.text("operations-heading"), book.form("heading"))
    columns = [
        Heading(book.text(message), WIDTH if column else NAME_WIDTH, "column" if message in WORDS else "column_figure")
        for column, message in enumerate(COLUMNS)
    ]
    book.headings(sheet, top + 1, columns)
    for row, operation in enumerate(filmed, start=top + 2):
        sheet.write_string(row, 0, operation_name(operation.name, book.words), book.form("text"))
        if operation.pieces is not None and operation.seconds_per_piece is not None:
            sheet.write_number(row, 2, operation.pieces, book.form("input"))
            sheet.write_number(row, 3, operation.seconds_per_piece, book.form("one"))
            formula = f"={cell(row, 2)}*{cell(row, 3)}/60"
            sheet.write_formula(row, 1, formula, book.form("one"), operation.minutes)
        else:
            sheet.write_number(row, 1, operation.minutes, book.form("input"))
        _workplace(book, sheet, row, operation, half)
        sheet.write_number(row, 6, operation.exposed, book.form("percent"))
        sheet.write_string(row, 7, ", ".join(operation.workers), book.form("text"))
        sheet.write_number(row, 8, operation.observed_s, book.form("one"))
    lines = range(top + 2, top + 2 + len(filmed))
    return [cell(row, 1) for row in lines], [cell(row, 5) for row in lines]


def _workplace(book: Book, sheet: Worksheet, row: int, operation: OperationShares | Filmed, half: str) -> None:
    """Minutes at the operation's workplace, and whether they are more than half of the shift."""
    if operation.workplace_minutes == operation.minutes:
        sheet.write_formula(row, 4, f"={cell(row, 1)}", book.form("input"), operation.minutes)
    else:
        sheet.write_number(row, 4, operation.workplace_minutes, book.form("input"))
    long = int(operation.workplace_minutes > book.report.assessment.limits.half_shift)
    sheet.write_formula(row, 5, f"=IF({cell(row, 4)}>{half},1,0)", book.form("integer"), long)


def _unfilmed(book: Book, sheet: Worksheet, top: int, half: str) -> tuple[list[str], list[str]]:
    """Operations without video: their minutes are unobserved."""
    rest = unfilmed_operations(book.report)
    for row, operation in enumerate(rest, start=top):
        sheet.write_string(row, 0, operation_name(operation.name, book.words), book.form("text"))
        sheet.write_number(row, 1, operation.minutes, book.form("input"))
        _workplace(book, sheet, row, operation, half)
        sheet.write_string(row, 7, book.text("key-unobserved"), book.form("note"))
    lines = range(top, top + len(rest))
    return [cell(row, 1) for row in lines], [cell(row, 5) for row in lines]
