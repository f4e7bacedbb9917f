"""The detector's weights and the sample clips, fetched once into the repository's cache."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from gpu_worker.pose import weights
from gpu_worker.pose.blazepose import BlazePose
from local import samples

CACHE = Path(os.environ.get("POLOHA_CACHE") or Path(__file__).parents[2] / ".cache")


@cache
def pose_weights() -> weights.PoseWeights:
    """The verified models."""
    return weights.ensure(CACHE / "models")


@cache
def blazepose(*, hands: bool = False, mirrored: bool = False) -> BlazePose:
    """The built-in estimator on the CPU."""
    return BlazePose.load(pose_weights(), "cpu", hands=hands, mirrored=mirrored)


@cache
def sample(name: str) -> Path:
    """The video of a sample clip: `balancing` (one man) or `two-people`."""
    return next(s.video for s in samples.ensure(CACHE / "samples") if s.name == name)
