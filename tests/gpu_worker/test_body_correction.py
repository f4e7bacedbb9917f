"""The learnt correction of the detector's world landmarks: it helps on unseen renders and has no favourite side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gpu_worker.body import correction
from gpu_worker.body.correction import POINTS, bone_length, centred

HELD_OUT = Path(__file__).with_name("vectors") / "body_correction_held_out.npz"
Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def seen() -> dict[str, Array]:
    """What the detector saw on renders that no network was trained on, and the truth beside it."""
    with np.load(HELD_OUT) as data:
        return {name: data[name].astype(np.float64) for name in data.files}


@dataclass(frozen=True)
class Corrected:
    """What is found, as arrays."""

    world: Array
    sigma: Array
    pixels: Array
    pixel_sigma: Array


def correct(image: Array, world: Array, visibility: Array) -> Corrected:
    """The landmarks corrected."""
    found = correction.correct(image, world, visibility)
    return Corrected(found.world[:], found.sigma[:], found.pixels[:], found.pixel_sigma[:])


def distance(points: Array, truth: Array) -> Array:
    """(T, 29) in mean bone lengths, each side in its own."""
    a, b = (centred(x) / bone_length(x)[:, None, None] for x in (points, truth))
    error: Array = np.linalg.norm(a - b, axis=-1)
    return error


def swapped(points: Array) -> Array:
    """Left and right exchanged in (T, 33, …)."""
    order = [0, 4, 5, 6, 1, 2, 3, 8, 7, *(k + 1 if k % 2 else k - 1 for k in range(9, 33))]
    return points[:, order]


def test_corrected_landmarks_are_closer_to_the_truth_on_unseen_renders(seen: dict[str, Array]) -> None:
    found = correct(seen["image"], seen["world"], seen["visibility"])
    before = distance(seen["world"][:, POINTS], seen["truth"]).mean()
    assert distance(found.world, seen["truth"]).mean() < 0.8 * before


def test_corrected_landmarks_are_closer_to_the_truth_in_the_picture(seen: dict[str, Array]) -> None:
    found = correct(seen["image"], seen["world"], seen["visibility"])
    before, after = (np.linalg.norm(x - seen["true_image"], axis=-1) for x in (seen["image"][:, POINTS], found.pixels))
    assert after.mean() < 0.92 * before.mean()


def test_stated_spread_matches_the_error_that_is_left(seen: dict[str, Array]) -> None:
    found = correct(seen["image"], seen["world"], seen["visibility"])
    size = bone_length(found.world)[:, None, None] / bone_length(seen["truth"])[:, None, None]
    inside = np.abs(found.world - centred(seen["truth"]) * size) < found.sigma
    assert 0.6 < inside.mean() < 0.95
    away = np.linalg.norm(found.pixels - seen["true_image"], axis=-1) / found.pixel_sigma
    assert 0.5 < np.median(away) < 3


def test_a_mirrored_person_gets_the_mirrored_correction(seen: dict[str, Array]) -> None:
    image, world, visibility = seen["image"], seen["world"], seen["visibility"]
    found = correct(image, world, visibility)
    mirror = correct(swapped(image) * [-1, 1], swapped(world) * [-1, 1, 1], swapped(visibility))
    left, right = POINTS.index(13), POINTS.index(14)
    assert np.allclose(found.world[:, left] * [-1, 1, 1], mirror.world[:, right], atol=1e-9)
    assert np.allclose(found.sigma[:, left], mirror.sigma[:, right], atol=1e-9)
    assert np.allclose(found.pixels[:, left] * [-1, 1], mirror.pixels[:, right], atol=1e-6)


def test_place_and_size_in_the_picture_do_not_matter(seen: dict[str, Array]) -> None:
    found = correct(seen["image"], seen["world"], seen["visibility"])
    moved = correct(2 * seen["image"] + 100, seen["world"], seen["visibility"])
    assert np.allclose(found.world, moved.world, atol=1e-9)
    assert np.allclose(2 * found.pixels + 100, moved.pixels, atol=1e-6)


def test_a_camera_turned_about_the_line_of_sight_turns_the_answer(seen: dict[str, Array]) -> None:
    turn = rotation(np.radians(40.0))
    middle = seen["image"][:, 23:25].mean(1, keepdims=True)
    image = (seen["image"] - middle) @ (turn * [[1, -1], [-1, 1]]).T + middle
    world = np.concatenate([seen["world"][..., :2] @ turn.T, seen["world"][..., 2:]], -1)
    found = correct(seen["image"], seen["world"], seen["visibility"])
    other = correct(image, world, seen["visibility"])
    assert np.allclose(found.world[..., :2] @ turn.T, other.world[..., :2], atol=1e-9)
    assert np.allclose(found.world[..., 2], other.world[..., 2], atol=1e-9)


def rotation(angle: float) -> Array:
    """(2, 2) counter-clockwise, x right, y up."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
