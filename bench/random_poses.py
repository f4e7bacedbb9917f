"""Independent random poses of working people, joint by joint: what the correction of the landmarks is taught with.

None comes from the motions that anything is tuned or scored on. Axis-angle in SMPL-X order; the body faces +z.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.body import rotation
from gpu_worker.body.skeleton import INDEX

Array = NDArray[np.float64]

_STRAIGHT_SHARE = 0.2
_SIDES = (("left", 1.0), ("right", -1.0))


def random_pose(rng: np.random.Generator) -> Array:
    """(55, 3) axis-angle."""
    pose = np.zeros((55, 3))
    straight = bool(rng.random() < _STRAIGHT_SHARE)
    _arms(pose, straight, rng)
    if straight:
        pose[:16] += np.radians(rng.normal(0, 2.5, (16, 3)))
        pose[0] = np.radians([rng.uniform(-8, 12), 0, rng.normal(0, 3)])
        for side, _ in _SIDES:
            pose[INDEX[f"{side}_knee"]] = np.radians([abs(rng.normal(0, 5)), 0, 0])
    else:
        _legs(pose, _trunk(pose, rng), rng)
    _head(pose, rng)
    return pose


def _arms(pose: Array, straight: bool, rng: np.random.Generator) -> None:
    """Any direction an upper arm can take, any bend of the elbow; often both arms do the same."""
    alike = bool(rng.random() < 0.5)
    elevation = plane = bend = roll = 0.0
    for side, sign in _SIDES:
        if side == "left" or not alike:
            hangs = straight or rng.random() < 0.35
            elevation = rng.uniform(0, 20) if hangs else rng.uniform(0, 170)
            plane, roll = rng.uniform(-30, 120), rng.uniform(-50, 50) * (0.4 if straight else 1.0)
            bend = (
                rng.uniform(0, 15) if (straight and rng.random() < 0.7) or rng.random() < 0.2 else rng.uniform(0, 140)
            )
        else:
            elevation, plane, bend = (v + rng.normal(0, 8) for v in (elevation, plane, bend))
        _arm(pose, side, sign, np.radians(np.clip(elevation, 0, 175)), np.radians(plane), max(bend, 0.0), roll, rng)


def _arm(
    pose: Array, side: str, sign: float, elevation: float, plane: float, bend: float, roll: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """`elevation` and `plane` in radians, `bend` of the elbow and `roll` of the upper arm in degrees."""
    direction = np.array(
        [sign * np.sin(elevation) * np.cos(plane), -np.cos(elevation), np.sin(elevation) * np.sin(plane)]
    )
    swing = rotation.between(torch.tensor([sign, 0.0, 1e-3]).double(), torch.from_numpy(direction))
    twist = rotation.exp(torch.tensor([np.radians(roll), 0.0, 0.0], dtype=torch.float64))
    pose[INDEX[f"{side}_shoulder"]] = rotation.log(swing @ twist).numpy()
    pose[INDEX[f"{side}_elbow"]] = np.radians([rng.normal(0, 20), -sign * bend, 0])
    pose[INDEX[f"{side}_wrist"]] = np.radians(rng.normal(0, 15, 3))
    raised = 0.2 * max(0.0, elevation - np.pi / 2)
    pose[INDEX[f"{side}_collar"]] = np.radians(rng.normal(0, 5, 3)) + np.array([0, 0, sign * raised])


def _trunk(pose: Array, rng: np.random.Generator) -> float:
    """Lean, twist and bend; returns the pelvis's share of the lean in degrees."""
    lean = float(rng.choice([rng.uniform(-10, 20), rng.uniform(0, 90)]))
    share = rng.dirichlet([2, 1, 1, 1]) * lean
    pose[0] = np.radians([share[0], 0, rng.normal(0, 6)])
    twist = rng.uniform(-60, 60) if rng.random() < 0.3 else rng.normal(0, 12)
    side = rng.uniform(-35, 35) if rng.random() < 0.25 else rng.normal(0, 8)
    for part, name in zip(share[1:], ("spine1", "spine2", "spine3"), strict=True):
        pose[INDEX[name]] = np.radians([part + rng.normal(0, 3), twist / 3, side / 3])
    return float(share[0])


def _head(pose: Array, rng: np.random.Generator) -> None:
    """Looking anywhere; someone who leans mostly lifts the head against it."""
    lean = float(np.degrees(pose[[0, INDEX["spine1"], INDEX["spine2"], INDEX["spine3"]], 0].sum()))
    flexion = rng.uniform(-30, 50) - rng.uniform(0, 0.5) * max(lean, 0.0)
    twist = rng.uniform(-60, 60) if rng.random() < 0.3 else rng.normal(0, 15)
    side = rng.normal(0, 10)
    share = rng.uniform(0.3, 0.7)
    turn = np.clip([flexion, twist, side], [-60, -65, -30], [60, 65, 30])
    pose[INDEX["neck"]], pose[INDEX["head"]] = np.radians(share * turn), np.radians((1 - share) * turn)


def _legs(pose: Array, pelvis_lean: float, rng: np.random.Generator) -> None:
    """Standing, deep bends like sitting and squatting, kneeling, or anything; mostly both legs alike."""
    alike, kind = bool(rng.random() < 0.6), int(rng.choice(4, p=(0.45, 0.3, 0.1, 0.15)))
    hip = knee = apart = turn = 0.0
    for side, sign in _SIDES:
        if side == "left" or not alike:
            if kind == 0:
                hip, knee = rng.uniform(-15, 30), rng.uniform(0, 35)
            elif kind == 1:
                hip = rng.uniform(20, 120)
                knee = rng.uniform(max(0, hip - 30), min(140, hip + 40))
            elif kind == 2:
                hip, knee = rng.uniform(-10, 40), rng.uniform(70, 140)
            else:
                hip, knee = rng.uniform(-15, 100), rng.uniform(0, 120)
            apart, turn = rng.normal(5, 7), rng.normal(5, 9)
        pose[INDEX[f"{side}_hip"]] = np.radians([-hip - pelvis_lean, sign * turn, sign * apart])
        pose[INDEX[f"{side}_knee"]] = np.radians([max(knee + rng.normal(0, 2), 0.0), 0, 0])
        pose[INDEX[f"{side}_ankle"]] = np.radians([rng.uniform(-30, 15), 0, 0])
