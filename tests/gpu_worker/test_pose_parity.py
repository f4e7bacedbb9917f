"""Our BlazePose against a stored run of mediapipe 0.10.21, static mode, heavy (`bench/mediapipe_reference.py`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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


def test_hands_agree_with_mediapipe_where_both_see_them() -> None:
    with open_video(sample("balancing"), "balancing.mp4") as video:
        images = {f.index: f.image for f in video.frames(6)}
    estimator = blazepose(hands=True)
    off: list[float] = []
    agreed = 0
    for index, reference in zip(REFERENCE["frame_index"], REFERENCE["hands"], strict=True):
        pose = estimator.landmarks([images[index]], [estimator.detect([images[index]])[0][0].roi])[0]
        hands = estimator.hands(images[index], pose)
        assert hands is not None
        seen, expected = hands.score > 0, np.isfinite(reference[:, 0, 0])
        agreed += int((seen == expected).sum())
        off += np.linalg.norm(hands.image - reference, axis=-1)[seen & expected].ravel().tolist()
    assert agreed >= 18
    assert np.mean(off) < 1.5


def test_the_engine_for_cuda_agrees_with_the_one_for_the_cpu() -> None:
    detector, landmarks = (TorchNetwork(pose_weights(), model, "cpu") for model in (POSE_DETECTION, POSE_LANDMARKS))
    (ours,), (theirs,) = static(BlazePose(detector, landmarks), 1), static(blazepose(), 1)
    assert np.abs(ours.image - theirs.image).max() < 0.2
    assert np.abs(ours.world - theirs.world).max() < 0.001
