"""A built page, a browser and a fake cloud around it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.frontend.browser import Browser, Page, node
from tests.frontend.fake_cloud import FakeCloud
from tests.frontend.sample_results import overlay

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as `npm run build` makes it, in a folder of the test's own."""
    folder = tmp_path_factory.mktemp("page") / "dist"
    vite = ROOT / "node_modules/vite/bin/vite.js"
    command = [node(), str(vite), "build", "frontend", "--outDir", str(folder), "--logLevel", "error"]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; every visit is a fresh one."""
    with Browser() as running:
        yield running


@pytest.fixture
def cloud(dist: Path) -> Iterator[FakeCloud]:
    """The outside, empty and well."""
    with FakeCloud(dist) as running:
        yield running


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, cloud: FakeCloud) -> Iterator[Visit]:
    """Opens the page as a new visitor; at the end no visit may have broken the page's policy or thrown an error."""
    pages: list[Page] = []

    def open_page(path: str = "/", **options: object) -> Page:
        pages.append(browser.open(cloud.url + path, **options))  # type: ignore[arg-type]
        return pages[-1]

    yield open_page
    faults = [fault for page in pages for fault in page.errors()]
    for page in pages:
        page.close()
    assert faults == []


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A file that looks like a video to the page, which never decodes it."""
    path = tmp_path / "lifting boxes.mp4"
    path.write_bytes(bytes(range(256)) * 1200)
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Four seconds that the browser can show."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(overlay())
    return path
