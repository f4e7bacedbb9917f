"""Asks the page's own modules, without a browser, for tests that compare them with the other tiers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.frontend.browser import node

READ = Path(__file__).with_name("read.mjs")


def ask_page(*question: str) -> Any:
    """What the page's modules answer to a command of `read.mjs`."""
    run = subprocess.run([node(), str(READ), *question], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)
