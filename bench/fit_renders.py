"""Render people in independent random poses and note what the detector sees: `python -m bench.fit_renders --out FILE`.

These samples teach the correction of the world landmarks (`bench.fit_learn`). Poses are drawn joint by joint, a third
of them straight standing, seen from all sides; none comes from the motions that anything is tuned or scored on.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bench.rendering import FPS, SIZE, Filming, Take
from gpu_worker.body import camera, rotation
from gpu_worker.body.correction import POINTS
from gpu_worker.body.markers import Markers, markers
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.skeleton import INDEX
from gpu_worker.pose import roi
from gpu_worker.pose.estimate import load_estimator
from gpu_worker.pose.estimator import PoseEstimator

Array = NDArray[np.float64]

_POSES = 6
"""Random poses of one person in one room."""
_STRAIGHT_SHARE = 0.3
_PRESENT = 0.5
_ON_JOINTS = {
    11: 16,
    12: 17,
    13: 18,
    14: 19,
    15: 20,
    16: 21,
    17: 31,
    18: 46,
    19: 25,
    20: 40,
    21: 39,
    22: 54,
    23: 1,
    24: 2,
    25: 4,
    26: 5,
    27: 7,
    28: 8,
}
"""Landmark -> the joint it lies on."""


class RandomFilming(Filming):
    """A take whose every frame is a new pose."""

    def poses(self, times_s: Array, rng: np.random.Generator) -> Array:
        """(T, 55, 3)"""
        return np.stack([random_pose(rng) for _ in times_s])


def random_pose(rng: np.random.Generator) -> Array:
    """(55, 3) axis-angle; turned towards +z before the take's yaw."""
    pose = np.zeros((55, 3))
    straight = bool(rng.random() < _STRAIGHT_SHARE)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        _arm(pose, side, sign, straight, rng)
    if straight:
        pose[:22] += np.radians(rng.normal(0, 2.5, (22, 3)))
        pose[0] = np.radians([rng.uniform(-8, 12), 0, rng.normal(0, 3)])
        for side in ("left", "right"):
            pose[INDEX[f"{side}_knee"]] = np.radians([abs(rng.normal(0, 5)), 0, 0])
    else:
        _legs(pose, _trunk(pose, rng), rng)
    return pose


def _arm(pose: Array, side: str, sign: float, straight: bool, rng: np.random.Generator) -> None:
    """Any direction the upper arm can take, any bend of the elbow."""
    hangs = straight or rng.random() < 0.25
    elevation, plane = np.radians([rng.uniform(0, 20) if hangs else rng.uniform(0, 170), rng.uniform(-30, 120)])
    direction = np.array(
        [sign * np.sin(elevation) * np.cos(plane), -np.cos(elevation), np.sin(elevation) * np.sin(plane)]
    )
    swing = rotation.between(torch.tensor([sign, 0.0, 1e-3]).double(), torch.from_numpy(direction))
    roll = np.radians(rng.uniform(-50, 50) * (0.4 if straight else 1.0))
    twist = rotation.exp(torch.tensor([roll, 0.0, 0.0], dtype=torch.float64))
    pose[INDEX[f"{side}_shoulder"]] = rotation.log(swing @ twist).numpy()
    bend = rng.uniform(0, 15) if straight or rng.random() < 0.2 else rng.uniform(0, 140)
    pose[INDEX[f"{side}_elbow"]] = np.radians([rng.normal(0, 20), -sign * bend, 0])
    pose[INDEX[f"{side}_wrist"]] = np.radians(rng.normal(0, 15, 3))
    raised = 0.2 * max(0.0, elevation - np.pi / 2)
    pose[INDEX[f"{side}_collar"]] = np.radians(rng.normal(0, 5, 3)) + np.array([0, 0, sign * raised])


def _trunk(pose: Array, rng: np.random.Generator) -> float:
    """Lean, twist and bend; returns the pelvis's share of the lean in degrees."""
    lean = float(rng.choice([rng.uniform(-10, 20), rng.uniform(0, 90)]))
    share = rng.dirichlet([2, 1, 1, 1]) * lean
    pose[0] = np.radians([share[0], 0, rng.normal(0, 6)])
    twist, side = rng.normal(0, 18), rng.normal(0, 10)
    for part, name in zip(share[1:], ("spine1", "spine2", "spine3"), strict=True):
        pose[INDEX[name]] = np.radians([part + rng.normal(0, 3), twist / 3, side / 3])
    pose[INDEX["neck"]] = np.radians(rng.normal([-0.15 * lean, 0, 0], [10, 14, 8]))
    pose[INDEX["head"]] = np.radians(rng.normal(0, [12, 14, 8]))
    return float(share[0])


