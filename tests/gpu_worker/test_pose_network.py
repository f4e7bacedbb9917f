"""The networks: the same answers from both engines, one by one and in batches."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.pose.network import (
    HAND_LANDMARKS,
    HAND_RECROP,
    POSE_DETECTION,
    POSE_LANDMARKS,
    Model,
    TorchNetwork,
    load_network,
)
from gpu_worker.pose.roi import crop
from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import pose_weights, sample


@pytest.mark.parametrize("model", [POSE_DETECTION, POSE_LANDMARKS, HAND_RECROP, HAND_LANDMARKS], ids=lambda m: m.name)
def test_torch_in_batches_gives_what_openvino_gives_one_by_one(model: Model) -> None:
    images = np.random.default_rng(1).integers(0, 256, (3, model.size, model.size, 3), dtype=np.uint8)
    ours = TorchNetwork(pose_weights(), model, "cpu")(images)
    theirs = load_network(pose_weights(), model, "cpu")(images)
    assert len(ours) == len(theirs) == len(model.outputs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape
        assert a.shape[0] == 3
        assert np.abs(a - b).max() < 1e-4 * max(1.0, float(np.abs(b).max()))


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("model", [POSE_DETECTION, POSE_LANDMARKS])
def test_the_number_of_threads_changes_no_bit(model: Model, threads: int) -> None:
    images = np.random.default_rng(2).integers(0, 256, (4, model.size, model.size, 3), dtype=np.uint8)
    alone, shared = (load_network(pose_weights(), model, "cpu", n)(images) for n in (1, threads))
    for a, b in zip(alone, shared, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_networks_threads_may_run_on_every_core() -> None:
    images = np.zeros((20, 224, 224, 3), np.uint8)
    network = load_network(pose_weights(), POSE_DETECTION, "cpu", 2)
    free, seen = os.sched_getaffinity(0), []
    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(network, images)
        while not working.done():
            for task in Path("/proc/self/task").iterdir():
                with suppress(ProcessLookupError):
                    seen.append(os.sched_getaffinity(int(task.name)))
    assert seen
    assert all(cores == free for cores in seen)


def test_half_precision_moves_world_landmarks_by_millimetres() -> None:
    light = Model("pose_landmark_lite", (0, 1, 3, 4), 256, half=True)
    with open_video(sample("balancing"), "balancing.mp4") as video:
        image = next(video.frames()).image
    person = crop(image, np.array([610.0, 910.0, 1100.0, 0.0]), 256)[None]
    full, half = (TorchNetwork(pose_weights(), light, "cpu", half=half)(person) for half in (False, True))
    assert full[1][0, 0] > 0.9
    assert half[1].dtype == np.float32
    assert np.abs(full[3] - half[3]).mean() < 0.004


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown device"):
        load_network(pose_weights(), POSE_DETECTION, "tpu")
