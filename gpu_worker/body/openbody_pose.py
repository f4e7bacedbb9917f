"""From MakeHuman's 163 bones in A-pose to 55 joints in T-pose (part of the bake). Axes: x left, y up, z front; m."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.skeleton import FINGERS, INDEX, JOINT_NAMES, PARENTS, descendants

Array = NDArray[np.float64]

_FINGER_NUMBER = {"thumb": 1, "index": 2, "middle": 3, "ring": 4, "pinky": 5}
_SIDES = (("left", "L", 1.0), ("right", "R", -1.0))

HIP_INWARD = 0.1125
"""MakeHuman hangs the thighs too far out. Each hip joint moves this share of their distance towards the midline, which
puts the two joints 173 mm apart on the average adult: 0.33·pelvic width + 7.3 mm to each side (Harrington et al.,
J Biomech 40, 2007) at a pelvic width of 240 mm."""


def _bones_of_joints() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {
        "pelvis": ("spine04",),
        "spine1": ("spine03",),
        "spine2": ("spine02",),
        "spine3": ("spine01",),
        "neck": ("neck01",),
        "head": ("neck03", "head"),
        "jaw": ("jaw",),
    }
    for side, mark, _ in _SIDES:
        table |= {
            f"{side}_hip": (f"upperleg01.{mark}",),
            f"{side}_knee": (f"lowerleg01.{mark}",),
            f"{side}_ankle": (f"foot.{mark}",),
            f"{side}_foot": tuple(f"toe{k}-1.{mark}" for k in range(1, 6)),
            f"{side}_collar": (f"clavicle.{mark}",),
            f"{side}_shoulder": (f"upperarm01.{mark}",),
            f"{side}_elbow": (f"lowerarm01.{mark}",),
            f"{side}_wrist": (f"wrist.{mark}",),
            f"{side}_eye": (f"eye.{mark}",),
        }
        for finger in FINGERS:
            for k in (1, 2, 3):
                table[f"{side}_{finger}{k}"] = (f"finger{_FINGER_NUMBER[finger]}-{k}.{mark}",)
    return table


_BONES = _bones_of_joints()
_ALSO_OWNED = {
    "root": "pelvis",
    "pelvis.L": "pelvis",
    "pelvis.R": "pelvis",
    "spine05": "pelvis",
    "neck02": "neck",
    "shoulder01.L": "left_collar",
    "shoulder01.R": "right_collar",
    "special04": "jaw",
}


def joints(heads: Array, bones: Mapping[str, int]) -> Array:
    """(55, 3) joint positions from bone heads (B, 3)."""
    placed = np.stack([np.mean([heads[bones[b]] for b in _BONES[name]], axis=0) for name in JOINT_NAMES])
    left, right = placed[INDEX["left_hip"]].copy(), placed[INDEX["right_hip"]].copy()
    placed[INDEX["left_hip"]] = left + HIP_INWARD * (right - left)
    placed[INDEX["right_hip"]] = right + HIP_INWARD * (left - right)
    return placed


def merged_weights(
    bones: Mapping[str, int], bone_parents: Sequence[int], indices: NDArray[np.int64], weights: Array
) -> Array:
    """(V, 55) skinning weights: every bone counts for the nearest joint above it."""
    owner = {bone: INDEX[joint] for joint, group in _BONES.items() for bone in group}
    owner |= {bone: INDEX[joint] for bone, joint in _ALSO_OWNED.items()}
    names = list(bones)
    joint_of = np.zeros(len(names), np.int64)
    for bone in range(len(names)):
        ancestor = bone
        while names[ancestor] not in owner:
            ancestor = bone_parents[ancestor]
        joint_of[bone] = owner[names[ancestor]]
    merged = np.zeros((len(indices), len(JOINT_NAMES)))
    for column in range(indices.shape[1]):
        np.add.at(merged, (np.arange(len(indices)), joint_of[indices[:, column]]), weights[:, column])
    shares: Array = merged / merged.sum(1, keepdims=True)
    return shares


def _onto(a: Array, b: Array) -> Array:
    """The smallest rotation that turns direction a onto direction b."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    x, y, z = np.cross(a, b)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    rotation: Array = np.eye(3) + k + k @ k / (1 + a @ b)
    return rotation


def _frame(x: Array, z: Array) -> Array:
    """Orthonormal columns: x kept, z made perpendicular to it."""
    x = x / np.linalg.norm(x)
    z = z - x * (x @ z)
    z = z / np.linalg.norm(z)
    return np.stack([x, np.cross(z, x), z], 1)


def to_t_pose(unposed: Array) -> Array:
    """(55, 3, 3) global rotations that take the A-pose skeleton (55, 3) to the T-pose.

    Arms level and outward, palms down, legs a few degrees apart, feet 12° outward.
    """
    turn = np.tile(np.eye(3), (len(JOINT_NAMES), 1, 1))
    for side, _, sign in _SIDES:
        at = {name: unposed[INDEX[f"{side}_{name}"]] for name in _LIMB}
        foot = at["foot"] - at["ankle"]
        level = np.hypot(foot[0], foot[2])
        toes = np.array([sign * level * np.sin(np.radians(12)), foot[1], level * np.cos(np.radians(12))])
        hand = _frame(at["middle1"] - at["wrist"], at["index1"] - at["pinky1"])
        rotations = {
            "shoulder": _onto(at["elbow"] - at["shoulder"], np.array([sign, -0.05, -0.08])),
            "elbow": _onto(at["wrist"] - at["elbow"], np.array([sign, 0.04, -0.02])),
            "wrist": _frame(np.array([sign, -0.06, 0.03]), np.array([0.0, 0.0, 1.0])) @ hand.T,
            "hip": _onto(at["knee"] - at["hip"], np.array([sign * 0.07, -1, -0.01])),
            "knee": _onto(at["ankle"] - at["knee"], np.array([sign * 0.03, -1, -0.06])),
            "ankle": _onto(foot, toes),
        }
        for name, rotation in rotations.items():
            turn[descendants(INDEX[f"{side}_{name}"])] = rotation
    return turn


_LIMB = ("shoulder", "elbow", "wrist", "middle1", "index1", "pinky1", "hip", "knee", "ankle", "foot")


def turned(points: Array, skeleton: Array, weights: Array, turn: Array) -> tuple[Array, Array]:
    """Vertices (V, 3) and joints (55, 3) after the global joint rotations `turn` (55, 3, 3)."""
    placed = np.zeros_like(skeleton)
    placed[0] = skeleton[0]
    for joint in range(1, len(skeleton)):
        parent = PARENTS[joint]
        placed[joint] = placed[parent] + turn[parent] @ (skeleton[joint] - skeleton[parent])
    shift = placed - np.einsum("jab,jb->ja", turn, skeleton)
    transforms = weights @ np.concatenate([turn.reshape(-1, 9), shift], 1)
    moved = np.einsum("vab,vb->va", transforms[:, :9].reshape(-1, 3, 3), points) + transforms[:, 9:]
    return moved, placed
