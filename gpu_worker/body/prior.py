"""What a body can do before any picture is seen: resting pose, joint limits, how fast joints turn. Degrees in tables.

Logarithms of the joint rotations relative to the parent, SMPL-X rest pose (T-pose): the left arm points to +x, so
lowering it is a negative turn about z and bending the elbow a negative turn about y; the right side is mirrored.
Ranges are generous around Kapandji, "The Physiology of the Joints", so that they only stop impossible poses.

No landmark lies between hips and shoulders, so the spreads decide how a bend is shared: spine and hips take theirs in
the ratio of their variances, about 35 : 65 (the lumbar spine gives 35–45 % of a forward bend: Esola et al. 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.body import rotation
from gpu_worker.body.skeleton import BODY_JOINTS, INDEX

_LIMIT_SIGMA_DEG = 3.0

# joint: resting turn about (x, y, z), spread about (x, y, z); left side, the right one is mirrored
_REST: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "spine1": ((4, 0, 0), (30, 13, 13)),
    "spine2": ((2, 0, 0), (26, 13, 12)),
    "spine3": ((2, 0, 0), (20, 13, 12)),
    "neck": ((4, 0, 0), (16, 18, 14)),
    "head": ((0, 0, 0), (16, 18, 14)),
    "left_collar": ((0, 0, 0), (6, 9, 11)),
    "left_shoulder": ((0, -10, -50), (40, 50, 60)),
    "left_elbow": ((0, -20, 0), (15, 60, 8)),
    "left_wrist": ((0, 0, 0), (25, 20, 25)),
    "left_hip": ((-10, 0, 0), (60, 25, 22)),
    "left_knee": ((10, 0, 0), (70, 7, 5)),
    "left_ankle": ((0, 0, 0), (18, 12, 10)),
    "left_foot": ((0, 0, 0), (6, 4, 4)),
}
_LIMITS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "spine1": ((-25, -25, -25), (45, 25, 25)),
    "spine2": ((-20, -25, -25), (35, 25, 25)),
    "spine3": ((-20, -25, -25), (35, 25, 25)),
    "neck": ((-45, -60, -40), (50, 60, 40)),
    "head": ((-45, -60, -40), (45, 60, 40)),
    "left_elbow": ((-90, -155, -30), (90, 3, 30)),
    "left_knee": ((-3, -25, -15), (155, 25, 15)),
    "left_hip": ((-135, -60, -50), (40, 60, 60)),
    "left_ankle": ((-50, -40, -35), (45, 40, 35)),
    "left_wrist": ((-90, -45, -90), (90, 45, 90)),
}
_RATE_DEG: dict[str, float] = {
    "pelvis": 45,
    "spine1": 20,
    "spine2": 20,
    "spine3": 20,
    "neck": 35,
    "head": 35,
    "left_collar": 25,
    "left_shoulder": 110,
    "left_elbow": 130,
    "left_wrist": 90,
    "left_hip": 80,
    "left_knee": 100,
    "left_ankle": 60,
    "left_foot": 15,
}
"""Random walk of each joint, degrees per square root of a second: variance of the turn between frames = rate²·Δt."""
TRANSLATION_RATE = 0.7
"""Random walk of the body's place, metres per square root of a second."""


@dataclass(frozen=True)
class Prior:
    """Tables as tensors in radians, (22, 3) each; `rest` is (22, 3, 3), `rate` is (22,)."""

    rest: Tensor
    precision: Tensor
    low: Tensor
    high: Tensor
    limit_precision: float
    rate: Tensor


def prior(device: str = "cpu") -> Prior:
    """The tables above, mirrored to both sides. The pelvis is free."""
    mean, spread = torch.zeros(BODY_JOINTS, 3, dtype=torch.float64), torch.full((BODY_JOINTS, 3), 1e6).double()
    low, high = torch.full((BODY_JOINTS, 3), -1e6).double(), torch.full((BODY_JOINTS, 3), 1e6).double()
    rate = torch.zeros(BODY_JOINTS, dtype=torch.float64)
    for name, (rest, sigma) in _REST.items():
        for joint, turned in _both(name, rest):
            mean[joint] = turned
        for joint, _ in _both(name, sigma):
            spread[joint] = torch.tensor(sigma, dtype=torch.float64)
    for name, (least, most) in _LIMITS.items():
        for (joint, a), (_, b) in zip(_both(name, least), _both(name, most), strict=True):
            low[joint], high[joint] = torch.minimum(a, b), torch.maximum(a, b)
    for name, degrees in _RATE_DEG.items():
        for joint, _ in _both(name, (0, 0, 0)):
            rate[joint] = degrees
    radians = [torch.deg2rad(t).to(device) for t in (mean, spread, low, high, rate)]
    limit = 1 / torch.deg2rad(torch.tensor(_LIMIT_SIGMA_DEG)).item() ** 2
    return Prior(rotation.exp(radians[0]), 1 / radians[1].square(), radians[2], radians[3], limit, radians[4])


def _both(name: str, turn: tuple[float, float, float]) -> list[tuple[int, Tensor]]:
    """The joint and, for a left one, its mirror image: turns about y and z change sign."""
    left = torch.tensor(turn, dtype=torch.float64)
    pairs = [(INDEX[name], left)]
    if name.startswith("left_"):
        pairs.append((INDEX["right_" + name.removeprefix("left_")], left * torch.tensor([1.0, -1.0, -1.0])))
    return pairs


def pose_terms(local: Tensor, tables: Prior) -> tuple[Tensor, Tensor, Tensor]:
    """Cost (N,), downhill gradient (N, 66) and Gauss-Newton blocks (N, 22, 3, 3) of rest pose and limits.

    local: (N, 22, 3, 3). Cost is half the sum of squared, spread-scaled deviations. The distance from the resting pose
    is the turn from it, not a difference of logarithms, which would jump where an arm's logarithm passes 180°.
    """
    deviation = rotation.log(tables.rest.transpose(-1, -2) @ local)
    turn = rotation.log(local)
    beyond = (turn - tables.low).clamp_max(0) + (turn - tables.high).clamp_min(0)
    cost = 0.5 * (tables.precision * deviation.square() + tables.limit_precision * beyond.square()).sum((-1, -2))
    pull, curvature = _terms(deviation, tables.precision * deviation, tables.precision)
    stop, hardness = _terms(turn, tables.limit_precision * beyond, tables.limit_precision * (beyond != 0))
    return cost, (pull + stop).flatten(1), curvature + hardness


def _terms(turn: Tensor, force: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Downhill gradient (…, 3) and Gauss-Newton block (…, 3, 3) of a quadratic in the logarithm `turn` (…, 3)."""
    jacobian = rotation.inverse_right_jacobian(turn)
    transposed = jacobian.transpose(-1, -2)
    return -(transposed @ force[..., None])[..., 0], transposed @ (weight[..., None] * jacobian)
