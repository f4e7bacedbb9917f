"""Before and after: what a reader may conclude from two assessments."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

import gpu_worker.report.comparison
from contract.inputs import Exclusion
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import ClipWarnings, ShiftAssessment
from gpu_worker.ergonomics.result import Range
from gpu_worker.report.build import report_of
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.comparison import Comparison, compare, schema
from gpu_worker.report.comparison.page import signed, write_comparison
from tests.gpu_worker.report_content import report, shift

EXCLUDED = Exclusion.model_validate(
    {"who": "JN", "when": "2026-11-23T10:00:00Z", "reason": "somebody in the way", "start_s": 3, "end_s": 3.5}
)
GREEN = b"0.18431373 0.61960787 0.43137255"
"""The colour of category 1 as PDF writes it."""


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    before = report()
    planned = shift()
    minutes = {"assembly": 150.0, "packing": 200.0}
    operations = tuple(
        operation.model_copy(update={"minutes": minutes.get(operation.name, operation.minutes)})
        for operation in planned.operations
    )
    after = assess([clip.analysis for clip in before.clips], planned.model_copy(update={"operations": operations}))
    return compare(before.assessment, after, ("before", "after"))


def test_less_time_at_an_operation_shows_as_less_time_in_its_rows(comparison: Comparison) -> None:
    changes = {row.row: row.difference for row in comparison.changed}
    assert changes["trup.6"] == pytest.approx(-0.5 * (comparison.rows[5].before or 0), abs=1e-9)
    assert (changes["ostatni.3"] or 0) > 0
    assert [abs(row.difference or 0) for row in comparison.changed] == sorted(
        (abs(value or 0) for value in changes.values()), reverse=True
    )


def test_corrected_and_unassessed_rows_are_not_called_changed(comparison: Comparison) -> None:
    rows = {row.row: row for row in comparison.rows}
    assert rows["hlava_krk.1"].difference == 0
    assert rows["dk.1"].difference is None
    assert {"hlava_krk.1", "dk.1"} & {row.row for row in comparison.changed} == set()


def test_change_within_the_intervals_is_marked_as_possible_chance() -> None:
    found = report().assessment

    def with_interval(low: float, high: float) -> object:
        rows = list(found.rows)
        rows[5] = rows[5].model_copy(update={"minutes": (low + high) / 2, "interval": Range(low=low, high=high)})
        return found.model_copy(update={"rows": tuple(rows)})

    for other, overlaps in (((40.0, 70.0), True), ((61.0, 70.0), False)):
        before, after = with_interval(30.0, 60.0), with_interval(*other)
        change = compare(before, after, ("a", "b")).rows[5]  # type: ignore[arg-type]
        assert change.overlap is overlaps


def with_less_filmed() -> Comparison:
    """The sample shift against itself with its second operation left unfilmed."""
    full = report()
    rest = [clip.analysis for clip in full.clips if clip.analysis.observations[0].operation != "packing"]
    return compare(full.assessment, assess(rest, shift()), ("full", "less"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_without_video_are_told_before_any_number_that_rests_on_them(
    tmp_path: Path, language: Language
) -> None:
    found, words = with_less_filmed(), catalogue(language)
    assert found.unequally_observed
    write_comparison(found, tmp_path / "a.pdf", language)
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())
    told = words.text("compare-unobserved", before=words.number(60), after=words.number(180))
    assert told in text
    assert ("jen to, co bylo zadáno" if language == "cs" else "only what was entered") in told
    assert text.index(told) < text.index(words.text("book-total", kind="N"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_that_are_compared_are_named_with_dates_and_who_signed(tmp_path: Path, language: Language) -> None:
    made, words = report(), catalogue(language)
    told = report_of("line", made.clips, made.assessment)
    write_comparison(compare(told.assessment, made.assessment, ("a", "b")), tmp_path / "a.pdf", language)
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())
    header = made.assessment.shift.report
    revision = words.text("report-revision", revision=told.revision)
    assert f"{told.number}, {revision} {words.text('not-given')}" in text, "an older assessment has no number"
    for known in (
        words.date(header.filmed_on),
        words.date(header.evaluated_on),
        f"{header.evaluated_by}, {header.role}",
    ):
        assert f"{known} {known}".replace("\N{NO-BREAK SPACE}", " ") in text


def test_fewer_minutes_are_green_only_where_both_sides_were_filmed_alike(tmp_path: Path) -> None:
    less = with_less_filmed()
    alike = less.model_copy(update={"after": less.after.model_copy(update={"unobserved_minutes": 60.0})})
    assert (less.unequally_observed, alike.unequally_observed) == (True, False)
    green = []
    for found in (less, alike):
        write_comparison(found, tmp_path / "a.pdf", "en")
        drawn = PdfReader(tmp_path / "a.pdf").pages[0].get_contents()
        assert drawn is not None
        green.append(drawn.get_data().count(GREEN))
    assert green[0] == 0
    assert green[1] >= 2 * len(less.changed)  # Each row in the chart and in the table.


def test_what_weakens_a_figure_is_said_beside_it(tmp_path: Path) -> None:
    found = with_less_filmed()
    assert (found.before.indicative, found.after.indicative) == (True, False)
    write_comparison(found, tmp_path / "a.pdf", "en")
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ").split())
    assert text.count("indicative only") == 1
    assert catalogue("en").text("compare-indicative") in text
    for side in (found.before, found.after):
        assert "N" in side.lower_bounds
        assert f"≥ {side.n_minutes:.1f}" in text
        assert f"≥ {side.union_minutes:.1f}" in text
    marked = next(row for row in found.changed if row.at_least_before)
    assert f"≥ {marked.before:.1f} ≥ {marked.after:.1f}" in text
    assert f"≥ {marked.before:.1f} → ≥ {marked.after:.1f}" in text, "in the chart too"


def test_rows_not_assessed_are_compared_by_what_was_seen_of_them(tmp_path: Path) -> None:
    found = report().assessment

    def seen(minutes: float | None) -> ShiftAssessment:
        old = next(row for row in found.rows if row.row == "phk.8")
        row = old.model_copy(
            update={"status": "not_assessed", "minutes": None, "seen_minutes": minutes, "as_pp": minutes or 0.0}
        )
        return found.model_copy(update={"rows": tuple(row if r is old else r for r in found.rows)})

    compared = compare(seen(13.3), seen(5.3), ("a", "b"))
    (row,) = compared.changed
    assert (row.before, row.after, row.difference) == (13.3, 5.3, pytest.approx(-8.0))
    assert "PP" in compared.before.lower_bounds
    write_comparison(compared, tmp_path / "a.pdf", "en")
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "≥ 13.3 ≥ 5.3 −8.0" in text
    assert catalogue("en").text("compare-at-least") in text
    half = compare(seen(13.3), seen(None), ("a", "b"))
    (row,) = half.changed
    assert (row.after, row.difference) == (None, None)
    assert (row.at_least_before, row.at_least_after) == (True, False), "of what is not known nothing is at least"
    write_comparison(half, tmp_path / "b.pdf", "en")
    text = PdfReader(tmp_path / "b.pdf").pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "≥ 13.3 → –" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_one_side_left_out_or_hid_is_told_before_the_totals(tmp_path: Path, language: Language) -> None:
    found, words = report().assessment, catalogue(language)
    limited = found.model_copy(
        update={
            "exclusions": (*found.exclusions, EXCLUDED),
            "clip_warnings": (ClipWarnings(clip="pack.mp4", warnings=("arm_hidden_left", "much_unknown")),),
        }
    )
    compared = compare(found, limited, ("a", "b"))
    assert (compared.before.exclusions, compared.after.exclusions) == ((), (EXCLUDED,))
    write_comparison(compared, tmp_path / "a.pdf", language)
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())
    assert text.index(EXCLUDED.reason) < text.index(words.text("book-total", kind="N"))
    assert f"{words.text('compare-after')}: pack.mp4: {words.text('warning-arm-hidden-left')[:40]}" in text
    assert words.text("warning-much-unknown") not in text


def test_sides_are_called_by_their_titles_and_by_their_files_where_those_are_the_same() -> None:
    found = report().assessment

    def titles(*named: str | None) -> tuple[str, str]:
        before, after = (found.model_copy(update={"title": title}) for title in named)
        both = compare(before, after, ("spring", "autumn"))
        return both.before.title, both.after.title

    assert titles("Line 4", "Line 4, lift table") == ("Line 4", "Line 4, lift table")
    assert titles("Line 4", "Line 4") == ("Line 4 (spring)", "Line 4 (autumn)")
    assert titles(None, None) == ("spring", "autumn")


def test_comparison_read_back_from_its_json_is_the_same(comparison: Comparison) -> None:
    assert Comparison.model_validate_json(comparison.as_json()) == comparison


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_names_both_sides_and_every_changed_row(
    comparison: Comparison, tmp_path: Path, language: Language
) -> None:
    write_comparison(comparison, tmp_path / "a.pdf", language)
    pages = PdfReader(tmp_path / "a.pdf").pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().split())
    words = catalogue(language)
    assert words.text("compare-chart") in text
    assert "before" in text
    assert "after" in text
    for row in comparison.changed:
        assert signed(row.difference or 0, words) in text


def test_same_assessment_twice_has_no_change(tmp_path: Path) -> None:
    found = report().assessment
    same = compare(found, found, ("a", "b"))
    assert same.changed == ()
    write_comparison(same, tmp_path / "a.pdf", "en")
    assert "No row changed" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


def test_committed_schema_is_that_of_the_code() -> None:
    committed = Path(gpu_worker.report.comparison.__file__).with_name("comparison.schema.json")
    assert committed.read_text(encoding="utf-8") == schema()
