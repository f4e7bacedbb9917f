"""What only a person knows, entered through the real page, and a finished job judged again by another load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpu_worker.motion import Gravity
from local.stack import Stack
from tests.frontend.browser import Browser, Page
from tests.system.conftest import ENDED, PATIENCE_S, Finished
from tests.system.crossing import Crossing

REMEMBER = """job => localStorage.setItem("poloha.jobs", JSON.stringify(
  [{ ...job, createdAt: new Date().toISOString(), uploaded: true }]))"""
LINE = (0.62, 0.15), (0.55, 0.9)
"""Ends of a line in the picture: fractions of its width and height."""


def _analysis(page: Page) -> dict[str, Any]:
    """The finished analysis behind the link that the page offers."""
    link = page.attribute("[data-kind='analysis.json']", "href")
    found: dict[str, Any] = page.evaluate("link => fetch(link).then((answer) => answer.json())", link)
    return found


def _mean_reba(analysis: dict[str, Any]) -> float:
    return float(next(side["mean"] for side in analysis["reba"]["sides"] if side["side"] == "worse"))


@pytest.mark.timeout(600)
def test_reader_enters_a_load_judges_again_with_another_and_sees_both_results(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    parent = page.evaluate("() => location.hash")
    first = _analysis(page)
    assert (first["inputs"]["load"][0]["kg"], first["inputs"]["person"]["height_m"]) == (3, 1.75)

    page.click(".again > summary")
    assert page.evaluate("() => document.querySelector('#again-load .row input').value") == "3"
    page.click(".tilt > summary")
    page.see(".tilt [role=status]:has-text('estimated')")
    page.fill("#again-load .row [id$='-kg']", "18")
    page.click("#again-person-stands_neutral")
    page.click("#again-exclusions .list > button")
    for name, text in {"start_s": "0", "end_s": "0.5", "reason": "steps into the picture", "who": "Eva N."}.items():
        page.fill(f"#again-exclusions .row [id$='-{name}']", text)
    page.click(".again > .action > button")
    page.see(".family:has-text('Judges again')")
    page.until(ENDED)
    stack.check()
    page.see_no(".failure")
    second = _analysis(page)
    assert second["inputs"]["load"][0]["kg"] == 18
    assert [analysis["inputs"]["person"]["stands_neutral"] for analysis in (first, second)] == [False, True]
    assert second["inputs"]["exclusions"][0]["who"] == "Eva N."
    assert second["excluded_s"] > 0.3
    assert _mean_reba(second) > _mean_reba(first)
    page.screenshot(tmp_path / "again.png")

    page.click(".family a")
    page.see(".family:has-text('Judged again on') a")
    page.see(".zone-part[data-part=trunk]")
    assert page.evaluate("() => location.hash") == parent
    assert _analysis(page) == first


@pytest.mark.timeout(600)
def test_line_drawn_on_the_page_of_a_re_analysis_is_judged_by_its_tilt(stack: Stack, finished: Finished) -> None:
    with Crossing(stack.url) as crossing, Browser() as browser:
        page = browser.open(crossing.page_url, patience_s=PATIENCE_S)
        job = {"id": finished.created.job_id, "token": finished.created.token, "name": finished.folder.name}
        page.evaluate(REMEMBER, job)
        page.goto(f"{crossing.page_url}/#{job['id']}")
        page.reload()
        page.click(".again > summary")
        page.click(".again > .action > button")
        page.see(".family:has-text('Judges again')")
        page.until(ENDED)
        second = _analysis(page)
        page.see_no("[data-kind='overlay.mp4']")

        page.click(".again > summary")
        page.click(".tilt > summary")
        page.until("() => document.querySelector('.tilt video').readyState >= 2")
        for end in LINE:
            page.click_at(".tilt .picture-surface", *end)
        page.see(".tilt-result:has-text('The vertical moves by')")
        page.click("text=Enter this tilt")
        there = page.evaluate("() => location.hash")
        page.click(".again > .action > button")
        page.until("was => location.hash !== was", there)
        page.see_no(".tilt-result")
        page.until(ENDED)
        stack.check()
        third = _analysis(page)
        before, camera = second["camera"], third["camera"]
        assert camera["source"] == "given"
        assert {name: camera[f"{name}_deg"] for name in ("pitch", "roll")} == {
            name: third["inputs"]["camera"][f"{name}_deg"] for name in ("pitch", "roll")
        }
        assert camera["estimate"] == {name: before[name] for name in camera["estimate"]}
        assert camera["lens"] == before["lens"]
        # The corrected vertical lies in the plane through the camera and the line, and is the nearest such one.
        lens = camera["lens"]
        one, other = (
            np.array([(x - 0.5) * lens["width"] / lens["focal_px"], (0.5 - y) * lens["height"] / lens["focal_px"], -1])
            for x, y in LINE
        )
        normal = np.cross(one, other) / np.linalg.norm(np.cross(one, other))
        up, was = _up(camera), _up(before)
        off = np.degrees(np.arcsin(was @ normal))
        assert abs(off) > 1
        assert abs(np.degrees(np.arcsin(up @ normal))) < 0.5
        assert np.degrees(np.arccos(up @ was)) == pytest.approx(abs(off), abs=0.5)
        assert page.errors() == []


def _up(camera: dict[str, Any]) -> np.ndarray:
    """The vertical in the camera's frame."""
    tilt = Gravity(camera["pitch_deg"], camera["roll_deg"], 0.0, 0.0, camera["source"])
    return tilt.camera_to_gravity()[1]
