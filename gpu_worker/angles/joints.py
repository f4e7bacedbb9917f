"""SMPL-X joints by name. Left is the subject's own left: joint 16 is the left shoulder."""

from __future__ import annotations

from dataclasses import dataclass

PELVIS, SPINE1, SPINE2, SPINE3, NECK, HEAD = 0, 3, 6, 9, 12, 15


@dataclass(frozen=True)
class Side:
    """The joints of one side of the body."""

    name: str
    """`left` or `right`, the suffix of the signals."""
    outward: float
    """Sign of the x axis away from the body's middle: +1 on the left, −1 on the right."""
    hip: int
    knee: int
    ankle: int
    foot: int
    collar: int
    shoulder: int
    elbow: int
    wrist: int
    hand: int
    """First joint of the middle finger: where the hand holds."""


LEFT_SIDE = Side("left", 1.0, hip=1, knee=4, ankle=7, foot=10, collar=13, shoulder=16, elbow=18, wrist=20, hand=28)
RIGHT_SIDE = Side("right", -1.0, hip=2, knee=5, ankle=8, foot=11, collar=14, shoulder=17, elbow=19, wrist=21, hand=43)
SIDES = (LEFT_SIDE, RIGHT_SIDE)
