"""A real clip through the real page, in Chromium, with the storage on another origin."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.stack import Stack
from tests.frontend.browser import Page


@pytest.mark.timeout(480)
def test_reader_uploads_a_clip_watches_it_finish_and_plays_the_overlay(
    page: Page, stack: Stack, video: Path, tmp_path: Path
) -> None:
    page.until("() => document.querySelector('.player video[src]') !== null")
    page.see_no(".progress")
    page.until("() => document.querySelector('.player video').readyState >= 2")
    page.evaluate("() => document.querySelector('.player video').play()")
    page.until("() => document.querySelector('.player video').currentTime > 0.5")
    # The clip lasts seconds, too little for more than an indication.
    assert "indicative only" in page.see(".verdict-category")
    assert "1 / 2" in page.see(".law-rows")
    assert "%" in page.see(".zone-part[data-part=trunk]")
    page.until("() => document.querySelector('.curve').getAttribute('d').length > 40")
    name, table = page.download("[data-kind='angles.csv']")
    assert name == f"{video.stem}.angles.csv"
    assert "trunk_flexion_deg" in table.read_text()

    page.reload()
    page.see(".zones")
    page.screenshot(tmp_path / "results.png")
    responses, found = page.received(list(stack.secrets))
    assert responses > 10
    assert found == []
