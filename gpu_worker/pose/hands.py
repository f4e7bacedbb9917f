"""The landmarks of both hands, where they can be trusted, after MediaPipe's holistic graph.

The pose gives wrist, index and little finger; a small network places a crop on the hand; a second one finds its 21
landmarks. A hand that is not clearly there stays unseen: in about half of all crops of work videos there is none.
"""

from __future__ import annotations

import numpy as np

from gpu_worker.pose import roi
from gpu_worker.pose.estimator import HAND_LANDMARKS as POINTS
from gpu_worker.pose.estimator import TO_CAMERA_FRAME, Array, Hands, Image, Landmarks
from gpu_worker.pose.network import HAND_LANDMARKS, HAND_RECROP, Network

_WRIST_LITTLE_INDEX = ((15, 17, 19), (16, 18, 20))
_SEARCH_SIDE = 2.7
"""The first crop, in sides of the box around the palm, whose half is the length from wrist to knuckles."""
_TOWARDS_FINGERS = 0.2
"""How far both crops are moved towards the fingers, in half sides of their box."""
_VISIBLE, _PRESENT = 0.5, 0.5
_SAME_WRIST = 0.25
"""The hand's wrist may lie this far from the pose's wrist, in sides of its crop: else it is another hand."""


class HandFinder:
    """Finds the hands of a person whose pose is known."""

    def __init__(self, recrop: Network, landmarks: Network) -> None:
        self._recrop, self._landmarks = recrop, landmarks

    def __call__(self, image: Image, pose: Landmarks) -> Hands:
        """The hands in an RGB picture, left and right of the person."""
        hands = Hands(np.full((2, POINTS, 2), np.nan), np.full((2, POINTS, 3), np.nan), np.zeros(2))
        sides = [s for s in (0, 1) if np.all(pose.visibility[list(_WRIST_LITTLE_INDEX[s])] > _VISIBLE)]
        if not sides:
            return hands
        searched = [_search_region(pose.image[list(_WRIST_LITTLE_INDEX[s])]) for s in sides]
        (points,) = self._recrop(np.stack([roi.crop(image, region, HAND_RECROP.size) for region in searched]))
        regions = [_hand_region(p.reshape(2, 2).astype(float), s) for p, s in zip(points, searched, strict=True)]
        crops = np.stack([roi.crop(image, region, HAND_LANDMARKS.size) for region in regions])
        flat, presence, _, world = self._landmarks(crops)
        for k, side in enumerate(sides):
            found = _to_picture(flat[k].reshape(POINTS, 3)[:, :2].astype(float), regions[k], HAND_LANDMARKS.size)
            wrist = pose.image[_WRIST_LITTLE_INDEX[side][0]]
            if presence[k, 0] > _PRESENT and np.hypot(*(found[0] - wrist)) < _SAME_WRIST * regions[k][2]:
                hands.image[side] = found
                hands.world[side] = roi.turned(world[k].reshape(POINTS, 3).astype(float), regions[k]) * TO_CAMERA_FRAME
                hands.score[side] = presence[k, 0]
        return hands


def _search_region(points: Array) -> Array:
    """Where to look for a hand, from wrist, little finger and index (3, 2)."""
    wrist, little, index = points
    along = (2 * index + little) / 3 - wrist
    center = wrist + along * (1 + _TOWARDS_FINGERS)
    return np.array([*center, 2 * float(np.hypot(*along)) * _SEARCH_SIDE, roi.upright_angle(along)])


def _hand_region(points: Array, searched: Array) -> Array:
    """The hand's own crop, from the two points (2, 2) that the first network sees in its crop."""
    center, rim = _to_picture(points, searched, HAND_RECROP.size)
    up = center - rim
    return np.array([*(center + up * _TOWARDS_FINGERS), 2 * float(np.hypot(*up)), roi.upright_angle(up)])


def _to_picture(points: Array, region: Array, pixels: int) -> Array:
    matrix = roi.to_picture(region, pixels)
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])
