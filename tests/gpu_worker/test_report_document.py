"""The document as a reader gets it: pages, words, pictures, fonts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from contract.inputs import (
    ActivityEntry,
    Correction,
    CouplingEntry,
    Exclusion,
    Inputs,
    Interval,
    LoadEntry,
    Person,
    RowEntry,
    Segment,
    SupportEntry,
)
from gpu_worker.angles.gains import shipped
from gpu_worker.ergonomics.alone import clip_shift
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.camera import Tilt
from gpu_worker.ergonomics.given import WHOLE_CLIP
from gpu_worker.ergonomics.scoring import rules_sha256
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.build import shift_report
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.curves import CURVES, shares
from gpu_worker.report.document import write_document
from gpu_worker.report.document.charts import body_figure, time_chart
from gpu_worker.report.document.clips import clip_facts
from gpu_worker.report.document.log import log_lines
from gpu_worker.report.document.methods import blocks
from gpu_worker.report.document.pages import page_data
from gpu_worker.report.document.sections import operation_lines, row_lines, warnings
from gpu_worker.report.document.summary import verdict
from gpu_worker.report.entered import entered_lines
from gpu_worker.report.texts import row_text, signal_text, warning_text
from gpu_worker.report.workbook import write_workbook
from tests.gpu_worker.report_content import BENDING, CAMERA, angles, report


@pytest.fixture(scope="module")
def sample() -> Report:
    return report()


def read(sample: Report, folder: Path, language: Language) -> PdfReader:
    target = folder / f"line.report.{language}.pdf"
    write_document(sample, target, language)
    return PdfReader(target)


def flat(text: str) -> str:
    """Text without its line breaks: words keep their order, hyphens of line ends go."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module", params=["cs", "en"])
