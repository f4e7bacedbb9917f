"""The pose stage on real clips."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose.estimate import estimate, pose_track
from gpu_worker.pose.persons import choose, persons
from gpu_worker.pose.tracker import Tracker
from gpu_worker.video.clip import Clip, Frame
from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import blazepose, sample

NOSE, LEFT_KNEE, LEFT_ANKLE = 0, 25, 27


def test_a_man_who_balances_is_seen_in_every_frame_upright_and_at_a_human_scale() -> None:
    heard: list[float] = []
    with open_video(sample("balancing"), "balancing.mp4") as video:
        track = estimate(video.frames(6), video.clip, blazepose(), on_progress=heard.append)
        assert track.size == (video.clip.width, video.clip.height)
    assert track.seen.all()
    assert len(track.times_s) == 10
    assert np.all(np.diff(track.times_s) > 0)
    for knee, ankle in ((LEFT_KNEE, LEFT_ANKLE), (LEFT_KNEE + 1, LEFT_ANKLE + 1)):
        shank_m = np.linalg.norm(track.world[:][:, knee] - track.world[:][:, ankle], axis=1)
        assert np.all((shank_m > 0.25) & (shank_m < 0.5))
    assert np.all(track.image[:][:, NOSE, 1] < track.image[:][:, LEFT_ANKLE, 1])
    assert np.allclose((track.world[:][:, 23] + track.world[:][:, 24]) / 2, 0, atol=0.02)
    assert heard == sorted(heard)
    assert heard[-1] <= 1


def test_a_video_without_a_person_fails_with_that_reason() -> None:
    clip = Clip("empty", 320, 240, 10.0, 10, 1.0, "h264", 0)

    def frames() -> Iterator[Frame]:
        noise = np.random.default_rng(0)
        for k in range(10):
            yield Frame(k, k / 10, noise.integers(0, 256, (240, 320, 3), dtype=np.uint8))

    with pytest.raises(JobFailed) as caught:
        estimate(frames(), clip, blazepose())
    assert caught.value.failure.code == FailureCode.NO_PERSON_FOUND


def test_two_people_in_one_clip_are_told_apart_to_the_end() -> None:
    """A man on a roof (left) jumps down while a woman walks below him from right to left."""
    with open_video(sample("two-people"), "two-people.mp4") as video:
        size = (video.clip.width, video.clip.height)
        tracker = Tracker(blazepose())
        for frame in video.frames(4):
            tracker.push(frame)
    woman = PersonPoint(time_s=4.2, x=0.46, y=0.72)
    people = persons(tracker.trails)
    man, walker = (pose_track(choose(people, wanted, size), tracker, size) for wanted in (None, woman))
    hips = [track.image[:][:, 23:25].mean(axis=1) for track in (man, walker)]
    assert man.seen.mean() > 0.85
    assert walker.seen[(walker.times_s > 2.2) & (walker.times_s < 6.2)].all()
    assert not walker.seen[walker.times_s > 7].any(), "she has left the picture"
    assert np.nanmin(np.linalg.norm(hips[0] - hips[1], axis=1)) > 150
    early, late = man.times_s < 4, (man.times_s > 6.4) & man.seen
    assert np.nanmax(hips[0][early, 1]) < 400
    assert np.nanmin(hips[0][late, 0]) > 900
    assert np.nanmax(np.diff(hips[1][walker.seen, 0])) < 40
