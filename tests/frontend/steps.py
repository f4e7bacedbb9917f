"""Steps that many tests share."""

from __future__ import annotations

from pathlib import Path

from tests.frontend.browser import Page
from tests.frontend.fake_cloud import FakeCloud


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
