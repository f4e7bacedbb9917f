"""BlazePose: people in a picture, and the 33 landmarks of each, after MediaPipe's pose landmark graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
_WINDOW = 7
"""Side of the heatmap window around a landmark, in heatmap cells."""
_PEAK = 0.5
"""A window whose highest value is lower leaves the landmark where it was."""


class BlazePose:
    """The built-in pose estimator; see `estimator.PoseEstimator`."""

    def __init__(self, detector: Network, landmarks: Network, hands: HandFinder | None = None) -> None:
        self._detector = Detector(detector)
        self._network = landmarks
        self._hands = hands

    @classmethod
    def load(cls, weights: PoseWeights, device: str = "auto", threads: int = 2, *, hands: bool = False) -> BlazePose:
        """Load the networks on a device, see `network.load_network`; those for the hands only if asked for."""

        def load(model: Model) -> Network:
            return load_network(weights, model, device, threads)

        finder = HandFinder(load(HAND_RECROP), load(HAND_LANDMARKS)) if hands else None
        return cls(load(POSE_DETECTION), load(POSE_LANDMARKS), finder)

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
        points, scores, heatmaps, worlds = self._network(crops)
        points = points.reshape(-1, _POINTS, 5)
        at = refine(points[:, :, :2].astype(np.float64), heatmaps, size)
        visibility = _sigmoid(points[:, :LANDMARKS, 3].astype(np.float64))
        worlds = worlds.reshape(-1, _POINTS, 3)
        return [
            _landmarks(at[i], worlds[i].astype(np.float64), visibility[i], float(scores[i, 0]), np.asarray(rois[i]))
            for i in range(len(images))
        ]

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        """The hands of a person in the picture; None when loaded without hands."""
        return self._hands(image, found) if self._hands is not None else None


def _landmarks(points: Array, world: Array, visibility: Array, score: float, region: Array) -> Landmarks:
    matrix = roi.to_picture(region, POSE_LANDMARKS.size)
    image = points @ matrix[:, :2].T + matrix[:, 2]
    world = roi.turned(world[:LANDMARKS], region)
    return Landmarks(
        image[:LANDMARKS], world * TO_CAMERA_FRAME, visibility, score, roi.around(image[_HIPS], image[_RIM])
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
