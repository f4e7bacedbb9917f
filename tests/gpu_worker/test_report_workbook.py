"""The workbook as a laboratory uses it: opened, recalculated, changed."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import formulas  # type: ignore[import-untyped]
import openpyxl  # type: ignore[import-untyped]
import pytest

from contract.inputs import Operation, RowEntry
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.ergonomics.conclusion import is_at_least, level_of, told_minutes
from gpu_worker.ergonomics.nv361.limits import shift_limits
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.report.catalogue import Language
from gpu_worker.report.content import Report
from gpu_worker.report.workbook import write_workbook
from tests.gpu_worker.report_content import LENGTH_S, report

SHEETS: dict[Language, list[str]] = {
    "en": ["Summary", "Rows", "Operations", "Zones", "Spread", "Holds", "Time series", "Settings"],
    "cs": ["Souhrn", "Řádky", "Operace", "Pásma", "Rozložení", "Výdrže", "Časové řady", "Nastavení"],
}


@pytest.fixture(scope="module")
def sample() -> Report:
    return report()


@pytest.fixture(scope="module")
def english(sample: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("book") / "line.report.xlsx"
    write_workbook(sample, target, "en")
    return target


def below(sheet: Any, heading: str) -> Any:
    """The first cell of a column whose heading is `heading`."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == heading:
                return cell
    raise AssertionError(f"no {heading}")


def beside(sheet: Any, label: str) -> Any:
    """The cell to the right of `label`."""
    cell = below(sheet, label)
    return sheet.cell(cell.row, cell.column + 1)


