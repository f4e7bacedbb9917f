"""What the body drawn over a picture shows, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from gpu_worker.body.model import Body, load_body
from gpu_worker.report.camera import Camera
from gpu_worker.report.mesh import limb_joints
from gpu_worker.report.raster import LEFT_COLOUR, RIGHT_COLOUR, BodyPainter
from tests.gpu_worker.report_samples import SIZE, walk


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def picture() -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), 128, dtype=np.uint8)


def drawn(body: Body, sample: int = 0) -> np.ndarray:
    track = walk(body)
    image = picture()
    one = slice(sample, sample + 1)
    vertices = body.vertices(track.betas, track.poses[one], track.translation[one])[0]
    BodyPainter(body).draw(image, vertices, Camera(track.focal_px, track.principal_px))
    return image


def nearer_to(image: np.ndarray, colour: tuple[int, int, int], other: tuple[int, int, int]) -> np.ndarray:
    tint = image.astype(float) - 128
    return np.asarray(tint @ (np.array(colour) - np.array(other)) > 8000)


def test_left_limbs_of_a_person_who_faces_the_camera_are_drawn_on_the_right_of_the_picture(body: Body) -> None:
    image = drawn(body)
    left = np.nonzero(nearer_to(image, LEFT_COLOUR, RIGHT_COLOUR))[1]
    right = np.nonzero(nearer_to(image, RIGHT_COLOUR, LEFT_COLOUR))[1]
    assert len(left) > 200
    assert len(right) > 200
    assert np.median(left) > SIZE[0] / 2
    assert np.quantile(left, 0.02) > SIZE[0] / 2 - 4
    assert np.median(right) < SIZE[0] / 2
    assert np.quantile(right, 0.98) < SIZE[0] / 2 + 4


@pytest.mark.parametrize(("hidden", "colour"), [("arm_left", LEFT_COLOUR), ("leg_right", RIGHT_COLOUR)])
def test_a_limb_out_of_sight_loses_its_colour_and_no_other_does(
    body: Body, hidden: str, colour: tuple[int, int, int]
) -> None:
    track = walk(body)
    images = []
    for limbs in ((), (hidden,), (hidden, "arm_left", "arm_right", "leg_left", "leg_right")):
        image = picture()
        vertices = body.vertices(track.betas, track.poses[:1], track.translation[:1])[0]
        BodyPainter(body).draw(image, vertices, Camera(track.focal_px, track.principal_px), set(limbs))
        images.append(image)
    other = RIGHT_COLOUR if colour == LEFT_COLOUR else LEFT_COLOUR
    coloured, one, none = (nearer_to(image, colour, other).sum() for image in images)
    assert coloured > one > 0.2 * coloured
    assert none == 0
    assert nearer_to(images[1], other, colour).sum() == nearer_to(images[0], other, colour).sum()


def test_limbs_follow_the_joint_names() -> None:
    left, right = limb_joints("left"), limb_joints("right")
    assert 16 in left
    assert 17 in right
    assert len(left) == len(right) == 22
    assert not set(left) & set(right)


def test_picture_beside_the_body_stays_as_it_was(body: Body) -> None:
    image = drawn(body)
    changed = (image != 128).any(axis=2)
    track = walk(body)
    pixels = Camera(track.focal_px, track.principal_px).project(
        body.vertices(track.betas, track.poses[:1], track.translation[:1])[0]
    )
    left, top = pixels.min(axis=0) - 1
    right, bottom = pixels.max(axis=0) + 1
    rows, columns = np.nonzero(changed)
    assert rows.min() >= top
    assert rows.max() <= bottom
    assert columns.min() >= left
    assert columns.max() <= right
    assert 0.02 < changed.mean() < 0.4


def test_background_shines_through_the_body(body: Body) -> None:
    track = walk(body)
    vertices = body.vertices(track.betas, track.poses[:1], track.translation[:1])[0]
    camera = Camera(track.focal_px, track.principal_px)
    dark, bright = np.zeros_like(picture()), np.full_like(picture(), 255)
    painter = BodyPainter(body)
    painter.draw(dark, vertices, camera)
    painter.draw(bright, vertices, camera)
    chest = (slice(85, 90), slice(157, 163))
    assert (bright[chest].astype(int) - dark[chest] > 60).all()


def test_hand_before_the_trunk_hides_it_and_a_hand_behind_it_does_not_show(body: Body) -> None:
    track = walk(body)
    camera = Camera(track.focal_px, track.principal_px)
    blue = []
    for side in (1.0, -1.0):
        poses = np.zeros((1, 55, 3))
        poses[0, 17] = [0.0, side * 1.5, 0.5]
        poses[0, 19] = [0.0, side * 1.4, 0.0]
        image = picture()
        BodyPainter(body).draw(image, body.vertices(track.betas, poses, track.translation[:1])[0], camera)
        chest = image[60:85, 152:168]
        blue.append(nearer_to(chest, RIGHT_COLOUR, LEFT_COLOUR).mean())
    assert blue[0] > 0.05
    assert blue[1] < 0.01


@pytest.mark.parametrize("shift", [(0, 0, 10.0), (50.0, 0, 0), (np.nan, 0, 0), (0, 0, 3.3)])
def test_body_outside_the_view_does_not_fail(body: Body, shift: tuple[float, float, float]) -> None:
    track = walk(body)
    vertices = body.vertices(track.betas, track.poses[:1], track.translation[:1])[0] + np.array(shift)
    image = picture()
    BodyPainter(body).draw(image, vertices, Camera(track.focal_px, track.principal_px))
    if shift != (0, 0, 3.3):
        assert (image == 128).all()
