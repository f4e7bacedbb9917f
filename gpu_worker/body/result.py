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
from gpu_worker.body.observations import Observed
from gpu_worker.body.skeleton import BODY_JOINTS, PARENTS
from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import JOINTS
from gpu_worker.pose.track import PoseTrack
from gpu_worker.spilled import Spilled

_HANDS = slice(25, 55)
_SEEN_ENOUGH = 0.25
"""Markers with at least this trust count for the residual that is reported."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """Some of the seen frames, in order."""

    state: State
    joint_sigma_deg: Tensor
    """(N, 22)"""
    residual_px: Tensor
    """(N, M, 2) observed minus projected."""
    trust: Tensor
    """(N, M) see `Observations`."""


class Result:
    """Takes the solved stretches of a clip in turn; then `track` is the whole. Unsolved frames are NaN.

    Fingers rest, jaw and eyes are straight.
    """

    def __init__(self, pose: PoseTrack, body: Body, seen: Observed) -> None:
        self._pose, self._body = pose, body
        self._rows = seen.rows
        count = len(pose.times_s)
        self._sigma, self._residual, self._translation = _unseen(count, JOINTS), _unseen(count), _unseen(count, 3)
        self._poses, self._joints = Spilled((JOINTS, 3), np.float32), Spilled((JOINTS, 3), np.float32)
        self._rotations = Spilled((JOINTS, 3, 3), np.float32)

    def add(self, frames: slice, solved: Solution) -> None:
        """Take in the next of the seen frames."""
        here, state = self._rows[frames], solved.state
        translation = state.translation.cpu().numpy()
        turns = np.zeros((len(here), JOINTS, 3))
        turns[:, :BODY_JOINTS] = rotation.log(state.local).cpu().numpy()
        turns[:, _HANDS] = self._body.hand_rest
        joints, rotations = self._body.forward(state.betas.cpu().numpy(), turns, translation)
        self._sigma[here] = _down_the_tree(solved.joint_sigma_deg.cpu().numpy())
        self._residual[here] = _root_mean_square(solved.residual_px, solved.trust)
        self._translation[here] = translation
        for rows, values in ((self._poses, turns), (self._joints, joints), (self._rotations, rotations)):
            rows.place(here, values)

    def track(self, shared: State) -> BodyTrack:
        """The whole clip, with the shape and focal length of `shared`; to be called once, at the end."""
        count = len(self._pose.times_s)
        for rows in (self._poses, self._joints, self._rotations):
            rows.fill(count)
        betas, seen = shared.betas.cpu().numpy(), np.zeros(count, np.bool_)
        seen[self._rows] = True
        return BodyTrack(
            times_s=self._pose.times_s,
            frame_index=self._pose.frame_index,
            seen=seen,
            poses=self._poses,
            betas=betas,
            translation=self._translation,
            joints=self._joints,
            rotations=self._rotations,
            rest_joints=self._body.rest_joints(betas),
            residual_px=self._residual,
            joint_sigma_deg=self._sigma,
            focal_px=float(shared.log_focal.exp()),
            size=self._pose.size,
            body_model=self._body.name,
            body_sha256=self._body.sha256,
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
