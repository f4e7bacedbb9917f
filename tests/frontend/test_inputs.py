"""What only a person knows, entered before the upload."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest

import routes
from contract.inputs import Inputs
from contract.job import PersonPoint
from problems import Problem
from services import Services
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.steps import add_entry, choose_and_start, offer_persons, options_sent, send_video


def problem_of(options: dict[str, object]) -> Problem:
    """What the real edge answers to a job with these options; it parses before it asks anything else."""

    async def read(_: int) -> str:
        return json.dumps({"name": "a.mp4", "bytes": 1, "options": options})

    request = routes.Request("POST", "https://edge.example/api/jobs", {}, read)
    reply = asyncio.run(routes.answer(lambda: cast(Services, None), request))
    body = json.loads(reply.body)
    return Problem(reply.status, body["code"], body["detail"], faults=body["faults"])


def test_all_that_was_entered_reaches_the_service(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#told > summary")
    for field, text in {"height_m": "167,5", "age_years": "44"}.items():
        page.fill(f"#told-person-{field}", text)
    page.select("#told-person-sex", "female")
    page.click("text=How the worker stands at rest is their neutral posture")
    page.fill("#told-camera-pitch_deg", "−12,5")
    add_entry(page, "load", kg="12", static_or_repeated=True)
    add_entry(page, "load", kg="3", start_s="1", end_s="2.5", shock=True)
    add_entry(page, "coupling", coupling="poor")
    add_entry(page, "support", part="arm_left", supported="no")
    add_entry(page, "activity", muscle_use="no", rapid_changes_or_unstable_base="yes", start_s="1", end_s="2")
    page.select("#told-workers-worker", "B")
    page.fill("#told-shift-minutes", "450")
    add_entry(page, "breaks", minutes="30", meal=True)
    add_entry(page, "operations", name="saw", minutes="200")
    add_entry(page, "operations", name="stack", pieces="900")
    add_entry(page, "segments", operation="saw", start_s="0", end_s="2")
    add_entry(page, "neutral", start_s="0", end_s="1")
    page.fill("#told-person-pseudonym", "P7")
    page.fill("#told-report-customer", "Sawmill")
    page.fill("#told-report-filmed_on", "2026-11-20")
    job_id = send_video(page, cloud, video)
    assert cloud.options[job_id].options.inputs == Inputs.model_validate({
        "person": {"height_m": 1.675, "age_years": 44, "sex": "female", "pseudonym": "P7", "stands_neutral": True},
        "camera": {"pitch_deg": -12.5},
        "load": [{"kg": 12, "static_or_repeated": True}, {"kg": 3, "start_s": 1, "end_s": 2.5, "shock": True}],
        "coupling": [{"coupling": "poor"}],
        "support": [{"part": "arm_left", "supported": False}],
        "activity": [{"muscle_use": False, "rapid_changes_or_unstable_base": True, "start_s": 1, "end_s": 2}],
        "worker": "B",
        "shift": {"minutes": 450, "breaks": [{"minutes": 30, "meal": True}]},
        "operations": [{"name": "saw", "minutes": 200}, {"name": "stack", "pieces": 900}],
        "segments": [{"operation": "saw", "start_s": 0, "end_s": 2}],
        "neutral": [{"start_s": 0, "end_s": 1}],
        "report": {"customer": "Sawmill", "filmed_on": "2026-11-20"},
    })  # fmt: skip


def test_what_was_left_empty_stays_assumed(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#told > summary")
    assert "stays assumed" in page.see("#told .about")
    page.click("#told-load .list > button")
    page.fill("#told-load .row [id$='-kg']", "7")
    page.click("#told-load .row > button")
    page.click("#told-neutral .list > button")
    job_id = send_video(page, cloud, video)
    options = cloud.options[job_id].options
    assert (options.inputs, options.person) == (Inputs(), None)


@pytest.mark.parametrize(
    ("section", "values", "fault"),
    [
        ("load", {"kg": "1001"}, "from 0 to 1000"),
        ("neutral", {"start_s": "3", "end_s": "2"}, "after the start"),
        ("operations", {"name": "saw", "minutes": "5", "pieces": "5"}, "not both"),
        ("breaks", {"minutes": "480", "meal": True}, "no work time"),
        ("support", {"part": "head"}, "needed"),
    ],
    ids=["limit", "order", "contradiction", "no-work-left", "half-an-entry"],
)
def test_wrong_entry_is_told_at_its_field_and_nothing_is_sent(
    visit: Visit, cloud: FakeCloud, video: Path, section: str, values: dict[str, str | bool], fault: str
) -> None:
    page = visit()
    page.click("#told > summary")
    add_entry(page, section, **values)
    page.click("#told > summary")
    choose_and_start(page, video)
    assert fault in page.see("#told .fault:not(:empty)")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-invalid')") == "true"
    page.see(".chooser > .fault")
    assert cloud.tokens == {}


def test_several_operations_need_their_stretches(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#told > summary")
    for name in ("saw", "stack"):
        add_entry(page, "operations", name=name)
    choose_and_start(page, video)
    assert "which seconds of the video show which" in page.see("#told-segments > .fault")
    page.press("#told-segments .list > button:focus", "Enter")
    add = {"operation": "stac", "start_s": "0", "end_s": "2"}
    for name, text in add.items():
        page.fill(f"#told-segments .row [id$='-{name}']", text)
    page.click("button[type=submit]")
    assert "saw, stack" in page.see("#told-segments .row .fault:not(:empty)")
    assert cloud.tokens == {}
    page.fill("#told-segments .row [id$='-operation']", "stack")
    assert options_sent(page, cloud).inputs.segments[0].operation == "stack"


def test_stretch_offers_the_operations_of_the_shift(visit: Visit) -> None:
    page = visit()
    page.click("#told > summary")
    for name in ("saw", "stack"):
        add_entry(page, "operations", name=name)
    page.click("#told-segments .list > button")
    offered = "() => [...document.activeElement.list.options].map(option => option.value)"
    assert page.evaluate(offered) == ["saw", "stack"]
    page.fill("#told-operations .row:last-child [id$='-name']", "pack")
    page.click("#told-segments .row [id$='-operation']")
    assert page.evaluate(offered) == ["saw", "pack"]


def test_seconds_that_the_video_does_not_have_are_told_before_it_is_sent(
    visit: Visit, cloud: FakeCloud, clip: Path
) -> None:
    page = visit()
    page.choose_file("#video", clip)
    page.until("() => document.querySelector('.who video').readyState >= 2")
    page.click("#told > summary")
    add_entry(page, "neutral", start_s="4", end_s="5")
    page.click("button[type=submit]")
    assert "not as long as that" in page.see("#told-neutral .row .fault:not(:empty)")
    assert cloud.tokens == {}


def test_refusal_by_the_service_is_shown_where_it_belongs(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.create = problem_of({"inputs": {"load": [{"kg": 1}, {"kg": -1}], "shift": {"minutes": 0}}})
    page = visit()
    page.click("#told > summary")
    for kg in ("1", "2"):
        add_entry(page, "load", kg=kg)
    choose_and_start(page, video)
    assert "greater than or equal to 0" in page.see("#told-load .row:nth-child(2) .fault:not(:empty)")
    page.see("#told-shift .fault:not(:empty)")
    cloud.faults.create = problem_of({"person": "tall"})
    page.click("button[type=submit]")
    assert "person" in page.see(".chooser > .fault:has-text('options.person')")


def test_person_can_be_chosen_by_number(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#options > summary")
    page.click("#who-number")
    page.fill("#who-rank", "0")
    choose_and_start(page, video)
    assert "from 1 on" in page.see("#who-fault")
    # That this browser cannot show the video may turn out later, and takes nothing back.
    page.evaluate("() => document.querySelector('.who video').dispatchEvent(new Event('error'))")
    assert "from 1 on" in page.see("#who-fault")
    page.fill("#who-rank", "2")
    assert cloud.options[send_video(page, cloud, video)].options.person == 1


def test_person_can_be_pointed_at(visit: Visit, cloud: FakeCloud, clip: Path) -> None:
    page = visit()
    offer_persons(page, clip)
    page.click_at(".who .picture-surface", 0.25, 0.5)
    page.press(".who .picture-surface", "ArrowRight")
    page.press(".who .picture-surface", "Enter")
    person = options_sent(page, cloud).person
    assert isinstance(person, PersonPoint)
    assert (person.time_s, person.x, person.y) == pytest.approx((1, 0.26, 0.5), abs=0.01)


def test_video_that_the_browser_cannot_show_offers_no_pointing(visit: Visit, video: Path) -> None:
    page = visit()
    page.click("#options > summary")
    page.see("#who-number")
    page.see_no("#who-point")
    page.choose_file("#video", video)
    page.see("#who-number")
    page.see_no("#who-point")
