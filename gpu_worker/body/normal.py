"""One Gauss-Newton step's equations: residuals, analytic Jacobian and robust weights of every frame.

Unknowns of a frame (69): right perturbations of the 22 local rotations, then the translation. Unknowns of the clip:
10 betas, the logarithm of the world landmarks' scale, the logarithm of the focal length. The world landmarks' origin,
which means nothing, is projected out frame by frame. Equations in `docs/method.md`, "Body".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from gpu_worker.body import camera, kinematics, rotation
from gpu_worker.body.markers import Markers
from gpu_worker.body.model import SHAPE_SIZE, Body
from gpu_worker.body.observations import Observations
from gpu_worker.body.skeleton import BODY_JOINTS
from gpu_worker.spilled import pieces

FRAME_UNKNOWNS = 3 * BODY_JOINTS + 3
CLIP_UNKNOWNS = SHAPE_SIZE + 2
ROBUST_AT = 2.5
"""Residuals beyond this many standard deviations lose influence (Cauchy)."""
_FRAMES_AT_ONCE = 64
"""Frames whose Jacobian is held together."""


@dataclass(frozen=True)
class Geometry:
    """What of body and markers enters the equations, on the solver's device."""

    rest_template: Tensor
    rest_basis: Tensor
    marker_template: Tensor
    marker_basis: Tensor
    marker_joint: Tensor
    ancestry: Tensor
    """(22, 22) 1 where the column's joint turns the row's joint."""
    parents: Sequence[int]

    @classmethod
    def of(cls, body: Body, points: Markers, device: str) -> Geometry:
        """The first 22 joints of `body` with its markers."""
        above = kinematics.ancestry(BODY_JOINTS, body.parents)
        rest, basis = body.rest_template[:BODY_JOINTS], body.rest_basis[:BODY_JOINTS]
        tensors = (rest, basis, points.template, points.basis, points.joint, above)
        rest, basis, template, marker_basis, joint, above = (t.to(device) for t in tensors)
        return cls(rest, basis, template, marker_basis, joint, above, body.parents)

    def rest(self, betas: Tensor) -> Tensor:
        """(22, 3) joints at rest."""
        return self.rest_template + self.rest_basis @ betas

    def offsets(self, betas: Tensor) -> Tensor:
        """(M, 3) markers from their joint, at rest."""
        return self.marker_template + self.marker_basis @ betas - self.rest(betas)[self.marker_joint]


@dataclass(frozen=True)
class State:
    """Where the solver stands."""

    local: Tensor
    """(N, 22, 3, 3) rotations relative to the parent."""
    translation: Tensor
    """(N, 3) metres."""
    betas: Tensor
    """(10,)"""
    log_scale: Tensor
    """() world landmarks times exp(log_scale) have the body's size."""
    log_focal: Tensor
    """() logarithm of the focal length in pixels."""

    def part(self, frames: slice) -> State:
        """Some of the frames."""
        return replace(self, local=self.local[frames], translation=self.translation[frames])

    def moved(self, frames: Tensor, clip: Tensor, longest: float = 1.0) -> State:
        """The state after steps `frames` (N, 69) and `clip` (12,) or (0,); no joint turns more than `longest` rad."""
        turn = frames[:, :-3].reshape(-1, BODY_JOINTS, 3)
        shrink = (longest / turn.norm(dim=-1, keepdim=True).clamp_min(1e-12)).clamp_max(1)
        after = replace(
            self,
            local=self.local @ rotation.exp(turn * shrink),
            translation=self.translation + frames[:, -3:],
        )
        if not len(clip):
            return after
        return replace(
            after,
            betas=(self.betas + clip[:SHAPE_SIZE]).clamp(-4, 4),
            log_scale=self.log_scale + clip[SHAPE_SIZE].clamp(-0.2, 0.2),
            log_focal=self.log_focal + clip[SHAPE_SIZE + 1].clamp(-0.2, 0.2),
        )


@dataclass(frozen=True)
class Residuals:
    """Whitened residuals and the geometry they came from."""

    rotations: Tensor
    positions: Tensor
    points: Tensor
    """(N, M, 3) markers before translation."""
    whiten: Tensor
    """(N, M, 3, 3) takes camera-frame differences to standard deviations along the viewing ray's axes."""
    world: Tensor
    """(N, M, 3) whitened, origin projected out."""
    pixels: Tensor
    """(N, M, 2) in standard deviations."""
    world_weight: Tensor
    """(N, M) trust times robust weight."""
    pixel_weight: Tensor
    """(N, M)"""
    cost: Tensor
    """(N,)"""

    def part(self, frames: slice) -> Residuals:
        """Some of the frames."""
        return Residuals(*(getattr(self, field.name)[frames] for field in fields(self)))


