"""The emulator on its own: `python -m local.runpod --port 8090 -- python -u -m gpu_worker`."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path

from local.reaper import Reaper
from local.runpod.emulator import Emulator
from local.runpod.settings import Settings


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m local.runpod", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--endpoint", default="local")
    parser.add_argument("--max-workers", type=int, default=1)
    parser.add_argument("--idle-timeout", type=float, default=5.0, metavar="SECONDS")
    parser.add_argument("--time-scale", type=float, default=1.0, help="how long a second of the platform lasts")
    parser.add_argument("--log-dir", type=Path, default=Path(".local/logs"))
    parser.add_argument("worker", nargs="+", help="the worker's command line, after --")
    given = parser.parse_args()
    settings = Settings(
        worker_command=tuple(given.worker),
        worker_env=dict(os.environ),
        log_dir=given.log_dir,
        port=given.port,
        endpoint=given.endpoint,
        max_workers=given.max_workers,
        idle_timeout_s=given.idle_timeout,
        time_scale=given.time_scale,
    )
    ended = threading.Event()
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interrupt, lambda *_: ended.set())
    with Reaper() as reaper, Emulator(settings, reaper) as emulator:
        print(f"{emulator.url}/v2/{settings.endpoint}  key {settings.api_key}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
