"""Pinhole projection. Camera frame: x right, y up, z to the viewer (the view goes along −z); pixels right, down."""

from __future__ import annotations

import torch
from torch import Tensor

from gpu_worker.body import rotation

TYPICAL_EQUIVALENT_MM = 30.0
"""What phones film with when nothing is known: main cameras have 24–28 mm equivalent focal length, and video
stabilisation crops to about 30 mm; 36 mm is the long side of that format."""
FOCAL_SPREAD = 0.2
"""One standard deviation of the logarithm of the focal length around the typical one."""
_NEAREST = 0.3
"""Points closer than this (metres) are projected as if at this distance, so that a bad step stays finite."""


def typical_focal_px(size: tuple[int, int]) -> float:
    """Focal length in pixels of a typical phone video of `size` (width, height) pixels."""
    return TYPICAL_EQUIVALENT_MM / 36.0 * max(size)


def principal_point(size: tuple[int, int]) -> tuple[float, float]:
    """The picture's centre, in pixels."""
    return size[0] / 2, size[1] / 2


def project(points: Tensor, focal: Tensor, centre: Tensor) -> Tensor:
    """Pixels (…, 2) of camera-frame points (…, 3)."""
    depth = (-points[..., 2]).clamp_min(_NEAREST)
    return torch.stack(
        [centre[0] + focal * points[..., 0] / depth, centre[1] - focal * points[..., 1] / depth],
        -1,
    )


def projection_jacobian(points: Tensor, focal: Tensor) -> Tensor:
    """Derivative (…, 2, 3) of the pixels by the point."""
    x, y = points[..., 0], points[..., 1]
    depth = (-points[..., 2]).clamp_min(_NEAREST)
    zero = torch.zeros_like(x)
    rows = [
        torch.stack([focal / depth, zero, focal * x / depth.square()], -1),
        torch.stack([zero, -focal / depth, -focal * y / depth.square()], -1),
    ]
    return torch.stack(rows, -2)


def ray_rotation(pixels: Tensor, focal: Tensor, centre: Tensor) -> Tensor:
    """(…, 3, 3) rotation that turns the optical axis onto the viewing ray of `pixels` (…, 2)."""
    offset = (pixels - centre) / focal
    ray = torch.stack([offset[..., 0], -offset[..., 1], -torch.ones_like(offset[..., 0])], -1)
    axis = torch.zeros_like(ray)
    axis[..., 2] = -1
    return rotation.between(axis, ray)


def translation_from(points: Tensor, pixels: Tensor, weight: Tensor, focal: Tensor, centre: Tensor) -> Tensor:
    """(N, 3) translations that bring points (N, M, 3) closest to `pixels` (N, M, 2), linear least squares.

    From (u − cx)·(−z) = f·x and (v − cy)·(−z) = −f·y; weight: (N, M).
    """
    a = (pixels - centre) / focal
    rows = torch.zeros(*points.shape[:2], 2, 3, dtype=points.dtype, device=points.device)
    rows[..., 0, 0], rows[..., 0, 2] = 1, a[..., 0]
    rows[..., 1, 1], rows[..., 1, 2] = -1, a[..., 1]
    right = torch.stack(
        [-(points[..., 0] + a[..., 0] * points[..., 2]), points[..., 1] - a[..., 1] * points[..., 2]], -1
    )
    w = weight[..., None]
    left, right = (rows * w[..., None]).flatten(1, 2), (right * w).flatten(1, 2)
    normal = left.transpose(1, 2) @ left + 1e-9 * torch.eye(3, dtype=points.dtype, device=points.device)
    found: Tensor = torch.linalg.solve(normal, (left.transpose(1, 2) @ right[..., None])[..., 0])
    return found
