"""Switching the language: the words change, and nothing that the reader did is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from contract.inputs import Inputs, LoadEntry, Segment
from contract.job import PersonPoint, Stage
from problems import Problem
from tests.frontend.browser import Page
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything
from tests.frontend.steps import add_entry, offer_persons, options_sent, start_video

OPEN = "() => [...document.querySelectorAll('details[open] > summary')].length"


def value(page: Page, selector: str) -> str:
    """What stands in a field."""
    return str(page.evaluate("selector => document.querySelector(selector).value", selector))


def to_czech(page: Page) -> None:
    """Press the button of the other language."""
    page.click(".languages >> text=CS")
    page.see("text=Pracovní polohy z videa")


def test_language_can_be_switched_and_is_remembered(visit: Visit) -> None:
    page = visit(language="de-DE")
    page.see("text=Drop a video here")
    page.click(".languages >> text=CS")
    page.see("text=Přetáhněte sem video")
    page.reload()
    page.see("text=Přetáhněte sem video")


def test_switching_language_does_not_disturb_a_running_job(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    page.click(".languages >> text=CS")
    cloud.report(job_id, Stage.BODY, 0.7)
    page.until("() => document.querySelector('progress').value === 0.7")
    page.see("text=Analyzuje se")


def test_what_was_typed_before_the_upload_survives(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.choose_file("#video", video)
    page.click("#options > summary")
    page.click("#quality-high")
    page.click("#blur")
    page.click("#who-number")
    page.fill("#who-rank", "2")
    page.click("#told > summary")
    page.fill("#told-person-height_m", "giant")
    page.select("#told-person-sex", "female")
    add_entry(page, "load", kg="12", static_or_repeated=True)
    add_entry(page, "load", kg="3")
    page.click("#told-load .row:first-child > button")
    add_entry(page, "breaks")
    to_czech(page)
    assert page.evaluate(OPEN) == 2
    assert value(page, "#told-person-height_m") == "giant"
    assert page.evaluate("() => document.querySelectorAll('#told-breaks .row').length") == 1
    assert "lifting boxes.mp4" in page.see(".drop-filled")
    assert page.evaluate("() => document.activeElement.lang") == "cs"
    page.fill("#told-person-height_m", "182")
    options = options_sent(page, cloud)
    assert (options.quality, options.blur_faces, options.person, options.language) == ("high", False, 1, "cs")
    assert (options.inputs.person.height_m, options.inputs.person.sex) == (1.82, "female")
    assert options.inputs.load == (LoadEntry(kg=3),)


def test_person_pointed_at_stays_pointed_at(visit: Visit, cloud: FakeCloud, clip: Path) -> None:
    page = visit()
    offer_persons(page, clip)
    page.press("#who-moment", "End")
    page.click_at(".who .picture-surface", 0.25, 0.5)
    to_czech(page)
    page.until("() => document.querySelector('#who-point').checked")
    page.until("() => document.querySelector('.who video').currentTime > 3")
    person = options_sent(page, cloud).person
    assert isinstance(person, PersonPoint)
    assert (person.time_s, person.x, person.y) == pytest.approx((3.9, 0.25, 0.5), abs=0.02)


SEND_AT_ONCE = """() => {
  document.querySelector(".languages [lang=cs]").click();
  document.querySelector("button[type=submit]").click();
  return document.querySelector("#who-fault").textContent;
}"""


def test_nobody_else_is_followed_while_the_picture_of_the_person_pointed_at_is_not_there_yet(
    visit: Visit, cloud: FakeCloud, clip: Path
) -> None:
    page = visit()
    offer_persons(page, clip)
    page.click_at(".who .picture-surface", 0.25, 0.5)
    assert page.evaluate(SEND_AT_ONCE) == "Klikněte na člověka v obraze."
    page.until("() => document.querySelector('#who-point').checked")
    assert page.evaluate("() => document.querySelector('#who-fault').textContent") == ""
    assert isinstance(options_sent(page, cloud).person, PersonPoint)


def test_person_pointed_at_is_given_up_where_the_picture_is_not_shown_again(
    visit: Visit, cloud: FakeCloud, clip: Path
) -> None:
    page = visit()
    offer_persons(page, clip)
    page.click_at(".who .picture-surface", 0.25, 0.5)
    page.evaluate("""() => {
      document.querySelector(".languages [lang=cs]").click();
      document.querySelector(".who video").dispatchEvent(new Event("error"));
    }""")
    assert page.evaluate("() => document.querySelector('#who-most').checked")
    assert options_sent(page, cloud).person is None


def test_file_that_is_no_video_is_told_in_the_other_language(visit: Visit, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a video")
    page = visit()
    page.choose_file("#video", text)
    to_czech(page)
    page.see("text=Tento soubor nevypadá jako video")


def test_upload_begun_before_the_switch_is_begun_once(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.hold_create = threading.Event()
    page = visit()
    page.choose_file("#video", video)
    page.click("button[type=submit]")
    to_czech(page)
    page.see("button[type=submit]:disabled:has-text('Připravuje se')")
    cloud.faults.hold_create.set()
    page.see("text=/^Nahráno$/")
    cloud.only_job()


def test_what_was_typed_to_judge_again_survives(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.report(job_id, Stage.BODY, 0.7)
    sawing = Segment(start_s=0, end_s=4, operation="saw")
    given = Inputs(segments=(sawing,), load=(LoadEntry(kg=5, operation="saw"),))
    cloud.complete(job_id, everything(cloud, job_id, given))
    page.click(".again > summary")
    page.fill("#again-load .row [id$='-kg']", "18")
    page.click("#again-exclusions .list > button")
    page.fill("#again-exclusions .row [id$='-reason']", "a visitor helps")
    page.click(".tilt > summary")
    page.until("() => document.querySelector('.tilt video').readyState >= 2")
    page.click_at(".tilt .picture-surface", 0.8, 0.2)
    page.click_at(".tilt .picture-surface", 0.75, 0.8)
    page.see(".tilt-result:not(:empty)")
    page.press(".timeline-slider", "End")
    page.until("() => document.querySelector('.player video').currentTime > 3.8")
    to_czech(page)
    page.until("() => document.querySelector('#again-load .row [id$=-kg]')?.value === '18'")
    assert value(page, "#again-exclusions .row [id$='-reason']") == "a visitor helps"
    page.see("#again-load .row:has-text('saw')")
    page.see(".tilt-result:not(:empty)")
    assert page.evaluate(OPEN) == 2
    page.until("() => document.querySelector('.player video').currentTime > 3.8")
    page.until("() => Number(document.querySelector('.timeline-slider').getAttribute('aria-valuenow')) > 3.8")


JUDGE = ".again > .action > button"


def press_and_switch(page: Page, cloud: FakeCloud, video: Path) -> str:
    """Judge a finished job again and switch the language before the service has answered; the job's id."""
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, Inputs(load=(LoadEntry(kg=5),))))
    page.click(".again > summary")
    page.click(JUDGE)
    to_czech(page)
    page.see("#again-load .row")
    return job_id


