"""The files to take away: named, in order, and never pulled from under the reader's finger."""

from __future__ import annotations

from pathlib import Path

from contract.job import ArtifactKind, Stage
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything
from tests.frontend.steps import finish_video, measure_video, start_video

KINDS_SHOWN = "() => [...document.querySelectorAll('.downloads a')].map(link => link.dataset.kind)"
A_NIGHT = "() => { const now = Date.now; Date.now = () => now() + 8 * 3600 * 1000; }"


def test_download_is_named_after_the_video(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    page.see(".downloads")
    name, path = page.download("text=Angles, frame by frame")
    assert name == "lifting boxes.angles.csv"
    assert path.read_text().startswith("# poloha angles")


def test_all_kinds_of_result_have_a_name(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    files = tuple(cloud.put_result(job_id, kind, b"x", "application/octet-stream") for kind in ArtifactKind)
    cloud.complete(job_id, files)
    page.see(".downloads")
    assert page.evaluate("() => document.querySelectorAll('.downloads li').length") == len(ArtifactKind)


def test_download_after_a_night_gets_a_fresh_link(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    finish_video(page, cloud, video)
    page.see(".downloads")
    cloud.expire_links()
    page.evaluate(A_NIGHT)
    name, path = page.download("text=Analysis, for programs")
    assert name == "lifting boxes.analysis.json"
    assert path.read_text().startswith("{")


def test_click_begun_before_more_results_arrive_still_counts(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id, early = measure_video(page, cloud, video)
    page.hold("[data-kind='analysis.json']")
    glb = cloud.put_result(job_id, ArtifactKind.GLB, b"x", "model/gltf-binary")
    cloud.report(job_id, Stage.UPLOADING, 0.9, (*early, glb))
    page.until("() => document.querySelector('[data-kind=glb]') !== null")
    name, _ = page.release()
    assert name == "lifting boxes.analysis.json"


def test_entries_keep_focus_and_order_while_links_and_files_change(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id, _ = measure_video(page, cloud, video)
    page.see(".downloads")
    assert page.evaluate(KINDS_SHOWN) == ["angles.csv", "analysis.json"]
    page.evaluate("() => document.querySelector(\"[data-kind='analysis.json']\").focus()")
    old = page.attribute("[data-kind='analysis.json']", "href")
    cloud.expire_links()
    cloud.complete(job_id, everything(cloud, job_id))
    page.until("() => document.querySelectorAll('.downloads a').length === 3")
    assert page.evaluate(KINDS_SHOWN) == ["overlay.mp4", "angles.csv", "analysis.json"]
    assert page.evaluate("() => document.activeElement.dataset.kind") == "analysis.json"
    assert page.attribute("[data-kind='analysis.json']", "href") != old


def test_files_that_a_new_attempt_has_not_made_yet_are_gone(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id, early = measure_video(page, cloud, video)
    page.see("[data-kind='analysis.json']")
    cloud.report(job_id, Stage.OVERLAY, 0.85, early[:1])
    page.until("() => document.querySelectorAll('.downloads a').length === 1")
    assert page.evaluate(KINDS_SHOWN) == ["angles.csv"]


TAPS_AFTER = """events => {
  const link = document.querySelector("[data-kind='analysis.json']");
  let clicks = 0;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    clicks += 1;
  });
  const at = { bubbles: true, clientX: 1, clientY: 1 };
  link.dispatchEvent(new PointerEvent("pointerdown", { ...at, pointerId: 7 }));
  for (const [name, pointerId] of events) document.body.dispatchEvent(new PointerEvent(name, { ...at, pointerId }));
  return clicks;
}"""


def test_press_that_became_a_scroll_or_another_finger_starts_no_download(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    finish_video(page, cloud, video)
    page.see(".downloads")
    assert page.evaluate(TAPS_AFTER, [["pointercancel", 7], ["pointerup", 7]]) == 0
    assert page.evaluate(TAPS_AFTER, [["pointerup", 8]]) == 0
    assert page.evaluate(TAPS_AFTER, [["pointerup", 7], ["pointerup", 7]]) == 1
