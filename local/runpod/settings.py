"""What an emulated endpoint is configured with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MAX_RUN_BYTES = 10 << 20
MAX_RUNSYNC_BYTES = 20 << 20
MAX_OUTPUT_BYTES = 20 << 20
WEBHOOK_TRIES = 3
WEBHOOK_PAUSE_S = 10.0
KEEP_RESULT_S = 1800.0
KEEP_SYNC_RESULT_S = 60.0


@dataclass(frozen=True)
class Settings:
    """Durations are real seconds; those a request or RunPod's documentation fixes last `time_scale` as long.

    `worker_command` is started for every worker; `worker_env` and RunPod's own variables are its whole environment.
    """

    worker_command: tuple[str, ...]
    worker_env: Mapping[str, str]
    log_dir: Path
    worker_dir: Path = field(default_factory=Path.cwd)
    host: str = "127.0.0.1"
    port: int = 0
    endpoint: str = "local"
    api_key: str = "rpa_local"
    worker_key: str = "rpw_local"
    min_workers: int = 0
    max_workers: int = 1
    idle_timeout_s: float = 5.0
    stop_grace_s: float = 10.0
    start_timeout_s: float = 180.0
    silence_s: float = 60.0
    long_poll_s: float = 25.0
    ping_interval_ms: int = 10_000
    redeliveries: int = 1
    time_scale: float = 1.0
    tick_s: float = 0.1

    def scaled(self, seconds: float) -> float:
        """How long a duration of the platform lasts here, in real seconds."""
        return seconds * self.time_scale