def _legs(pose: Array, pelvis_lean: float, rng: np.random.Generator) -> None:
    """Standing, deep bends like sitting and squatting, or anything; half of the time both legs alike."""
    alike, kind = bool(rng.random() < 0.5), int(rng.integers(3))
    hip = knee = apart = turn = 0.0
    for side, sign in (("left", 1.0), ("right", -1.0)):
        if side == "left" or not alike:
            if kind == 0:
                hip, knee = rng.uniform(-15, 30), rng.uniform(0, 35)
            elif kind == 1:
                hip = rng.uniform(20, 120)
                knee = rng.uniform(max(0, hip - 30), min(140, hip + 40))
            else:
                hip, knee = rng.uniform(-15, 100), rng.uniform(0, 120)
            apart, turn = rng.normal(5, 7), rng.normal(5, 9)
        pose[INDEX[f"{side}_hip"]] = np.radians([-hip - pelvis_lean, sign * turn, sign * apart])
        pose[INDEX[f"{side}_knee"]] = np.radians([knee, 0, 0])
        pose[INDEX[f"{side}_ankle"]] = np.radians([rng.uniform(-30, 15), 0, 0])


def random_take(number: int, rng: np.random.Generator) -> Take:
    """Camera and person of one clip. The family only names the seed; its motion is not used."""
    return Take(
        family="lifting",
        seed=100_000 + number,
        yaw_deg=float(rng.uniform(-180, 180)),
        pitch_deg=float(rng.uniform(-30, 15)),
        roll_deg=float(rng.uniform(-8, 8)),
        focal_px=float(max(SIZE) * rng.uniform(0.65, 1.2)),
        distance_m=float(rng.uniform(2.6, 5.0)),
        distortion=0.0,
        occluder=bool(rng.random() < 0.15),
        odd=bool(rng.random() < 0.5),
        seconds=(_POSES - 0.5) / FPS,
    )


def samples(number: int, body: Body, estimator: PoseEstimator) -> list[dict[str, Any]]:
    """What was seen and what was true in the frames of clip `number`, truth along the viewing ray of the hips."""
    rng, points = np.random.default_rng([99, number]), markers(body)
    take = random_take(number, rng)
    filming, found = RandomFilming(take, body), []
    for frame in filming.frames():
        joints, turned = filming.truth.joints[frame.index], filming.truth.rotations[frame.index]
        true = _true_points(joints, turned, points, body)
        hips = joints[1:3].mean(0)
        pixels = true[:, :2] / -true[:, 2:] * [1, -1] * take.focal_px + np.array(SIZE) / 2
        middle = pixels[[POINTS.index(23), POINTS.index(24)]].mean(0)
        radius = np.linalg.norm(pixels - middle, axis=1).max() * rng.uniform(0.95, 1.12)
        region = roi.around(middle, middle + radius * np.array([rng.normal(0, 0.05), -1]))
        seen = estimator.landmarks([frame.image], [region])[0]
        if seen.score > _PRESENT:
            seen = estimator.landmarks([frame.image], [seen.roi])[0]
        if seen.score < _PRESENT:
            continue
        ray = camera.ray_rotation(torch.from_numpy(middle), torch.tensor(take.focal_px), torch.tensor(SIZE) / 2).numpy()
        found.append(
            {
                "image": seen.image,
                "world": seen.world,
                "visibility": seen.visibility,
                "truth": (true - hips) @ ray,
                "facing": float(turned[0, :, 2] @ ray[:, 2]),
                "clip": number,
            }
        )
    return found


def _true_points(joints: Array, turned: Array, points: Markers, body: Body) -> Array:
    """(29, 3) where the landmarks would lie without any error."""
    true = np.empty((len(points.joint), 3))
    for k, (landmark, joint) in enumerate(zip(points.landmark.tolist(), points.joint.tolist(), strict=True)):
        if landmark in _ON_JOINTS:
            true[k] = joints[_ON_JOINTS[landmark]]
        else:
            offset = (points.template[k] - body.rest_template[joint]).numpy()
            true[k] = joints[joint] + turned[joint] @ offset
    return true


def main() -> None:
    """Write the samples of many clips."""
    parser = argparse.ArgumentParser(description="Random poses, rendered, as the detector sees them.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="cache of the detector's weights")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--clips", type=int, default=500)
    options = parser.parse_args()
    body, estimator = load_body(), load_estimator(options.weights)
    found: list[dict[str, Any]] = []
    for number in range(options.first, options.first + options.clips):
        found += samples(number, body, estimator)
        if number % 25 == 24:
            print(f"{number + 1 - options.first} clips, {len(found)} samples", flush=True)
    arrays: dict[str, NDArray[Any]] = {name: np.array([s[name] for s in found]) for name in found[0]}
    np.savez_compressed(options.out, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
