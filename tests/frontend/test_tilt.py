"""One vertical line drawn by the reader, where the analysis doubts which way is down."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from contract.inputs import Inputs
from contract.job import Stage
from gpu_worker.motion import Gravity
from gpu_worker.verdict import TILT_DISPUTED
from tests.frontend.browser import Page
from tests.frontend.conftest import Visit
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import FOCAL_PX, TILT, everything, measurements
from tests.frontend.steps import send_video, start_video

DOUBT = (TILT_DISPUTED,)
WIDTH, HEIGHT = 1280, 720
JUDGE = ".again > .action > button"


def doubted(page: Page, cloud: FakeCloud, video: Path) -> str:
    """A finished job whose gravity is in doubt, its picture ready to be drawn on."""
    job_id = start_video(page, cloud, video)
    cloud.report(job_id, Stage.OVERLAY, 0.8)
    cloud.complete(job_id, everything(cloud, job_id, warnings=DOUBT))
    return job_id


def draw(page: Page) -> None:
    """Open the tool and wait for its picture."""
    page.click("[data-warning=tilt_disputed] button")
    page.see(".tilt-body")
    page.until("() => document.querySelector('.tilt video').readyState >= 2")


def ray(x: float, y: float) -> np.ndarray:
    """The viewing ray of a place in the picture, camera frame."""
    return np.array([(x - 0.5) * WIDTH / FOCAL_PX, (0.5 - y) * HEIGHT / FOCAL_PX, -1.0])


def test_reader_is_asked_for_a_vertical_line_and_its_tilt_is_judged(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    parent = doubted(page, cloud, video)
    assert "contradict each other about the tilt" in page.see(".warnings")
    draw(page)
    assert "−12.0°" in page.see(".tilt [role=status]:has-text('estimated')")
    page.click_at(".tilt .picture-surface", 0.8, 0.2)
    page.click_at(".tilt .picture-surface", 0.75, 0.8)
    assert "The vertical moves by" in page.see(".tilt-result")
    page.click("text=Enter this tilt")
    assert page.evaluate("() => document.activeElement.id") == "again-camera-pitch_deg"
    page.click(JUDGE)
    page.until("was => location.hash.length > 20 && location.hash !== '#' + was", parent)
    camera = cloud.reanalyses[page.evaluate("() => location.hash.slice(1)")].inputs.camera
    assert camera.pitch_deg is not None
    assert camera.roll_deg is not None
    up = Gravity(camera.pitch_deg, camera.roll_deg, 1, 1, "given").camera_to_gravity()[1]
    normal = np.cross(ray(0.8, 0.2), ray(0.75, 0.8))
    normal /= np.linalg.norm(normal)
    before = TILT.camera_to_gravity()[1]
    assert abs(np.degrees(np.arcsin(up @ normal))) < 0.3
    moved = np.degrees(np.arccos(up @ before))
    assert moved == pytest.approx(abs(np.degrees(np.arcsin(before @ normal))), abs=0.3)


def test_line_can_be_drawn_by_keyboard_and_a_useless_one_is_refused(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    doubted(page, cloud, video)
    draw(page)
    surface = ".tilt .picture-surface"
    page.press(surface, "Enter")
    page.press(surface, "ArrowUp")
    page.press(surface, "Enter")
    assert "too short" in page.see(".tilt-result")
    page.see_no("text=Enter this tilt")
    page.press(surface, "Enter")
    for _ in range(5):
        page.press(surface, "Shift+ArrowDown")
    page.press(surface, "Enter")
    page.see("text=Enter this tilt")


def test_analysis_of_an_older_version_says_that_it_knows_no_lens(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = send_video(page, cloud, video)
    cloud.start(job_id)
    cloud.complete(job_id, everything(cloud, job_id, warnings=DOUBT, camera=None))
    page.click("[data-warning=tilt_disputed] button")
    page.see(".tilt [role=status]:has-text('older version')")
    page.see_no(".tilt .picture")


def judged_again(page: Page, cloud: FakeCloud, parent: str) -> str:
    """A finished re-analysis, on the page, whose gravity is still in doubt."""
    page.click(".again > summary")
    page.click(JUDGE)
    page.until("was => location.hash.length > 20 && location.hash !== '#' + was", parent)
    child: str = page.evaluate("() => location.hash.slice(1)")
    cloud.start(child)
    cloud.complete(child, measurements(cloud, child, warnings=DOUBT))
    page.see("[data-warning=tilt_disputed] button")
    return child


def test_line_for_a_re_analysis_is_drawn_on_the_overlay_of_the_first_one(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    first = doubted(page, cloud, video)
    second = judged_again(page, cloud, first)
    third = judged_again(page, cloud, second)
    page.reload()
    page.see("[data-warning=tilt_disputed] button")
    asked = [seen.path for seen in cloud.seen]
    draw(page)
    assert f"/api/jobs/{first}" in [seen.path for seen in cloud.seen][len(asked) :]
    page.click_at(".tilt .picture-surface", 0.8, 0.2)
    page.click_at(".tilt .picture-surface", 0.75, 0.8)
    page.click("text=Enter this tilt")
    page.click(JUDGE)
    page.until("was => location.hash.length > 20 && location.hash !== '#' + was", third)
    camera = cloud.reanalyses[page.evaluate("() => location.hash.slice(1)")].inputs.camera
    assert camera.roll_deg is not None
    assert camera.roll_deg != TILT.roll_deg


FORGET = """id => localStorage.setItem("poloha.jobs", JSON.stringify(
  JSON.parse(localStorage.getItem("poloha.jobs")).filter((job) => job.id !== id)))"""


@pytest.mark.parametrize("lost", ["forgotten", "unknown to the service", "without an overlay"])
def test_re_analysis_without_a_picture_says_where_to_draw(
    lost: str, visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    first = doubted(page, cloud, video)
    judged_again(page, cloud, first)
    if lost == "forgotten":
        page.evaluate(FORGET, first)
    elif lost == "unknown to the service":
        cloud.tokens[first] = "another"
    else:
        cloud.change(first, lambda status: status.model_copy(update={"artifacts": ()}))
    page.reload()
    page.click("[data-warning=tilt_disputed] button")
    page.see(".tilt [role=status]:has-text('Open the first analysis')")
    page.see_no(".tilt .picture")


def test_re_analysis_asks_again_for_its_picture_after_service_or_storage_failed(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    judged_again(page, cloud, doubted(page, cloud, video))
    cloud.faults.edge_down = True
    page.click("[data-warning=tilt_disputed] button")
    page.see(".tilt [role=status]:has-text('could not be loaded')")
    page.see_no(".tilt .picture")
    cloud.faults.edge_down = False
    cloud.generation += 1  # a link that the browser has not seen, so that it cannot answer from its own store
    cloud.faults.refuse_once = [".overlay.mp4"]
    page.click(".tilt > summary")
    page.click("[data-warning=tilt_disputed] button")
    page.until("() => document.querySelector('.tilt video').error !== null")
    page.see(".tilt [role=status]:has-text('could not be loaded')")
    page.see_no(".tilt .picture")
    page.click(".tilt > summary")
    draw(page)
    page.see(".tilt [role=status]:has-text('estimated')")


def test_tool_closed_and_opened_again_while_its_picture_is_sought_asks_once(
    visit: Visit, cloud: FakeCloud, video: Path
) -> None:
    page = visit()
    first = doubted(page, cloud, video)
    judged_again(page, cloud, first)
    cloud.seen.clear()
    cloud.faults.hold_view = threading.Event()

    def asked() -> int:
        return [seen.path for seen in cloud.seen].count(f"/api/jobs/{first}")

    page.click("[data-warning=tilt_disputed] button")
    cloud.wait_for(lambda: asked() == 1)
    page.click(".tilt > summary")
    page.click(".tilt > summary")
    cloud.faults.hold_view.set()
    page.until("() => document.querySelector('.tilt video').readyState >= 2")
    page.see(".tilt .picture")
    assert asked() == 1


def test_without_a_doubt_nobody_is_asked_but_a_line_can_be_drawn(visit: Visit, cloud: FakeCloud, video: Path) -> None:
    page = visit()
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id, Inputs()))
    page.click(".again > summary")
    page.see(".tilt > summary")
    page.see_no("[data-warning=tilt_disputed] button")
