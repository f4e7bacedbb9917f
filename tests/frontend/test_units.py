"""Runs the unit tests of the page's pure modules with Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.frontend.browser import node

UNITS = sorted((Path(__file__).parent / "unit").glob("*.test.js"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name.removesuffix(".test.js"))
def test_pure_modules(unit: Path) -> None:
    run = subprocess.run([node(), "--test", str(unit)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
