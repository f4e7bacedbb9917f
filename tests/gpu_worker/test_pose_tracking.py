"""Who is followed: nobody is taken for another, whoever was chosen is the one in the result."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose.estimate import estimate
from gpu_worker.pose.track import PoseTrack
from gpu_worker.video.clip import Frame
from tests.gpu_worker.puppets import HEIGHT, WIDTH, Puppet, Stage

RED, BLUE, GREEN = (200, 40, 40), (40, 40, 200), (40, 160, 40)


def hips(track: PoseTrack) -> np.ndarray:
    return (track.image[:][:, 23] + track.image[:][:, 24]) / 2


def follows(stage: Stage, number: int, track: PoseTrack) -> bool:
    """True when wherever somebody was seen, it was this puppet."""
    off = np.linalg.norm(hips(track) - stage.path(number, track.times_s), axis=1)
    return bool(np.all(off[track.seen] < 2))


def standing(x: float, side: float = 200.0) -> Puppet:
    return Puppet(RED, lambda _: (x, 180.0, side))


def test_two_people_who_cross_keep_their_own_landmarks() -> None:
    stage = Stage(
        Puppet(RED, lambda t: (100 + 80 * t, 180.0, 210.0)), Puppet(BLUE, lambda t: (540 - 80 * t, 175.0, 200.0))
    )
    red, blue = (estimate(stage.frames(), stage.clip, stage, person) for person in (0, 1))
    assert follows(stage, 0, red)
    assert red.seen.all()
    assert follows(stage, 1, blue)
    assert blue.seen.mean() > 0.8


@settings(max_examples=20)
@given(
    speeds=st.tuples(st.floats(20, 110), st.floats(20, 110)),
    heights=st.tuples(st.floats(140, 220), st.floats(140, 220)),
    sides=st.tuples(st.floats(150, 260), st.floats(150, 260)),
)
def test_the_result_never_jumps_between_people(
    speeds: tuple[float, float], heights: tuple[float, float], sides: tuple[float, float]
) -> None:
    stage = Stage(
        Puppet(RED, lambda t: (60 + speeds[0] * t, heights[0], sides[0])),
        Puppet(BLUE, lambda t: (580 - speeds[1] * t, heights[1], sides[1])),
        seconds=5,
    )
    track = estimate(stage.frames(), stage.clip, stage)
    assert follows(stage, 0, track) or follows(stage, 1, track)


def test_who_was_hidden_for_seconds_is_the_same_person_afterwards_and_nan_meanwhile() -> None:
    stage = Stage(
        Puppet(GREEN, lambda t: None if 2 < t < 5 else (200 + 20 * t, 180.0, 220.0)),
        Puppet(BLUE, lambda _: (540.0, 180.0, 100.0)),
        seconds=9,
    )
    track = estimate(stage.frames(), stage.clip, stage)
    assert follows(stage, 0, track)
    hidden = (track.times_s > 2) & (track.times_s < 5)
    assert not track.seen[hidden].any()
    assert np.isnan(track.image[:][hidden]).all()
    assert np.isnan(track.world[:][hidden]).all()
    assert track.seen[~hidden].mean() > 0.9


def test_who_was_seen_for_one_frame_only_and_was_somebody_else_is_forgotten() -> None:
    stage = Stage(
        Puppet(RED, lambda _: (300.0, 180.0, 200.0)),
        Puppet(BLUE, lambda t: (362.0, 180.0, 200.0) if 1.95 < t < 2.05 else None),
    )
    track = estimate(stage.frames(), stage.clip, stage)
    assert follows(stage, 0, track)
    assert track.seen.all()


@pytest.mark.parametrize(("visit_s", "winner"), [(1.0, 0), (5.0, 1)])
def test_by_default_the_one_seen_longest_and_largest_is_analysed(visit_s: float, winner: int) -> None:
    stage = Stage(standing(150, 150), Puppet(BLUE, lambda t: (450.0, 180.0, 250.0) if t < visit_s else None))
    assert follows(stage, winner, estimate(stage.frames(), stage.clip, stage))


@pytest.mark.parametrize("time_s", [0.0, 3.0])
def test_the_person_pointed_at_is_analysed(time_s: float) -> None:
    stage = Stage(standing(120, 240), standing(330, 200), standing(540, 130))
    point = PersonPoint(time_s=time_s, x=530 / WIDTH, y=170 / HEIGHT)
    track = estimate(stage.frames(), stage.clip, stage, point)
    assert follows(stage, 2, track)
    assert track.seen.all()


def test_people_are_numbered_by_how_much_of_them_is_seen() -> None:
    stage = Stage(standing(120, 130), standing(330, 240), standing(540, 180))
    tracks = [estimate(stage.frames(), stage.clip, stage, person) for person in range(3)]
    assert [follows(stage, puppet, track) for puppet, track in zip((1, 2, 0), tracks, strict=True)] == [True] * 3
    with pytest.raises(JobFailed, match="person 3 was chosen, 3 were seen") as caught:
        estimate(stage.frames(), stage.clip, stage, 3)
    assert caught.value.failure.code == FailureCode.NO_PERSON_FOUND


def test_a_passer_by_who_is_chosen_is_followed_in_every_frame() -> None:
    stage = Stage(standing(150, 250), Puppet(BLUE, lambda t: (450.0, 180.0, 90.0) if t > 1 else None))
    track = estimate(stage.frames(), stage.clip, stage, 1)
    assert follows(stage, 1, track)
    assert track.seen[track.times_s > 2.2].all()


def test_who_walks_out_of_the_picture_is_not_seen_there_though_the_network_goes_on_to_see_them() -> None:
    stage = Stage(Puppet(RED, lambda t: (320 + 110 * max(t - 2.0, 0.0), 180.0, 200.0)), seconds=8)
    track = estimate(stage.frames(), stage.clip, stage)
    x = hips(track)[:, 0]
    assert track.seen[track.times_s < 4.0].all()
    assert np.nanmax(x) < WIDTH + 15
    assert not track.seen[track.times_s > 5.2].any()


def test_what_is_imagined_into_the_background_is_not_taken_for_the_worker() -> None:
    phantom = Puppet(GREEN, lambda _: (320, 180.0, 400.0), visibility=0.5)
    stage = Stage(Puppet(RED, lambda _: (150, 200.0, 150.0)), phantom)
    assert follows(stage, 0, estimate(stage.frames(), stage.clip, stage))
    alone = Stage(Puppet(GREEN, lambda _: (320, 180.0, 400.0), visibility=0.2))
    with pytest.raises(JobFailed) as caught:
        estimate(alone.frames(), alone.clip, alone)
    assert caught.value.failure.code == FailureCode.NO_PERSON_FOUND


def test_everybodys_head_is_known_the_workers_too() -> None:
    stage = Stage(Puppet(RED, lambda _: (200, 180.0, 210.0)), Puppet(BLUE, lambda _: (450, 175.0, 200.0)))
    track = estimate(stage.frames(), stage.clip, stage)
    assert len(track.heads) == 2
    for number, circles in enumerate(sorted(track.heads, key=lambda head: head[0, 1])):
        place = stage.path(number, circles[:, 0])
        assert np.all(np.hypot(circles[:, 1] - place[:, 0], circles[:, 2] - (place[:, 1] - 65)) < circles[:, 3])


def test_a_person_in_less_than_a_fifth_of_the_video_is_not_enough() -> None:
    stage = Stage(Puppet(RED, lambda t: (300.0, 180.0, 200.0) if t < 1 else None), seconds=6)
    with pytest.raises(JobFailed, match="of the video") as caught:
        estimate(stage.frames(), stage.clip, stage)
    assert caught.value.failure.code == FailureCode.NO_PERSON_FOUND


def test_a_long_day_with_hundreds_of_passers_by_is_sorted_out() -> None:
    """One worker who is hidden every six seconds, and somebody else in another colour each time."""

    def passer_by(number: int) -> Puppet:
        colour = (number * 37 % 200, 255 - number * 59 % 200, number * 83 % 200)
        return Puppet(colour, lambda t: (520.0, 180.0, 160.0) if 0 < t - 6 * number < 3 else None)

    worker = Puppet(RED, lambda t: (200.0 + 40 * np.sin(t / 10), 180.0, 200.0) if t % 6 > 2 else None)
    stage = Stage(worker, *(passer_by(k) for k in range(60)), seconds=360, rate_hz=2.0)
    track = estimate(stage.frames(), stage.clip, stage)
    assert follows(stage, 0, track)
    visible = track.times_s % 6 > 2
    assert track.seen[visible].mean() > 0.85


def test_pictures_are_let_go_as_soon_as_they_were_looked_at() -> None:
    stage = Stage(standing(300), seconds=20)
    living: list[weakref.ref[object]] = []
    most = 0

    def frames() -> Iterator[Frame]:
        nonlocal most
        for frame in stage.frames():
            living.append(weakref.ref(frame.image))
            most = max(most, sum(ref() is not None for ref in living))
            yield frame

    estimate(frames(), stage.clip, stage)
    assert most <= 6
