"""Forward kinematics of a joint tree and the derivatives of points that ride on its joints. Metres, radians."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from gpu_worker.body.rotation import hat


def forward(local: Tensor, rest: Tensor, parents: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Global rotations (…, J, 3, 3) and joint positions (…, J, 3) from rotations relative to the parent.

    local: (…, J, 3, 3); rest: (J, 3) joints in the rest pose. The root stays at its rest position.
    """
    rotations, positions = [local[..., 0, :, :]], [rest[0].expand(*local.shape[:-3], 3)]
    for joint in range(1, local.shape[-3]):
        parent = parents[joint]
        rotations.append(rotations[parent] @ local[..., joint, :, :])
        positions.append(positions[parent] + rotations[parent] @ (rest[joint] - rest[parent]))
    return torch.stack(rotations, -3), torch.stack(positions, -2)


def local_rotations(world: Tensor, parents: Sequence[int]) -> Tensor:
    """Rotations relative to the parent (…, J, 3, 3) from global ones."""
    index = torch.tensor(list(parents[1 : world.shape[-3]]), device=world.device)
    relative = world[..., index, :, :].transpose(-1, -2) @ world[..., 1:, :, :]
    return torch.cat([world[..., :1, :, :], relative], -3)


def ancestry(joints: int, parents: Sequence[int]) -> Tensor:
    """(J, J) float mask: 1 where the column's joint moves the row's joint (itself included)."""
    mask = torch.zeros(joints, joints, dtype=torch.float64)
    for joint in range(joints):
        ancestor = joint
        while ancestor != -1:
            mask[joint, ancestor] = 1
            ancestor = parents[ancestor]
    return mask


def ride(rotations: Tensor, positions: Tensor, joints: Tensor, offsets: Tensor) -> Tensor:
    """Points (…, M, 3) fixed in their joint's frame. joints: (M,) indices; offsets: (M, 3) from the joint, at rest."""
    return positions[..., joints, :] + (rotations[..., joints, :, :] @ offsets[..., None])[..., 0]


def rotation_jacobian(points: Tensor, rotations: Tensor, positions: Tensor, moves: Tensor) -> Tensor:
    """Derivative (N, M, 3, 3·J) of points (N, M, 3) by right perturbations of the local rotations.

    A perturbation δ of joint k turns everything below it about the joint: dx = −hat(x − p_k)·G_k·δ.
    moves: (M, J) mask of the joints above each point.
    """
    arm = points[:, :, None] - positions[:, None]
    blocks = -(hat(arm) @ rotations[:, None]) * moves[None, :, :, None, None]
    return blocks.permute(0, 1, 3, 2, 4).flatten(-2)


def shape_jacobian(
    rotations: Tensor, rest_basis: Tensor, parents: Sequence[int], joints: Tensor, offset_basis: Tensor
) -> Tensor:
    """Derivative (N, M, 3, S) of riding points by the shape coefficients.

    rest_basis: (J, 3, S) joints per coefficient; offset_basis: (M, 3, S) marker offsets per coefficient.
    """
    columns = [rest_basis[0].expand(rotations.shape[0], *rest_basis.shape[1:])]
    for joint in range(1, rotations.shape[1]):
        parent = parents[joint]
        columns.append(columns[parent] + rotations[:, parent] @ (rest_basis[joint] - rest_basis[parent]))
    return torch.stack(columns, 1)[:, joints] + rotations[:, joints] @ offset_basis
