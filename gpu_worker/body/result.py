"""The solver's numbers as the `BodyTrack` that later stages read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gpu_worker.body import rotation
from gpu_worker.body.model import Body
from gpu_worker.body.normal import State
from gpu_worker.body.observations import Observations
from gpu_worker.body.skeleton import BODY_JOINTS, PARENTS
from gpu_worker.body.track import JOINTS, BodyTrack
from gpu_worker.pose.track import PoseTrack

_HANDS = slice(25, 55)
_PIECE = 1024
_SEEN_ENOUGH = 0.25
"""Markers with at least this trust count for the residual that is reported."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """All seen frames, in order."""

    state: State
    joint_sigma_deg: Tensor
    """(N, 22)"""
    residual_px: Tensor
    """(N, M, 2) observed minus projected."""


def body_track(track: PoseTrack, body: Body, seen: Observations, solution: Solution) -> BodyTrack:
    """Put the seen frames into place; every other frame is NaN. Fingers rest, jaw and eyes are straight."""
    rows, state = seen.rows.numpy(), solution.state
    count, betas = len(track.times_s), state.betas.cpu().numpy()
    seen_here = np.zeros(count, np.bool_)
    seen_here[rows] = True
    poses, joints, rotations = (_unseen(count, JOINTS, *rest) for rest in ((3,), (3,), (3, 3)))
    sigma, residual, translation = _unseen(count, JOINTS), _unseen(count), _unseen(count, 3)
    residual[rows] = _root_mean_square(solution.residual_px, seen.trust)
    translation[rows] = state.translation.cpu().numpy()
    for start in range(0, len(rows), _PIECE):
        piece = slice(start, start + _PIECE)
        here = rows[piece]
        turns = np.zeros((len(here), JOINTS, 3))
        turns[:, :BODY_JOINTS] = rotation.log(state.local[piece]).cpu().numpy()
        turns[:, _HANDS] = body.hand_rest
        poses[here] = turns
        joints[here], rotations[here] = body.forward(betas, turns, state.translation[piece].cpu().numpy())
        sigma[here] = _down_the_tree(solution.joint_sigma_deg[piece].cpu().numpy())
    return BodyTrack(
        times_s=track.times_s,
        frame_index=track.frame_index,
        seen=seen_here,
        poses=poses,
        betas=betas,
        translation=translation,
        joints=joints,
        rotations=rotations,
        rest_joints=body.rest_joints(betas),
        residual_px=residual,
        joint_sigma_deg=sigma,
        focal_px=float(state.log_focal.exp()),
        size=track.size,
        body_model=body.name,
        body_sha256=body.sha256,
    )


def _unseen(*shape: int) -> NDArray[np.float32]:
    return np.full(shape, np.nan, np.float32)


def _root_mean_square(pixels: Tensor, trust: Tensor) -> Array:
    """(N,) over the markers that were seen well enough, all markers where none was."""
    counted = (trust >= _SEEN_ENOUGH).to(pixels.dtype)
    counted = torch.where(counted.sum(1, keepdim=True) > 0, counted, torch.ones_like(counted))
    mean: Array = ((pixels.square().sum(-1) * counted).sum(1) / counted.sum(1)).sqrt().cpu().numpy()
    return mean


def _down_the_tree(sigma: Array) -> Array:
    """(N, 55) from (N, 22): a joint that was not fitted is as uncertain as its parent."""
    full = np.zeros((len(sigma), JOINTS))
    full[:, :BODY_JOINTS] = sigma
    for joint in range(BODY_JOINTS, JOINTS):
        full[:, joint] = full[:, PARENTS[joint]]
    return full
