"""Ten shape directions and the joint regressor of the open body, learnt from a random population (part of the bake)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

Array = NDArray[np.float64]

COMPONENTS = 10
_NEIGHBOURS = 160
_RIDGE = 1e-5
_PROPORTIONS = (
    "measure-upperarm-length",
    "measure-lowerarm-length",
    "measure-upperleg-height",
    "measure-lowerleg-height",
    "upperlegs-height",
    "lowerlegs-height",
    "torso-scale",
    "hip-scale",
    "stomach-tone",
    "measure-shoulder-dist",
    "measure-waist-circ",
    "torso-muscle",
    "neck-scale-vert",
    "measure-napetowaist-dist",
)
"""MakeHuman's sliders that vary in the population, beside the phenotype; both sides move together."""


@dataclass(frozen=True)
class ShapeSpace:
    """Mean body and the directions in which bodies differ."""

    mean_vertices: Array
    """(V, 3) metres."""
    directions: Array
    """(V, 3, 10) metres per standard deviation of the population."""


def random_adults(
    rng: np.random.Generator, count: int, labels: Sequence[str]
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Phenotype and slider values of `count` adults from 20 to over 60, both sexes."""

    def around(middle: float, spread: float) -> torch.Tensor:
        return torch.from_numpy(np.clip(rng.normal(middle, spread, count), 0, 1))

    origin = rng.dirichlet([1, 1, 1], count)
    phenotype: dict[str, Any] = {
        "gender": torch.from_numpy(rng.random(count)),
        "age": torch.from_numpy(rng.uniform(0.62, 0.88, count)),
        "muscle": around(0.5, 0.22),
        "weight": around(0.5, 0.25),
        "height": around(0.375, 0.085),
        "proportions": around(0.5, 0.2),
        "cupsize": torch.full((count,), 0.5),
        "firmness": torch.full((count,), 0.5),
    }
    phenotype |= {name: torch.from_numpy(origin[:, k]) for k, name in enumerate(("african", "asian", "caucasian"))}
    drawn: dict[str, torch.Tensor] = {}
    local = {}
    for label in labels:
        if any(name in label for name in _PROPORTIONS):
            pair = label[2:] if label[:2] in ("l-", "r-") else label
            if pair not in drawn:
                drawn[pair] = torch.from_numpy(np.clip(rng.normal(0, 0.16, count), -1, 1))
            local[label] = drawn[pair]
    return phenotype, local


def shape_space(population: Array, joints: Array) -> ShapeSpace:
    """Principal components of vertices (n, V, 3) and joints (n, 55, 3) together.

    Joints and vertices share the variance half and half, so that limb lengths, which angles depend on, are not
    crowded out by girths. Positive coefficients mean a taller body.
    """
    count = len(population)
    mean = population.mean(0)
    bodies = (population - mean).reshape(count, -1)
    skeletons = (joints - joints.mean(0)).reshape(count, -1)
    gram_b, gram_s = bodies @ bodies.T, skeletons @ skeletons.T
    gram = gram_b / np.trace(gram_b) + gram_s / np.trace(gram_s)
    _, vectors = np.linalg.eigh(gram)
    scores = vectors[:, ::-1][:, :COMPONENTS] * np.sqrt(count - 1)
    stature = np.ptp(population[:, :, 1], axis=1)
    scores = scores * np.where((stature - stature.mean()) @ scores < 0, -1.0, 1.0)
    directions = (bodies.T @ scores / (count - 1)).reshape(*mean.shape, COMPONENTS)
    return ShapeSpace(mean, directions)


def joint_regressor(population: Array, joints: Array) -> Array:
    """(55, V): each joint as a weighted mean of the vertices nearest to it; rows sum to one."""
    tree = cKDTree(population.mean(0))
    regressor = np.zeros((joints.shape[1], population.shape[1]))
    for joint, position in enumerate(joints.mean(0)):
        near = tree.query(position, _NEIGHBOURS)[1]
        around = population[:, near].transpose(0, 2, 1).reshape(-1, _NEIGHBOURS)
        target = joints[:, joint].reshape(-1)
        free = around[:, 1:] - around[:, :1]
        start = np.full(_NEIGHBOURS - 1, 1 / _NEIGHBOURS)
        normal = free.T @ free + _RIDGE * len(target) * np.eye(_NEIGHBOURS - 1)
        found = start + np.linalg.solve(normal, free.T @ (target - around[:, 0] - free @ start))
        regressor[joint, near[1:]] = found
        regressor[joint, near[0]] = 1 - found.sum()
    return regressor
