"""How fast reading and the pose stage are, stage by stage, on a real clip.

    python bench/pose_speed.py VIDEO [--device cpu] [--threads 2] [--rate 12] [--json FILE]

Prints milliseconds of wall clock and of processor time a call (the second is what counts on a busy machine), and how
often it runs a second, then the whole stage against the length of the video.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from gpu_worker.pose import roi
from gpu_worker.pose.blazepose import BlazePose
from gpu_worker.pose.estimate import estimate
from gpu_worker.pose.weights import ensure
from gpu_worker.settings import Settings
from gpu_worker.video.clip import Frame
from gpu_worker.video.reader import open_video


@dataclass(frozen=True)
class Timing:
    """One stage; milliseconds for each call."""

    stage: str
    calls: int
    wall_ms: float
    processor_ms: float

    @property
    def per_second(self) -> float:
        """Calls a second by the wall clock."""
        return 1000 / self.wall_ms if self.wall_ms else float("inf")


def measure(stage: str, calls: int, work: Callable[[], object]) -> Timing:
    """Time `work`, which does `calls` calls."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Timing(stage, calls, 1000 * wall / calls, 1000 * processor / calls)


def decode(video: Path, rate_hz: float) -> tuple[list[Timing], list[Frame]]:
    """Decode everything, once without and once with turning the sampled frames into RGB."""
    kept: list[Frame] = []

    def read(rate: float) -> int:
        kept.clear()
        with open_video(video, video.name) as reader:
            for frame in reader.frames(rate):
                if len(kept) < 24:
                    kept.append(frame)
        return reader.decoded

    count = read(rate_hz)
    timings = [measure("decode, frame", count, lambda: read(0.01))]
    timings.append(measure(f"decode and sample at {rate_hz:g} Hz, frame", count, lambda: read(rate_hz)))
    return timings, kept


def stages(pose: BlazePose, frames: list[Frame]) -> list[Timing]:
    """The pose stage's parts, each on the frames given."""
    images = [f.image for f in frames]
    found = pose.search(images[0])
    region = found[0].roi if found else np.array([images[0].shape[1] / 2, images[0].shape[0] / 2, 500.0, 0.0])
    person = pose.landmarks(images[:1], [region])[0]
    count = len(images)
    return [
        measure("detector, whole picture", count, lambda: [pose.detect([i]) for i in images]),
        measure("search in tiles", 4, lambda: [pose.search(i) for i in images[:4]]),
        measure("crop", count, lambda: [roi.crop(i, region, 256) for i in images]),
        measure("landmarks, one person", count, lambda: [pose.landmarks([i], [region]) for i in images]),
        measure("landmarks in a batch of 8, person", 8, lambda: pose.landmarks(images[:8], [region] * len(images[:8]))),
        measure("both hands", count, lambda: [pose.hands(i, person) for i in images]),
    ]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rate", type=float, default=12.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    pose = BlazePose.load(ensure(Settings().poloha_cache / "models"), chosen.device, chosen.threads, hands=True)
    bare = BlazePose.load(ensure(Settings().poloha_cache / "models"), chosen.device, chosen.threads)
    timings, frames = decode(chosen.video, chosen.rate)
    timings += stages(pose, frames)
    with open_video(chosen.video, chosen.video.name) as reader:
        clip = reader.clip
        sampled = reader.frames(chosen.rate)
        whole = measure("decode and estimate, whole clip", 1, lambda: estimate(sampled, clip, bare))
    print(f"{'stage':42} {'wall ms':>9} {'cpu ms':>9} {'per s':>8}")
    for t in [*timings, whole]:
        print(f"{t.stage:42} {t.wall_ms:9.1f} {t.processor_ms:9.1f} {t.per_second:8.1f}")
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = whole.wall_ms / 1000 / clip.duration_s
    print(
        f"{clip.width}x{clip.height}, {clip.duration_s:.1f} s: {ratio:.2f} x the clip's length; peak {peak_mib:.0f} MiB"
    )
    if chosen.json:
        facts = {"video": asdict(clip), "device": chosen.device, "threads": chosen.threads, "rate_hz": chosen.rate}
        result = {**facts, "stages": [asdict(t) for t in [*timings, whole]], "ratio": ratio, "peak_mib": peak_mib}
        chosen.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
