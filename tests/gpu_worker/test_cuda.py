"""The CUDA backend: what of it a processor can check, and its agreement with the CPU where there is a GPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from bench.fit_scenes import scene
from gpu_worker.body.descent import Problem, Tie, equations
from gpu_worker.body.initial import first_guess
from gpu_worker.body.markers import markers
from gpu_worker.body.model import load_body
from gpu_worker.body.normal import Geometry, gram, residuals
from gpu_worker.body.observations import observe
from gpu_worker.body.prior import pose_terms, prior
from gpu_worker.body.shape_prior import shape_prior
from gpu_worker.body.solver import fit
from gpu_worker.pose.blazepose import BlazePose
from gpu_worker.pose.network import POSE_DETECTION, POSE_LANDMARKS, TorchNetwork, load_network
from gpu_worker.pose.roi import crop
from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import blazepose, pose_weights, sample

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
HALF_A_SECOND = np.arange(0, 0.5, 1 / 12)
PERSON = np.array([610.0, 910.0, 1100.0, 0.0])


class OneDevice(TorchDispatchMode):
    """Refuses what CUDA refuses: tensors of two devices in one operation, single numbers and indices set apart."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, read = func.name().split(".")[0], (args, kwargs)
        if name in ("aten::index", "aten::index_put", "aten::index_put_"):
            read = (args[0], args[2:], [x for x in args[1] if x is not None and x.device.type != "cpu"])
        if name not in ("aten::_to_copy", "aten::copy_"):
            tensors = [x for x in tree_leaves(read) if isinstance(x, Tensor) and x.dim()]
            assert len({x.device.type for x in tensors}) <= 1, f"{func}: {[str(x.device) for x in tensors]}"
        return func(*args, **(kwargs or {}))


@pytest.fixture
def one_device() -> Iterator[None]:
    with OneDevice():
        yield


def test_the_check_for_one_device_finds_two(one_device: None) -> None:
    with pytest.raises(AssertionError, match="mul"):
        torch.ones(3) * torch.ones(3, device="meta")


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("height_m", [None, 1.8])
def test_every_step_of_the_fit_stays_on_the_device_it_was_given(
    one_device: None, tied: bool, height_m: float | None
) -> None:
    body = load_body()
    points, track = markers(body), scene(body, "lifting", 0, times_s=HALF_A_SECOND).track
    watched = observe(track, points, "meta")
    seen = watched.part(slice(None))
    # Which marker rides on which joint is read on the CPU; a tensor of device `meta` has no values to read.
    shape = replace(Geometry.of(body, points, "meta"), marker_joint=points.joint)
    tables, log_focal = prior("meta"), seen.centre.new_zeros(())
    clip = shape_prior(body, len(seen), log_focal, False, height_m)
    state = first_guess(shape, tables, seen, log_focal.new_zeros(10), 0 * log_focal, log_focal)
    at = residuals(state, seen, shape)
    steps: list[Callable[[], object]] = [
        lambda: gram(state, seen, shape, at, clip=True),
        lambda: pose_terms(state.local, tables),
        lambda: clip.terms(state),
        lambda: state.moved(state.local.new_zeros(len(seen), 69), state.betas.new_zeros(12)),
        lambda: watched.part(np.arange(2)),
        lambda: watched.part(slice(0, 2)),
    ]
    for step in steps:
        step()
    tie = Tie(state.local[:1], state.translation[:1], 0.1) if tied else None
    with pytest.raises(NotImplementedError, match="no data"):
        equations(Problem(shape, tables, seen, tie, clip), state, at)  # its last line copies to the CPU


def test_the_whole_detector_as_on_cuda_finds_the_same_person_in_half_precision() -> None:
    weights = pose_weights()
    as_on_cuda = BlazePose(*(TorchNetwork(weights, m, "cpu", half=True) for m in (POSE_DETECTION, POSE_LANDMARKS)))
    with open_video(sample("balancing"), "balancing.mp4") as video:
        image = next(video.frames()).image
    ours, theirs = (e.detect([image])[0][0] for e in (as_on_cuda, blazepose()))
    assert np.allclose(ours.roi, theirs.roi, atol=0.1)
    halves, wholes = (e.landmarks([image], [theirs.roi])[0] for e in (as_on_cuda, blazepose()))
    assert np.linalg.norm(halves.world - wholes.world, axis=-1).mean() < 0.004
    assert np.linalg.norm(halves.image - wholes.image, axis=-1).mean() < 1.5


@needs_gpu
def test_networks_on_a_gpu_give_what_the_cpu_gives() -> None:
    with open_video(sample("balancing"), "balancing.mp4") as video:
        people = np.stack([crop(f.image, PERSON, 256) for f in islice(video.frames(), 8)])
    ours, theirs = (load_network(pose_weights(), POSE_LANDMARKS, device)(people) for device in ("cuda", "cpu"))
    assert np.abs(ours[3] - theirs[3]).mean() < 0.004
    assert np.abs(ours[0] - theirs[0]).mean() < 1.5


@needs_gpu
def test_the_fit_on_a_gpu_gives_what_the_cpu_gives() -> None:
    body = load_body()
    track = scene(body, "lifting", 0, times_s=np.arange(0, 4, 1 / 12)).track
    ours, theirs = (fit(track, body, device=device, corrected=False) for device in ("cuda", "cpu"))
    assert np.abs(ours.joints - theirs.joints).max() < 1e-3
    assert np.allclose(ours.betas, theirs.betas, atol=1e-2)
