"""The Worker on this machine outlives neither its user nor loses what it stored."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from local import worker_bundle
from local.edge import ROOT, Edge
from local.waiting import wait_until
from tests.edge.outside import PATIENCE_S

VARIABLES = {
    "RUNPOD_API_BASE": "http://127.0.0.1:9",
    "RUNPOD_ENDPOINT_ID": "endpoint",
    "RUNPOD_API_KEY": "key",
    "LINK_KEYS": "a-secret-of-16-characters",
}
SCRIPT = """
import os, signal, sys
from pathlib import Path
from local.edge import Edge
from tests.edge.test_local_edge import VARIABLES
folder = Path(sys.argv[1])
with Edge(VARIABLES, persist=folder / "state", assets=folder) as edge:
    edge.objects.put("kept/é", b"content")
    print(edge.process_group, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
STARTING = """
import os, signal, sys
from pathlib import Path
from local.edge import Edge
from tests.edge.test_local_edge import VARIABLES
class Interrupted(Edge):
    def _answer(self):
        print(self.process_group, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
with Interrupted(VARIABLES, assets=Path(sys.argv[1]), port=int(sys.argv[2])):
    pass
"""


def test_a_killed_user_leaves_no_process_behind_and_finds_everything_again(tmp_path: Path) -> None:
    worker_bundle.ensure(ROOT)
    (tmp_path / "index.html").write_text("<title>the page</title>")
    group = group_of_killed(SCRIPT, str(tmp_path))
    wait_until(lambda: not alive(group), PATIENCE_S, "the Worker's processes to end")
    with Edge(VARIABLES, persist=tmp_path / "state", assets=tmp_path) as edge:
        assert edge.objects.get("kept/é") == b"content"
        group = edge.process_group
    wait_until(lambda: not alive(group), PATIENCE_S, "the Worker's processes to end")


def test_a_user_killed_while_the_worker_starts_leaves_no_process_behind(tmp_path: Path) -> None:
    """On a port that is taken the start never ends by itself."""
    worker_bundle.ensure(ROOT)
    (tmp_path / "index.html").write_text("<title>the page</title>")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        group = group_of_killed(STARTING, str(tmp_path), str(taken.getsockname()[1]))
        wait_until(lambda: not alive(group), PATIENCE_S, "the Worker's processes to end")


def group_of_killed(script: str, *arguments: str) -> int:
    """The process group of the Worker that `script` started before it killed itself."""
    search = os.pathsep.join((str(ROOT), str(ROOT / "edge")))
    killed = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": search},
        stdout=subprocess.PIPE, text=True, timeout=240, check=False,
    )  # fmt: skip
    return int(killed.stdout)


def alive(group: int) -> bool:
    """Whether any process of the group still runs; one that has ended may stay listed until init takes note."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = [line.split() for line in listed.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in found)
