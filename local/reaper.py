"""A watchman over child processes: when this process ends, however it ends, what it started ends too.

The watchman is a process of its own that holds the read end of a pipe. The pipe closes when this process exits, crashes
or is killed, and the watchman then kills every process group it still has on its list. It knows nothing else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

GRACE_S = 10.0


class Reaper:
    """Context manager. `watch` a process group after starting it, `release` it once it is gone."""

    def __init__(self) -> None:
        self._watchman: subprocess.Popen[str] | None = None

    def __enter__(self) -> Reaper:
        self._watchman = subprocess.Popen(
            [sys.executable, "-E", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watchman is not None and self._watchman.stdin is not None:
            self._watchman.stdin.close()
            self._watchman.wait()
        self._watchman = None

    def watch(self, group: int) -> None:
        """Kill process group `group` should this process end first."""
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """Forget `group`; its number may soon belong to somebody else."""
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        if self._watchman is None or self._watchman.stdin is None:
            raise RuntimeError("the reaper is not running")
        self._watchman.stdin.write(line + "\n")
        self._watchman.stdin.flush()


def kill_group(group: int, sig: signal.Signals = signal.SIGKILL) -> bool:
    """Signal a process group; False when nothing is left of it."""
    try:
        os.killpg(group, sig)
    except ProcessLookupError:
        return False
    return True


def stop_process(process: subprocess.Popen[bytes], grace_s: float = GRACE_S) -> None:
    """End a process that leads its own group: ask it, wait, then kill whatever is left of the group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
    kill_group(process.pid)
    process.wait()


def _watch_until_eof() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        kill_group(group)


if __name__ == "__main__":
    _watch_until_eof()
