"""Czech, themes, small screens, keyboards and screen readers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import state
from contract.failures import Failure, FailureCode
from contract.inputs import Exclusion, Inputs, LoadEntry, Person
from contract.job import Stage
from gpu_worker.verdict import TILT_DISPUTED
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything
from tests.frontend.steps import finish_video, start_video

ENTERED = Inputs(
    person=Person(height_m=1.82, sex="male"),
    load=(LoadEntry(kg=5),),
    exclusions=(
        Exclusion(who="JN", when=datetime(2026, 11, 23, tzinfo=UTC), reason="a visitor", start_s=0, end_s=0.5),
    ),
)


def test_czech_browser_gets_czech(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit(language="cs-CZ")
    assert page.evaluate("() => document.documentElement.lang") == "cs"
    page.see("text=Přetáhněte sem video")
    job_id = start_video(page, cloud, video)
    cloud.report(job_id, Stage.OVERLAY, 0.9)
    page.see("text=Analyzuje se")
    cloud.complete(job_id, everything(cloud, job_id))
    zones = page.see(".zone-part[data-part=trunk]")
    assert "40° až 60°" in zones
    assert re.search(r"\d,\d\ss", zones)


def test_phone_is_asked_to_choose_or_film_and_not_to_drop(visit: Visit) -> None:
    page = visit(phone=True, language="cs-CZ")
    assert "Vyberte video, nebo je natočte" in page.see(".drop")
    page.see_no("text=Přetáhněte sem video")


def test_czech_failure_keeps_the_reference(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit(language="cs-CZ")
    job_id = start_video(page, cloud, video)
    failure = Failure.of(FailureCode.INTERNAL, "reference Kx8f")
    cloud.change(job_id, lambda status: state.fail(status, datetime.now(UTC), failure))
    told = page.see(".failure")
    assert "Něco selhalo na naší straně" in told
    assert "(reference Kx8f)" in told


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_view_is_accessible_and_fits(
    visit: Visit, cloud: FakeCloud, video: Path, clip: Path, tmp_path: Path, phone: bool
) -> None:
    page = visit(phone=phone, language="cs-CZ" if phone else "en-GB")

    def check(view: str) -> None:
        page.screenshot(tmp_path / f"{view}-light.png")
        assert page.audit() == []
        page.theme(dark=True)
        page.screenshot(tmp_path / f"{view}-dark.png")
        assert page.audit(colours=True) == []
        page.theme(dark=False)
        overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, view

    page.click("#options > summary")
    page.click("#told > summary")
    for section in ("load", "support", "breaks", "operations", "segments"):
        page.click(f"#told-{section} .list > button")
    page.choose_file("#video", clip)
    page.click("#who-point")
    page.until("() => document.querySelector('.who video').readyState >= 2")
    page.click("button[type=submit]")
    check("home")
    page.reload()
    job_id = start_video(page, cloud, video)
    cloud.report(job_id, Stage.BODY, 0.7)
    page.until("() => document.querySelector('progress').value === 0.7")
    check("processing")
    cloud.complete(job_id, everything(cloud, job_id, ENTERED, (TILT_DISPUTED,)))
    page.see(".zones")
    page.see(".timeline-slider")
    check("results")
    page.click("[data-warning=tilt_disputed] button")
    page.until("() => document.querySelector('.tilt video').readyState >= 2")
    page.click_at(".tilt .picture-surface", 0.8, 0.2)
    page.click_at(".tilt .picture-surface", 0.75, 0.8)
    for section in ("exclusions", "corrections", "rows"):
        page.click(f"#again-{section} .list > button")
    page.click("#again-exclusions .pick")
    check("again")
    page.press(".timeline-slider", "Escape")
    page.click(".job-actions > span > button")
    check("removal")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_verdict_of_a_zone_stays_beside_its_colour_and_a_row_s_number_beside_its_name(
    visit: Visit, cloud: FakeCloud, video: Path, phone: bool
) -> None:
    page = visit(phone=phone, language="cs-CZ")
    finish_video(page, cloud, video)
    page.see(".zones")
    under = """() => [...document.querySelectorAll(".zone-part tbody tr:has(.zone-verdict)")].filter(row => {
      const [chip, verdict] = [".swatch", ".zone-verdict"].map(part => row.querySelector(part).getBoundingClientRect());
      return verdict.left < chip.right;
    }).length"""
    assert page.evaluate(under) == 0
    names = page.evaluate("() => [...document.querySelectorAll('.row-name')].map(name => name.textContent)")
    assert names
    assert [name for name in names if not re.search(r"\u00a0\d+$", name)] == []


def test_dark_theme_is_dark(visit: Visit) -> None:
    lightness = "() => getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    assert max(visit(dark=True).evaluate(lightness)) < 60
    assert min(visit(dark=False).evaluate(lightness)) > 200


def test_page_works_by_keyboard_alone(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.press("body", "Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.choose_file("#video", video)
    assert page.evaluate("() => document.activeElement.type") == "submit"
    page.press("button[type=submit]", "Enter")
    page.until("() => location.hash.length > 20")
    page.until("() => document.activeElement.tagName === 'H1'")


def test_page_asks_nobody_but_itself_and_its_storage(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    page.see(".timeline-slider")
    origins = page.evaluate(
        "() => [...new Set(performance.getEntriesByType('resource').map(entry => new URL(entry.name).origin))]"
    )
    assert set(origins) <= {cloud.url, cloud.storage_url}
