"""Our BlazePose against a stored run of mediapipe 0.10.21, static mode, heavy (`bench/mediapipe_reference.py`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gpu_worker.pose.blazepose import BlazePose
from gpu_worker.pose.estimator import Landmarks
from gpu_worker.pose.network import POSE_DETECTION, POSE_LANDMARKS, TorchNetwork
from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import blazepose, pose_weights, sample

REFERENCE = np.load(Path(__file__).with_name("data") / "mediapipe_static.npz")
MEDIAPIPE_TO_CAMERA_FRAME = np.array([1, -1, -1])


def static(estimator: BlazePose, most: int) -> list[Landmarks]:
    """The person of the best score in the reference's first `most` frames, each by itself."""
    with open_video(sample("balancing"), "balancing.mp4") as video:
        wanted = set(REFERENCE["frame_index"][:most].tolist())
        images = [f.image for f in video.frames() if f.index in wanted]
    return [estimator.landmarks([i], [estimator.detect([i])[0][0].roi])[0] for i in images]


def test_landmarks_agree_with_mediapipe_within_a_pixel_and_a_half_and_six_millimetres() -> None:
    found = static(blazepose(), 10)
    image = np.linalg.norm([f.image for f in found] - REFERENCE["image"], axis=-1)
    world = np.linalg.norm([f.world for f in found] - REFERENCE["world"] * MEDIAPIPE_TO_CAMERA_FRAME, axis=-1)
    assert image.mean() < 1.5
    assert world.mean() < 0.006
    assert np.abs([f.visibility for f in found] - REFERENCE["visibility"]).mean() < 0.01


@pytest.mark.parametrize(("half", "pixels", "metres"), [(False, 0.05, 0.0005), (True, 4.0, 0.012)])
def test_the_engine_for_cuda_agrees_with_the_one_for_the_cpu(half: bool, pixels: float, metres: float) -> None:
    detector, landmarks = (TorchNetwork(pose_weights(), m, "cpu", half=half) for m in (POSE_DETECTION, POSE_LANDMARKS))
    ours, theirs = static(BlazePose(detector, landmarks), 1), static(blazepose(), 1)
    assert np.linalg.norm([a.image - b.image for a, b in zip(ours, theirs, strict=True)], axis=-1).mean() < pixels
    assert np.linalg.norm([a.world - b.world for a, b in zip(ours, theirs, strict=True)], axis=-1).mean() < metres
