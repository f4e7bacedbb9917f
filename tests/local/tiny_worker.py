"""An ordinary RunPod worker that knows nothing of the emulator; its job says how it behaves."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import runpod


def _work(wish: dict[str, Any], cancelled: threading.Event) -> None:
    end = time.monotonic() + wish.get("seconds", 600.0 if "until" in wish else 0.0)
    while time.monotonic() < end and not cancelled.is_set() and not Path(wish.get("until", "/nowhere")).exists():
        time.sleep(0.02)


async def handler(job: dict[str, Any]) -> dict[str, Any]:
    """Work for `seconds`, or until the file `until` exists; first leave a line in `journal`, if one is named."""
    wish = job["input"]
    if "journal" in wish:
        with Path(wish["journal"]).open("a") as journal:
            journal.write(f"{job['id']} {os.environ['RUNPOD_POD_ID']}\n")
    if wish.get("raises"):
        raise ValueError(wish["raises"])
    if wish.get("hangs"):
        time.sleep(wish["hangs"])
    cancelled = threading.Event()
    try:
        await asyncio.to_thread(_work, wish, cancelled)
    except asyncio.CancelledError:
        cancelled.set()
        raise
    return {"worker": os.environ["RUNPOD_POD_ID"]}


async def stream(job: dict[str, Any]) -> AsyncIterator[int]:
    """Yield `count` numbers."""
    for number in range(job["input"]["count"]):
        yield number


if __name__ == "__main__":
    together = int(os.environ.get("JOBS_TOGETHER", "1"))
    runpod.serverless.start(
        {
            "handler": stream if "STREAM" in os.environ else handler,
            "concurrency_modifier": lambda _: together,
            "return_aggregate_stream": True,
        }
    )
