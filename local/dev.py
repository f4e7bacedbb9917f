"""Runs the whole system on this machine until Ctrl-C: `scripts/dev`."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import threading

from local.edge import ROOT, EdgeFailed
from local.stack import Stack, StackFailed, StackOptions

DATA = ROOT / ".local/dev"
IDLE_TIMEOUT_S = 300.0


def main() -> int:
    """Serve until interrupted; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/dev", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="start with an empty bucket")
    parser.add_argument("--port", type=int, default=8788, help="the page's port; 8788 if not named")
    given = parser.parse_args()
    ended = threading.Event()
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interrupt, lambda *_: ended.set())
    if given.fresh and not Stack.in_use(DATA):
        shutil.rmtree(DATA, ignore_errors=True)
    print("Starting edge, storage, queues and the RunPod emulator …", flush=True)
    try:
        with Stack(StackOptions(DATA, port=given.port, runpod={"idle_timeout_s": IDLE_TIMEOUT_S})) as stack:
            print(f"\n  The page:  {stack.url}\n  Logs:      {stack.logs}\n\nCtrl-C ends it.", flush=True)
            while not ended.wait(1):
                stack.check()
            print("\nStopping …", flush=True)
    except (StackFailed, EdgeFailed, FileNotFoundError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
