"""A job that was interrupted goes on where it was, and its result is the same to the last bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np
import pytest

from gpu_worker.pose.estimate import estimate
from gpu_worker.pose.estimator import Array, Detection, Hands, Image, Landmarks, PoseEstimator
from gpu_worker.pose.recorded import RecordedEstimator
from gpu_worker.pose.track import PoseTrack
from gpu_worker.video.clip import Frame
from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import blazepose, sample
from tests.gpu_worker.puppets import Puppet, Stage

STAGE = Stage(
    Puppet((200, 40, 40), lambda t: None if 3 < t < 4 else (100 + 40 * t, 180.0 + t, 210.3)),
    Puppet((40, 40, 200), lambda t: (540 - 60 * t, 175.0, 200.7)),
    seconds=8,
)


class Interrupted(Exception):
    """The machine was taken away."""


class Counting:
    """Counts how often the networks are asked, and may stop in the middle."""

    def __init__(self, inner: PoseEstimator, most: int = 10**9) -> None:
        self.inner, self.most, self.asked = inner, most, 0

    def _ask(self) -> None:
        self.asked += 1
        if self.asked > self.most:
            raise Interrupted

    def search(self, image: Image) -> list[Detection]:
        self._ask()
        return self.inner.search(image)

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        self._ask()
        return self.inner.landmarks(images, rois)

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        return self.inner.hands(image, found)


def equal(one: PoseTrack, other: PoseTrack) -> bool:
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(PoseTrack) if f.name != "heads"]
    pairs += zip(one.heads, other.heads, strict=True)
    return all((a is None and b is None) or np.array_equal(a, b, equal_nan=np.size(a) > 2) for a, b in pairs)


@pytest.mark.parametrize("interrupted_after", [1, 37, 90])
def test_a_resumed_job_gives_the_same_result_without_asking_twice(interrupted_after: int) -> None:
    kept: dict[int, bytes] = {}
    undisturbed = Counting(STAGE)
    whole = estimate(STAGE.frames(), STAGE.clip, RecordedEstimator(undisturbed, [], lambda *_: None, 10))
    with pytest.raises(Interrupted):
        estimate(
            STAGE.frames(),
            STAGE.clip,
            RecordedEstimator(Counting(STAGE, interrupted_after), [], kept.__setitem__, 10),
        )
    second = Counting(STAGE)
    resumed = estimate(STAGE.frames(), STAGE.clip, RecordedEstimator(second, list(kept.values()), kept.__setitem__, 10))
    assert equal(resumed, whole)
    assert list(kept) == list(range(len(kept)))
    assert second.asked <= undisturbed.asked - interrupted_after + 10


def test_everything_recorded_asks_nothing_again_on_a_real_clip_with_hands() -> None:
    def frames() -> Iterator[Frame]:
        with open_video(sample("balancing"), "balancing.mp4") as video:
            yield from video.frames(3)

    with open_video(sample("balancing"), "balancing.mp4") as video:
        clip = video.clip
    kept: dict[int, bytes] = {}
    first = estimate(frames(), clip, RecordedEstimator(blazepose(hands=True), [], kept.__setitem__, 1))
    silent = Counting(blazepose(), most=0)
    again = estimate(frames(), clip, RecordedEstimator(silent, list(kept.values()), kept.__setitem__, 1))
    assert equal(first, again)
    assert first.hand_score is not None
    assert first.hand_score.max() > 0.5
