"""A finished job judged anew from the page: other inputs, stretches left out or corrected, and the way between both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from contract import state
from contract.failures import Failure, FailureCode
from contract.inputs import (
    Correction,
    Exclusion,
    Inputs,
    Interval,
    LoadEntry,
    Operation,
    Person,
    RowEntry,
    Segment,
    check_append_only,
)
from contract.job import Stage
from problems import Fault, Problem, invalid
from tests.frontend.browser import Page
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything, measurements
from tests.frontend.steps import measure_video, start_video

JUDGE = ".again > .action > button"
BEFORE = Inputs(
    person=Person(height_m=1.8234567891, sex="male"),
    load=(LoadEntry(kg=5, operation="saw"),),
    segments=(Segment(start_s=0, end_s=4, operation="saw"),),
    exclusions=(
        Exclusion(
            who="JN", when=datetime(2026, 11, 23, 10, tzinfo=UTC), reason="somebody walks by", start_s=0, end_s=0.5
        ),
    ),
    worker="B",
    settings={"static_s": 3.0},
)


def finished(page: Page, cloud: FakeCloud, video: Path, inputs: Inputs = BEFORE) -> str:
    """A finished job on the page, its form unfolded."""
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, inputs))
    page.click(".again > summary")
    return job_id


def judged(page: Page, cloud: FakeCloud, parent: str) -> tuple[str, Inputs]:
    """Press the button; the new job and what it is judged by."""
    page.click(JUDGE)
    page.until("was => location.hash.length > 20 && location.hash !== '#' + was", parent)
    job_id = page.evaluate("() => location.hash.slice(1)")
    return job_id, cloud.reanalyses[job_id].inputs


def test_form_holds_what_the_analysis_used_and_loses_nothing(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    parent = finished(page, cloud, video)
    assert page.evaluate("() => document.querySelector('#again-person-height_m').value") == "182.345679"
    assert page.evaluate("() => document.querySelector('#again-load .row input').value") == "5"
    assert page.evaluate("() => document.querySelector('#again-workers-worker').value") == "B"
    page.see("#again-load .row:has-text('Only during: saw')")
    assumed = page.see(".again > .hint:has-text('Assumed so far')")
    assert "shift" in assumed
    assert "load" not in assumed
    _, inputs = judged(page, cloud, parent)
    assert inputs == BEFORE


def test_finished_job_is_judged_by_another_load_and_both_are_linked(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    parent = finished(page, cloud, video)
    page.fill("#again-load .row [id$='-kg']", "18")
    child, inputs = judged(page, cloud, parent)
    assert inputs == BEFORE.model_copy(update={"load": (LoadEntry(kg=18, operation="saw"),)})
    assert cloud.reanalyses[child].language == "en"

    page.see("text=Waiting for a free computer")
    assert "Find the body" not in page.see(".steps")
    cloud.start(child)
    cloud.report(child, Stage.ANALYSIS, 0.5)
    page.see("[aria-current=step]:has-text('Measure angles')")
    cloud.complete(child, measurements(cloud, child, inputs))
    page.see(".zones")
    assert "to read the angles there" in page.see(".panel-timeline .remark")
    page.click(".family a")
    page.until("id => location.hash === '#' + id", parent)
    assert "to move the video there" in page.see(".panel-timeline .remark:has-text('video')")
    page.see(".family:has-text('Judged again on') a")
    page.reload()
    page.click(".family a")
    page.until("id => location.hash === '#' + id", child)
    page.goto(cloud.url + "/")
    page.see(".recent-row:has-text('judged again')")


def test_stretch_chosen_on_the_chart_is_left_out_with_reason_and_name(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    parent = finished(page, cloud, video)
    page.click("#again-exclusions .list > button")
    page.click("#again-exclusions .pick")
    page.see("text=Drag across the chart")
    page.drag(".timeline-slider", (0.4, 0.5), (0.7, 0.5))
    page.see_no("text=Drag across the chart")
    page.fill("#again-exclusions .row [id$='-reason']", "a visitor helps")
    page.fill("#again-exclusions .row [id$='-who']", "Eva N.")
    before = datetime.now(UTC)
    _, inputs = judged(page, cloud, parent)
    check_append_only(BEFORE, inputs)
    added = inputs.exclusions[1]
    assert added.start_s is not None
    assert added.end_s is not None
    assert 1.2 < added.start_s < 2 < added.end_s < 3
    assert (added.reason, added.who) == ("a visitor helps", "Eva N.")
    assert abs(added.when - before) < timedelta(minutes=1)


def test_warnings_lead_to_the_entries_that_they_ask_for(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    parent = start_video(page, cloud, video)
    told = Inputs(operations=(Operation(name="saw", minutes=5), Operation(name="stack")), segments=BEFORE.segments)
    early = measurements(cloud, parent, told, ("minutes_assumed", "legs_hidden"))
    cloud.report(parent, Stage.OVERLAY, 0.8, early)
    page.see("[data-warning=minutes_assumed]")
    page.see_no("[data-warning=minutes_assumed] button")
    cloud.complete(parent, early)
    page.click("[data-warning=minutes_assumed] button")
    assert page.evaluate("() => document.activeElement.id") == "again-operations-2-minutes"
    page.fill("#again-operations-2-minutes", "90")
    page.click("[data-warning=legs_hidden] button")
    page.see("#again-corrections .row [id$='-start_s']:focus")
    _, inputs = judged(page, cloud, parent)
    assert [operation.minutes for operation in inputs.operations] == [5, 90]


def test_clip_without_operations_gets_its_first_from_the_warning(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    parent = start_video(page, cloud, video)
    cloud.complete(parent, everything(cloud, parent, warnings=("minutes_assumed",)))
    page.click("[data-warning=minutes_assumed] button")
    page.see("#again-operations .row [id$='-name']:focus")


def test_stretch_can_be_chosen_by_keyboard(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    parent = finished(page, cloud, video)
    page.click("#again-neutral .list > button")
    page.click("#again-neutral .pick")
    page.press(".timeline-slider", "Escape")
    page.see_no("text=Drag across the chart")
    page.click("#again-neutral .pick")
    for key in ("Home", "Enter", "Shift+ArrowRight", "Enter"):
        page.press(".timeline-slider", key)
    _, inputs = judged(page, cloud, parent)
    assert inputs.neutral == (Interval(start_s=0, end_s=1),)


def test_corrections_name_a_posture_or_an_angle_and_earlier_ones_stay(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    when = datetime(2026, 11, 24, tzinfo=UTC)
    known = Correction(who="JN", when=when, reason="hidden by the bench", start_s=1, end_s=2, posture="kneeling")
    before = Inputs(corrections=(known,))
    parent = finished(page, cloud, video, before)
    assert "1–2 s: kneeling" in page.see("#again-corrections .log")
    assert page.evaluate("() => document.querySelectorAll('#again-corrections :is(input, select)').length") == 0
    page.click("#again-corrections .list > button")
    row = "#again-corrections .row"
    for name, text in {"start_s": "2", "end_s": "3", "reason": "seen from above", "who": "Eva"}.items():
        page.fill(f"{row} [id$='-{name}']", text)
    page.click(JUDGE)
    assert "a posture, or an angle" in page.see(f"{row} .fault:not(:empty)")
    page.select(f"{row} [id$='-signal']", "trunk_flexion")
    page.fill(f"{row} [id$='-value_deg']", "-7,5")
    _, inputs = judged(page, cloud, parent)
    assert inputs.corrections[0] == known
    assert (inputs.corrections[1].signal, inputs.corrections[1].value_deg) == ("trunk_flexion", -7.5)


def test_row_that_the_video_does_not_show_is_entered_by_hand(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    parent = start_video(page, cloud, video)
    cloud.complete(parent, everything(cloud, parent))
    page.click(".rest > summary")
    page.click(".rest > button")
    row = "#again-rows .row"
    page.until("() => document.activeElement.id.endsWith('-row')")
    assert "Legs\u00a02:" in page.evaluate("row => document.querySelector(row + ' [value=\"dk.2\"]').textContent", row)
    page.select(f"{row} [id$='-row']", "dk.2")
    page.click(JUDGE)
    assert "a share of the time or minutes" in page.see(f"{row} .fault:not(:empty)")
    page.fill(f"{row} [id$='-share']", "12.5")
    page.fill(f"{row} [id$='-note']", "by stopwatch")
    _, inputs = judged(page, cloud, parent)
    assert inputs.rows == (RowEntry(row="dk.2", share=0.125, note="by stopwatch"),)


def test_failed_judgement_leads_back_to_the_analysis_that_it_judged(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    parent = finished(page, cloud, video)
    child, _ = judged(page, cloud, parent)
    cloud.start(child)
    failure = Failure.of(FailureCode.INVALID_INPUTS, "segment 1 begins after the clip")
    cloud.change(child, lambda status: state.fail(status, datetime.now(UTC), failure))
    page.click(".failure >> text=Back to the analysis before")
    page.until("id => location.hash === '#' + id", parent)
    page.see(".again")


def test_seconds_that_the_clip_does_not_have_are_told_before_anything_is_sent(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    job_id, early = measure_video(page, cloud, video)
    cloud.complete(job_id, early)
    page.click(".again > summary")
    page.click("#again-neutral .list > button")
    page.fill("#again-neutral .row [id$='-start_s']", "4")
    page.fill("#again-neutral .row [id$='-end_s']", "5")
    page.click(JUDGE)
    assert "not as long as that" in page.see("#again-neutral .row .fault:not(:empty)")
    assert cloud.reanalyses == {}


def test_earlier_entry_behind_the_end_of_the_clip_stands_in_nobody_s_way(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    parent, _ = measure_video(page, cloud, video)
    late = BEFORE.exclusions[0].model_copy(update={"start_s": 400.0, "end_s": 401.0})
    before = Inputs(exclusions=(late,))
    cloud.complete(parent, everything(cloud, parent, before))
    page.reload()
    page.click(".again > summary")
    _, inputs = judged(page, cloud, parent)
    assert inputs == before


def test_refused_judgement_is_told_where_it_belongs(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finished(page, cloud, video)
    cloud.faults.reanalyse = invalid(Fault("inputs.load.0.kg", "float_type", "Input should be a valid number"))
    page.click(JUDGE)
    assert "valid number" in page.see("#again-load .row .fault:not(:empty)")
    cloud.faults.reanalyse = Problem(409, "needs_video", "The body was recovered with the height given before.")
    page.click(JUDGE)
    assert "upload the video again" in page.see("#again-person-height_m-fault")
    cloud.faults.reanalyse = Problem(409, "motion_gone", "This analysis holds no motion to judge anew.")
    page.click(JUDGE)
    page.see(".again > .action .fault:has-text('motion of this analysis is gone')")


def test_czech_reader_finds_the_log_in_czech(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit(language="cs-CZ")
    finished(page, cloud, video)
    log = page.see("#again-exclusions .log")
    assert "0–0,5 s" in log
    assert "23. 11. 2026" in log.replace("\u00a0", " ")
    page.fill("#again-load .row [id$='-kg']", "1001")
    page.click(JUDGE)
    assert "od 0 do 1000" in page.see("#again-load .row .fault:not(:empty)")


def test_unfinished_job_cannot_be_judged_again(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id, early = measure_video(page, cloud, video)
    page.see(".zones")
    page.see_no(".again")
    cloud.complete(job_id, early)
    page.see(".again")
