"""The workbook as it is read and printed: whole words, forms of numbers, headings, pages."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from gpu_worker.ergonomics.alone import clip_shift
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.given import WHOLE_CLIP
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.build import shift_report
from gpu_worker.report.content import Report
from gpu_worker.report.workbook import write_workbook
from gpu_worker.report.workbook.sheet import BAND, HEADING_MARGIN, LETTERS, LINE_HEIGHT
from tests.gpu_worker.report_content import BENDING, Script, angles, clip_report, report


@pytest.fixture(scope="module")
def sample() -> Report:
    return report()


@pytest.fixture(scope="module", params=["en", "cs"])
def book(sample: Report, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Any:
    """The sample's workbook in one language, as openpyxl reads it."""
    target = tmp_path_factory.mktemp("looks") / "a.xlsx"
    write_workbook(sample, target, request.param)
    return openpyxl.load_workbook(target)


def width_of(sheet: Any, cell: Any) -> float:
    """Characters. Neighbours of one width are stored as a range."""
    ranges = sheet.column_dimensions.values()
    return float(next(found.width for found in ranges if found.min <= cell.column <= found.max))


def headings(sheet: Any) -> list[Any]:
    """Cells on the band of the column headings."""
    return [cell for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == "FF" + BAND.strip("#")]


def test_every_sheet_prints_on_a4_as_wide_as_the_page_with_its_number_and_the_page_s(book: Any) -> None:
    for sheet in book:
        assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert "2026-0042" in sheet.oddFooter.left.text
        assert all(code in sheet.oddFooter.right.text for code in ("&P", "&N"))


def test_headings_of_long_tables_stay_in_sight_and_stand_on_every_printed_page(book: Any) -> None:
    for number in (1, 3, 4, 5, 6, 7):
        sheet = book.worksheets[number]
        line = headings(sheet)[0].row
        assert sheet.freeze_panes.endswith(str(line + 1)), sheet.title
        assert sheet.print_title_rows == f"${line}:${line}", sheet.title


def test_no_word_of_a_heading_is_broken_and_none_is_cut(book: Any) -> None:
    checked = 0
    for sheet in book:
        for cell in headings(sheet):
            width = width_of(sheet, cell)
            assert max(map(len, str(cell.value).split())) <= width - HEADING_MARGIN, (sheet.title, cell.value)
            lines = textwrap.wrap(str(cell.value), int(width))
            assert sheet.row_dimensions[cell.row].height >= LINE_HEIGHT * len(lines), (sheet.title, cell.value)
            checked += 1
    assert checked > 50


def test_texts_are_whole_where_another_cell_follows(book: Any) -> None:
    for sheet in book:
        for line in sheet.iter_rows():
            for cell, following in pairwise(line):
                if not isinstance(cell.value, str) or cell.data_type == "f" or following.value is None:
                    continue
                fits = len(cell.value) <= width_of(sheet, cell) * LETTERS
                assert cell.alignment.wrap_text or fits, (sheet.title, cell.value)


def test_each_number_has_a_form_and_shares_read_as_per_cent(book: Any) -> None:
    shares = 0
    for sheet in book.worksheets[:-1]:
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, int | float):
                    assert cell.number_format != "General", (sheet.title, cell.coordinate)
                if "%" in cell.number_format:
                    # Within quotes the sign would be a mere letter, and a half read as 0.5 %.
                    assert "%" in re.sub(r'"[^"]*"', "", cell.number_format)
                    shares += 1
    assert shares > 100


def test_settings_are_numbers_and_a_star_marks_those_that_were_changed(book: Any, sample: Report) -> None:
    sheet = book.worksheets[-1]
    chosen = sample.assessment.settings
    values = {cell.value for cell in sheet["B"]}
    assert {chosen.static_s, chosen.near_range_percent, chosen.gaze_below_head_deg} <= values
    starred = [cell.value for cell in sheet["B"] if "*" in cell.number_format]
    assert starred == [chosen.draws]
    assert chosen.draws != Settings().draws
    assert str(sheet["A2"].value).startswith("* ")


def test_settings_sheet_says_how_the_camera_stood_and_saw(book: Any) -> None:
    texts = " ".join(str(cell.value) for cell in book.worksheets[-1]["B"])
    assert "−8° ± 3°" in texts
    assert "1280 × 720" in texts


@pytest.mark.parametrize(
    ("script", "expected"), [(BENDING, "natočená práce"), ({}, "Žádná poloha nebyla držena staticky.")]
)
def test_holds_of_a_clip_without_an_operation_are_named_and_their_absence_is_told(
    script: Script, expected: str, tmp_path: Path
) -> None:
    series = angles(script)
    analysis = analyse(series, settings=Settings(draws=3))
    alone = shift_report("alone", [clip_report(analysis, series)], clip_shift(analysis))
    write_workbook(alone, tmp_path / "a.xlsx", "cs")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Výdrže"]
    found = {cell.value for line in sheet.iter_rows(min_row=5) for cell in line}
    assert expected in found
    assert WHOLE_CLIP not in found
