"""What a reader sees when something goes wrong, and how the page mends it by itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import keys, state
from contract.failures import Failure, FailureCode
from contract.job import Stage
from problems import Fault, Problem, invalid, too_many_jobs
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything, measurements
from tests.frontend.steps import choose_and_start, send_video, start_video


def puts(cloud: FakeCloud) -> int:
    """How often the video was sent."""
    return len([seen for seen in cloud.seen if seen.method == "PUT"])


IN_VIEW = """selector => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


def asks(cloud: FakeCloud) -> int:
    """How often the edge was asked about a job."""
    return len([seen for seen in cloud.seen if seen.method == "GET" and seen.path.startswith("/api/jobs/")])


def test_empty_file_is_told_at_once(visit: Visit, cloud: FakeCloud, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    page = visit()
    page.choose_file("#video", empty)
    assert "This file is empty" in page.see(".drop > .fault")
    assert not page.evaluate("() => document.querySelector('button[type=submit]').checkVisibility()")
    assert cloud.tokens == {}


def test_file_that_is_no_video_is_told_at_once(visit: Visit, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a video")
    page = visit()
    page.choose_file("#video", text)
    assert "does not look like a video" in page.see(".drop > .fault")


def test_wrong_file_is_told_where_it_was_chosen_however_long_the_form_below(visit: Visit, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a video")
    page = visit(phone=True)
    for disclosure in ("#options", "#told"):
        page.click(f"{disclosure} > summary")
    page.choose_file("#video", text)
    page.see(".fault:has-text('does not look like a video')")
    page.until(IN_VIEW, ".fault:not(:empty)")


def test_file_that_is_too_large_is_told_at_once(visit: Visit, cloud: FakeCloud, tmp_path: Path) -> None:
    large = tmp_path / "whole shift.mp4"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    page = visit()
    assert "up to 100\u00a0MB" in page.see(".drop-formats")
    page.choose_file("#video", large)
    assert "larger than the 100 MB" in page.see(".drop > .fault")
    assert not page.evaluate("() => document.querySelector('button[type=submit]').checkVisibility()")
    assert cloud.tokens == {}


def test_height_of_a_giant_is_questioned(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    page.click("#told > summary")
    page.fill("#told-person-height_m", "320")
    page.click("#told > summary")
    choose_and_start(page, video)
    assert "from 120 to 230" in page.see("#told-person-height_m-fault")
    assert page.evaluate("() => document.activeElement.id") == "told-person-height_m"
    assert cloud.tokens == {}


def test_refused_video_says_how_large_it_may_be(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.create = Problem(413, "file_too_large", "Too large.", limit_bytes=50_000_000)
    page = visit()
    choose_and_start(page, video)
    assert "larger than the 50 MB" in page.see(".chooser > .fault")
    cloud.faults.create = None
    page.until("() => document.activeElement.type === 'submit'")
    page.press("button[type=submit]", "Enter")
    page.see("text=/^Uploaded$/")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            Problem(418, "teapot", "Tea is hot."),
            "Služba odpověděla chybou (418: Tea is hot.). Zkuste to za chvíli znovu.",
        ),
        (too_many_jobs(60), "příliš mnoho analýz. Zkuste to znovu za 60 s."),
        (Problem(503, "internal", "Something failed.", reference="R-1"), "nahlaste číslo R-1."),
        (invalid(Fault("", "json_invalid", "Invalid JSON")), "co bylo odesláno (body: Invalid JSON)."),
        (
            Problem(413, "body_too_large", "A request may have up to 1000000 bytes."),
            "než služba najednou přijme. Některé údaje vynechte.",
        ),
    ],
)
def test_a_problem_is_told_in_czech_with_the_service_s_own_words_in_brackets_at_most(
    problem: Problem, said: str, visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    cloud.faults.create = problem
    page = visit(language="cs-CZ")
    choose_and_start(page, video)
    assert page.see(".chooser > .fault").endswith(said)


def test_edge_that_does_not_answer_is_told(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.edge_down = True
    page = visit()
    choose_and_start(page, video)
    assert "could not be reached" in page.see(".chooser > .fault")


def test_slow_upload_shows_how_far_it_is(visit: Visit, cloud: FakeCloud, tmp_path: Path) -> None:
    large = tmp_path / "long shift.mov"
    large.write_bytes(bytes(24_000_000))
    cloud.faults.gate = threading.Event()
    page = visit()
    choose_and_start(page, large)
    page.until("() => document.querySelector('progress')?.value > 0")
    assert "of 24.0 MB" in page.see(".progress-facts")
    assert page.evaluate("() => document.querySelector('progress').value") < 1
    assert "Keep this page open" in page.see(".progress")
    cloud.faults.gate.set()
    page.see("text=/^Uploaded$/")


def test_broken_upload_is_sent_again(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.puts = ["drop", "503"]
    page = visit()
    choose_and_start(page, video)
    page.see(".progress-trouble:has-text('sent again from its start')")
    assert page.see(".progress-facts") == "0 B of 307 kB"
    page.see("text=/^Uploaded$/")
    stored = cloud.uploaded(cloud.only_job())
    assert stored is not None
    assert stored.body == video.read_bytes()
    assert puts(cloud) == 3


def test_upload_whose_answer_was_lost_counts_as_arrived(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.puts = ["lost_answer"]
    page = visit()
    job_id = send_video(page, cloud, video)
    page.see("text=/^Uploaded$/")
    assert (puts(cloud), asks(cloud)) == (2, 1)
    cloud.start(job_id)
    page.see("text=Analysing")


def test_upload_that_is_refused_says_what_to_do(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.puts = ["403"]
    page = visit()
    choose_and_start(page, video)
    assert "permission to upload ran out" in page.see(".failure")
    page.click("text=Choose a video again")
    page.see("text=Drop a video here")


def test_reload_during_the_upload_asks_for_the_video_again(visit: Visit, cloud: FakeCloud, tmp_path: Path) -> None:
    large = tmp_path / "long shift.mov"
    large.write_bytes(bytes(24_000_000))
    cloud.faults.gate = threading.Event()
    page = visit()
    choose_and_start(page, large)
    page.until("() => document.querySelector('progress')?.value > 0")
    page.reload()
    cloud.faults.gate.set()
    assert "Choose the video again" in page.see(".failure")


def test_upload_can_be_stopped(visit: Visit, cloud: FakeCloud, tmp_path: Path) -> None:
    large = tmp_path / "long shift.mov"
    large.write_bytes(bytes(24_000_000))
    cloud.faults.gate = threading.Event()
    page = visit()
    choose_and_start(page, large)
    page.until("() => document.querySelector('progress')?.value > 0")
    page.click("text=Stop the upload")
    page.see("text=Drop a video here")
    cloud.faults.gate.set()
    cloud.wait_for(lambda: cloud.status(cloud.only_job()).state == "cancelled")
    assert page.evaluate("() => document.querySelectorAll('.recent-row').length") == 0


def test_expired_status_link_is_replaced(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    before = asks(cloud)
    cloud.expire_links()
    cloud.report(job_id, Stage.BODY, 0.7)
    page.until("() => document.querySelector('progress').value === 0.7")
    assert asks(cloud) == before + 1
    cloud.report(job_id, Stage.BODY, 0.75)
    page.until("() => document.querySelector('progress').value === 0.75")
    assert asks(cloud) == before + 1


def test_storage_out_of_reach_is_told_and_overcome(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    page.see("text=Analysing")
    cloud.faults.storage_down = True
    page.see("text=No connection just now")
    cloud.report(job_id, Stage.BODY, 0.7)
    cloud.faults.storage_down = False
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.until("() => document.querySelector('progress').value === 0.7")
    page.see_no("text=No connection just now")


def test_proxy_that_bars_conditions_does_not_stop_the_news(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    cloud.faults.conditional_down = True
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.report(job_id, Stage.POSE, 0.2)
    page.until("() => document.querySelector('progress').value === 0.2")
    assert not any(seen.conditional for seen in cloud.seen if seen.path == f"/{keys.status(job_id)}")


def test_second_attempt_is_explained(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.change(job_id, lambda status: state.queue(status, 2, datetime.now(UTC)))
    assert "Attempt 2" in page.see(".progress-trouble")


@pytest.mark.parametrize("code", [FailureCode.NO_PERSON_FOUND, FailureCode.OUT_OF_MEMORY])
def test_failure_is_told_with_what_to_do(visit: Visit, cloud: FakeCloud, video: Path, code: FailureCode) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    failure = Failure.of(code, "reference Kx8f")
    cloud.change(job_id, lambda status: state.fail(status, datetime.now(UTC), failure))
    assert failure.message in page.see(".failure")
    retryable = page.evaluate(
        "() => [...document.querySelectorAll('button')].some(b => b.textContent === 'Start again')"
    )
    assert retryable == failure.retryable


def test_job_of_another_device_is_not_opened(visit: Visit) -> None:
    page = visit("/#" + "A" * 22)
    assert "only on the device that started it" in page.see(".failure")


def test_job_the_service_has_forgotten_is_told(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = send_video(page, cloud, video)
    del cloud.tokens[job_id]
    page.reload()
    assert "does not know this analysis" in page.see(".failure")


def test_results_that_do_not_load_are_offered_again(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.faults.refuse_once = ["analysis.json"]
    cloud.complete(job_id, everything(cloud, job_id))
    page.see("text=could not be loaded")
    page.click("text=Load again")
    page.see(".zones")


def test_video_whose_link_ran_out_goes_on(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.faults.refuse_once = ["overlay.mp4"]
    cloud.complete(job_id, everything(cloud, job_id))
    page.until("() => document.querySelector('.player video').duration > 3.9")


def test_answer_overtaken_by_the_end_does_not_lose_the_video(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.faults.hold_view = threading.Event()
    cloud.report(job_id, Stage.OVERLAY, 0.9, measurements(cloud, job_id))
    page.until("() => document.querySelector('progress').value === 0.9")
    cloud.complete(job_id, everything(cloud, job_id))
    page.see_no(".progress")
    cloud.faults.hold_view.set()
    page.until("() => document.querySelector('.player video').duration > 3.9")