def pages(request: pytest.FixtureRequest, sample: Report, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    found = read(sample, tmp_path_factory.mktemp("pdf"), request.param)
    return [request.param, *(flat(page.extract_text()) for page in found.pages)]


def test_number_revision_and_page_of_all_pages_stand_on_every_page(pages: list[str]) -> None:
    language, texts = pages[0], pages[1:]
    for number, text in enumerate(texts, start=1):
        assert "2026-0042" in text
        assert ("revize 2" if language == "cs" else "revision 2") in text
        assert (f"strana {number} z {len(texts)}" if language == "cs" else f"page {number} of {len(texts)}") in text


def test_summary_says_category_customer_and_who_signs_on_the_first_page(pages: list[str]) -> None:
    first = pages[1]
    category = {"cs": "Kategorie nejméně 2, jen orientačně", "en": "Category at least 2, indicative only"}
    assert category[pages[0]] in first
    for words in ("Příklad s.r.o.", "Linka 4", "P-07", "Ing. Jana Nováková"):
        assert words in first
    assert catalogue(pages[0]).text("summary-statement")[:40] in first


@pytest.mark.parametrize("language", ["cs", "en"])
def test_who_signs_stays_on_the_first_page_when_every_row_has_minutes(
    sample: Report, tmp_path: Path, language: Language
) -> None:
    rows = tuple(
        row.model_copy(update={"status": "measured", "minutes": 100.0, "seen_minutes": 100.0, "category": 3})
        for row in sample.assessment.rows
    )
    full = replace(sample, assessment=sample.assessment.model_copy(update={"rows": rows}))
    first = flat(read(full, tmp_path, language).pages[0].extract_text())
    assert catalogue(language).text("summary-statement")[:40] in first
    assert catalogue(language).text("field-signature") in first


def test_who_evaluates_is_written_with_the_role_behind_a_comma(pages: list[str]) -> None:
    assert "Ing. Jana Nováková, ergonomist" in flat(pages[1])


def test_a_letter_is_not_called_a_pseudonym(sample: Report) -> None:
    clip = sample.clips[0]
    inputs = clip.analysis.inputs.model_copy(update={"person": Person()})
    nameless = replace(clip, analysis=clip.analysis.model_copy(update={"inputs": inputs}))
    assert sample.workers == ("P-07",)
    assert replace(sample, clips=(nameless,)).workers == ()


def test_three_minutes_of_every_operation_make_a_verdict_and_less_an_indication(sample: Report) -> None:
    words = catalogue("en")
    operations = tuple(o.model_copy(update={"observed_s": 200.0}) for o in sample.assessment.operations)
    longer = replace(sample, assessment=sample.assessment.model_copy(update={"operations": operations}))
    assert verdict(sample, words)["category"] is None
    assert "Only 1" in verdict(sample, words)["lines"][0]
    assert verdict(longer, words)["category"] == 2
    assert any("errors of measurement" in line for line in verdict(longer, words)["lines"])


def test_sources_that_contradict_each_other_about_the_tilt_are_printed_with_what_to_do(
    sample: Report, tmp_path: Path
) -> None:
    said = {
        "lines": Tilt(pitch_deg=-8.0, roll_deg=31.0, pitch_sigma_deg=2.0, roll_sigma_deg=1.5),
        "balance": Tilt(pitch_deg=-7.0, roll_deg=1.0, pitch_sigma_deg=4.0, roll_sigma_deg=2.0),
    }
    first = sample.clips[0]
    camera = CAMERA.model_copy(update={"contradicting": said})
    analysis = first.analysis.model_copy(update={"warnings": ("tilt_disputed", "legs_hidden"), "camera": camera})
    doubtful = replace(sample, clips=(replace(first, analysis=analysis), *sample.clips[1:]))
    whole = flat(" ".join(page.extract_text() for page in read(doubtful, tmp_path, "cs").pages))
    assert "Zakreslete do obrazu jednu svislici" in whole
    assert "příčně 31°" in whole
    assert "Dolní končetiny byly po značnou část doby zakryté" in whole


def test_tilt_that_was_given_is_printed_beside_what_the_video_shows_and_the_lens(
    sample: Report, tmp_path: Path
) -> None:
    alone = Tilt(pitch_deg=-21.0, roll_deg=6.0, pitch_sigma_deg=5.0, roll_sigma_deg=3.0)
    camera = CAMERA.model_copy(update={"source": "given", "estimate": alone})
    first = sample.clips[0]
    told = replace(first, analysis=first.analysis.model_copy(update={"camera": camera}))
    whole = flat(" ".join(page.extract_text() for page in read(replace(sample, clips=(told,)), tmp_path, "en").pages))
    assert "pitch −8° ± 3°, roll 1° ± 2° (given)" in whole
    assert "Tilt as the video alone shows it pitch −21° ± 5°, roll 6° ± 3°" in whole
    assert "focal length 1066 px, picture 1280 × 720" in whole


def test_all_52_rows_stand_in_the_document_in_its_language(pages: list[str], sample: Report) -> None:
    whole = " ".join(pages[1:])
    for row in sample.assessment.rows:
        beginning = " ".join(row_text(row.row, catalogue(pages[0])).split()[:4])
        assert beginning in whole, row.row


def test_rows_of_flattened_angles_stand_behind_at_least_with_how_much_is_found(pages: list[str]) -> None:
    words, whole = catalogue(pages[0]), " ".join(pages[1:])
    assert re.search(r"≥ ?\d", whole)
    twist = words.text("signal-trunk-twist")
    assert flat(f"{twist} {words.percent(shipped().gains['trunk_twist'])}") in whole
    assert flat(words.text("zone-at-least", signal=twist)) in whole


def test_breaks_that_count_as_work_are_named_beside_the_meal_break(pages: list[str]) -> None:
    told = "z toho 10 min jiné přestávky" if pages[0] == "cs" else "of which 10 min other breaks"
    assert told in pages[1]


def test_minutes_without_video_are_not_said_to_be_in_no_row_where_some_were_entered(pages: list[str]) -> None:
    told = "jen to, co bylo zadáno" if pages[0] == "cs" else "only what was entered"
    assert told in " ".join(pages[1:])


def test_shares_beside_the_charts_say_why_a_row_may_hold_other_minutes(pages: list[str]) -> None:
    told = "co trvá méně než 0,2 s nebo jediný" if pages[0] == "cs" else "what lasts less than 0.2 s, or a single"
    assert told in " ".join(pages[1:])


def test_clips_of_one_name_are_told_apart_and_say_what_and_whom_they_show(sample: Report) -> None:
    both = [
        replace(clip, analysis=clip.analysis.model_copy(update={"signature": sample.clips[0].analysis.signature}))
        for clip in sample.clips[:2]
    ]
    told = shift_report("twice", both, sample.assessment.shift)
    first, second = (clip_facts(clip, catalogue("en")) for clip in told.clips)
    assert (first["name"], second["name"]) == (f"{sample.clips[0].name} (1)", f"{sample.clips[0].name} (2)")
    for facts, clip in ((first, both[0]), (second, both[1])):
        said = dict(facts["facts"])
        assert said["Operations"] == clip.analysis.observations[0].operation
        assert said["Worker"].startswith(clip.analysis.inputs.worker)


def test_operations_given_in_pieces_are_printed_with_their_number(sample: Report) -> None:
    packing = sample.assessment.shift.operations[1].model_copy(update={"minutes": None, "pieces": 240})
    planned = sample.assessment.shift.model_copy(update={"operations": (packing,)})
    lines = operation_lines(
        replace(sample, assessment=sample.assessment.model_copy(update={"shift": planned})), catalogue("en")
    )
    assert [line[2] for line in lines if line[0] in ("packing", "cleaning")] == ["240", "–"]


def test_log_says_for_how_long_an_excluded_stretch_was_observed() -> None:
    clip = excluding(105, 115)
    told = shift_report("a", [clip], clip_shift(clip.analysis))
    assert log_lines(told, catalogue("en"))[0][3:5] == ["observed for 7.8\xa0s", "excluded"]


def test_log_says_what_the_revision_counts(pages: list[str], sample: Report) -> None:
    assert catalogue(pages[0]).text("log-revision", revision=sample.revision) in " ".join(pages[1:])


def test_a_moment_without_a_picture_leaves_no_empty_place_among_the_pictures(sample: Report, tmp_path: Path) -> None:
    clip = sample.clips[0]
    whole = page_data(replace(sample, clips=(clip,)), catalogue("en"), tmp_path)
    blind = replace(clip, pictures=dict(list(clip.pictures.items())[1:]))
    less = page_data(replace(sample, clips=(blind,)), catalogue("en"), tmp_path)
    assert all(moment["picture"] for moment in less["moments"])
    assert [len(less[part]) - len(whole[part]) for part in ("moments", "further")] == [-1, 1]
    none = page_data(replace(sample, clips=(replace(clip, pictures={}),)), catalogue("en"), tmp_path)
    assert len(none["moments"]) == len(whole["moments"])


def test_log_keeps_the_original_beside_the_corrected_value(pages: list[str]) -> None:
    whole = " ".join(pages[1:])
    assert "counted by hand" in whole
    assert ("1,5 min" if pages[0] == "cs" else "1.5 min") in whole
    assert ("20. 11. 2026 09:30 +0000" if pages[0] == "cs" else "20 November 2026 09:30 +0000") in whole


@pytest.mark.parametrize(
    ("language", "angle", "posture"),
    [("cs", ["průměrně 50,0°", "20,0°"], ["stoj, klek", "sed"]),
     ("en", ["50.0° on average", "20.0°"], ["standing, kneeling", "sitting"])],
)  # fmt: skip
def test_log_names_the_clip_and_the_measured_angle_and_posture(
    language: Language, angle: list[str], posture: list[str]
) -> None:
    series = angles({"trunk_flexion": [(10, 20, 50)], "knee_flexion_left": [(35, 45, 120)]})
    log = {"who": "JN", "when": datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "reason": "seen on site"}
    told = (
        Correction(**log, signal="trunk_flexion", value_deg=20, start_s=12, end_s=18),
        Correction(**log, posture="sitting", start_s=30, end_s=40),
    )
    clips = [
        ClipReport(
            analyse(series, Inputs(worker=worker, corrections=corrections), Settings(draws=0)), series, "openbody", ""
        )
        for worker, corrections in (("A", told), ("B", ()))
    ]
    lines = log_lines(shift_report("a", clips, clip_shift(clips[0].analysis)), catalogue(language))
    assert [line[3:5] for line in lines] == [angle, posture]
    assert all(line[2].endswith(" (1)") for line in lines)


def test_what_was_computed_with_is_named_with_its_digest(pages: list[str]) -> None:
    whole = " ".join(pages[1:]).replace(" ", "")
    for digest in (rules_sha256("nv361"), "b" * 64, "f" * 64, "0123456789abcdef" * 4):
        assert digest in whole


def test_every_font_is_embedded_and_the_file_is_tagged(sample: Report, tmp_path: Path) -> None:
    found = read(sample, tmp_path, "cs")
    fonts = [
        font.get_object()
        for page in found.pages
        for font in cast(DictionaryObject, page["/Resources"]).get("/Font", {}).values()
    ]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_equal_reports_give_equal_bytes(sample: Report, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_document(sample, tmp_path / name, "en")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_refused_verdict_is_said_in_words(tmp_path: Path) -> None:
    first = flat(read(report(refused=True), tmp_path, "en").pages[0].extract_text())
    assert "No verdict" in first
    assert "20 %" in first


def test_words_with_markup_characters_are_printed_as_they_are(sample: Report, tmp_path: Path) -> None:
    header = sample.header.model_copy(update={"customer": "A & B <i>*#_$ \\ [x]", "note": "50 % @home"})
    shift = sample.assessment.shift.model_copy(update={"report": header})
    odd = replace(sample, assessment=sample.assessment.model_copy(update={"shift": shift}), title="#x & <y>")
    assert "A & B <i>*#_$ \\ [x]" in flat(read(odd, tmp_path, "en").pages[0].extract_text())


def test_shares_of_zones_are_of_the_time_the_person_was_seen() -> None:
    series = angles(BENDING)
    for curve in CURVES:
        if curve.signal in series.signals:
            assert shares(curve, series).sum() == pytest.approx(1)
    unseen = replace(series, signals={name: np.full_like(v, np.nan) for name, v in series.signals.items()})
    assert np.isnan(shares(CURVES[0], unseen)).all()


def test_chart_greys_out_time_without_a_person() -> None:
    series = angles(BENDING)
    chart = time_chart(CURVES[0], series.times_s, series.signals["trunk_flexion"], catalogue("en"))
    assert chart.count("#e3e7ea") == 1
    assert chart.count(" M") + chart.count('"M') == 2, "the line is broken there"


def test_chart_holds_its_curve_and_shows_a_value_alone_between_two_breaks() -> None:
    times = np.arange(0, 20, 0.5)
    values = np.where((times < 10) | (times == 15), 5.0, np.nan)
    values[4], values[30] = 119.9, -112.7
    chart = time_chart(CURVES[0], times, values, catalogue("en"), height=56)
    (path,) = re.findall(r'd="M([^"]+)"', chart)
    highest = min(float(place.split()[1]) for place in path.split(" L"))
    (dot,) = re.findall(r'<circle cx="[^"]+" cy="([^"]+)"', chart)
    assert 4 < highest < float(dot) < 41, "clear of the plot's edges at 3 and 42"


@pytest.mark.parametrize("frames", [20, 4000])
def test_no_line_crosses_the_plot_where_an_angle_passes_a_half_turn(frames: int) -> None:
    times = np.linspace(0, 20, frames)
    values = (np.linspace(-60, -300, frames) + 180) % 360 - 180
    lines = re.findall(r'd="M([^"]+)"', time_chart(CURVES[0], times, values, catalogue("en")))
    heights = [[float(place.split()[1]) for place in line.split(" L")] for line in lines]
    assert len(lines) == 2
    assert all(max(np.abs(np.diff(line))) < 5 for line in heights)


@pytest.mark.parametrize("reach", [5, 25, 60, 150])
def test_labels_of_a_chart_keep_clear_of_each_other_and_name_the_outer_borders(reach: float) -> None:
    times = np.arange(0, 20, 0.5)
    for curve in CURVES:
        chart = time_chart(curve, times, reach * np.sin(times), catalogue("en"))
        found = {text: float(y) for y, text in re.findall(r'y="([^"]+)"[^>]*text-anchor="end">(−?\d+°)<', chart)}
        places = sorted(found.values())
        assert min(np.diff(places)) >= 6.8, curve.signal
        assert f"{curve.borders[-1]:.0f}°" in found


def test_left_arm_of_the_figure_is_on_the_right_as_in_a_picture_from_the_front() -> None:
    figure = body_figure({"arm_left": 3, "arm_right": 1}, catalogue("en"))
    arms = re.findall(r'points="(\d+),\d+ [^"]*" fill="none" stroke="(#[0-9a-f]+)"', figure)[:2]
    assert {colour: int(x) for x, colour in arms}["#d2453d"] > 70


def test_a_category_that_the_decision_rule_raised_stands_beside_the_best_estimate(
    sample: Report, tmp_path: Path
) -> None:
    inputs = sample.assessment.shift.model_copy(update={"settings": {"decision_share": 0.2}})
    ruled = assess([clip.analysis for clip in sample.clips], inputs)
    assert ruled.category != ruled.category_estimate
    whole = flat(
        " ".join(page.extract_text() for page in read(replace(sample, assessment=ruled), tmp_path, "en").pages)
    )
    assert f"best estimate is category {ruled.category_estimate}" in whole
    assert f"(best estimate: category {ruled.rows[0].category_estimate}" in whole
    assert "at least 20% of the drawn errors" in whole
    write_workbook(replace(sample, assessment=ruled), tmp_path / "a.xlsx", "en")


def test_a_single_hold_is_counted_in_the_singular(sample: Report) -> None:
    analysis = sample.clips[0].analysis
    once = [part.model_copy(update={"holds": 1}) for part in analysis.iso11226]
    iso = next(b for b in blocks(analysis.model_copy(update={"iso11226": once}), catalogue("en")) if "ISO" in b.name)
    assert iso.lines
    assert all(": 1 hold; acceptable" in line for line in iso.lines)


@pytest.mark.parametrize("language", ["cs", "en"])
def test_a_method_says_how_much_of_the_time_it_judged(sample: Report, language: Language) -> None:
    words, analysis = catalogue(language), sample.clips[0].analysis
    hidden = analysis.owas.model_copy(update={"observed_s": 30.0, "unknown_s": 70.0})
    said = words.text("method-partly", share=words.percent(0.3))
    for owas, expected in ((analysis.owas, False), (hidden, True)):
        found = next(
            block for block in blocks(analysis.model_copy(update={"owas": owas}), words) if "OWAS" in block.name
        )
        assert (said in found.lines) is expected


@pytest.mark.parametrize("language", ["cs", "en"])
def test_levels_and_codes_of_rula_reba_and_owas_are_told_in_words(sample: Report, language: Language) -> None:
    words, analysis = catalogue(language), sample.clips[0].analysis
    rula, reba, owas = blocks(analysis, words)[:3]
    worse, other = (method.sides[-1] for method in (analysis.rula, analysis.reba))
    assert worse.side == other.side == "worse"
    for block, name, levels in (
        (rula, "rula", worse.levels), (reba, "reba", other.levels), (owas, "owas", analysis.owas.categories)
    ):  # fmt: skip
        assert all(words.text(f"level-{name}-{level.score}") in block.lines[0] for level in levels)
    for name, all_levels in (("rula", range(1, 5)), ("reba", range(5)), ("owas", range(1, 5))):
        assert all(words.text(f"level-{name}-{level}") for level in all_levels)
    for part, codes in (("back", 4), ("arms", 3), ("legs", 7), ("load", 3)):
        assert all(words.text(f"owas-{part}-{code}") for code in range(1, codes + 1))
    assert any(f"{words.text('owas-back-1')} (1) " in line for line in owas.lines)
    soon = sum(level.percent for level in worse.levels if level.score >= 3)
    assert words.percent(soon / 100, 1) in rula.headline


ENTERED = Inputs(
    load=(LoadEntry(kg=7.5, start_s=20, end_s=40, static_or_repeated=True), LoadEntry(kg=3, operation="assembly")),
    coupling=(CouplingEntry(coupling="poor"),),
    support=(SupportEntry(part="trunk", supported=True, end_s=3),),
    activity=(ActivityEntry(muscle_use=True, forearm_twisted_to_the_end=False, start_s=5),),
    neutral=(Interval(start_s=1.5, end_s=5),),
    person=Person(height_m=1.8),
    parts=("trunk", "legs"),
    segments=(Segment(start_s=0, end_s=60, operation="assembly"),),
    rows=(RowEntry(row="dk.5", share=0.25, note="counted"), RowEntry(row="dk.7", minutes=12)),
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Load 7.5 kg, held, or handled again and again: 0:20.0 to 0:40.0|Load 3.0 kg: operation “assembly”|"
               "Grip poor: all of the time|Support of the trunk (yes): until 0:03.0|"
               "Forearm twisted to the end of its range (no): from 0:05.0|"
               "Static or repeated muscle use (RULA) (yes): from 0:05.0|Neutral posture: 0:01.5 to 0:05.0|"
               "Height of the worker: 1.80 m|Parts of the body that are judged: Trunk, Legs|"
               "Legs 5: entered as 25.0% of the time; note: counted|Legs 7: entered as 12.0 min"),
        ("cs", "Břemeno 7,5 kg, držené nebo opakovaně přemisťované: 0:20,0 až 0:40,0|"
               "Břemeno 3,0 kg: operace „assembly“|"
               "Úchop špatný: po celou dobu|Opora trupu (ano): do 0:03,0|"
               "Předloktí stočené do krajní polohy (ne): od 0:05,0|"
               "Statická nebo opakovaná svalová práce (RULA) (ano): od 0:05,0|Neutrální poloha: 0:01,5 až 0:05,0|"
               "Výška pracovníka: 1,80 m|Hodnocené části těla: Trup, Dolní končetiny|"
               "Dolní končetiny 5: zadáno 25,0 % doby; poznámka: counted|Dolní končetiny 7: zadáno 12,0 min"),
    ],
)  # fmt: skip
def test_what_was_entered_is_printed_with_the_time_it_holds_for(language: Language, expected: str) -> None:
    said = "|".join(entered_lines(ENTERED, catalogue(language)))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_entered_for_the_only_work_there_is_does_not_show_its_internal_name(language: Language) -> None:
    entry = RowEntry(row="dk.5", share=0.5)
    alone = entry.model_copy(update={"operation": WHOLE_CLIP})
    both = entered_lines(Inputs(rows=(entry, alone)), catalogue(language))
    assert both[0] == both[1]


