"""Makes the reference that `tests/gpu_worker/test_pose_parity.py` compares with.

Needs an environment of its own with `mediapipe==0.10.21` (its numpy is older than ours), and our heavy model copied to
its `modules/pose_landmark/`. Frames come in and landmarks go out as npz:

    python bench/mediapipe_reference.py frames.npz tests/gpu_worker/data/mediapipe_static.npz

`frames.npz` holds `frame_index` (N,) and `images` (N, height, width, 3), RGB, from our own reader.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import mediapipe  # type: ignore[import-not-found]
import numpy as np
from numpy.typing import NDArray


def main(source: str, target: str) -> None:
    """Run MediaPipe in static mode on each frame by itself: the pose alone, and the hands of its holistic solution."""
    frames = np.load(source)
    image, world, visibility, hands = [], [], [], []
    for picture in frames["images"]:
        size = (picture.shape[1], picture.shape[0])
        with mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=2) as pose:
            found = pose.process(picture)
        with mediapipe.solutions.holistic.Holistic(static_image_mode=True, model_complexity=2) as holistic:
            whole = holistic.process(picture)
        points = found.pose_landmarks.landmark
        image.append(_pixels(points, size))
        visibility.append([p.visibility for p in points])
        world.append([[p.x, p.y, p.z] for p in found.pose_world_landmarks.landmark])
        both = (whole.left_hand_landmarks, whole.right_hand_landmarks)
        hands.append([_pixels(hand.landmark, size) if hand else np.full((21, 2), np.nan) for hand in both])
    np.savez_compressed(
        target,
        frame_index=frames["frame_index"],
        image=np.array(image, np.float32),
        world=np.array(world, np.float32),
        visibility=np.array(visibility, np.float32),
        hands=np.array(hands, np.float32),
    )


def _pixels(points: Iterable[Any], size: tuple[int, int]) -> NDArray[np.float64]:
    return np.array([[p.x, p.y] for p in points]) * size


if __name__ == "__main__":
    main(*sys.argv[1:])
