"""The 55 joints of the SMPL-X file layout: names, parents, and the groups other modules ask for by name.

Left is the subject's left. Names and order are those of the file format, so a body file of either kind can be used.
"""

from __future__ import annotations

FINGERS = ("index", "middle", "pinky", "ring", "thumb")

JOINT_NAMES: tuple[str, ...] = (
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "jaw",
    "left_eye",
    "right_eye",
    *(f"left_{finger}{k}" for finger in FINGERS for k in (1, 2, 3)),
    *(f"right_{finger}{k}" for finger in FINGERS for k in (1, 2, 3)),
)

_BODY_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15)


def _hand_parents(wrist: int, first: int) -> tuple[int, ...]:
    return tuple(wrist if k == 0 else first + 3 * finger + k - 1 for finger in range(5) for k in range(3))


PARENTS: tuple[int, ...] = _BODY_PARENTS + _hand_parents(20, 25) + _hand_parents(21, 40)
"""Index of each joint's parent; -1 for the pelvis. A parent always comes before its children."""

BODY_JOINTS = 22
"""Joints 0–21 carry the body's pose; jaw, eyes and fingers follow."""

INDEX: dict[str, int] = {name: k for k, name in enumerate(JOINT_NAMES)}


def descendants(joint: int) -> list[int]:
    """The joint itself and every joint below it, in order."""
    found = {joint}
    for child, parent in enumerate(PARENTS):
        if parent in found:
            found.add(child)
    return sorted(found)
