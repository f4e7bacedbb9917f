"""Render people in independent random poses and note what the detector sees: `python -m bench.fit_renders --out FILE`.

These samples teach the correction of the landmarks (`bench.fit_learn`). Whatever differs between films is drawn anew:
pose, body, clothes, room, light, things in the way and in the hands, camera, resolution, blur, noise, compression.
Poses are drawn joint by joint, seen from all sides; none comes from the motions that anything is tuned or scored on,
and limbs keep the proportions of the fit's shape space, which the scoring split leaves.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from bench.people import Person, person
from bench.random_poses import random_pose
from bench.rendering import FPS, Filming, Floats, Picture, Take, above_floor
from gpu_worker.body import camera
from gpu_worker.body.markers import Markers, markers
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.skeleton import INDEX
from gpu_worker.npz import save_npz
from gpu_worker.pose import roi
from gpu_worker.pose.estimate import load_estimator
from gpu_worker.pose.estimator import PoseEstimator

Array = NDArray[np.float64]

_POSES = 8
"""Random poses of one person in one room."""
_PRESENT = 0.5
_SIZES = ((480, 360), (640, 480), (960, 720), (480, 640))
_IN_HANDS = 0.25
_NOISE = np.random.default_rng(0).standard_normal(4_000_000, np.float32)
"""Pictures take their noise from here, each from another place: drawing it anew takes longer than rendering."""
_ON_JOINTS = {
    11: 16, 12: 17, 13: 18, 14: 19, 15: 20, 16: 21, 17: 31, 18: 46, 19: 25, 20: 40, 21: 39, 22: 54,
    23: 1, 24: 2, 25: 4, 26: 5, 27: 7, 28: 8,
}  # fmt: skip
"""Landmark -> the joint it lies on."""


class RandomFilming(Filming):
    """A take whose every frame is a new pose in a new light."""

    def poses(self, times_s: Array, rng: np.random.Generator) -> Array:
        """(T, 55, 3)"""
        return np.stack([random_pose(rng) for _ in times_s])

    def _worker(self, body: Body) -> Person:
        return person(body, self._rng, odd=False, spread=1.1, loosest_m=0.025)

    def _shade(self, normals: Floats) -> Floats:
        light = self._rng.normal((0, 1.2, 0.4), 1)
        ambient = self._rng.uniform(0.25, 0.8)
        facing = np.clip(normals @ (self._to_camera @ light / np.linalg.norm(light)).astype(np.float32), 0, 1)
        shade: Floats = (ambient + (1.05 - ambient) * facing).astype(np.float32)
        return shade

    def _add_things(self, index: int, canvas: Floats, zbuffer: Floats) -> None:
        """Sometimes a box between the hands or in one of them."""
        if self._rng.random() > _IN_HANDS:
            return
        hands = self.truth.joints[index][[INDEX["left_wrist"], INDEX["right_wrist"]]]
        held = hands.mean(0) if np.linalg.norm(hands[0] - hands[1]) < 0.6 else hands[self._rng.integers(2)]
        size = self._rng.uniform(0.08, 0.35, 3)
        corner = self._to_camera.T @ held - size / 2
        self._box(tuple(corner), tuple(size), self._rng.uniform(30, 230, 3), canvas, zbuffer)

    def _exposed(self, canvas: NDArray[Any]) -> Picture:
        """What a phone would make of it: exposure and colour, defocus or motion blur, noise, compression."""
        rng = self._rng
        gain, offset = rng.uniform(0.6, 1.25) * rng.normal(1, 0.06, 3), rng.uniform(-25, 25)
        picture: NDArray[Any] = (canvas * gain + offset).astype(np.float32)
        if rng.random() < 0.3:
            length = int(rng.integers(2, 7))
            kernel = np.full((1, length), 1 / length, np.float32)
            picture = cv2.filter2D(picture, -1, kernel if rng.random() < 0.7 else kernel.T)
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.4))
        start = int(rng.integers(len(_NOISE) - picture.size))
        picture = picture + _NOISE[start : start + picture.size].reshape(picture.shape) * np.float32(rng.uniform(1, 9))
        finished = np.clip(picture, 0, 255).astype(np.uint8)
        if rng.random() < 0.5:
            _, packed = cv2.imencode(".jpg", finished, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))])
            finished = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        return np.asarray(finished, np.uint8)


def random_take(number: int, rng: np.random.Generator) -> Take:
    """Camera and person of one clip. The family only names the seed; its motion is not used."""
    size = _SIZES[rng.choice(len(_SIZES), p=(0.15, 0.4, 0.25, 0.2))]
    yaw, pitch, roll = rng.uniform(-180, 180), rng.uniform(-40, 20), rng.uniform(-10, 10)
    focal, distance = max(size) * rng.uniform(0.65, 1.35), rng.uniform(2.0, 4.5)
    return Take(
        family="lifting",
        seed=100_000 + number,
        yaw_deg=float(yaw),
        pitch_deg=above_floor(float(pitch), float(distance)),
        roll_deg=float(roll),
        focal_px=float(focal),
        distance_m=float(distance),
        distortion=0.0,
        occluder=bool(rng.random() < 0.2),
        odd=False,
        seconds=(_POSES - 0.5) / FPS,
        size=size,
        aside_m=0.7,
    )


def samples(number: int, body: Body, points: Markers, estimator: PoseEstimator) -> list[dict[str, Any]]:
    """What was seen and what was true in the frames of clip `number`: in the picture, and along the ray of the hips."""
    rng = np.random.default_rng([99, number])
    take = random_take(number, rng)
    filming, found = RandomFilming(take, body), []
    centre = np.array(take.size) / 2
    offsets = _offsets(points, body, filming.worker)
    for frame in filming.frames():
        joints, turned = filming.truth.joints[frame.index], filming.truth.rotations[frame.index]
        true = _true_points(joints, turned, points, offsets)
        pixels = true[:, :2] / -true[:, 2:] * [1, -1] * take.focal_px + centre
        seen = estimator.landmarks([frame.image], [_region(pixels, points, rng)])[0]
        if seen.score < _PRESENT:
            continue
        middle = pixels[_places(points, (23, 24))].mean(0)
        ray = camera.ray_rotation(torch.from_numpy(middle), torch.tensor(take.focal_px), torch.from_numpy(centre))
        found.append(
            {
                "image": seen.image.astype(np.float32),
                "world": seen.world.astype(np.float32),
                "visibility": seen.visibility.astype(np.float32),
                "truth": ((true - joints[1:3].mean(0)) @ ray.numpy()).astype(np.float32),
                "true_image": pixels.astype(np.float32),
                "facing": np.float32(turned[0, :, 2] @ ray.numpy()[:, 2]),
                "clip": number,
            }
        )
    return found


def _places(points: Markers, landmarks: tuple[int, ...]) -> list[int]:
    return [points.landmark.tolist().index(k) for k in landmarks]


def _region(pixels: Array, points: Markers, rng: np.random.Generator) -> Array:
    """(4,) a region of interest as the tracker would choose it, with its errors."""
    middle = pixels[_places(points, (23, 24))].mean(0)
    shoulders = pixels[_places(points, (11, 12))].mean(0)
    radius = np.linalg.norm(pixels - middle, axis=1).max() * rng.uniform(0.93, 1.2)
    middle = middle + radius * rng.normal(0, 0.03, 2)
    along = (shoulders - middle) / max(float(np.linalg.norm(shoulders - middle)), 1e-6)
    angle = rng.normal(0, 0.06)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return roi.around(middle, middle + radius * (turn @ along))


def _offsets(points: Markers, body: Body, worker: Person) -> Array:
    """(29, 3) the points from the joints that carry them, at rest."""
    at = points.template.numpy() + points.basis.numpy() @ worker.betas
    offsets: Array = at - body.rest_joints(worker.betas)[points.joint.numpy()]
    return offsets


def _true_points(joints: Array, turned: Array, points: Markers, offsets: Array) -> Array:
    """(29, 3) where the landmarks would lie without any error."""
    joint = points.joint.numpy()
    true: Array = joints[joint] + (turned[joint] @ offsets[..., None])[..., 0]
    for k, landmark in enumerate(points.landmark.tolist()):
        if landmark in _ON_JOINTS:
            true[k] = joints[_ON_JOINTS[landmark]]
    return true


def main() -> None:
    """Write the samples of many clips."""
    parser = argparse.ArgumentParser(description="Random poses, rendered, as the detector sees them.")
    parser.add_argument("--out", type=Path, required=True, help="folder; one file for every 250 clips")
    parser.add_argument("--weights", type=Path, default=Path(".cache/models"), help="cache of the detector's weights")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--clips", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    body, estimator = load_body(), load_estimator(options.weights, "cpu", options.threads)
    points = markers(body)
    options.out.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = []
    for number in range(options.first, options.first + options.clips):
        found += samples(number, body, points, estimator)
        if number % 250 == 249 or number == options.first + options.clips - 1:
            save_npz(options.out / f"{number:06}.npz", {name: np.array([s[name] for s in found]) for name in found[0]})
            print(f"{number + 1 - options.first} clips", flush=True)
            found = []


if __name__ == "__main__":
    main()
