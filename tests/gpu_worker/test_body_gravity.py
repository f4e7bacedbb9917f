"""The camera's tilt is found from the room's lines and the person's balance, and unsure answers say that they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gpu_worker.body.background import Background, segments
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.track import BodyTrack
from gpu_worker.body.upright import estimate_gravity
from gpu_worker.motion import Gravity

FOCAL, SIZE = 900.0, (1280, 720)
Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def person(body: Body, tilt: Gravity, hip_deg: float = 0.0, knee_deg: float = 0.0) -> BodyTrack:
    """Somebody who keeps still in front of a camera tilted by `tilt`; hips and knees bent as asked."""
    poses = np.zeros((30, 55, 3))
    poses[:, [16, 17], 2] = np.radians([-70, 70])
    poses[:, [1, 2], 0] = np.radians(-hip_deg)
    poses[:, [4, 5], 0] = np.radians(knee_deg)
    to_camera = tilt.camera_to_gravity().T
    joints, rotations = body.forward(np.zeros(10), poses, np.array([[0.3, 0.0, -4.0]] * 30))
    return BodyTrack(
        times_s=np.arange(30) / 12,
        frame_index=np.arange(30),
        seen=np.ones(30, np.bool_),
        poses=poses,
        betas=np.zeros(10),
        translation=np.zeros((30, 3)),
        joints=joints @ to_camera.T,
        rotations=to_camera @ rotations,
        rest_joints=body.rest_joints(np.zeros(10)),
        residual_px=np.ones(30),
        joint_sigma_deg=np.ones((30, 55)),
        focal_px=FOCAL,
        size=SIZE,
        body_model="openbody",
        body_sha256=body.sha256,
    )


def room(tilt: Gravity) -> NDArray[np.uint8]:
    """A picture of door frames, shelves and floorboards through the tilted camera."""
    rng = np.random.default_rng(5)
    picture = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    for _ in range(14):
        foot = np.array([rng.uniform(-3, 3), -1.4, -rng.uniform(4, 7)])
        line(picture, foot, foot + np.array([0, 2.2, 0]), tilt)
    for _ in range(40):
        start = np.array([rng.uniform(-3, 3), rng.uniform(-1.4, 1), -rng.uniform(4, 7)])
        line(picture, start, start + rng.normal(0, 1, 3) * [1.2, 0, 1.2], tilt)
    return picture


def line(picture: NDArray[np.uint8], a: Array, b: Array, tilt: Gravity) -> None:
    corners = []
    for world in (a, b):
        x, y, z = tilt.camera_to_gravity().T @ world
        corners.append((round(SIZE[0] / 2 - FOCAL * x / z), round(SIZE[1] / 2 + FOCAL * y / z)))
    cv2.line(picture, corners[0], corners[1], (40, 40, 40), 3)


def error_deg(found: Gravity, true: Gravity) -> float:
    cosine = found.camera_to_gravity()[1] @ true.camera_to_gravity()[1]
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@pytest.mark.parametrize(("pitch", "roll"), [(0.0, 0.0), (-25.0, 3.0), (15.0, -4.0), (-20.0, 25.0)])
def test_vertical_lines_and_balance_give_the_tilt_of_the_camera(body: Body, pitch: float, roll: float) -> None:
    tilt = Gravity(pitch, roll, 0, 0, "given")
    found = estimate_gravity(person(body, tilt), segments(room(tilt)))
    assert error_deg(found.gravity, tilt) < 3
    assert found.gravity.source == "estimated"
    assert not found.disagrees


@pytest.mark.parametrize("pitch", [-30.0, -10.0, 20.0])
def test_balance_alone_helps_and_admits_how_little(body: Body, pitch: float) -> None:
    tilt = Gravity(pitch, 2.0, 0, 0, "given")
    found = estimate_gravity(person(body, tilt)).gravity
    assert abs(found.pitch_deg - pitch) < abs(-10 - pitch) / 2 + 3
    assert abs(found.pitch_deg - pitch) < 2.5 * found.pitch_sigma_deg
    assert found.pitch_sigma_deg > 4


def test_somebody_sitting_says_nothing_about_gravity(body: Body) -> None:
    tilt = Gravity(-25.0, 0.0, 0, 0, "given")
    found = estimate_gravity(person(body, tilt, hip_deg=85, knee_deg=85))
    assert found.sources == {}
    assert found.gravity.pitch_sigma_deg >= 11


def test_legs_nobody_saw_say_nothing_about_gravity(body: Body) -> None:
    """A bench hid a seated worker's legs, the fit drew them straight, and the camera was believed to look 24° lower."""
    hidden = person(body, Gravity(-25.0, 0.0, 0, 0, "given"))
    hidden.joint_sigma_deg[:, [4, 7]] = 18.0
    assert estimate_gravity(hidden).sources == {}


def test_a_room_that_contradicts_the_person_is_reported(body: Body) -> None:
    upright, tilted = Gravity(-10.0, 0.0, 0, 0, "given"), Gravity(-10.0, 30.0, 0, 0, "given")
    assert estimate_gravity(person(body, upright), segments(room(tilted))).disagrees


def test_background_forgets_what_moves_and_keeps_few_frames() -> None:
    background = Background(frames=9)
    scene = room(Gravity(0, 0, 0, 0, "given"))
    for k in range(60):
        frame = scene.copy()
        cv2.rectangle(frame, (20 * k, 100), (20 * k + 60, 600), (250, 0, 0), -1)
        background.add(frame)
    still, moving = segments(scene), background.segments()
    assert len(background._kept) <= 9
    assert abs(len(moving.start) - len(still.start)) < 0.3 * len(still.start)
