"""Parts of the local stack, started for one test each."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from local.reaper import Reaper
from local.runpod import Emulator, Settings
from tests.local.endpoint import Endpoint

WORKER = Path(__file__).with_name("tiny_worker.py")


@pytest.fixture
def start_endpoint(tmp_path: Path) -> Iterator[Callable[..., Endpoint]]:
    """Start an emulated endpoint with a tiny worker; `environment` adds to the worker's, the rest are settings."""
    home = tmp_path / "home"
    home.mkdir()
    with ExitStack() as running:
        reaper = running.enter_context(Reaper())

        def start(environment: Mapping[str, str] = MappingProxyType({}), **settings: Any) -> Endpoint:
            chosen = Settings(
                **{
                    "worker_command": (sys.executable, "-u", str(WORKER)),
                    "worker_env": {"PATH": os.environ["PATH"], "HOME": str(home), **environment},
                    "log_dir": tmp_path / "logs",
                    "ping_interval_ms": 1000,
                    **settings,
                }
            )
            return Endpoint(running.enter_context(Emulator(chosen, reaper)))

        yield start
