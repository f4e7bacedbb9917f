"""Neutral offsets that were not subtracted, told where the reader decides whether they belong to the body."""

from __future__ import annotations

from pathlib import Path

from contract.inputs import Inputs
from gpu_worker.ergonomics.analysis import OffsetLeftOut
from gpu_worker.report.catalogue import LANGUAGES, catalogue
from gpu_worker.report.document.clips import offset_lines
from tests.frontend.ask import ask_page
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything, judged
from tests.frontend.steps import start_video

LEFT_OUT = {
    "knee_flexion_left": OffsetLeftOut(degrees=34.2, reason="above_30_degrees"),
    "neck_flexion": OffsetLeftOut(degrees=-9.26, reason="above_8_degrees"),
    "trunk_flexion": OffsetLeftOut(degrees=12.34, reason="above_8_degrees"),
    "trunk_twist": OffsetLeftOut(degrees=0.4, reason="above_8_degrees"),
    "arm_abduction_right": OffsetLeftOut(degrees=4.0, reason="one_heading"),
    "hip_flexion_left": OffsetLeftOut(degrees=10.0, reason="legs_not_standing"),
    "trunk_flexion_spine1": OffsetLeftOut(degrees=10.0, reason="above_8_degrees"),
}


def test_page_tells_offsets_left_out_in_the_report_s_words(tmp_path: Path) -> None:
    found = judged().model_copy(update={"offsets_left_out": LEFT_OUT})
    analysis = tmp_path / "sample.analysis.json"
    analysis.write_text(found.model_dump_json())
    told = ask_page("offsets", str(analysis))
    for language in LANGUAGES:
        left_out = offset_lines(found, catalogue(language))[1:]
        assert told[language] == [f"{label}: {text}" for label, text in left_out]


def test_offsets_left_out_stand_below_the_checkbox_that_subtracts_them(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit(language="cs-CZ")
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, Inputs(), left_out=LEFT_OUT))
    page.click(".again > summary")
    told = page.see("#again-person .offsets")
    assert "Trup, předklon 12,3°; Krk, předklon −9,3°" in told
    assert "Koleno, vlevo 34,2°" in told


def test_page_says_that_no_offset_was_left_out(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, Inputs(), left_out={}))
    page.click(".again > summary")
    assert page.see("#again-person .offsets") == "No neutral offset that was found was left out."
