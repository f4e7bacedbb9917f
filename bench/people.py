"""People for rendered ground truth: bodies inside and outside the fit's shape space, dressed and posed.

Body frame: x to the subject's left, y up, z forward; metres. All randomness comes from the generator handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.model import Body
from gpu_worker.body.skeleton import INDEX, PARENTS

Array = NDArray[np.float64]

_SHIRT = ("pelvis", "spine1", "spine2", "spine3", "left_collar", "right_collar", "left_shoulder", "right_shoulder")
_SLEEVES = ("left_elbow", "right_elbow")
_TROUSERS = ("left_hip", "right_hip", "left_knee", "right_knee")
_SHOES = ("left_ankle", "right_ankle", "left_foot", "right_foot")
_SKIN = ((232, 190, 165), (205, 160, 130), (150, 105, 75), (95, 65, 50))
_CLOTHES = ((190, 60, 50), (40, 90, 170), (235, 150, 40), (90, 140, 90), (60, 60, 70), (200, 200, 205), (45, 50, 80))


@dataclass(frozen=True)
class Person:
    """A dressed body at rest: V vertices, 55 joints."""

    rest_vertices: Array
    """(V, 3) with clothes on."""
    rest_joints: Array
    """(55, 3)"""
    weights: Array
    """(V, 55)"""
    colours: NDArray[np.float32]
    """(V, 3) RGB 0..255"""
    stature_m: float
    betas: Array
    """(10,) its shape, before any limb was scaled."""

    def pose(self, rotations: Array, joints: Array) -> Array:
        """(V, 3) vertices for global joint `rotations` (55, 3, 3) and positions `joints` (55, 3) of one frame."""
        shift = joints - np.einsum("jab,jb->ja", rotations, self.rest_joints)
        blended = self.weights @ np.concatenate([rotations.reshape(55, 9), shift], axis=1)
        turned = np.einsum("vab,vb->va", blended[:, :9].reshape(-1, 3, 3), self.rest_vertices)
        posed: Array = turned + blended[:, 9:]
        return posed


def person(
    body: Body, rng: np.random.Generator, *, odd: bool, spread: float = 0.7, loosest_m: float | None = None
) -> Person:
    """A random worker. `odd`: limbs scaled one by one, which no combination of betas can do, and looser clothes.

    spread: standard deviation of the betas. loosest_m: how far clothes may stand off, metres.
    """
    betas = rng.normal(0, spread, 10)
    joints = body.rest_joints(betas)
    vertices = body.vertices(betas, np.zeros((1, 55, 3)), np.zeros((1, 3)))[0]
    weights = body.weights.numpy()
    stature = body.stature(betas)
    if odd:
        before = float(np.ptp(vertices[:, 1]))
        vertices, joints = _rescaled(vertices, joints, weights, _limb_scales(rng))
        stature *= float(np.ptp(vertices[:, 1])) / before
    loosest = loosest_m if loosest_m is not None else 0.035 if odd else 0.015
    colours, thickness = _dress(vertices, joints, weights, rng, loosest)
    dressed = vertices + _normals(vertices, body.faces) * thickness[:, None]
    return Person(dressed, joints, weights, colours, stature, betas)


def forward(rest_joints: Array, local: Array) -> tuple[Array, Array]:
    """Global rotations and joints (T, 55, 3) for `local` rotations (T, 55, 3, 3), pelvis at the origin."""
    turned, placed = np.empty_like(local), np.zeros((len(local), 55, 3))
    turned[:, 0] = local[:, 0]
    for joint in range(1, 55):
        parent = PARENTS[joint]
        turned[:, joint] = turned[:, parent] @ local[:, joint]
        placed[:, joint] = placed[:, parent] + turned[:, parent] @ (rest_joints[joint] - rest_joints[parent])
    return turned, placed


def _limb_scales(rng: np.random.Generator) -> Array:
    """(55,) one factor a segment, alike left and right."""
    scales = np.ones(55)
    for names in (("hip",), ("knee",), ("shoulder",), ("elbow",)):
        factor = float(np.exp(rng.normal(0, 0.06)))
        for side in ("left_", "right_"):
            scales[[INDEX[side + name] for name in names]] = factor
    scales[[INDEX[name] for name in ("spine1", "spine2", "spine3")]] = float(np.exp(rng.normal(0, 0.04)))
    return scales


def _rescaled(vertices: Array, joints: Array, weights: Array, scales: Array) -> tuple[Array, Array]:
    moved = joints.copy()
    for joint in range(1, 55):
        parent = PARENTS[joint]
        moved[joint] = moved[parent] + scales[parent] * (joints[joint] - joints[parent])
    offset = moved - scales[:, None] * joints
    return (weights @ scales)[:, None] * vertices + weights @ offset, moved


def _dress(
    vertices: Array, joints: Array, weights: Array, rng: np.random.Generator, loosest_m: float
) -> tuple[NDArray[np.float32], Array]:
    """Colours (V, 3) and thickness of the clothes (V,) in metres."""
    owner = weights.argmax(1)
    shirt, trousers = rng.choice(len(_CLOTHES), 2, replace=False)
    colours = np.tile(np.array(_SKIN[rng.integers(len(_SKIN))], np.float32), (len(vertices), 1))
    thickness = np.zeros(len(vertices))
    long_sleeves = bool(rng.integers(2))
    top = _SHIRT + (_SLEEVES if long_sleeves else ())
    waist = joints[0, 1] + 0.04

    def wear(names: tuple[str, ...], colour: tuple[int, int, int], loose_m: float, where: NDArray[np.bool_]) -> None:
        chosen = np.isin(owner, [INDEX[n] for n in names]) & where
        colours[chosen] = colour
        thickness[chosen] = loose_m

    everywhere = np.ones(len(vertices), np.bool_)
    wear(top, _CLOTHES[shirt], rng.uniform(0.004, loosest_m), everywhere)
    wear(_TROUSERS, _CLOTHES[trousers], rng.uniform(0.004, loosest_m), everywhere)
    wear(("pelvis",), _CLOTHES[trousers], rng.uniform(0.004, loosest_m), vertices[:, 1] < waist)
    wear(_SHOES, (40, 36, 36), 0.006, everywhere)
    head = owner == INDEX["head"]
    nose_high = vertices[head, 1].max() - 0.11
    hair = head & ((vertices[:, 1] > nose_high + 0.02) | (vertices[:, 2] < joints[INDEX["head"], 2] - 0.01))
    colours[hair] = (55, 40, 28)
    stripes = np.isin(owner, [INDEX[n] for n in _SHIRT]) & (np.sin(vertices[:, 1] * rng.uniform(40, 160)) > 0.6)
    if rng.integers(2):
        colours[stripes] *= 0.75
    return colours, thickness


def _normals(vertices: Array, faces: NDArray[np.int64]) -> Array:
    corners = vertices[faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], flat)
    unit: Array = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return unit
