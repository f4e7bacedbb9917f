"""What each quality tier costs and how good it is: `python -m bench.tiers`.

Cost: the worker's command on a looped 1080p sample of 30 frames a second, per second of video. Accuracy: takes of the
scoring split rendered at 30 frames a second; each tier looks at its own part of them and is compared with the truth in
the frames it looked at, and its time in the original zones with that of the truth in every frame.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.length import analyse, loop_video, thinned
from bench.rendering import Filming, takes
from contract.inputs import Inputs
from contract.job import Quality
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.zones import original_zones
from gpu_worker.body.gravity import to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.solver import fit
from gpu_worker.pipeline import SAMPLE_HZ
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.pose.estimator import PoseEstimator
from gpu_worker.settings import Settings
from gpu_worker.verdict import measure
from gpu_worker.video.clip import Frame
from local.samples import ensure

_FPS = 30.0
_SIGNALS = {
    "trunk": ("trunk_flexion",),
    "neck": ("neck_flexion",),
    "arm": ("arm_elevation_gravity_left", "arm_elevation_gravity_right"),
    "elbow": ("elbow_flexion_left", "elbow_flexion_right"),
    "knee": ("knee_flexion_left", "knee_flexion_right"),
}


@dataclass(frozen=True)
class Cost:
    """What a second of video costs."""

    cpu_s: float
    """Processor seconds, all threads."""
    wall_s: float


@dataclass(frozen=True)
class Accuracy:
    """One tier on one take."""

    errors_deg: dict[str, float]
    """Mean absolute error by angle."""
    zone_points: float
    """Largest difference of any original zone's share of time, percentage points."""


def sampled(frames: Iterable[Frame], rate_hz: float | None) -> Iterator[Frame]:
    """One frame of each slot of 1 / `rate_hz` seconds, as the video reader chooses."""
    last = -1
    for frame in frames:
        slot = frame.index if rate_hz is None else int(np.floor(frame.time_s * rate_hz + 0.05))
        if slot > last:
            last = slot
            yield frame


def accuracy(filming: Filming, frames: list[Frame], quality: Quality, estimator: PoseEstimator, body: Body) -> Accuracy:
    """One tier's angles, true gravity, against the truth."""
    truth = filming.truth
    track = fit(estimate(sampled(frames, SAMPLE_HZ[quality]), filming.clip, estimator), body)
    motion = to_motion(
        track, truth.gravity, quality=quality, video_name=filming.take.name, video_sha256="",
        video_frames=len(frames), video_duration_s=filming.take.seconds,
    )  # fmt: skip
    found, true = measure(motion, Inputs()), angles(truth.motion(), smoothed=False)
    errors = {
        name: float(np.mean([_error(found, true, signal) for signal in signals])) for name, signals in _SIGNALS.items()
    }
    return Accuracy(errors, _zone_points(found, true))


def _error(found: AngleSeries, true: AngleSeries, signal: str) -> float:
    values: NDArray[np.float64] = found.signals[signal] - true.signals[signal][found.frame_index]
    return float(np.nanmean(np.abs(values)))


def _zone_points(found: AngleSeries, true: AngleSeries) -> float:
    pairs = zip(original_zones(found).parts, original_zones(true).parts, strict=True)
    return max(
        abs(mine.percent - theirs.percent)
        for one, other in pairs
        for mine, theirs in zip(one.zones, other.zones, strict=True)
    )


def cost(video: Path, minutes: float, quality: Quality, out: Path) -> Cost:
    """The whole command, results and overlay included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = analyse(video, minutes, quality, out)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s / (60 * minutes), run.seconds / (60 * minutes))


def table(costs: dict[Quality, Cost], scored: dict[Quality, list[Accuracy]]) -> str:
    """A line a tier."""
    lines = [f"{'tier':8}{'CPU s/s':>8}{'s/s':>6} " + "".join(f"{name:>8}" for name in _SIGNALS) + "   zones, points"]
    for quality, spent in costs.items():
        rows = scored[quality]
        errors = "".join(f"{np.mean([row.errors_deg[name] for row in rows]):7.1f}°" for name in _SIGNALS)
        zones = float(np.mean([row.zone_points for row in rows]))
        lines.append(f"{quality:8}{spent.cpu_s:8.2f}{spent.wall_s:6.2f} {errors}{zones:10.1f}")
    return "\n".join(lines)


def main() -> None:
    """Measure every tier and print the table; `--json` keeps every take's row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.5, help="length of the video for the cost")
    parser.add_argument("--per-family", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    cache = Settings().poloha_cache
    costs: dict[Quality, Cost] = {}
    with tempfile.TemporaryDirectory() as scratch:
        once, video = Path(scratch) / "once.mp4", Path(scratch) / "video.mp4"
        thinned(ensure(cache / "samples", print)[0].video, once, int(_FPS))
        minutes = loop_video(once, video, chosen.minutes)
        for quality in Quality:
            costs[quality] = cost(video, minutes, quality, Path(scratch) / quality)
    body, scored = load_body(None), {quality: list[Accuracy]() for quality in Quality}
    plain, mirrored = (load_estimator(cache / "models", mirrored=both) for both in (False, True))
    for take in takes("scoring", chosen.per_family, chosen.seconds):
        filming = Filming(replace(take, fps=_FPS), body)
        frames = list(filming.frames())
        for quality in Quality:
            estimator = mirrored if quality is Quality.ULTRA else plain
            scored[quality].append(accuracy(filming, frames, quality, estimator, body))
        print(f"{take.name} done", flush=True)
    print(table(costs, scored))
    if chosen.json:
        rows = {q: {"cost": asdict(costs[q]), "takes": [asdict(row) for row in scored[q]]} for q in Quality}
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
