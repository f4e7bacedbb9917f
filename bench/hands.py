"""How well a palm's orientation follows from a hand's 21 landmarks: `python -m bench.hands --clips 60`.

Renders random poses (`bench.fit_renders`) in large, sharp pictures, asks for the hands, turns the body's own wrist and
knuckles onto theirs (Kabsch 1976) and prints how far that is from the true wrist: the angle of the smallest turn
between both. The fit does without hands while this is worse than what it knows by itself; see `docs/decisions.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bench.fit_renders import RandomFilming, random_take
from bench.rendering import Picture, Take
from gpu_worker.body import camera
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.skeleton import INDEX
from gpu_worker.pose import roi
from gpu_worker.pose.estimate import load_estimator
from gpu_worker.pose.estimator import PoseEstimator
from gpu_worker.settings import Settings

Array = NDArray[np.float64]
_SIDES = ("left", "right")
_LONG_SIDE = 1600
"""Pixels; as large as a phone's picture."""
_PALM = (0, 5, 9, 13, 17)
"""Wrist and knuckles of index to little finger among a hand's 21 landmarks."""
_KNUCKLES = ("index1", "middle1", "ring1", "pinky1")
_WEIGHT = np.array([2.0, 1, 1, 1, 1]) / 6
"""Of the wrist and each knuckle: the wrist alone gives the palm its length."""
_WORST_FIT = 0.25
"""Root mean square distance left between palm and landmarks, in sizes of the palm, above which it is none."""
_LEAST_PALM_PX = 20.0


class SharpFilming(RandomFilming):
    """Without blur, noise and compression."""

    def _exposed(self, canvas: NDArray[Any]) -> Picture:
        return np.asarray(np.clip(canvas, 0, 255), np.uint8)


@dataclass(frozen=True)
class Palm:
    """One hand of one picture."""

    found: bool
    """The networks are sure of it."""
    fits: bool
    """The palm explains its landmarks."""
    error_deg: float


def palms(number: int, body: Body, estimator: PoseEstimator) -> Iterator[Palm]:
    """Both hands in every picture of clip `number` in which the person was seen."""
    rng = np.random.default_rng([77, number])
    take = _large(random_take(500_000 + number, rng))
    filming = SharpFilming(take, body)
    truth = filming.truth
    for frame in filming.frames():
        joints, turned = truth.joints[frame.index], truth.rotations[frame.index]
        pixels = joints[:22, :2] / -joints[:22, 2:] * [1, -1] * take.focal_px + np.array(take.size) / 2
        middle = pixels[1:3].mean(0)
        radius = float(np.linalg.norm(pixels - middle, axis=1).max()) * 1.1
        seen = estimator.landmarks([frame.image], [roi.around(middle, middle - [0, radius])])[0]
        hands = estimator.hands(frame.image, seen)
        if seen.score < 0.5 or hands is None:
            continue
        for side, name in enumerate(_SIDES):
            if not hands.score[side]:
                yield Palm(False, False, float("nan"))
                continue
            palm, fits = palm_rotation(
                truth.rest_joints, name, hands.world[side][list(_PALM)], hands.image[side][list(_PALM)],
                take.focal_px, take.size,
            )  # fmt: skip
            apart = np.trace(turned[INDEX[f"{name}_wrist"]].T @ palm)
            yield Palm(True, fits, float(np.degrees(np.arccos(np.clip((apart - 1) / 2, -1, 1)))))


def palm_rotation(
    rest_joints: Array, side: str, world: Array, image: Array, focal_px: float, size: tuple[int, int]
) -> tuple[Array, bool]:
    """Rotation (3, 3) of a wrist, rest pose to camera frame, and whether the palm explains its landmarks.

    rest_joints: (55, 3) metres; world: (5, 3) wrist and knuckles along the ray through the hand, metres; image: (5, 2)
    the same in pixels of a picture of `size`.
    """
    at_rest = rest_joints[[INDEX[f"{side}_wrist"], *(INDEX[f"{side}_{name}"] for name in _KNUCKLES)]]
    centre = torch.tensor(size, dtype=torch.float64) / 2
    ray = camera.ray_rotation(torch.from_numpy(image.mean(0)), torch.tensor(focal_px), centre).numpy()
    rest, seen = at_rest - _WEIGHT @ at_rest, world @ ray.T
    seen = seen - _WEIGHT @ seen
    u, spread, vt = np.linalg.svd(seen.T @ (_WEIGHT[:, None] * rest))
    proper = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    turned = (u * proper) @ vt
    spread_of_rest = float(_WEIGHT @ np.square(rest).sum(1))
    scale = float(spread @ proper) / spread_of_rest
    left = float(_WEIGHT @ np.square(seen - scale * rest @ turned.T).sum(1))
    shown = float(np.linalg.norm(image[1:].mean(0) - image[0]))
    return turned, left**0.5 < _WORST_FIT * scale * spread_of_rest**0.5 and shown > _LEAST_PALM_PX


def _large(take: Take) -> Take:
    """The same take in a larger picture."""
    wider = _LONG_SIDE / max(take.size)
    size = (round(take.size[0] * wider), round(take.size[1] * wider))
    return replace(take, size=size, focal_px=take.focal_px * wider)


def main() -> None:
    """Print how many hands were found and how far off their palms are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--weights", type=Path, default=Settings().poloha_cache / "models")
    chosen = parser.parse_args()
    body, estimator = load_body(), load_estimator(chosen.weights, "cpu", hands=True)
    found = [palm for number in range(chosen.clips) for palm in palms(number, body, estimator)]
    seen = [palm for palm in found if palm.found]
    good = np.array([palm.error_deg for palm in seen if palm.fits])
    quantiles = ", ".join(f"{q} %: {np.quantile(good, q / 100):.0f}°" for q in (25, 50, 75, 90))
    print(f"{len(found)} hands, {len(seen)} found, {len(good)} kept; error {quantiles}")


if __name__ == "__main__":
    main()
