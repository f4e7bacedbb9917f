"""Rotations and the derivatives the solver rests on, checked against finite differences and random rotations."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpu_worker.body import kinematics, rotation
from gpu_worker.body.model import load_body
from gpu_worker.body.skeleton import BODY_JOINTS, PARENTS

axes = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 1e-3)


@given(axes, st.floats(0, np.pi - 1e-6))
def test_turning_by_a_logarithm_and_back_gives_the_same_logarithm(
    axis: tuple[float, float, float], angle: float
) -> None:
    phi = torch.tensor(axis, dtype=torch.float64)
    phi = phi / phi.norm() * angle
    assert torch.allclose(rotation.log(rotation.exp(phi)), phi, atol=1e-7)


@given(axes, st.floats(0, 3))
def test_every_rotation_keeps_lengths_and_handedness(axis: tuple[float, float, float], angle: float) -> None:
    phi = torch.tensor(axis, dtype=torch.float64)
    turned = rotation.exp(phi / phi.norm() * angle)
    assert torch.allclose(turned @ turned.T, torch.eye(3, dtype=torch.float64), atol=1e-12)
    assert torch.linalg.det(turned).item() == pytest.approx(1)


@given(axes, st.floats(0, 3), axes)
def test_logarithm_moves_with_a_small_turn_as_its_jacobian_says(
    axis: tuple[float, float, float], angle: float, step: tuple[float, float, float]
) -> None:
    phi = torch.tensor(axis, dtype=torch.float64)
    phi = phi / phi.norm() * angle
    delta = 1e-6 * torch.tensor(step, dtype=torch.float64)
    moved = rotation.log(rotation.exp(phi) @ rotation.exp(delta)) - phi
    assert torch.allclose(moved, rotation.inverse_right_jacobian(phi) @ delta, atol=1e-10)


def test_points_on_the_body_move_as_the_analytic_jacobians_say() -> None:
    generator = torch.Generator().manual_seed(4)
    body = load_body()
    local = rotation.exp(0.4 * torch.randn(1, BODY_JOINTS, 3, generator=generator, dtype=torch.float64))
    joints = torch.tensor([5, 15, 20])
    betas = torch.randn(10, generator=generator, dtype=torch.float64)
    offsets = 0.1 * torch.randn(3, 3, generator=generator, dtype=torch.float64)
    basis = 0.1 * torch.randn(3, 3, 10, generator=generator, dtype=torch.float64)
    rest_basis = body.rest_basis[:BODY_JOINTS]

    def place(turns: torch.Tensor, shape: torch.Tensor) -> torch.Tensor:
        rest = body.rest_template[:BODY_JOINTS] + rest_basis @ shape
        rotations, positions = kinematics.forward(local @ rotation.exp(turns.reshape(1, -1, 3)), rest, PARENTS)
        return kinematics.ride(rotations, positions, joints, offsets + basis @ shape)

    zero = torch.zeros(3 * BODY_JOINTS, dtype=torch.float64)
    rest = body.rest_template[:BODY_JOINTS] + rest_basis @ betas
    rotations, positions = kinematics.forward(local, rest, PARENTS)
    points = place(zero, betas)
    moves = kinematics.ancestry(BODY_JOINTS, PARENTS)[joints]
    by_turn = kinematics.rotation_jacobian(points, rotations, positions, moves)
    by_shape = kinematics.shape_jacobian(rotations, rest_basis, PARENTS, joints, basis)
    step = 1e-6
    for column in range(len(zero)):
        turn = step * torch.eye(len(zero), dtype=torch.float64)[column]
        difference = (place(turn, betas) - place(-turn, betas)) / (2 * step)
        assert torch.allclose(by_turn[..., column], difference, atol=1e-8)
    for column in range(10):
        grow = step * torch.eye(10, dtype=torch.float64)[column]
        difference = (place(zero, betas + grow) - place(zero, betas - grow)) / (2 * step)
        assert torch.allclose(by_shape[..., column], difference, atol=1e-8)
