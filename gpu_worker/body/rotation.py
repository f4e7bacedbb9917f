"""Rotations as 3×3 matrices and their logarithms (axis times angle, radians), batched over leading dimensions.

Perturbations are on the right: R(δ) = R·exp(δ), so δ lives in the rotated (body) frame.
Formulas: Solà, Deray, Atchuthan, "A micro Lie theory for state estimation in robotics" (2018), section SO(3).
"""

from __future__ import annotations

import torch
from torch import Tensor

_SMALL = 1e-4
"""Below this angle (radians) series replace the closed forms; their next terms are under 1e-17."""


def hat(v: Tensor) -> Tensor:
    """The (…, 3, 3) skew matrix with hat(v)·x = v × x, for v (…, 3)."""
    x, y, z = v.unbind(-1)
    o = torch.zeros_like(x)
    return torch.stack([o, -z, y, z, o, -x, -y, x, o], -1).reshape(*v.shape[:-1], 3, 3)


def exp(phi: Tensor) -> Tensor:
    """Rotation matrices (…, 3, 3) from logarithms (…, 3)."""
    squared = phi.square().sum(-1)
    angle = squared.sqrt()
    safe = angle.clamp_min(_SMALL)
    small = angle < _SMALL
    a = torch.where(small, 1 - squared / 6, safe.sin() / safe)
    b = torch.where(small, 0.5 - squared / 24, (1 - safe.cos()) / safe.square())
    k = hat(phi)
    eye = torch.eye(3, dtype=phi.dtype, device=phi.device)
    return eye + a[..., None, None] * k + b[..., None, None] * (k @ k)


def quaternion(rotation: Tensor) -> Tensor:
    """Unit quaternions (…, 4), scalar first and not negative, from matrices (…, 3, 3); stable at every angle.

    Every row of 4·q·qᵀ is linear in the matrix; the row with the largest diagonal element is normalised.
    """
    m = rotation
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    wx, wy, wz = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    xy, xz, yz = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    rows = [
        [1 + xx + yy + zz, wx, wy, wz],
        [wx, 1 + xx - yy - zz, xy, xz],
        [wy, xy, 1 - xx + yy - zz, yz],
        [wz, xz, yz, 1 - xx - yy + zz],
    ]
    outer = torch.stack([torch.stack(row, -1) for row in rows], -2)
    best = torch.diagonal(outer, dim1=-2, dim2=-1).argmax(-1)
    q = torch.gather(outer, -2, best[..., None, None].expand(*best.shape, 1, 4))[..., 0, :]
    q = q / q.norm(dim=-1, keepdim=True)
    return torch.where(q[..., :1] < 0, -q, q)


def log(rotation: Tensor) -> Tensor:
    """Logarithms (…, 3), angle in [0, π], of rotation matrices (…, 3, 3)."""
    q = quaternion(rotation)
    vector, scalar = q[..., 1:], q[..., :1]
    sine = vector.norm(dim=-1, keepdim=True)
    factor = torch.where(
        sine < _SMALL, 2 / scalar.clamp_min(0.5), 2 * torch.atan2(sine, scalar) / sine.clamp_min(_SMALL)
    )
    return factor * vector


def inverse_right_jacobian(phi: Tensor) -> Tensor:
    """J⁻¹ (…, 3, 3) with log(exp(phi)·exp(δ)) = phi + J⁻¹(phi)·δ + O(δ²)."""
    squared = phi.square().sum(-1)
    angle = squared.sqrt().clamp_min(1e-2)
    exact = 1 / angle.square() - 1 / (2 * angle * (angle / 2).tan())
    c = torch.where(squared < 1e-4, 1 / 12 + squared / 720, exact)
    k = hat(phi)
    eye = torch.eye(3, dtype=phi.dtype, device=phi.device)
    return eye + 0.5 * k + c[..., None, None] * (k @ k)


def between(a: Tensor, b: Tensor) -> Tensor:
    """The smallest rotation (…, 3, 3) that turns direction a onto direction b, both (…, 3), not opposite."""
    a = a / a.norm(dim=-1, keepdim=True)
    b = b / b.norm(dim=-1, keepdim=True)
    k = hat(torch.linalg.cross(a, b))
    cosine = (a * b).sum(-1)[..., None, None]
    return torch.eye(3, dtype=a.dtype, device=a.device) + k + k @ k / (1 + cosine).clamp_min(1e-9)
