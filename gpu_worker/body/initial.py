"""A first guess for every frame, in closed form: the trunk's frame, then each limb's bone and hinge."""

from __future__ import annotations

import torch
from torch import Tensor

from gpu_worker.body import camera, rotation
from gpu_worker.body.normal import Geometry, State
from gpu_worker.body.observations import Observations
from gpu_worker.body.prior import Prior
from gpu_worker.body.skeleton import INDEX, PARENTS

# upper joint, hinge joint, end joint, axis the hinge turns about, sign of that turn,
# side of the upper bone the lower one folds to: +1 front, −1 back
_LIMBS = (
    ("left_shoulder", "left_elbow", "left_wrist", 1, -1.0, 1.0),
    ("right_shoulder", "right_elbow", "right_wrist", 1, 1.0, 1.0),
    ("left_hip", "left_knee", "left_ankle", 0, 1.0, -1.0),
    ("right_hip", "right_knee", "right_ankle", 0, 1.0, -1.0),
)
_STRAIGHT = 0.25
"""Sine of the bend below which a limb's own plane says little and the resting pose's plane is mixed in."""


def first_guess(
    shape: Geometry, tables: Prior, seen: Observations, betas: Tensor, log_scale: Tensor, log_focal: Tensor
) -> State:
    """The state to start from: resting pose; trunk and limbs as the world landmarks say; placed in the picture."""
    ray = camera.ray_rotation(seen.hips, log_focal.exp(), seen.centre)
    world = seen.world @ ray.transpose(-1, -2) * log_scale.exp()
    carriers = shape.marker_joint.tolist()
    at = {name: world[:, carriers.index(INDEX[name])] for limb in _LIMBS for name in limb[:3]}
    rest = shape.rest(betas)
    local = tables.rest.repeat(len(seen), 1, 1, 1)
    local[:, 0] = _trunk(at)
    for limb in _LIMBS:
        _bend_limb(local, rest, at, limb)
    hips = 0.5 * (at["left_hip"] + at["right_hip"])
    place = camera.translation_from(world - hips[:, None], seen.pixels, seen.trust, log_focal.exp(), seen.centre)
    return State(local, place - rest[1:3].mean(0), betas, log_scale, log_focal)


def _trunk(at: dict[str, Tensor]) -> Tensor:
    """(N, 3, 3) pelvis rotation from hips and shoulders."""
    across = at["left_hip"] - at["right_hip"] + 0.5 * (at["left_shoulder"] - at["right_shoulder"])
    up = at["left_shoulder"] + at["right_shoulder"] - at["left_hip"] - at["right_hip"]
    x = _unit(across)
    z = _unit(torch.linalg.cross(x, up))
    return torch.stack([x, torch.linalg.cross(z, x), z], -1)


def _bend_limb(
    local: Tensor, rest: Tensor, at: dict[str, Tensor], limb: tuple[str, str, str, int, float, float]
) -> None:
    """Set the upper joint and the hinge of one limb in place."""
    upper, hinge, end, axis, sign, fold = limb
    top, middle = INDEX[upper], INDEX[hinge]
    above = local[:, 0]
    for joint in _path(top):
        above = above @ local[:, joint]
    bone, lower = _unit(at[hinge] - at[upper]), _unit(at[end] - at[hinge])
    resting = (above @ local[:, top])[..., 2]
    rest_bone = _unit(rest[middle] - rest[top])
    across = fold * (lower - bone * (lower * bone).sum(-1, keepdim=True))
    sine = across.norm(dim=-1, keepdim=True)
    front = across + (1 - sine / _STRAIGHT).clamp_min(0) * _STRAIGHT * resting
    front_rest = rest.new_tensor([0.0, 0.0, 1.0])
    turned = _frame(bone, front) @ _frame(rest_bone, front_rest).transpose(-1, -2)
    local[:, top] = above.transpose(-1, -2) @ turned
    angle = torch.atan2(sine[..., 0], (lower * bone).sum(-1))
    turn = torch.zeros(len(local), 3, dtype=local.dtype, device=local.device)
    turn[:, axis] = sign * angle
    local[:, middle] = rotation.exp(turn)


def _path(joint: int) -> list[int]:
    """Joints between the pelvis and `joint`, both left out, from the top."""
    path: list[int] = []
    while PARENTS[joint] > 0:
        joint = PARENTS[joint]
        path.insert(0, joint)
    return path


def _frame(along: Tensor, front: Tensor) -> Tensor:
    """(…, 3, 3) orthonormal columns: along, the third one across, front made perpendicular."""
    z = _unit(front - along * (front * along).sum(-1, keepdim=True))
    return torch.stack([along, torch.linalg.cross(z, along), z], -1)


def _unit(v: Tensor) -> Tensor:
    unit: Tensor = v / v.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    return unit