@pytest.mark.parametrize(
    ("language", "status", "remark"),
    [
        ("en", "partly entered", "entered as 2.5% of the time of “packing”; note: timed on site"),
        ("cs", "zčásti zadáno", "zadáno 2,5 % doby operace „packing“; poznámka: timed on site"),
    ],
)
def test_a_row_entered_in_part_is_printed_as_such_with_its_entry(
    sample: Report, language: Language, status: str, remark: str
) -> None:
    found, words = sample.assessment, catalogue(language)
    entry = RowEntry(row="trup.11", share=0.025, operation="packing", note="timed on site")
    rows = tuple(
        row.model_copy(update={"status": "partly_entered", "entries": (entry,)}) if row.row == entry.row else row
        for row in found.rows
    )
    lines = row_lines(replace(sample, assessment=found.model_copy(update={"rows": rows})), words)
    (line,) = [line for line, row in zip(lines, rows, strict=True) if row.row == entry.row]
    assert line["status"] == status
    assert remark in flat(line["posture"])


def warned(sample: Report) -> Report:
    clip = sample.clips[0]
    warnings = ("legs_hidden", "arm_hidden_left", *clip.analysis.warnings)
    hidden = replace(
        clip, analysis=clip.analysis.model_copy(update={"warnings": warnings}), outside_range=("occlusion",)
    )
    return replace(sample, clips=(hidden, *sample.clips[1:]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_document_and_workbook_carry_every_warning_what_was_entered_and_whether_the_range_holds(
    sample: Report, language: Language, tmp_path: Path
) -> None:
    words, found = catalogue(language), warned(sample)
    printed = " ".join(flat(page.extract_text()) for page in read(found, tmp_path, language).pages)
    write_workbook(found, tmp_path / "a.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = {cell.value for sheet in book for line in sheet.iter_rows() for cell in line}
    expected = [warning_text(name, words) for name in warnings(found)]
    expected += [line for clip in found.clips for line in entered_lines(clip.analysis.inputs, words)]
    expected += [words.text("range-occlusion")]
    assert warning_text("legs_hidden", words) in expected
    for text in expected:
        assert text in printed.replace("- ", "")
        assert any(text in str(cell) for cell in cells), text


def excluding(start_s: float, end_s: float) -> ClipReport:
    """A clip whose bent trunk lies in the excluded stretch."""
    entry = Exclusion(who="N", when=datetime(2026, 11, 21, tzinfo=UTC), reason="r", start_s=start_s, end_s=end_s)
    series = angles({"trunk_flexion": [(20, 40, 75)]})
    return ClipReport(analyse(series, Inputs(exclusions=(entry,)), Settings(draws=0)), series, "openbody", "f" * 64)


def test_seconds_that_an_expert_excluded_are_grey_in_the_chart_and_in_no_zone_or_spread(tmp_path: Path) -> None:
    clip, sooner = excluding(19, 41), excluding(50, 72)
    trunk = CURVES[0]
    assert [float(found) for found in shares(trunk, clip.judged)] == [0, 1, 0, 0]
    assert shares(trunk, sooner.judged)[3] == pytest.approx(20 / 96, abs=0.01)
    charts = [
        time_chart(trunk, one.judged.times_s, one.judged.signals[trunk.signal], catalogue("cs"))
        for one in (clip, sooner)
    ]
    assert [chart.count("#e3e7ea") for chart in charts] == [2, 2], "one block out of sight, one excluded"
    figures = [next(f for f in one.analysis.statistics if f.signal == "trunk_flexion") for one in (clip, sooner)]
    assert [figure.percentile_95 for figure in figures] == [0, 75]
    assert [figure.movements_per_min > 0 for figure in figures if figure.movements_per_min is not None] == [False, True]
    write_workbook(shift_report("a", [clip], clip_shift(clip.analysis)), tmp_path / "a.xlsx", "en")
    lines = [[cell.value for cell in line] for line in openpyxl.load_workbook(tmp_path / "a.xlsx")["Zones"].iter_rows()]
    assert [line[5] for line in lines if line[1] == signal_text("trunk_flexion", "", catalogue("en"))] == [0, 1, 0, 0]


def test_a_gap_short_enough_to_be_bridged_is_drawn_and_counted_as_the_rows_count_it() -> None:
    series = angles({"trunk_flexion": [(20, 40, 75)]}, unseen=(30, 30.25))
    clip = ClipReport(analyse(series, Inputs(), Settings(draws=0)), series, "openbody", "f" * 64)
    trunk = CURVES[0]
    chart = time_chart(trunk, clip.judged.times_s, clip.judged.signals[trunk.signal], catalogue("cs"))
    assert clip.analysis.unknown_s == 0
    assert chart.count("#e3e7ea") == 0
    assert shares(trunk, clip.judged)[3] * clip.analysis.observed_s == pytest.approx(20)


def test_a_corrected_angle_is_drawn_as_it_was_judged() -> None:
    clip = excluding(50, 72)
    entry = Correction(who="N", when=datetime(2026, 11, 21, tzinfo=UTC), reason="r", start_s=20, end_s=40,
                       signal="trunk_flexion", value_deg=30)  # fmt: skip
    inputs = clip.analysis.inputs.model_copy(update={"corrections": (entry,)})
    mended = replace(clip, analysis=clip.analysis.model_copy(update={"inputs": inputs}))
    assert np.nanmax(mended.judged.signals["trunk_flexion"]) == 30
    assert np.nanmax(mended.angles.signals["trunk_flexion"]) == 75


@pytest.mark.parametrize(("unknown_s", "expected"), [(0.0, "0 s"), (0.04, "< 0,1 s"), (3.0, "3,0 s (2,5 %)")])
def test_time_out_of_sight_is_told_with_its_share_unless_it_rounds_to_nothing(
    sample: Report, unknown_s: float, expected: str
) -> None:
    clip, words = sample.clips[0], catalogue("cs")
    unseen = replace(clip, analysis=clip.analysis.model_copy(update={"unknown_s": unknown_s, "duration_s": 120.0}))
    facts = dict(clip_facts(unseen, words)["facts"])
    assert facts[words.text("clip-unknown")].replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clip_s_report_ends_on_a_page_that_is_worth_its_paper(
    sample: Report, language: Language, tmp_path: Path
) -> None:
    alone = shift_report("a", sample.clips[:1], clip_shift(sample.clips[0].analysis))
    last = read(alone, tmp_path, language).pages[-1].extract_text()
    assert len(last.splitlines()) > 25
