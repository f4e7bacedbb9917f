"""The pose stage: frames in, one person's landmarks over time out; pictures are not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from contract.failures import FailureCode, JobFailed
from numpy.typing import NDArray

from gpu_worker.pose import weights
from gpu_worker.pose.blazepose import BlazePose, Landmarks
from gpu_worker.pose.detector import Detection, Image
from gpu_worker.pose.smoothing import RoiFilter
from gpu_worker.pose.track import LANDMARKS, PoseTrack
from gpu_worker.video.clip import Clip, Frame

Array = NDArray[np.float64]

_PRESENT = 0.5
_MOST_UNSEEN = 0.8


class PoseEstimator(Protocol):
    """What finds people and their landmarks. BlazePose is the built-in one."""

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """The people in each RGB picture, best score first."""
        ...

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """The landmarks in each region; `images[i]` goes with `rois[i]`."""
        ...


def load_estimator(cache: Path, device: str = "auto", threads: int = 2) -> PoseEstimator:
    """The built-in estimator with its weights in `cache`, fetched if need be. `device`: auto, cpu or cuda."""
    return BlazePose.load(weights.ensure(cache), device, threads)


def estimate(
    frames: Iterable[Frame],
    clip: Clip,
    estimator: PoseEstimator,
    person: int | None = None,
    on_progress: Callable[[float], None] = lambda _: None,
) -> PoseTrack:
    """Follow one person through the sampled frames.

    `on_progress` gets the part done, 0..1. Raises JobFailed NO_PERSON_FOUND when nobody is seen in more than 80 % of
    the frames.
    """
    times: list[float] = []
    numbers: list[int] = []
    found: list[Landmarks | None] = []
    follower: RoiFilter | None = None
    for frame in frames:
        if follower is None:
            people = estimator.detect([frame.image])[0]
            if people:
                largest = max(people, key=lambda p: float(p.roi[2]))
                follower = RoiFilter(largest.roi, frame.time_s)
        seen = estimator.landmarks([frame.image], [follower.roi])[0] if follower else None
        if seen is not None and seen.score < _PRESENT:
            seen = None
        if seen is None:
            follower = None
        elif follower is not None:
            follower.update(seen.roi, frame.time_s)
        times.append(frame.time_s)
        numbers.append(frame.index)
        found.append(seen)
        on_progress(min(1.0, frame.time_s / clip.duration_s) if clip.duration_s else 0.0)
    return _track(times, numbers, found, clip)


def _track(times: list[float], numbers: list[int], found: list[Landmarks | None], clip: Clip) -> PoseTrack:
    seen = np.array([f is not None for f in found], dtype=bool)
    if not len(seen) or seen.mean() < 1 - _MOST_UNSEEN:
        raise JobFailed(FailureCode.NO_PERSON_FOUND)

    def stack(of: Callable[[Landmarks], Array], shape: tuple[int, ...]) -> Array:
        missing = np.full(shape, np.nan)
        return np.array([missing if f is None else of(f) for f in found])

    return PoseTrack(
        times_s=np.array(times),
        frame_index=np.array(numbers, dtype=np.int64),
        image=stack(lambda f: f.image, (LANDMARKS, 2)),
        world=stack(lambda f: f.world, (LANDMARKS, 3)),
        visibility=stack(lambda f: f.visibility, (LANDMARKS,)),
        score=stack(lambda f: np.array(f.score), ()),
        seen=seen,
        size=(clip.width, clip.height),
    )