def residuals(state: State, seen: Observations, shape: Geometry) -> Residuals:
    """Everything a step needs that does not involve derivatives by the unknowns."""
    rotations, positions = kinematics.forward(state.local, shape.rest(state.betas), shape.parents)
    points = kinematics.ride(rotations, positions, shape.marker_joint, shape.offsets(state.betas))
    focal = state.log_focal.exp()
    ray = camera.ray_rotation(seen.hips, focal, seen.centre)
    whiten = ray.transpose(-1, -2)[:, None] / (seen.world_sigma * state.log_scale.exp())[..., None]
    difference = seen.world / seen.world_sigma - (whiten @ points[..., None])[..., 0]
    world = _without_origin(difference, seen.trust, seen.world_sigma)
    for _ in range(2):
        weight = seen.trust * _robust(world)
        world = _without_origin(difference, weight, seen.world_sigma)
    pixels = (seen.pixels - camera.project(points + state.translation[:, None], focal, seen.centre)) / seen.pixel_sigma[
        ..., None
    ]
    cost = (seen.trust * (_penalty(world) + _penalty(pixels))).sum(-1)
    return Residuals(
        rotations,
        positions,
        points,
        whiten,
        world,
        pixels,
        seen.trust * _robust(world),
        seen.trust * _robust(pixels),
        cost,
    )


def _without_origin(whitened: Tensor, weight: Tensor, sigma: Tensor) -> Tensor:
    """Whitened differences (N, M, 3) after the best common offset of each frame, metres, was taken off."""
    share = weight[..., None] / sigma
    offset = (share * whitened).sum(1, keepdim=True) / (share / sigma).sum(1, keepdim=True)
    return whitened - offset / sigma


def _robust(residual: Tensor) -> Tensor:
    return 1 / (1 + residual.square().sum(-1) / ROBUST_AT**2)


def _penalty(residual: Tensor) -> Tensor:
    return 0.5 * ROBUST_AT**2 * torch.log1p(residual.square().sum(-1) / ROBUST_AT**2)


def gram(state: State, seen: Observations, shape: Geometry, at: Residuals, clip: bool) -> Tensor:
    """(N, c, c) weighted products of all Jacobian columns and the residual, c = 69 (+ 12 with `clip`) + 1.

    Columns: rotations, translation, then betas, log scale, log focal length, last the residual itself. The Jacobian is
    several times as large as its products, so there is never that of more than a few frames.
    """
    columns = FRAME_UNKNOWNS + (CLIP_UNKNOWNS if clip else 0) + 1
    products = state.local.new_empty(len(seen), columns, columns)
    for frames in pieces(len(seen), _FRAMES_AT_ONCE):
        products[frames] = _products(state.part(frames), seen.part(frames), shape, at.part(frames), clip)
    return products


def _products(state: State, seen: Observations, shape: Geometry, at: Residuals, clip: bool) -> Tensor:
    turn = kinematics.rotation_jacobian(at.points, at.rotations, at.positions, shape.ancestry[shape.marker_joint])
    by_shape = (
        kinematics.shape_jacobian(at.rotations, shape.rest_basis, shape.parents, shape.marker_joint, shape.marker_basis)
        if clip
        else turn[..., :0]
    )
    world = _world_columns(at, turn, by_shape)
    pixels = _pixel_columns(state, seen, at, turn, by_shape)
    products = _products_without_origin(world, at.world_weight, seen.world_sigma)
    weighted = (pixels * at.pixel_weight[..., None, None]).flatten(1, 2)
    return products + weighted.transpose(1, 2) @ pixels.flatten(1, 2)


def _world_columns(at: Residuals, turn: Tensor, by_shape: Tensor) -> Tensor:
    still = torch.zeros(*turn.shape[:3], 3, dtype=turn.dtype, device=turn.device)
    columns = [at.whiten @ turn, still]
    if by_shape.shape[-1]:
        by_scale = -(at.whiten @ at.points[..., None])
        columns += [at.whiten @ by_shape, by_scale, torch.zeros_like(by_scale)]
    return torch.cat([*columns, at.world[..., None]], -1)


def _pixel_columns(state: State, seen: Observations, at: Residuals, turn: Tensor, by_shape: Tensor) -> Tensor:
    focal = state.log_focal.exp()
    placed = at.points + state.translation[:, None]
    per_metre = camera.projection_jacobian(placed, focal) / seen.pixel_sigma[..., None, None]
    columns = [per_metre @ turn, per_metre]
    if by_shape.shape[-1]:
        by_focal = (camera.project(placed, focal, seen.centre) - seen.centre) / seen.pixel_sigma[..., None]
        columns += [per_metre @ by_shape, torch.zeros_like(by_focal)[..., None], by_focal[..., None]]
    return torch.cat([*columns, at.pixels[..., None]], -1)


def _products_without_origin(columns: Tensor, weight: Tensor, sigma: Tensor) -> Tensor:
    """Weighted products of columns (N, M, 3, c), each frame's common offset, in metres, projected out."""
    weighted = columns * weight[..., None, None]
    by_offset = (weighted / sigma[..., None]).sum(1)
    stiffness = (weight[..., None] / sigma.square()).sum(1)
    products = weighted.flatten(1, 2).transpose(1, 2) @ columns.flatten(1, 2)
    return products - by_offset.transpose(1, 2) @ (by_offset / stiffness[..., None])
