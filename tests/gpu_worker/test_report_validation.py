"""The validation kit: figures a laboratory can check by hand, and records it cannot misread."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pypdf import PdfReader

from contract.inputs import Inputs
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import given as entered
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.validation.agreement import bland_altman, cohens_kappa
from gpu_worker.report.validation.compare import Validation, row_masks, validate
from gpu_worker.report.validation.page import as_json, write_validation
from gpu_worker.report.validation.plot import agreement_plot, ticks
from gpu_worker.report.validation.reference import read_goniometer, read_stopwatch
from tests.gpu_worker.report_content import BENDING, RATE_HZ, analysed, angles

STOPWATCH = "# observed 0 100\nrow,start_s,end_s\ntrup.6,5,55\ntrup.3,90,96\nlhk.8,10,12\n"


LOG = {"who": "J. N.", "when": "2026-11-28T14:30:00+01:00", "reason": "a colleague in front"}


def printed(found: Validation, folder: Path, language: Language = "cs") -> str:
    write_validation(found, folder / "a.pdf", language)
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(folder / "a.pdf").pages)


def test_kappa_of_the_textbook_table() -> None:
    """20 both yes, 15 both no, 5 only ours, 10 only theirs: agreement 0.7, by chance 0.5."""
    ours = np.array([True] * 20 + [False] * 15 + [True] * 5 + [False] * 10)
    theirs = np.array([True] * 20 + [False] * 15 + [False] * 5 + [True] * 10)
    assert cohens_kappa(ours, theirs) == pytest.approx(0.4)


def test_bland_altman_of_figures_worked_by_hand() -> None:
    found = bland_altman(np.array([11.0, 22.0, 33.0, np.nan]), np.array([10.0, 20.0, 30.0, 40.0]))
    assert (found.pairs, found.bias, found.deviation) == (3, 2.0, 1.0)
    assert found.limits == pytest.approx((0.04, 3.96))
    assert found.means.tolist() == [10.5, 21.0, 31.5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_pair_has_no_limits_of_agreement_and_the_page_says_why(tmp_path: Path, language: Language) -> None:
    series, analysis = judged()
    gonio = read_goniometer("time_s,signal,value_deg\n15,trunk_flexion,48\n")
    found = validate("line-a", series, analysis, goniometer=gonio)
    figures = json.loads(as_json(found))["angles"]["trunk_flexion"]
    assert (figures["pairs"], figures["bias"]) == (1, pytest.approx(2))
    assert (figures["limit_low"], figures["limit_high"]) == (None, None)
    text, words = printed(found, tmp_path, language), catalogue(language)
    assert words.text("validation-no-limits", least=2) in text
    assert words.text("validation-limits", low="–", high="–°") not in text
    assert "nan" not in text


def test_a_record_without_a_known_value_has_nothing_to_compare(tmp_path: Path) -> None:
    series, analysis = judged()
    found = validate(
        "x", series, analysis, goniometer=read_goniometer("time_s,signal,value_deg\n111,trunk_flexion,48\n")
    )
    figures = json.loads(as_json(found))["angles"]["trunk_flexion"]
    assert (figures["pairs"], figures["bias"], figures["mean_absolute"]) == (0, None, None)
    assert catalogue("cs").text("validation-no-pairs") in printed(found, tmp_path)


@given(st.floats(-500, 500), st.floats(0.001, 500))
def test_labels_of_an_axis_are_round_and_differ(low: float, length: float) -> None:
    values, digits = ticks(low, low + length)
    assert 2 <= len(values) <= 6
    labels = [catalogue("cs").number(value, digits) for value in values]
    assert len(set(labels)) == len(labels)
    assert [float(text.replace(",", ".").replace("−", "-")) for text in labels] == pytest.approx(values, abs=1e-9)


def test_lines_of_a_plot_that_lie_close_have_labels_apart() -> None:
    found = bland_altman(np.array([10.0, 20.0, 90.0]), np.array([10.0, 20.1, 90.1]))
    plot = agreement_plot(found, "°", catalogue("en"))
    start = plot.index("stroke-dasharray")
    beside = [float(y) for x, y in re.findall(r'<text x="([^"]+)" y="([^"]+)"', plot[start:]) if x == "219.00"]
    assert len(beside) == 3
    assert min(np.diff(beside)) >= 7.49


@given(arrays(np.bool_, st.integers(2, 40)), st.randoms())
def test_kappa_is_one_for_equal_records_symmetric_and_never_above_one(record: np.ndarray, random: object) -> None:
    other = np.roll(record, 1)
    varied = 0 < record.sum() < len(record)
    assert math.isnan(cohens_kappa(record, record)) or cohens_kappa(record, record) == pytest.approx(1)
    if varied:
        assert cohens_kappa(record, other) == pytest.approx(cohens_kappa(other, record))
        assert cohens_kappa(record, other) <= 1 + 1e-12


def test_stopwatch_record_that_agrees_gets_full_marks_and_a_missed_row_none() -> None:
    series = angles(BENDING)
    analysis = analysed("line-a", series, "assembly", "A")
    found = validate("line-a", series, analysis, stopwatch=read_stopwatch(STOPWATCH))
    rows = {row.row: row for row in found.rows}
    assert found.observed_s == pytest.approx(100, abs=1 / RATE_HZ)
    assert rows["trup.6"].ours_s == pytest.approx(50, abs=1)
    assert rows["trup.6"].kappa > 0.98
    assert rows["trup.3"].kappa > 0.9
    assert rows["lhk.8"].kappa < 0.1
    assert found.row_minutes is not None
    assert found.row_minutes.pairs == len(found.rows)


def test_row_masks_add_up_to_the_seconds_of_the_analysis() -> None:
    series = angles(BENDING)
    analysis = analysed("line-a", series, "assembly", "A")
    seconds = {row.row: row.seconds for row in analysis.rows}
    for row, mask in row_masks(series, analysis, entered(analysis.inputs, series.times_s)).items():
        assert mask.sum() / RATE_HZ == pytest.approx(seconds[row], abs=1), row


def judged(**told: object) -> tuple[AngleSeries, Analysis]:
    series = angles(BENDING)
    segment = {"start_s": 0, "end_s": 100, "operation": "assembly"}
    return series, analyse(series, Inputs.model_validate({"segments": [segment], **told}), Settings(draws=0))


def test_what_the_analysis_does_not_count_is_not_compared_and_the_page_says_so(tmp_path: Path) -> None:
    left_out = [{**LOG, "start_s": 20, "end_s": 30}, {**LOG, "row": "trup.3"}]
    series, analysis = judged(exclusions=left_out)
    record = read_stopwatch("# observed 0 105\nrow,start_s,end_s\ntrup.6,5,55\ntrup.3,90,96\n")
    gonio = read_goniometer("time_s,signal,value_deg\n15,trunk_flexion,48\n25,trunk_flexion,9\n104,trunk_flexion,9\n")
    found = validate("line-a", series, analysis, stopwatch=record, goniometer=gonio)
    rows = {row.row: row for row in found.rows}
    seconds = {row.row: row.seconds for row in analysis.rows}
    assert found.observed_s == pytest.approx(analysis.observations[0].observed_s)
    assert rows["trup.6"].reference_s == pytest.approx(40, abs=0.3)
    assert rows["trup.6"].ours_s == pytest.approx(seconds["trup.6"])
    assert "trup.3" not in rows
    assert found.angles["trunk_flexion"].differences.tolist() == pytest.approx([2])
    figures = json.loads(as_json(found))["left_out"]
    assert figures == {"seconds": pytest.approx(15, abs=0.3), "readings": 2, "rows": ["trup.3"], "corrections": 0}
    text = printed(found, tmp_path)
    assert "vynecháno: 15 s z doby záznamu reference" in text
    assert "vynecháno: 2 odečty reference" in text
    assert "vynechané řádky: Trup 3" in text


def test_corrections_by_hand_are_not_compared_and_the_page_says_so(tmp_path: Path) -> None:
    angle = {**LOG, "start_s": 5, "end_s": 55, "signal": "trunk_flexion", "value_deg": 0}
    series, corrected = judged(corrections=[angle])
    record = read_stopwatch(STOPWATCH)
    found = validate("line-a", series, corrected, stopwatch=record)
    assert found.rows == validate("line-a", *judged(), stopwatch=record).rows
    figures = json.loads(as_json(found))
    assert (figures["corrections_applied"], figures["left_out"]["corrections"]) == (False, 1)
    assert "ručních oprav, které se zde nepoužily: 1" in printed(found, tmp_path)


def test_goniometer_is_compared_at_its_own_times_and_never_across_a_gap() -> None:
    series = angles(BENDING)
    record = "time_s,signal,value_deg\n30.1,trunk_flexion,48\n31.6,trunk_flexion,47\n111,trunk_flexion,10\n"
    analysis = analysed("line-a", series, "assembly", "A")
    found = validate("line-a", series, analysis, goniometer=read_goniometer(record)).angles["trunk_flexion"]
    assert found.differences.tolist() == pytest.approx([2, 3])
    with pytest.raises(ValueError, match="knee"):
        validate("x", series, analysis, goniometer=read_goniometer("time_s,signal,value_deg\n1,knee,3\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("row,start_s,end_s\ntrup.99,1,2\n", "line 2: there is no row 'trup.99'"),
        ("row,start_s,end_s\ntrup.6,5,4\n", "line 2: the stretch ends before it starts"),
        ("row,start_s,end_s\ntrup.6,five,9\n", "line 2: start_s 'five' is no number"),
        ("row,start_s,end_s\ntrup.6,1,nan\n", "line 2: end_s is not finite"),
        ("row,start_s,end_s\ntrup.6,1\n", "line 2: 2 cells below 3 columns"),
        ("row,start\n", "line 1: no column end_s, start_s"),
        ("", "the file has no lines"),
    ],
)
def test_record_with_a_mistake_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_stopwatch(text)


def test_overlapping_stretches_of_a_row_count_once() -> None:
    record = read_stopwatch("row,start_s,end_s\ntrup.6,0,10\ntrup.6,5,12\ntrup.6,20,21\n")
    assert record.seconds("trup.6") == 13
    assert (record.start_s, record.end_s) == (0, 21)


def test_page_and_figures_say_the_same(tmp_path: Path) -> None:
    series = angles(BENDING)
    analysis = analysed("line-a", series, "assembly", "A")
    gonio = read_goniometer("time_s,signal,value_deg\n" + "".join(f"{t},trunk_flexion,45\n" for t in range(10, 50)))
    found = validate("line-a", series, analysis, stopwatch=read_stopwatch(STOPWATCH), goniometer=gonio)
    text = printed(found, tmp_path)
    figures = json.loads(as_json(found))
    assert figures["angles"]["trunk_flexion"]["bias"] == pytest.approx(5)
    assert "systematická odchylka 5,00°" in text
    assert "Plná čára: systematická odchylka" in text
    assert "40 dvojic" in text
