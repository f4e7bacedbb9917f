"""Chromium for tests: a thin Python face of `driver.mjs`, which holds the browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

DRIVER = Path(__file__).with_name("driver.mjs")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


class BrowserError(Exception):
    """What the browser could not do, in its own words."""


def node() -> str:
    """The environment's Node, which setup installs beside Python."""
    beside = Path(sys.executable).with_name("node")
    return str(beside) if beside.exists() else (shutil.which("node") or "node")


class Browser:
    """A running Chromium. Context manager; ends with the block."""

    def __enter__(self) -> Browser:
        self._process = subprocess.Popen(
            [node(), str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if key != "NODE_OPTIONS"},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()

    def open(
        self,
        url: str,
        *,
        language: str = "en-GB",
        dark: bool = False,
        phone: bool = False,
        still: bool = True,
        patience_s: float = 20,
    ) -> Page:
        """A fresh visitor at `url`, with nothing remembered."""
        options = {
            "locale": language,
            "colorScheme": "dark" if dark else "light",
            "viewport": PHONE if phone else DESK,
            "hasTouch": phone,
            "isMobile": phone,
            "patience": round(patience_s * 1000),
            "reducedMotion": "reduce" if still else "no-preference",
        }
        return Page(self, self.ask("open", url=url, **options))

    def ask(self, command: str, **parameters: Any) -> Any:
        """Send one command and return its value. Raises BrowserError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **parameters}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BrowserError("the browser has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(f"{command} {parameters.get('selector', '')}: {answer['error']}")
        return answer["value"]


class Page:
    """One tab. Selectors are Playwright's; everything waits until it can be done."""

    def __init__(self, browser: Browser, number: int) -> None:
        self._browser, self._number = browser, number

    def _ask(self, command: str, **parameters: Any) -> Any:
        return self._browser.ask(command, page=self._number, **parameters)

    def _locate(self, selector: str, method: str, *args: Any) -> Any:
        return self._ask("locate", selector=selector, method=method, args=args)

    def goto(self, url: str) -> None:
        """Go to an address."""
        self._ask("goto", url=url)

    def reload(self) -> None:
        """Load the page again, as a reader would."""
        self._ask("reload")

    def click(self, selector: str) -> None:
        """Click what `selector` names."""
        self._locate(selector, "click")

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._locate(selector, "fill", text)

    def press(self, selector: str, key: str) -> None:
        """Press a key while `selector` has the focus."""
        self._locate(selector, "press", key)

    def click_at(self, selector: str, x: float, y: float) -> None:
        """Click at fractions of the width and height of what `selector` names."""
        self._locate(selector, "scrollIntoViewIfNeeded")
        box = self._locate(selector, "boundingBox")
        position = {"x": x * box["width"], "y": y * box["height"]}
        self._locate(selector, "click", {"position": position})

    def drag(self, selector: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag between two places, fractions of the width and height of what `selector` names."""
        self._ask("drag", selector=selector, start=start, end=end)

    def select(self, selector: str, value: str) -> None:
        """Choose an entry of a list by its value."""
        self._locate(selector, "selectOption", value)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file as from the system's dialog."""
        self._locate(selector, "setInputFiles", str(path))

    def see(self, selector: str) -> str:
        """Wait until `selector` is visible; its text."""
        self._locate(selector, "waitFor", {"state": "visible"})
        return str(self._locate(selector, "innerText"))

    def see_no(self, selector: str) -> None:
        """Wait until `selector` is gone or hidden."""
        self._locate(selector, "waitFor", {"state": "hidden"})

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute's value."""
        value = self._locate(selector, "getAttribute", name)
        return None if value is None else str(value)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a JavaScript function in the page."""
        return self._ask("evaluate", script=script, argument=argument)

    def until(self, script: str, argument: Any = None) -> None:
        """Wait until a JavaScript function in the page gives something true."""
        self._ask("until", script=script, argument=argument)

    def download(self, selector: str) -> tuple[str, Path]:
        """Click a link that downloads; the suggested name and where the file lies."""
        found = self._ask("download", selector=selector)
        return found["name"], Path(found["path"])

    def hold(self, selector: str) -> None:
        """Press the mouse button on what `selector` names, and keep it down."""
        self._ask("hold", selector=selector)

    def release(self) -> tuple[str, Path]:
        """Let the mouse button go over a link that downloads; the suggested name and where the file lies."""
        found = self._ask("release")
        return found["name"], Path(found["path"])

    def screenshot(self, path: Path) -> None:
        """The whole page as a PNG."""
        self._ask("screenshot", path=str(path))

    def theme(self, *, dark: bool) -> None:
        """Let the reader's system change its colours."""
        self._ask("theme", dark=dark)

    def audit(self, *, colours: bool = False) -> list[str]:
        """What axe-core holds against the page (WCAG A and AA), or against its colours alone, one line each."""
        return list(self._ask("audit", colours=colours))

    def errors(self) -> list[str]:
        """Uncaught errors and breaches of the Content-Security-Policy so far."""
        return list(self._ask("errors"))

    def received(self, needles: list[str]) -> tuple[int, list[str]]:
        """How many responses came, and which needles were in one of them."""
        answer = self._ask("received", needles=needles)
        return answer["responses"], answer["found"]

    def close(self) -> None:
        """End the visit."""
        self._ask("close")
