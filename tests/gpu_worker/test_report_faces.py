"""Whether a face can be recognised on what we hand out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.body.model import Body, load_body
from gpu_worker.report.camera import Camera
from gpu_worker.report.faces import CARRY_S, LEAD_S, HeadTrack, blur_head
from tests.gpu_worker.report_samples import RATE_HZ, SIZE, UNSEEN, walk


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def noise() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)


def covered(heads: HeadTrack, time_s: float, points: np.ndarray) -> np.ndarray:
    circles = heads.at(time_s)
    inside = [np.hypot(points[:, 0] - x, points[:, 1] - y) <= radius for x, y, radius in circles]
    return np.any(inside, axis=0) if inside else np.zeros(len(points), dtype=bool)


def head_pixels(body: Body, sample: int) -> np.ndarray:
    track = walk(body)
    one = slice(sample, sample + 1)
    vertices = body.vertices(track.betas, track.poses[one], track.translation[one])[0]
    head = body.weights.numpy()[:, [15, 22, 23, 24]].sum(axis=1) > 0.5
    return Camera(track.focal_px, track.principal_px).project(vertices[head])


@pytest.mark.parametrize("sample", [0, 4, 7, 16, 23])
def test_whole_head_is_covered_wherever_the_person_is_seen(body: Body, sample: int) -> None:
    assert covered(HeadTrack.of(walk(body)), sample / RATE_HZ, head_pixels(body, sample)).all()


def test_fit_that_is_off_still_covers_the_face(body: Body) -> None:
    track = walk(body)
    off = replace(track, residual_px=np.where(track.seen, 6.0, np.nan))
    shifted = head_pixels(body, 0) + np.array([6.0, 6.0])
    assert covered(HeadTrack.of(off), 0.0, shifted).all()


def test_face_stays_covered_over_a_short_gap_and_between_samples(body: Body) -> None:
    heads = HeadTrack.of(walk(body))
    assert covered(heads, 0.05, head_pixels(body, 0)).all()
    last_seen, next_seen = (UNSEEN.start - 1) / RATE_HZ, UNSEEN.stop / RATE_HZ
    assert heads.at(last_seen + 0.4)
    assert heads.at(next_seen - 0.4)
    short = HeadTrack(np.array([0.0, 2.0]), np.zeros((2, 2)), np.ones(2))
    assert short.at(1.0) == []


def test_blurred_head_keeps_no_detail_and_the_rest_stays(body: Body) -> None:
    heads = HeadTrack.of(walk(body))
    image, before = noise(), noise()
    blur_head(image, heads, 0.0)
    x, y, radius = heads.at(0.0)[0]
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    distance = np.hypot(columns - x, rows - y)
    assert (image[distance > radius + 1] == before[distance > radius + 1]).all()
    inner = distance < radius - 1
    detail = np.abs(np.diff(image.astype(float), axis=1))[inner[:, 1:]].mean()
    assert detail < 0.25 * np.abs(np.diff(before.astype(float), axis=1)).mean()


def test_head_half_outside_the_picture_does_not_fail(body: Body) -> None:
    heads = HeadTrack(np.array([0.0]), np.array([[-3.0, 2.0]]), np.array([20.0]))
    image = noise()
    blur_head(image, heads, 0.0)
    assert (image != noise()).any()
    blur_head(image, HeadTrack(np.array([0.0]), np.array([[900.0, 2.0]]), np.array([20.0])), 0.0)


def test_scaled_picture_is_blurred_at_the_scaled_place(body: Body) -> None:
    heads = HeadTrack(np.array([0.0]), np.array([[200.0, 100.0]]), np.array([20.0]))
    image = noise()
    blur_head(image, heads, 0.0, scale=0.5)
    changed = np.nonzero((image != noise()).any(axis=2))
    assert abs(changed[0].mean() - 50) < 1
    assert abs(changed[1].mean() - 100) < 1


def test_a_bystander_who_walks_between_two_searches_is_followed_in_a_straight_line() -> None:
    heads = HeadTrack.of_sightings(np.array([[1.0, 100.0, 50.0, 20.0], [3.0, 300.0, 50.0, 24.0]]))
    circles = heads.at(2.0)
    assert any(abs(x - 200) < 15 and abs(y - 50) < 1 and 21 < radius < 23 for x, y, radius in circles)
    assert heads.at(4.0) == []


def test_a_bystander_is_covered_before_the_search_that_finds_them() -> None:
    seconds = np.arange(2.0, 4.0, 0.1)
    still = np.ones_like(seconds)
    walking = HeadTrack.of_sightings(np.column_stack([seconds, 900 - 100 * seconds, 300 * still, 20 * still]))
    for time_s in (0.2, 0.8, 1.95):
        assert covered(walking, time_s, np.array([[900 - 100 * time_s, 300]])).all()
    assert not walking.at(2.0 - LEAD_S - CARRY_S - 0.2)
    once = HeadTrack.of_sightings(np.array([[5.0, 100.0, 80.0, 20.0]]))
    assert covered(once, 4.0, np.array([[105, 80]])).all()


def test_a_bystander_who_was_away_for_long_is_not_drawn_through_the_room() -> None:
    heads = HeadTrack.of_sightings(np.array([[1.0, 100.0, 50.0, 20.0], [30.0, 300.0, 50.0, 24.0]]))
    assert heads.at(15.0) == []
    assert heads.at(1.0)
    assert heads.at(30.0)
