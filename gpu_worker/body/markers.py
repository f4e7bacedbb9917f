"""The 29 detector landmarks as points that ride rigidly on the body's joints, so that fitting needs no mesh.

Surface points are found by geometry on the rest pose of whichever body model is loaded (foremost point of the face,
rearmost of the foot, …), never by vertex numbers, so both model kinds work and nothing is copied from either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.body.model import Body
from gpu_worker.body.skeleton import INDEX

_SIDES = (("left", 1.0, 0), ("right", -1.0, 1))
_ON_JOINTS = (
    # landmark of the left side (the right one follows), joint it rides on, joint it lies on, trust
    (11, "shoulder", "shoulder", 1.0),
    (13, "elbow", "elbow", 1.0),
    (15, "wrist", "wrist", 1.0),
    (17, "wrist", "pinky1", 0.5),
    (19, "wrist", "index1", 0.5),
    (21, "wrist", "thumb3", 0.3),
    (23, "hip", "hip", 1.0),
    (25, "knee", "knee", 1.0),
    (27, "ankle", "ankle", 1.0),
)


@dataclass(frozen=True)
class Markers:
    """M points on the body at rest: position = template + basis · betas."""

    landmark: Tensor
    """(M,) index among BlazePose's 33."""
    joint: Tensor
    """(M,) the joint whose rotation carries the point."""
    template: Tensor
    """(M, 3) metres, betas zero."""
    basis: Tensor
    """(M, 3, 10) metres per unit of each beta."""
    trust: Tensor
    """(M,) 0..1, how well the landmark's meaning matches the point."""


def markers(body: Body) -> Markers:
    """The markers of a body model."""
    rows: list[tuple[int, int, Tensor, Tensor, float]] = []
    for landmark, rides, lies, trust in _ON_JOINTS:
        for side, _, offset in _SIDES:
            at = INDEX[f"{side}_{lies}"]
            rows.append(
                (landmark + offset, INDEX[f"{side}_{rides}"], body.rest_template[at], body.rest_basis[at], trust)
            )
    for landmark, joint, vertex, trust in _surface(body):
        rows.append((landmark, joint, body.template[vertex], body.shape_basis[vertex], trust))
    rows.sort(key=lambda row: row[0])
    return Markers(
        landmark=torch.tensor([row[0] for row in rows]),
        joint=torch.tensor([row[1] for row in rows]),
        template=torch.stack([row[2] for row in rows]),
        basis=torch.stack([row[3] for row in rows]),
        trust=torch.tensor([row[4] for row in rows], dtype=torch.float64),
    )


def _surface(body: Body) -> list[tuple[int, int, int, float]]:
    """(landmark, joint, vertex, trust) of face and feet."""
    head = INDEX["head"]
    skull = torch.nonzero(body.weights[:, head] + body.weights[:, INDEX["jaw"]] > 0.5)[:, 0]
    eyes = body.rest_template[[INDEX["left_eye"], INDEX["right_eye"]]]
    middle, gap = eyes.mean(0), float((eyes[0] - eyes[1]).norm())
    points = body.template
    nose = _best(points, skull, lambda p: p[:, 2] - 5 * p[:, 0].abs())
    found = [(0, head, nose, 0.6)]
    for side, sign, offset in _SIDES:
        eye = eyes[offset]
        front = torch.stack([eye[0], eye[1], points[nose, 2]])
        mouth = torch.stack([sign * 0.4 * gap + 0 * eye[0], middle[1] - 1.05 * gap, points[nose, 2] - 0.02])
        level = skull[(points[skull, 1] - middle[1]).abs() < 0.03]
        foot = torch.nonzero(
            body.weights[:, INDEX[f"{side}_ankle"]] + body.weights[:, INDEX[f"{side}_foot"]] > 0.5,
        )[:, 0]
        found += [
            (2 + 3 * offset, head, _nearest(points, skull, front), 0.6),
            (7 + offset, head, _best(points, level, _outward(sign)), 0.6),
            (9 + offset, head, _nearest(points, skull, mouth), 0.5),
            (29 + offset, INDEX[f"{side}_ankle"], _best(points, foot, lambda p: -p[:, 2]), 0.6),
            (31 + offset, INDEX[f"{side}_foot"], _best(points, foot, lambda p: p[:, 2]), 0.6),
        ]
    return found


def _best(points: Tensor, among: Tensor, score: Callable[[Tensor], Tensor]) -> int:
    return int(among[score(points[among]).argmax()])


def _outward(sign: float) -> Callable[[Tensor], Tensor]:
    return lambda p: sign * p[:, 0]


def _nearest(points: Tensor, among: Tensor, target: Tensor) -> int:
    return int(among[(points[among] - target).norm(dim=-1).argmin()])
