"""Steps that many tests share."""

from __future__ import annotations

from pathlib import Path

from contract.job import Artifact, JobOptions, Stage
from tests.frontend.browser import Page
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import everything, measurements


def choose_and_start(page: Page, video: Path) -> None:
    """Choose a video and press the button."""
    page.choose_file("#video", video)
    page.click("button[type=submit]")


def send_video(page: Page, cloud: FakeCloud, video: Path) -> str:
    """Upload a video through the page; the job's id once it has arrived."""
    choose_and_start(page, video)
    page.until("() => location.hash.length > 20")
    page.see_no("text=/^(Uploading|Nahrává se)$/")
    return cloud.only_job()


def options_sent(page: Page, cloud: FakeCloud) -> JobOptions:
    """Press the button for a video already chosen; the options that the service got with it."""
    page.click("button[type=submit]")
    page.until("() => location.hash.length > 20")
    return cloud.options[cloud.only_job()].options


def start_video(page: Page, cloud: FakeCloud, video: Path) -> str:
    """Upload a video and let a worker take it; the job's id."""
    job_id = send_video(page, cloud, video)
    cloud.start(job_id)
    return job_id


def finish_video(page: Page, cloud: FakeCloud, video: Path) -> str:
    """Upload a video and let a worker finish it; the job's id."""
    job_id = start_video(page, cloud, video)
    cloud.complete(job_id, everything(cloud, job_id))
    return job_id


def measure_video(page: Page, cloud: FakeCloud, video: Path) -> tuple[str, tuple[Artifact, ...]]:
    """Upload a video and let a worker measure it, the overlay still to come; the job's id and its files so far."""
    job_id = start_video(page, cloud, video)
    early = measurements(cloud, job_id)
    cloud.report(job_id, Stage.OVERLAY, 0.8, early)
    return job_id, early


def offer_persons(page: Page, clip: Path) -> None:
    """Choose a video and the way of pointing at the person to follow; its picture is there."""
    page.click("#options > summary")
    page.choose_file("#video", clip)
    page.click("#who-point")
    page.until("() => document.querySelector('.who video').readyState >= 2")


def add_entry(page: Page, section: str, **values: str | bool) -> None:
    """Add an entry to a list of the form before the upload and fill it in."""
    page.click(f"#told-{section} .list > button")
    row = f"#told-{section} .row:last-child"
    for name, value in values.items():
        field = f"{row} [id$='-{name}']"
        if isinstance(value, bool):
            page.click(field)
        elif page.evaluate("selector => document.querySelector(selector).tagName", field) == "SELECT":
            page.select(field, value)
        else:
            page.fill(field, value)
