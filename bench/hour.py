"""Processor time of an hour of video after body recovery: `python -m bench.hour [--tier medium high …]`.

One person works for an hour (the key poses of `bench.fit_scenes`, a pose every few seconds, with errors like a
detector's and stretches out of sight). For each tier a fresh process with one thread measures `angles`, `analyse` and
`assess`, once cold and once again, in seconds of processor time, and prints a digest of all three results: two versions
of the program that print the same digests give the same results.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from scipy.signal import lfilter  # type: ignore[import-untyped]

from bench.fit_scenes import SCORING, TUNING, poses
from bench.people import forward
from contract.inputs import ShiftInputs
from contract.job import Quality
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.body import rotation
from gpu_worker.body.model import Body, load_body
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.assess import assess
from gpu_worker.motion import Gravity, Motion
from gpu_worker.pipeline import SAMPLE_HZ

Array = NDArray[np.float64]
Result = TypeVar("Result")

CYCLE_S = 36.0
"""One pass through the key poses of a family of work."""
ERROR_DEG, ERROR_S, JITTER_DEG = 4.0, 1.5, 1.0
"""Slow errors of every joint with their time constant, and new ones in every frame."""
EVERY_FRAME_HZ = 30.0
"""Rate of a phone's video, for the tier that takes every frame."""
AWAY_EVERY_S, AWAY_S = 300.0, 8.0
"""The person leaves the picture this often, for this long."""


def worker(body: Body, minutes: float, rate_hz: float, seed: int = 1) -> Motion:
    """A motion of `minutes` at `rate_hz`: work in cycles, seen from turning sides, with a detector's errors."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, 60 * minutes, 1 / rate_hz)
    families = list({**TUNING, **SCORING}.values())
    cycles = np.array_split(np.arange(len(times)), max(1, round(60 * minutes / CYCLE_S)))
    pose = np.concatenate(
        [poses(families[n % len(families)], times[cycle] - times[cycle[0]], rng) for n, cycle in enumerate(cycles)]
    )
    pose[:, :22] += np.radians(ERROR_DEG * _slow(rng, (len(times), 22, 3), rate_hz))
    pose[:, :22] += np.radians(rng.normal(0, JITTER_DEG, (len(times), 22, 3)))
    local = rotation.exp(torch.from_numpy(pose)).numpy()
    rest = np.asarray(body.rest_joints(np.zeros(10)))
    turned, placed = forward(rest, local)
    spin = np.zeros((len(times), 3))
    spin[:, 1] = np.cumsum(rng.normal(0, 0.3, len(times))) / rate_hz
    facing = rotation.exp(torch.from_numpy(spin)).numpy()
    seen = np.mod(times, AWAY_EVERY_S) < AWAY_EVERY_S - AWAY_S
    joints = (facing[:, None] @ placed[..., None])[..., 0] + np.array([0.0, 0.0, -3.5])
    return Motion(
        times_s=times,
        frame_index=np.arange(len(times), dtype=np.int64),
        seen=seen,
        joints=np.where(seen[:, None, None], joints, np.nan),
        rotations=np.where(seen[:, None, None, None], facing[:, None] @ turned, np.nan),
        rest_joints=rest,
        hands_seen=np.repeat(seen[:, None], 2, axis=1),
        joint_sigma_deg=np.full((len(times), 55), 4.0),
        gravity=Gravity(-8.0, 1.0, 3.0, 2.0, "estimated"),
        body_model="openbody",
        body_sha256="",
        quality="medium",
        video_name="hour.mp4",
        video_sha256="",
        video_frames=len(times),
        video_duration_s=60 * minutes,
    )


def _slow(rng: np.random.Generator, shape: tuple[int, ...], rate_hz: float) -> Array:
    """First-order autoregressive noise of unit variance along the first axis."""
    keep = np.exp(-1 / (ERROR_S * rate_hz))
    return np.asarray(lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], rng.normal(size=shape), axis=0))


def measure(minutes: float, rate_hz: float) -> str:
    """A line of processor seconds, cold and warm, and the digest of what came out."""
    motion = worker(load_body(None), minutes, rate_hz)
    measured, cold = _timed(lambda: angles(motion))
    judged, cold_judged = _timed(lambda: analyse(measured))
    shift, cold_shift = _timed(lambda: assess([judged], ShiftInputs()))
    warm = [_timed(lambda: angles(motion))[1], _timed(lambda: analyse(measured))[1]]
    warm.append(_timed(lambda: assess([judged], ShiftInputs()))[1])
    figures = " ".join(
        f"{first:8.2f} {again:6.2f}" for first, again in zip((cold, cold_judged, cold_shift), warm, strict=True)
    )
    return f"{rate_hz:5.0f} {len(motion.times_s):7} {figures}   {_digest(measured, judged, shift)}"


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    before = time.process_time()
    result = work()
    return result, time.process_time() - before


def _digest(measured: AngleSeries, *judged: BaseModel) -> str:
    """Of every byte of the angles and of everything judged from them."""
    found = hashlib.sha256()
    for values in (measured.signals, measured.sigma, measured.flags):
        for name in sorted(values):
            found.update(name.encode() + np.ascontiguousarray(values[name]).tobytes())
    found.update("\n".join(measured.posture).encode())
    for each in judged:
        found.update(each.model_dump_json().encode())
    return found.hexdigest()[:16]


def main() -> None:
    """Measure each tier in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", nargs="+", choices=list(Quality), default=list(Quality))
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.rate is not None:
        print(measure(chosen.minutes, chosen.rate), flush=True)
        return
    print(f"{'tier':8} {'Hz':>5} {'frames':>7} {'angles':>8} {'again':>6} {'analyse':>8} {'again':>6} {'assess':>8}")
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    for tier in chosen.tier:
        rate = SAMPLE_HZ[Quality(tier)] or EVERY_FRAME_HZ
        command = [sys.executable, "-m", "bench.hour", "--minutes", str(chosen.minutes), "--rate", str(rate)]
        print(f"{tier:8} ", end="", flush=True)
        subprocess.run(command, env=alone, check=True)


if __name__ == "__main__":
    main()