def recalculated(path: Path) -> dict[tuple[str, str], Any]:
    """(sheet, cell) -> value, by a formula engine that knows nothing of the stored values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
        del book["Time series"]  # thousands of plain numbers the engine would only read
        book.save(path.with_suffix(".short.xlsx"))
        solution = formulas.ExcelModel().loads(str(path.with_suffix(".short.xlsx"))).finish().calculate()
    values: dict[tuple[str, str], Any] = {}
    for key, found in solution.items():
        name = str(key)
        if "]" in name and ":" not in name:
            sheet, cell = name.split("]")[1].split("'!")
            values[sheet, cell] = found.value[0, 0]
    return values


def rows_of(values: dict[tuple[str, str], Any], path: Path) -> tuple[list[Any], list[Any], Any]:
    """Minutes and category of the 52 rows, and the category of the shift."""
    book = openpyxl.load_workbook(path)
    sheet = book["Rows"]
    minutes, category = below(sheet, "min/shift"), below(sheet, "Cat.")
    lines = range(minutes.row + 1, minutes.row + 53)
    result = beside(book["Summary"], "Category, worst row")
    return (
        [values["ROWS", f"{minutes.column_letter}{line}"] for line in lines],
        [values["ROWS", f"{category.column_letter}{line}"] for line in lines],
        values["SUMMARY", result.coordinate],
    )


def agree(values: dict[tuple[str, str], Any], path: Path, expected: ShiftAssessment) -> None:
    minutes, categories, category = rows_of(values, path)
    for row, found, level in zip(expected.rows, minutes, categories, strict=True):
        told, known = told_minutes(row), level_of(row, shift_limits(expected.limits.work_minutes))
        if told is None:
            assert str(found) == "", row.row
        else:
            assert float(found) == pytest.approx(told, abs=1e-9), row.row
            assert (None if level == "" else int(level)) == known, row.row
    assert category == expected.category
    book = openpyxl.load_workbook(path)
    for label, total in (
        ("Sum over rows of type N", expected.n_minutes),
        ("Sum over rows of type PP", expected.pp_minutes),
        ("In any N or PP posture", expected.union_minutes),
        ("Minutes without video", expected.unobserved_minutes),
    ):
        cell = beside(book["Summary"], label)
        assert float(values["SUMMARY", cell.coordinate]) == pytest.approx(total, abs=1e-9), label


def test_rows_of_flattened_angles_say_at_least_in_their_status(sample: Report, tmp_path: Path) -> None:
    write_workbook(sample, tmp_path / "a.xlsx", "cs")
    cells = [cell.value for line in openpyxl.load_workbook(tmp_path / "a.xlsx")["Řádky"].iter_rows() for cell in line]
    assert "změřeno, nejméně" in cells
    assert "změřeno" in cells


def test_stored_values_are_what_the_formulas_give(sample: Report, english: Path) -> None:
    values = recalculated(english)
    stored, written = openpyxl.load_workbook(english, data_only=True), openpyxl.load_workbook(english)
    checked = 0
    for sheet in written:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type != "f":
                    continue
                found, shown = values[sheet.title.upper(), cell.coordinate], stored[sheet.title][cell.coordinate].value
                if isinstance(shown, int | float):
                    assert float(found) == pytest.approx(shown, abs=1e-9), (sheet.title, cell.coordinate)
                else:
                    assert str(found) == (shown or ""), (sheet.title, cell.coordinate)
                checked += 1
    assert checked > 52 * 4
    agree(values, english, sample.assessment)


def test_changed_shift_and_entered_minutes_move_rows_and_category(
    sample: Report, english: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(english)
    sheet = book["Operations"]
    assembly = below(sheet, "assembly")
    sheet.cell(assembly.row, assembly.column + 1).value = 560
    packing = below(sheet, "packing")
    sheet.cell(packing.row, packing.column + 1).value = 50
    beside(sheet, "Shift, minutes from start to end").value = 660
    rows = book["Rows"]
    unseen = next(cell for cell in rows["A"] if cell.value == "Legs 1")
    rows.cell(unseen.row, below(rows, "Entered minutes").column).value = 12
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    shift = sample.assessment.shift
    operations = tuple(
        operation.model_copy(update={"minutes": {"assembly": 560.0, "packing": 50.0}.get(operation.name, 40.0)})
        for operation in shift.operations
    )
    longer = shift.model_copy(
        update={
            "operations": operations,
            "shift": shift.shift.model_copy(update={"minutes": 660.0}),
            "rows": (RowEntry(row="dk.1", minutes=12),),
        }
    )
    expected = assess([clip.analysis for clip in sample.clips], longer)
    assert (sample.assessment.category, expected.category) == (2, 3)
    agree(recalculated(changed), changed, expected)


@pytest.mark.parametrize(
    ("minutes", "rows", "settings"),
    [
        ((100, 100, 280), (RowEntry(row="trup.9", minutes=12),), {}),
        ((300, 120, 40), (), {"step2": "full", "step2_c": False, "count_lower_bounds": False}),
    ],
    ids=["a long workplace without video", "what does not count, and C that does not escalate"],
)
def test_the_workbook_judges_rows_as_the_assessment_does(
    sample: Report,
    tmp_path: Path,
    minutes: tuple[float, ...],
    rows: tuple[RowEntry, ...],
    settings: dict[str, str | bool],
) -> None:
    shift = sample.assessment.shift
    operations = tuple(
        operation.model_copy(update={"minutes": told})
        for operation, told in zip(shift.operations, minutes, strict=True)
    )
    told = shift.model_copy(update={"operations": operations, "rows": rows, "settings": settings})
    found = assess([clip.analysis for clip in sample.clips], told)
    target = tmp_path / "a.xlsx"
    write_workbook(replace(sample, assessment=found), target, "en")
    values = recalculated(target)
    agree(values, target, found)
    shown = rows_of(values, target)[1]
    counted = [row.as_n + row.as_pp + row.acceptable for row in found.rows]
    uncounted = [number for number, row in enumerate(found.rows) if row.minutes and not counted[number]]
    assert [shown[number] for number in uncounted] == [""] * len(uncounted)
    assert (settings == {}) != bool(uncounted), "the sample holds rows of flattened angles"


@pytest.mark.parametrize("language", ["en", "cs"])
def test_numbers_are_numbers_and_rows_of_which_nothing_was_seen_stay_empty(
    sample: Report, tmp_path: Path, language: Language
) -> None:
    target = tmp_path / "a.xlsx"
    write_workbook(sample, target, language)
    book = openpyxl.load_workbook(target, data_only=True)
    assert book.sheetnames == SHEETS[language]
    rows = book[SHEETS[language][1]]
    minutes = below(rows, "min/shift" if language == "en" else "min/směna")
    for offset, row in enumerate(sample.assessment.rows, start=1):
        cell = rows.cell(minutes.row + offset, minutes.column)
        value = cell.value
        assert (value is None) == (told_minutes(row) is None)
        assert ("≥" in cell.number_format) == is_at_least(row), row.row
        assert value is None or isinstance(value, int | float)
    series = book[SHEETS[language][6]]
    kinds = {type(cell.value) for line in series.iter_rows(min_row=5, min_col=2) for cell in line}
    assert kinds <= {int, float, type(None)}
    assert type(None) in kinds, "where the person was out of sight there is no number"


def test_pieces_drive_the_minutes_of_an_operation(sample: Report, tmp_path: Path) -> None:
    operations = (Operation(name="assembly", pieces=500), Operation(name="packing", minutes=100))
    shift = sample.assessment.shift.model_copy(update={"operations": operations})
    found = assess([clip.analysis for clip in sample.clips], shift)
    target = tmp_path / "a.xlsx"
    write_workbook(replace(sample, assessment=found), target, "en")
    line = below(openpyxl.load_workbook(target)["Operations"], "assembly").row
    formula, pieces = (openpyxl.load_workbook(target)["Operations"].cell(line, column) for column in (2, 3))
    assert (formula.data_type, pieces.value) == ("f", 500)
    stored = openpyxl.load_workbook(target, data_only=True)["Operations"].cell(line, 2).value
    assert stored == pytest.approx(LENGTH_S / 4 * 500 / 60, rel=0.01)


def test_refused_verdict_shows_the_reason_and_no_category(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    write_workbook(report(refused=True), target, "en")
    summary = openpyxl.load_workbook(target)["Summary"]
    texts = [cell.value for line in summary.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert "No verdict" in texts
    assert any("20 %" in text for text in texts)
    assert "Category, worst row" not in texts


def test_each_row_of_the_law_stands_in_the_sheet_once(english: Path) -> None:
    sheet = openpyxl.load_workbook(english)["Rows"]
    posture = below(sheet, "Posture")
    texts = [sheet.cell(posture.row + k, posture.column).value for k in range(1, 53)]
    assert texts == [row.en for row in RULES.rows]
