"""One stack for all system tests; every test uses jobs of its own."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest

from local import samples
from local.client import Client, Created, View, Watch
from local.edge import ROOT
from local.stack import Stack, StackOptions
from local.waiting import wait_until
from tests.frontend.browser import Browser, Page
from tests.system.crossing import Crossing

PATIENCE_S = 240
"""How long a reader waits for an analysis."""
ENDED = "() => document.querySelector('.failure') !== null || document.querySelector('.again')?.checkVisibility()"
"""The page shows that a job has ended, for better or worse."""


@dataclass
class Recorder(urllib.request.BaseHandler):
    """Keeps everything the client receives, headers and bodies."""

    received: list[bytes] = field(default_factory=list)

    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        body = response.read()
        self.received.append(str(response.headers).encode() + body)
        response.fp = BufferedReader(BytesIO(body))
        response.length = len(body)
        response.chunked = False
        return response


@dataclass(frozen=True)
class Finished:
    """A real video that went the whole way, and everything its owner received of it."""

    created: Created
    watch: Watch
    view: View
    folder: Path
    asked_while_watching: dict[str, int]
    received: list[bytes]

    def file(self, ending: str) -> Path:
        """The fetched result with this ending."""
        return next(file for file in self.folder.iterdir() if file.name.endswith(ending))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running; workers stay warm and show their progress often."""
    options = StackOptions(
        tmp_path_factory.mktemp("stack"),
        worker_env={"STATUS_INTERVAL_S": "0.2", "CLOSING_INTERVAL_S": "0"},
        runpod={"idle_timeout_s": 600.0, "max_workers": 2},
    )
    with Stack(options) as running:
        yield running


@pytest.fixture
def client(stack: Stack) -> Client:
    return Client(stack.url)


@pytest.fixture(scope="session")
def video() -> Path:
    """1.7 s of one person."""
    return samples.ensure(ROOT / ".cache/samples")[0].video


@pytest.fixture(scope="session")
def page(stack: Stack, video: Path) -> Iterator[Page]:
    """The real page in Chromium, its storage on another origin, which has followed the short video to its end.

    The reader entered a height of 175 cm and a load of 3 kg. At the end the page may not have thrown an error or broken
    its policy.
    """
    with Crossing(stack.url) as crossing, Browser() as browser:
        opened = browser.open(crossing.page_url, patience_s=PATIENCE_S)
        opened.choose_file("#video", video)
        opened.click("#options > summary")
        opened.click("#quality-low")
        opened.click("#told > summary")
        opened.fill("#told-person-height_m", "175")
        opened.click("#told-load .list > button")
        opened.fill("#told-load .row [id$='-kg']", "3")
        opened.click("button[type=submit]")
        opened.see("[aria-current=step]")
        opened.until(ENDED)
        stack.check()
        opened.see_no(".failure")
        yield opened
        assert opened.errors() == []


@pytest.fixture(scope="session")
def finished(stack: Stack, video: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The short video, sent to a sleeping endpoint and fetched once."""
    stack.runpod.scale_down()
    wait_until(lambda: not stack.runpod.workers(), 60, "the endpoint to sleep")
    recorder = Recorder()
    client = Client(stack.url, urllib.request.build_opener(urllib.request.ProxyHandler({}), recorder))
    created = client.create(video.name, video.stat().st_size, "video/mp4")
    client.put(created, video)
    watch = client.watch(created, check=stack.check)
    asked = dict(client.asked)
    view = client.view(created)
    folder = tmp_path_factory.mktemp("results")
    for link in view.artifacts:
        client.fetch(link, folder / link.name)
    return Finished(created, watch, view, folder, asked, recorder.received)
