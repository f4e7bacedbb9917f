"""Nothing that the local stack starts outlives it."""

import os
import signal
import subprocess
import sys

from local.waiting import wait_until

PARENT = """
import subprocess, sys
from local.reaper import Reaper
with Reaper() as reaper:
    def start():
        child = subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600"], start_new_session=True)
        reaper.watch(child.pid)
        return child.pid
    kept, released = start(), start()
    reaper.release(released)
    print(kept, released, flush=True)
    sys.stdin.read()
"""


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_whole_process_groups_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    kept, released = map(int, parent.stdout.readline().split())
    try:
        assert _alive(kept)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_until(lambda: not _alive(kept), 30, "the group to end")
        assert _alive(released)
    finally:
        os.killpg(released, signal.SIGKILL)
        parent.communicate()