def test_judgement_begun_before_the_switch_is_begun_once(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.hold_reanalyse = threading.Event()
    page = visit()
    parent = press_and_switch(page, cloud, video)
    page.see(f"{JUDGE}:disabled:has-text('Vyhodnotit')")
    page.evaluate("button => document.querySelector(button).click()", JUDGE)
    cloud.faults.hold_reanalyse.set()
    page.until("was => location.hash.length > 20 && location.hash !== '#' + was", parent)
    assert list(cloud.reanalyses) == [page.evaluate("() => location.hash.slice(1)")]


def test_judgement_refused_after_the_switch_is_told_in_the_other_language(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    cloud.faults.hold_reanalyse = threading.Event()
    cloud.faults.reanalyse = Problem(409, "needs_video", "The body was recovered with the height given before.")
    page = visit()
    press_and_switch(page, cloud, video)
    cloud.faults.hold_reanalyse.set()
    assert "nahrajte video znovu" in page.see("#again-person-height_m-fault:not(:empty)")
    page.see(f"{JUDGE}:enabled")


def test_what_was_unfolded_of_the_verdict_stays_unfolded(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id))
    page.click(".rest > summary")
    for language in ("cs", "en"):
        page.click(f".languages [lang={language}]")
        page.see(".verdict-category")
        page.see(".rest[open] li >> nth=0")
