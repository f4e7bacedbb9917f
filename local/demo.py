"""Sends videos the whole way through the system on this machine: `scripts/demo [VIDEO...]`."""

from __future__ import annotations

import argparse
import json
import mimetypes
import shutil
import signal
import sys
import tempfile
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from contract import keys
from contract.job import JobState
from local import samples
from local.client import Client, Created, Refused, Unreachable, Watch
from local.edge import ROOT, EdgeFailed
from local.samples import SamplesUnavailable
from local.stack import Stack, StackFailed, StackOptions
from local.terminal import Outcome, Ticker, size, summary

SAMPLES = ROOT / ".cache/samples"
LOCAL = ROOT / ".local"
FRESH_S = 60


class NothingToSend(Exception):
    """A named video is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; returns the exit status: 0 only when every video ended with all its results."""
    given = _arguments(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(given)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    except (NothingToSend, SamplesUnavailable, StackFailed, EdgeFailed, FileNotFoundError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def _run(given: argparse.Namespace) -> int:
    start: Path = given.start
    videos = _videos([start / video for video in given.videos])
    out = start / given.out if given.out else ROOT / "results"
    _forget_old_runs()
    LOCAL.mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(dir=LOCAL, prefix="demo-"))
    print("Starting edge, storage, queues and the RunPod emulator …", flush=True)
    try:
        with Stack(StackOptions(data)) as stack:
            outcomes = _send_all(stack, videos, out)
            print(summary(outcomes, start), flush=True)
            if given.keep or given.open:
                _keep(stack, given.open)
    except KeyboardInterrupt:
        shutil.rmtree(data)
        raise
    if all(outcome.completed for outcome in outcomes):
        shutil.rmtree(data)
        return 0
    print(f"\nNot every video was completed. Logs: {data / 'logs'}", file=sys.stderr)
    return 1


def _send_all(stack: Stack, videos: Sequence[Path], out: Path) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for video in videos:
        taken = {outcome.folder.name for outcome in outcomes}
        name, copies = keys.stem(video.name), 1
        while (folder := out / (name if copies == 1 else f"{name}-{copies}")).name in taken:
            copies += 1
        outcome = Outcome(video, folder)
        outcomes.append(outcome)
        print(f"\n{video.name}, {size(video)}", flush=True)
        started, ticker = time.monotonic(), Ticker()
        try:
            _send(stack, outcome, ticker)
        except (Refused, Unreachable) as problem:
            outcome.problem = str(problem)
        outcome.seconds = time.monotonic() - started
        ticker.end()
    return outcomes


def _send(stack: Stack, outcome: Outcome, ticker: Ticker) -> None:
    """One video, as the page does it: announce, put, watch, fetch. Raises Refused, Unreachable or StackFailed."""
    client, video = Client(stack.url), outcome.video
    content_type = mimetypes.guess_type(video.name)[0] or "application/octet-stream"
    ticker.phase("uploading")
    created = client.create(video.name, video.stat().st_size, content_type)
    client.put(created, video)
    outcome.watch = client.watch(created, ticker.status, stack.check)
    last = outcome.watch.last
    if last.failure is not None:
        outcome.problem = f"{last.failure.code}: {last.failure.message}"
    elif last.state is JobState.COMPLETED:
        _fetch(client, created, outcome)
        ticker.phase(f"completed, {len(outcome.files)} files fetched")


def _fetch(client: Client, created: Created, outcome: Outcome) -> None:
    outcome.folder.mkdir(parents=True, exist_ok=True)
    for link in client.view(created).artifacts:
        target = outcome.folder / link.name
        client.fetch(link, target)
        if target.stat().st_size != link.bytes:
            outcome.problem = f"{link.name}: {target.stat().st_size} bytes came, {link.bytes} were announced"
        outcome.files.append(target)
    if outcome.watch is not None:
        target = outcome.folder / f"{keys.stem(outcome.video.name)}.history.json"
        target.write_text(_history(outcome.watch))
        outcome.files.append(target)


def _history(watch: Watch) -> str:
    """Every version of the status object that was seen, as JSON."""
    seen = [status.model_dump(mode="json") for status in watch.history]
    return json.dumps(seen, indent=1, ensure_ascii=False) + "\n"


def _videos(named: Sequence[Path]) -> list[Path]:
    if named:
        for video in named:
            if not video.is_file():
                raise NothingToSend(f"There is no video {video}")
        return [video.resolve() for video in named]
    found = samples.ensure(SAMPLES)
    for sample in found:
        print(f"Sample {sample.video.name}: from {sample.source}, BSD-3-Clause", flush=True)
    return [sample.video for sample in found]


def _keep(stack: Stack, open_page: bool) -> None:
    try:
        print(f"\nThe page: {stack.url}   Ctrl-C ends it.", flush=True)
        if open_page:
            webbrowser.open(stack.url)
        while True:
            stack.check()
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)


def _forget_old_runs() -> None:
    """Remove what runs that failed have left for reading; one that goes on holds its lock, or has only just begun."""
    for old in LOCAL.glob("demo-*"):
        if time.time() - old.stat().st_mtime > FRESH_S and not Stack.in_use(old):
            shutil.rmtree(old, ignore_errors=True)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("videos", nargs="*", metavar="VIDEO", help="two samples where none is named")
    parser.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    parser.add_argument("--open", action="store_true", help="the same, and open the page in a browser")
    parser.add_argument("--out", metavar="DIR", help="where results go; results/ of this checkout if not named")
    parser.add_argument("--from", dest="start", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
