"""The verdict of the law on the page: the report's words, the worker's figures, and what becomes of old results."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from contract.inputs import Inputs
from gpu_worker.ergonomics.alone import clip_shift, verdict_of
from gpu_worker.ergonomics.analyse import SCORED_INPUTS, analyse, signature
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import Reading, ShiftAssessment
from gpu_worker.ergonomics.conclusion import remarks
from gpu_worker.ergonomics.observed import RowStatus
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.build import shift_report
from gpu_worker.report.catalogue import LANGUAGES, Language, catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.document.methods import blocks
from gpu_worker.report.document.summary import verdict
from gpu_worker.report.texts import row_name, row_text, sentence_text
from tests.frontend.ask import ask_page
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything, judged
from tests.frontend.steps import start_video
from tests.gpu_worker.report_content import BENDING, angles, clip_report
from tests.gpu_worker.test_report_catalogue import messages

FAMILIES = ("warning-", "reading-", "refused-", "meaning-", "verdict-", "part-", "offset-")
"""Messages of which the page needs every one."""
SCORED = (*SCORED_INPUTS, "wrist", "legs")
"""All that RULA, REBA and OWAS may take for granted."""


def plain(text: str) -> str:
    """Without the space before a per cent sign, which the page always writes, and with usual spaces."""
    return re.sub(r"\s+", " ", text).replace(" %", "%")


def test_page_has_the_report_s_words_for_every_warning_verdict_and_part() -> None:
    page = ask_page("report")
    for language in LANGUAGES:
        said = {key.removeprefix("report.").replace("_", "-"): text for key, text in page[language].items()}
        words, known = catalogue(language), messages(language)
        for message, text in said.items():
            assert text == words.text(message, **{name: f"{{{name}}}" for name in known[message]}), message
        needed = {message for message in known if message.startswith(FAMILIES)}
        needed |= {f"assumed-{name.replace('_', '-')}" for name in SCORED}
        needed |= {f"status-{status.replace('_', '-')}" for status in get_args(RowStatus)}
        assert needed <= set(said)


@pytest.fixture(scope="module")
def sample() -> Report:
    """A clip of two minutes alone."""
    series = angles(BENDING)
    alone = analyse(series, Inputs(), Settings(draws=40), made_from=signature("line-a.mp4"))
    return shift_report("line-a", [clip_report(alone, series)], clip_shift(alone))


def longer(found: ShiftAssessment) -> ShiftAssessment:
    """The same, seen for long enough."""
    operations = tuple(o.model_copy(update={"observed_s": 200.0}) for o in found.operations)
    return found.model_copy(update={"operations": operations})


def refused(found: ShiftAssessment) -> ShiftAssessment:
    return found.model_copy(update={"category": None, "refused": "too_much_unknown"})


def disputed(found: ShiftAssessment) -> ShiftAssessment:
    """All that can stand beside a category."""
    readings = tuple(
        Reading(setting=setting, value=value, category=3)
        for setting, value in (("static_s", "3.0"), ("head_frame", "thorax"), ("step2_c", "False"), ("mood", "good"))
    )
    settings = found.settings.model_copy(update={"decision_share": 0.3})
    return longer(found).model_copy(
        update={
            "category": 2, "category_estimate": 1, "at_least": True, "half_shift_exceeded": True, "settings": settings,
            "union_minutes": 261.4, "category_by_row": 2, "category_by_sum": 3, "readings": readings,
            "category_shares": (0.4, 0.55, 0.05), "certain": False,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    "change", [lambda found: found, longer, refused, disputed], ids=["short", "long", "refused", "all"]
)
def test_page_says_of_a_clip_what_its_report_says(sample: Report, change: Any, tmp_path: Path) -> None:
    found = change(sample.assessment)
    report = replace(sample, assessment=found)
    told = told_by_page(sample.clips[0].analysis, found, tmp_path)
    for language in LANGUAGES:
        words = catalogue(language)
        expected = verdict(report, words)
        assert told[language]["words"] == expected["words"]
        assert [plain(line) for line in told[language]["lines"]] == [plain(line) for line in expected["lines"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_names_rows_and_what_is_to_be_said_of_them_as_the_report_does(
    sample: Report, language: Language, tmp_path: Path
) -> None:
    words = catalogue(language)
    lines = {row.row: row for row in sample.assessment.rows}
    told = told_by_page(sample.clips[0].analysis, sample.assessment, tmp_path)[language]["rows"]
    assert {row for row, *_ in told} == set(lines)
    for row, name, said in told:
        assert plain(name) == row_name(row, words)
        expected = [
            sentence_text(one, words)
            for one in remarks(lines[row], sample.assessment.unknown_share)
            if one.key != "row-at-least"
        ]
        assert said == expected


def told_by_page(analysis: Analysis, found: ShiftAssessment, folder: Path) -> dict[str, Any]:
    return dict(ask_page("verdict", str(written(analysis, verdict_of(found, analysis), folder))))


def written(analysis: Analysis, found: object, folder: Path) -> Path:
    path = folder / "sample.analysis.json"
    path.write_text(analysis.model_copy(update={"verdict": found}).model_dump_json(), encoding="utf-8")
    return path


def test_methods_have_the_report_s_headline_and_its_shares(sample: Report, tmp_path: Path) -> None:
    analysis = sample.clips[0].analysis
    told = {method["name"]: method for method in ask_page("methods", str(written(analysis, None, tmp_path)))}
    words = catalogue("en")
    for block in blocks(analysis, words)[:3]:
        method = told[block.name]
        told_of = method["score"] if block.name == "OWAS" else words.percent(method["score"] / 100, 1)
        assert str(told_of) in block.headline
        assert [level["percent"] / 100 for level in method["levels"]] == pytest.approx(block.shares)
        side = f"The mean score is higher on the {method['side']}."
        assert (side in block.lines) == (method["side"] is not None)


def test_methods_name_what_they_take_for_granted_as_the_report_does(sample: Report, tmp_path: Path) -> None:
    analysis = sample.clips[0].analysis
    assumed = {"assumed": (*SCORED, "invented_later")}
    analysis = analysis.model_copy(
        update={"rula": analysis.rula.model_copy(update=assumed), "owas": analysis.owas.model_copy(update=assumed)}
    )
    told = ask_page("methods", str(written(analysis, None, tmp_path)))
    for language in LANGUAGES:
        words = catalogue(language)
        lines = [block.lines[-1] for block in blocks(analysis, words)[:3]]
        assert [method["said"][language] for method in told] == lines


@pytest.mark.parametrize(("unknown_s", "known"), [(38.0, 62.0), (5.0, None), (6.0, 94.0)])
def test_owas_says_how_much_of_the_time_it_judged(
    sample: Report, tmp_path: Path, unknown_s: float, known: float | None
) -> None:
    analysis = sample.clips[0].analysis
    seen = {"observed_s": 100.0 - unknown_s, "unknown_s": unknown_s}
    analysis = analysis.model_copy(update={"owas": analysis.owas.model_copy(update=seen)})
    told = {method["name"]: method["known"] for method in ask_page("methods", str(written(analysis, None, tmp_path)))}
    assert told == {"RULA": None, "REBA": None, "OWAS": known if known is None else pytest.approx(known)}


def test_reader_sees_category_rows_and_reasons_first_among_the_results(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id))
    found = judged().verdict
    assert found is not None
    assert page.see(".verdict-category") == f"Category {found.category}, indicative only"
    assert page.evaluate("() => document.querySelector('.results > section:not([hidden])').className").endswith(
        "verdict"
    )
    shown = page.evaluate("() => [...document.querySelectorAll('.law-rows [data-row]')].map((row) => row.dataset.row)")
    assert shown == [row.row for row in found.rows if row.minutes]
    worst = page.see(".law-rows [data-row] >> nth=0")
    assert row_text(shown[0], catalogue("en")) in worst
    for figure in (f"{found.rows[0].minutes:.1f}", "20 / 30", "assumed input"):
        assert figure in worst
    page.click(".rest > summary")
    rest = page.see(".rest")
    assert "video does not show it" in rest
    hidden = page.evaluate("() => [...document.querySelectorAll('.rest [data-row]')].map((row) => row.dataset.row)")
    assert set(hidden) == {row.row for row in found.rows} - set(shown)
    for method in ("RULA", "REBA", "OWAS"):
        assert "%" in page.see(f"[data-method='{method}']")
    assumed = page.evaluate("() => [...document.querySelectorAll('.method-assumed')].map((line) => line.textContent)")
    assert [line.split(" Assumed inputs: ")[0] for line in assumed] == ["RULA, REBA", "OWAS"]
    assert "No coupling was given: it is taken as good." in assumed[0]
    page.see_no(".method-known")


def test_a_row_without_time_says_for_how_long_it_was_unknown(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, seated=True))
    page.click(".rest > summary")
    low = page.see(".rest [data-row='ostatni.3']")
    assert "unknown for 13 % of the time: at most 60.1 min" in re.sub(r"\s", " ", low)


def test_every_warning_is_shown_once_in_the_reader_s_language(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit(language="cs-CZ")
    job_id = start_video(page, cloud, video)
    names = ("legs_hidden", "coarse_rate", "invented_later")
    cloud.complete(job_id, everything(cloud, job_id, warnings=names))
    page.see(".warnings")
    found = judged().verdict
    assert found is not None
    shown = page.evaluate("() => [...document.querySelectorAll('.warnings p')].map((line) => line.textContent)")
    words = catalogue("cs")
    known = [*names[:2], *found.warnings]
    assert sorted(shown) == sorted(
        ["invented later", *(words.text(f"warning-{name.replace('_', '-')}") for name in known)]
    )


def test_results_of_before_say_where_the_category_stands(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, warnings=("coarse_rate",), old=True))
    assert "It stands in the report (PDF)" in page.see(".panel-verdict")
    assert "few pictures a second" in page.see(".warnings")
    page.see_no(".law-rows")
    page.see(".zone-part[data-part=trunk]")


def test_a_clip_that_says_nothing_of_the_rows_says_so(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit(phone=True)
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, unseen=True))
    assert page.see(".verdict-category") == "No verdict"
    assert "not seen for more than 20 %" in page.see(".verdict-sentences")
    assert "No posture of the 52 rows was seen" in page.see(".panel-verdict")
    assert "OWAS from 10\u00a0% of the time" in page.see(".method-known")
    assert page.audit() == []
