"""The iteration: damped Gauss-Newton over the frames of one stretch, exact in time. Cost, equations, steps, spread."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.body import blocks, rotation
from gpu_worker.body.normal import FRAME_UNKNOWNS, Geometry, Residuals, State, gram, residuals
from gpu_worker.body.observations import Observations
from gpu_worker.body.prior import TRANSLATION_RATE, Prior, pose_terms
from gpu_worker.body.shape_prior import ShapePrior
from gpu_worker.body.skeleton import BODY_JOINTS

LONGEST_GAP_S = 0.5
"""Frames further apart than this know nothing of each other."""
MOST_ITERATIONS = 16
SETTLED = 5e-3
"""Share of the cost below which a step's gain ends the iteration."""


@dataclass(frozen=True)
class Tie:
    """The finished frame before the first one, and the seconds between them."""

    local: Tensor
    """(1, 22, 3, 3)"""
    translation: Tensor
    """(1, 3)"""
    gap_s: float


@dataclass(frozen=True)
class Problem:
    """One stretch of frames to be solved together."""

    shape: Geometry
    tables: Prior
    seen: Observations
    tie: Tie | None = None
    clip: ShapePrior | None = None
    """Present when shape, scale and focal length are unknowns too."""


def descend(problem: Problem, state: State) -> State:
    """The state of least cost near `state`; stops when a step gains less than a share of `SETTLED`."""
    damping = 1e-3
    at = residuals(state, problem.seen, problem.shape)
    cost = total_cost(problem, state, at)
    for _ in range(MOST_ITERATIONS):
        system = equations(problem, state, at)
        while True:
            frames, clip = (torch.from_numpy(x).to(state.local.device) for x in blocks.solve(system, damping))
            trial = state.moved(frames, clip)
            trial_at = residuals(trial, problem.seen, problem.shape)
            trial_cost = total_cost(problem, trial, trial_at)
            if trial_cost <= cost or damping > 1e3:
                break
            damping *= 8
        if trial_cost > cost:
            break
        gain = cost - trial_cost
        state, at, cost, damping = trial, trial_at, trial_cost, max(damping / 4, 1e-6)
        if gain < SETTLED * cost:
            break
    return state


def total_cost(problem: Problem, state: State, at: Residuals) -> float:
    """Robust data terms, resting pose, limits and random walks, in nats up to a constant."""
    pose, _, _ = pose_terms(state.local, problem.tables)
    steps, precision = _walks(problem, state)
    total = at.cost.sum() + pose.sum() + 0.5 * (precision * steps.square()).sum()
    return float(total) + (problem.clip.cost(state) if problem.clip else 0.0)


def equations(problem: Problem, state: State, at: Residuals) -> blocks.System:
    """The normal equations at `state`."""
    products = gram(state, problem.seen, problem.shape, at, clip=problem.clip is not None)
    frame, clip = slice(0, FRAME_UNKNOWNS), slice(FRAME_UNKNOWNS, products.shape[-1] - 1)
    diagonal, right = products[:, frame, frame].clone(), products[:, frame, -1].clone()
    _, downhill, curvature = pose_terms(state.local, problem.tables)
    right[:, :-3] += downhill
    for joint in range(BODY_JOINTS):
        block = slice(3 * joint, 3 * joint + 3)
        diagonal[:, block, block] += curvature[:, joint]
    coupling = _add_walks(problem, state, diagonal, right)
    corner, corner_right = products[:, clip, clip].sum(0), products[:, clip, -1].sum(0)
    if problem.clip is not None:
        hessian, gradient = problem.clip.terms(state)
        corner, corner_right = corner + hessian, corner_right + gradient
    return blocks.System(
        *(t.cpu().numpy() for t in (diagonal, coupling, products[:, frame, clip], corner, right, corner_right))
    )


def _walks(problem: Problem, state: State) -> tuple[Tensor, Tensor]:
    """Steps (K, 69) from each frame to the next, turns then moves, and their precisions; a tie's step comes first.

    A random walk on the real time steps: variance = rate²·Δt.
    """
    local, place, gaps = state.local, state.translation, problem.seen.times_s.diff()
    if problem.tie is not None:
        local = torch.cat([problem.tie.local, local])
        place = torch.cat([problem.tie.translation, place])
        gaps = torch.cat([torch.full_like(problem.seen.times_s[:1], problem.tie.gap_s), gaps])
    turns = rotation.log(local[:-1].transpose(-1, -2) @ local[1:]).flatten(1)
    rate = problem.tables.rate[:, None].expand(BODY_JOINTS, 3).flatten()
    rate = torch.cat([rate, torch.full((3,), TRANSLATION_RATE, dtype=rate.dtype, device=rate.device)])
    near = (gaps <= LONGEST_GAP_S).to(gaps.dtype)
    precision = near[:, None] / (rate.square() * gaps.clamp_min(1e-3)[:, None])
    return torch.cat([turns, place.diff(dim=0)], -1), precision


def _add_walks(problem: Problem, state: State, diagonal: Tensor, right: Tensor) -> Tensor:
    """Add the random walks to the frames' equations in place; returns the couplings (N−1, 69)."""
    steps, precision = _walks(problem, state)
    pull = precision * steps
    tied = 0 if problem.tie is None else 1
    along = torch.arange(FRAME_UNKNOWNS, device=diagonal.device)
    later = slice(1 - tied, 1 - tied + len(steps))
    diagonal[later, along, along] += precision
    right[later] -= pull
    earlier = slice(0, len(steps) - tied)
    diagonal[earlier, along, along] += precision[tied:]
    right[earlier] += pull[tied:]
    return precision[tied:]


def joint_sigma_deg(problem: Problem, state: State, at: Residuals) -> Tensor:
    """(N, 22) one standard deviation, per axis, of each joint's global rotation, degrees, from the normal equations.

    A joint's global rotation turns by the sum of its ancestors' perturbations, each carried into the camera frame.
    """
    system = equations(problem, state, at)
    covariance = torch.from_numpy(blocks.covariances(system.diagonal, system.coupling)).to(state.local.device)
    turning = covariance[:, :-3, :-3].reshape(-1, BODY_JOINTS, 3, BODY_JOINTS, 3).permute(0, 1, 3, 2, 4)
    carried = at.rotations[:, :, None] @ turning @ at.rotations[:, None].transpose(-1, -2)
    pairs = carried.diagonal(dim1=-2, dim2=-1).sum(-1)
    above = problem.shape.ancestry
    variance = ((above @ pairs) * above).sum(-1) / 3
    return torch.rad2deg(variance.sqrt())
