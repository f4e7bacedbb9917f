"""However the local stack ends, nothing of it stays behind."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from local.edge import ROOT
from local.waiting import wait_until

PATIENCE_S = 120
PROGRAM = """
import signal, sys, time
from pathlib import Path
from local.client import Client
from local.stack import Stack, StackOptions

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
data, video = map(Path, sys.argv[1:])
with Stack(StackOptions(data)) as stack:
    client = Client(stack.url)
    client.put(client.create(video.name, video.stat().st_size, "video/mp4"), video)
    while not any(worker.jobs for worker in stack.runpod.workers()):
        time.sleep(0.1)
    print("working", flush=True)
    time.sleep(600)
"""


def _processes(mark: str) -> set[int]:
    """Every process whose environment holds `mark`; the dead that nobody has fetched yet have none."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.add(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_stays_behind(how: signal.Signals, tmp_path: Path, video: Path) -> None:
    mark = uuid.uuid4().hex
    data = tmp_path / mark  # the worker's HOME lies in there, so that its environment holds the mark, too
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(data), str(video)],
        cwd=ROOT,
        env={**os.environ, "MARK": mark},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == "working"
        assert len(_processes(mark)) >= 5
        program.send_signal(how)
        program.wait(PATIENCE_S)
    wait_until(lambda: not _processes(mark), PATIENCE_S, "all processes to end")
