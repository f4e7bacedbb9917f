"""What only a person knows, entered through the real page, and a finished job judged again by another load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.frontend.browser import Page

ENDED = "() => document.querySelector('.failure') !== null || document.querySelector('.again')?.checkVisibility()"


def _analysis(page: Page) -> dict[str, Any]:
    """The finished analysis behind the link that the page offers."""
    link = page.attribute("[data-kind='analysis.json']", "href")
    found: dict[str, Any] = page.evaluate("link => fetch(link).then((answer) => answer.json())", link)
    return found


def _mean_reba(analysis: dict[str, Any]) -> float:
    return float(next(side["mean"] for side in analysis["reba"]["sides"] if side["side"] == "worse"))


@pytest.mark.timeout(600)
def test_reader_enters_a_load_judges_again_with_another_and_sees_both_results(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    page.click("#told > summary")
    page.fill("#told-person-height_m", "175")
    page.click("#told-load .list > button")
    page.fill("#told-load .row [id$='-kg']", "3")
    page.click("button[type=submit]")
    page.until(ENDED)
    stack.check()
    page.see_no(".failure")
    parent = page.evaluate("() => location.hash")
    first = _analysis(page)
    assert (first["inputs"]["load"][0]["kg"], first["inputs"]["person"]["height_m"]) == (3, 1.75)

    page.click(".again > summary")
    assert page.evaluate("() => document.querySelector('#again-load .row input').value") == "3"
    page.click(".tilt > summary")
    page.see(".tilt [role=status]:has-text('estimated')")
    page.fill("#again-load .row [id$='-kg']", "18")
    page.click("#again-exclusions .list > button")
    for name, text in {"start_s": "0", "end_s": "0.5", "reason": "steps into the picture", "who": "Eva N."}.items():
        page.fill(f"#again-exclusions .row [id$='-{name}']", text)
    page.click(".again > .action > button")
    page.see(".family:has-text('Judges again')")
    page.until(ENDED)
    stack.check()
    page.see_no(".failure")
    second = _analysis(page)
    assert second["inputs"]["load"][0]["kg"] == 18
    assert second["inputs"]["exclusions"][0]["who"] == "Eva N."
    assert second["excluded_s"] > 0.3
    assert _mean_reba(second) > _mean_reba(first)
    page.screenshot(tmp_path / "again.png")

    page.click(".family a")
    page.see(".family:has-text('Judged again on') a")
    page.see(".zone-part[data-part=trunk]")
    assert page.evaluate("() => location.hash") == parent
    assert _analysis(page) == first
