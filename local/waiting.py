"""Waiting for a condition instead of for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE_S = 0.05
T = TypeVar("T")


def wait_until(look: Callable[[], T], timeout_s: float, what: str) -> T:
    """Look again and again until what is seen is true, and return it. Raises TimeoutError, naming `what` was missed."""
    end = time.monotonic() + timeout_s
    while not (seen := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout_s:g} s for {what}")
        time.sleep(PAUSE_S)
    return seen
