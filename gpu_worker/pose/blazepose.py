"""BlazePose: people in a picture, and the 33 landmarks of each, after MediaPipe's pose landmark graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gpu_worker.pose import roi
from gpu_worker.pose.detector import Detector
from gpu_worker.pose.estimator import TO_CAMERA_FRAME, Array, Detection, Hands, Image, Landmarks
from gpu_worker.pose.hands import HandFinder
from gpu_worker.pose.network import (
    HAND_LANDMARKS,
    HAND_RECROP,
    POSE_DETECTION,
    POSE_LANDMARKS,
    Floats,
    Model,
    Network,
    load_network,
)
from gpu_worker.pose.track import LANDMARKS
from gpu_worker.pose.weights import PoseWeights

_POINTS = 39
"""The network's landmarks: 33 of the body, then the hip centre, the rim of the body's circle and four unused."""
_HIPS, _RIM = 33, 34
_OTHER_SIDE = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, LANDMARKS))]
"""The landmark of the other body half."""
_WINDOW = 7
"""Side of the heatmap window around a landmark, in heatmap cells."""
_PEAK = 0.5
"""A window whose highest value is lower leaves the landmark where it was."""


class BlazePose:
    """The built-in pose estimator; see `estimator.PoseEstimator`."""

    def __init__(
        self, detector: Network, landmarks: Network, hands: HandFinder | None = None, *, mirrored: bool = False
    ) -> None:
        """With `mirrored` each person is looked at twice, once in the mirror, and the mean is taken."""
        self._detector, self._network = Detector(detector), landmarks
        self._hands, self._mirrored = hands, mirrored

    @classmethod
    def load(
        cls,
        weights: PoseWeights,
        device: str = "auto",
        threads: int = 2,
        *,
        hands: bool = False,
        mirrored: bool = False,
    ) -> BlazePose:
        """Load the networks on a device, see `network.load_network`; those for the hands only if asked for."""

        def load(model: Model) -> Network:
            return load_network(weights, model, device, threads)

        finder = HandFinder(load(HAND_RECROP), load(HAND_LANDMARKS)) if hands else None
        return cls(load(POSE_DETECTION), load(POSE_LANDMARKS), finder, mirrored=mirrored)

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """The people in each RGB picture, best score first."""
        return self._detector(images)

    def search(self, image: Image) -> list[Detection]:
        """Everyone in an RGB picture, however small, best score first; the same person may come more than once."""
        return self._detector.search(image)

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """The landmarks in each region; `images[i]` goes with `rois[i]`."""
        if not images:
            return []
        size = POSE_LANDMARKS.size
        crops = np.stack([roi.crop(image, region, size) for image, region in zip(images, rois, strict=True)])
        if self._mirrored:
            both = self._look(np.concatenate([crops, crops[:, :, ::-1]]))
            found = _mean(both.rows(0, len(crops)), _mirror(both.rows(len(crops), None)))
        else:
            found = self._look(crops)
        return [_landmarks(found, i, np.asarray(rois[i])) for i in range(len(images))]

    def _look(self, crops: NDArray[np.uint8]) -> _InCrops:
        flat, scores, heatmaps, worlds = self._network(crops)
        points: Array = flat.reshape(-1, _POINTS, 5).astype(np.float64)
        return _InCrops(
            refine(points[:, :, :2], heatmaps, POSE_LANDMARKS.size),
            worlds.reshape(-1, _POINTS, 3)[:, :LANDMARKS].astype(np.float64),
            _sigmoid(points[:, :LANDMARKS, 3]),
            scores[:, 0].astype(np.float64),
        )

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        """The hands of a person in the picture; None when loaded without hands."""
        return self._hands(image, found) if self._hands is not None else None


class _InCrops(NamedTuple):
    """What the network found in B crops, in their own coordinates."""

    points: Array
    """(B, 39, 2) pixels of the crop."""
    worlds: Array
    """(B, 33, 3) metres, the network's axes."""
    visibility: Array
    """(B, 33)."""
    scores: Array
    """(B,)."""

    def rows(self, start: int, stop: int | None) -> _InCrops:
        return _InCrops(*(column[start:stop] for column in self))


def _mirror(found: _InCrops) -> _InCrops:
    """What was found in mirrored crops, as if they had not been mirrored: left is right again."""
    points = found.points[:, [*_OTHER_SIDE, *range(LANDMARKS, _POINTS)]] * (-1, 1) + (POSE_LANDMARKS.size, 0)
    return _InCrops(points, found.worlds[:, _OTHER_SIDE] * (-1, 1, 1), found.visibility[:, _OTHER_SIDE], found.scores)


def _mean(one: _InCrops, other: _InCrops) -> _InCrops:
    return _InCrops(*((a + b) / 2 for a, b in zip(one, other, strict=True)))


def _landmarks(found: _InCrops, number: int, region: Array) -> Landmarks:
    matrix = roi.to_picture(region, POSE_LANDMARKS.size)
    image = found.points[number] @ matrix[:, :2].T + matrix[:, 2]
    return Landmarks(
        image[:LANDMARKS],
        roi.turned(found.worlds[number], region) * TO_CAMERA_FRAME,
        found.visibility[number],
        float(found.scores[number]),
        roi.around(image[_HIPS], image[_RIM]),
    )


def refine(points: Array, heatmaps: Floats, size: int) -> Array:
    """Move landmarks (B, N, 2) to the centre of mass of their heatmaps (B, h, w, N) in a window around them.

    Points are in pixels of a crop of `size`. Where the window's highest probability is below one half, or the point
    lies outside the map, it stays.
    """
    batch, cells = len(points), heatmaps.shape[1]
    half = _WINDOW // 2
    padded = np.pad(heatmaps, ((0, 0), (half, half), (half, half), (0, 0)), constant_values=-np.inf)
    place = np.trunc(points / size * cells).astype(np.int64)
    inside = np.all((place >= 0) & (place < cells), axis=-1)
    column, row = np.moveaxis(np.where(inside[..., None], place, 0), -1, 0)
    offsets = np.arange(_WINDOW)
    b, n = np.arange(batch)[:, None, None, None], np.arange(points.shape[1])[None, :, None, None]
    window = padded[b, row[..., None, None] + offsets[:, None], column[..., None, None] + offsets[None, :], n]
    weights = _sigmoid(window.astype(np.float64))
    total = weights.sum(axis=(2, 3))
    steps = offsets - half
    x = column + np.einsum("bnij,j->bn", weights, steps) / total
    y = row + np.einsum("bnij,i->bn", weights, steps) / total
    good = inside & (weights.max(axis=(2, 3)) >= _PEAK)
    return np.where(good[..., None], np.stack([x, y], axis=-1) * size / cells, points)


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -80, 80))))
