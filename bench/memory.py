"""Peak memory of each phase against a video's length, in minutes instead of hours: `python -m bench.memory 1 5 20`.

Loops the sample as `bench.length` does, but small and at the tier's rate, so that no picture is decoded in vain, and
answers for the networks: each picture of the sample is looked at once, and every pass after the first gets the same
landmarks, kept as checkpoints. Then the worker's own command runs in a process of its own and goes on from them. Its
high-water mark is read and put back at every line it prints (Linux only). What a small picture saves is the same at any
length, so growth is true and the constant part is not: `bench.length` has that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from bench.length import loop_video, stage_told
from contract.job import JobOptions, Quality
from gpu_worker.checkpoints import FolderCheckpoints, fingerprint
from gpu_worker.pipeline import SAMPLE_HZ, Source, device_of, digest
from gpu_worker.pose.estimate import load_estimator
from gpu_worker.pose.estimator import Array, Detection, Hands, Image, Landmarks, PoseEstimator
from gpu_worker.pose.recorded import RecordedEstimator
from gpu_worker.pose.tracker import Tracker
from gpu_worker.settings import Settings
from gpu_worker.video.reader import open_video
from gpu_worker.video.writer import VideoWriter
from local.samples import ensure

LONG_SIDE = 480
"""Pixels of the looped picture."""
EVERY_FRAME_HZ = 30
"""Rate of a phone's video, for the tier that takes every frame."""
_FILE = re.compile(r"^wrote .*/[^/.]+\.([^/]+)$")


class Remembering:
    """Answers of an estimator, by picture: the one that comes again gets the answer that it got before."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self._people: dict[bytes, list[Detection]] = {}
        self._landmarks: dict[tuple[bytes, int], Landmarks] = {}

    def search(self, image: Image) -> list[Detection]:
        """See `PoseEstimator`."""
        key = _key(image)
        if key not in self._people:
            self._people[key] = self._estimator.search(image)
        return self._people[key]

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """See `PoseEstimator`; a region that moved a little counts as the same."""
        return [self._one(image, roi, number) for number, (image, roi) in enumerate(zip(images, rois, strict=True))]

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        """None."""
        return None

    def _one(self, image: Image, roi: Array, number: int) -> Landmarks:
        key = _key(image), number
        if key not in self._landmarks:
            (self._landmarks[key],) = self._estimator.landmarks([image], [roi])
        return self._landmarks[key]


def _key(image: Image) -> bytes:
    return hashlib.sha256(image.tobytes()).digest()


@dataclass(frozen=True)
class Run:
    """One analysis."""

    minutes: float
    peaks_mib: dict[str, float]
    """Phase or file -> largest resident set since the one before ended, in the order they ran."""


def small(source: Path, target: Path, rate_hz: float) -> None:
    """Write `source` forwards and backwards, `rate_hz` pictures a second, none larger than `LONG_SIDE`."""
    with open_video(source, source.name) as video:
        scale = LONG_SIDE / max(video.clip.width, video.clip.height)
        width, height = round(video.clip.width * scale), round(video.clip.height * scale)
        shown = [cv2.resize(frame.image, (width, height)) for frame in video.frames(rate_hz)]
    with VideoWriter(target, width, height, fps=rate_hz) as writer:
        for number, image in enumerate([*shown, *shown[-2:0:-1]]):
            writer.write(np.asarray(image, np.uint8), number / rate_hz)


def record(video: Path, options: JobOptions, networks: PoseEstimator, folder: Path, settings: Settings) -> None:
    """Keep the answers to a whole `video` as checkpoints of its analysis."""
    source = Source(video.name, lambda: video.open("rb"))
    made_with = fingerprint(digest(source), options, device_of(settings), settings.checkpoint_calls)
    kept = FolderCheckpoints(folder, made_with)
    tracker = Tracker(RecordedEstimator(networks, (), kept.keep, settings.checkpoint_calls))
    with open_video(video, video.name) as opened:
        for frame in opened.frames(SAMPLE_HZ[options.quality]):
            tracker.push(frame)


def analyse(video: Path, options: JobOptions, checkpoints: Path, out: Path) -> dict[str, float]:
    """Peak MiB of each phase of the worker's command. Raises RuntimeError with its last words where it fails."""
    command = [sys.executable, "-m", "gpu_worker", "analyse", str(video), "--quality", str(options.quality)]
    command += ["--checkpoints", str(checkpoints), "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told: list[str] = []
        peaks = dict(peaks_of(process.stderr, lambda: _peak_mib(process.pid), told))
    if process.returncode:
        raise RuntimeError("\n".join(told[-20:]))
    return peaks


def peaks_of(told: Iterable[str], peak_mib: Callable[[], float], kept: list[str]) -> Iterator[tuple[str, float]]:
    """Each phase with its peak, from what the worker tells: a stage when it begins, a file when it is written."""
    stage = "imports"
    for line in map(str.rstrip, told):
        kept.append(line)
        if begins := stage_told(line):
            yield stage, peak_mib()
            stage = begins
        elif written := _FILE.match(line):
            yield written[1], peak_mib()


def _peak_mib(pid: int) -> float:
    """The largest resident set of a process since the last call."""
    status = Path(f"/proc/{pid}/status").read_text()
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def lines(runs: Sequence[Run]) -> Iterator[str]:
    """A table, a line a phase and a column a length, last the growth from the first length to the last."""
    first, last = runs[0], runs[-1]
    yield f"{'phase':>14} " + " ".join(f"{run.minutes:6.0f} min" for run in runs) + "  MiB a minute"
    for name in first.peaks_mib:
        cells = " ".join(f"{run.peaks_mib.get(name, np.nan):10.0f}" for run in runs)
        yield f"{name:>14} {cells} {_growth(first, last, [name]):13.2f}"
    cells = " ".join(f"{max(run.peaks_mib.values()):10.0f}" for run in runs)
    yield f"{'all':>14} {cells} {_growth(first, last, first.peaks_mib):13.2f}"


def _growth(first: Run, last: Run, names: Iterable[str]) -> float:
    small, large = (max(run.peaks_mib.get(name, np.nan) for name in names) for run in (first, last))
    return (large - small) / (last.minutes - first.minutes) if last.minutes > first.minutes else np.nan


def main() -> None:
    """Measure every length asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", type=float, nargs="+", help="lengths to measure, shortest first")
    parser.add_argument("--quality", choices=list(Quality), default=Quality.LOW, type=Quality)
    chosen = parser.parse_args()
    settings = Settings.from_environment(os.environ)
    samples = ensure(settings.poloha_cache / "samples", lambda line: print(line, file=sys.stderr, flush=True))
    sample = next(sample for sample in samples if sample.name == "balancing")
    options = JobOptions(quality=chosen.quality)
    networks = Remembering(load_estimator(settings.poloha_cache / "models", settings.device))
    runs = []
    with tempfile.TemporaryDirectory() as scratch:
        once, video = Path(scratch) / "once.mp4", Path(scratch) / "long.mp4"
        small(sample.video, once, SAMPLE_HZ[chosen.quality] or EVERY_FRAME_HZ)
        for minutes in chosen.minutes:
            lasts = loop_video(once, video, minutes)
            record(video, options, networks, Path(scratch) / "checkpoints", settings)
            out = Path(scratch) / "results"
            runs.append(Run(lasts, analyse(video, options, Path(scratch) / "checkpoints", out)))
            print(f"{minutes:g} min: {max(runs[-1].peaks_mib.values()):.0f} MiB", file=sys.stderr, flush=True)
    print("\n".join(lines(runs)))


if __name__ == "__main__":
    main()
