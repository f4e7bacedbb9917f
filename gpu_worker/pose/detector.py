"""Finds people in whole pictures: anchors, box decoding and weighted non-maximum suppression of BlazePose's detector.

The network sees the picture in a square of 224 pixels. Each of its 2254 anchors gives a logit, a box and four points;
the first two points (hip centre, rim of the circle around the body) place the region of interest. The numbers below
are those of MediaPipe's pose detection graph.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from gpu_worker.pose import roi
from gpu_worker.pose.estimator import Array, Detection, Image
from gpu_worker.pose.network import POSE_DETECTION, Network

_SIZE = POSE_DETECTION.size
_LAYERS = ((8, 2), (16, 2), (32, 6))
"""Stride in pixels and anchors a cell of each feature map."""
_LOWEST_SCORE = 0.5
_TILES = (1.0, 0.6)
"""Sides of the tiles as parts of the picture's shorter side."""
_SAME_PERSON = 0.3
"""Boxes that overlap by more (intersection over union) are averaged, weighted by their scores."""


class Detector:
    """Finds all people in pictures of any size."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._anchors = _anchors()

    def __call__(self, images: Sequence[Image]) -> list[list[Detection]]:
        """The people in each RGB picture, best score first."""
        if not images:
            return []
        squares = [_letterbox(image) for image in images]
        boxes, logits = self._network(np.stack([square for square, _ in squares]))
        return [
            self._people(box.astype(np.float64), logit[:, 0].astype(np.float64), matrix)
            for box, logit, (_, matrix) in zip(boxes, logits, squares, strict=True)
        ]

    def search(self, image: Image) -> list[Detection]:
        """Everyone in the whole picture and in overlapping tiles of it, best score first.

        The network misses people who fill less than about half of what it sees. Tiles are squares of the picture's
        shorter side and of 0.6 of it. The same person may come more than once.
        """
        found = [(d.score, d.roi) for d in self([image])[0]]
        for side in _tile_sides(image):
            small, scale = _shrunk(image, side)
            corners = _tile_corners(small)
            tiles = [small[y : y + _SIZE, x : x + _SIZE] for x, y in corners]
            for corner, people in zip(corners, self(tiles), strict=True):
                found += [(p.score, np.add(p.roi, [*corner, 0, 0]) * [scale, scale, scale, 1]) for p in people]
        return [Detection(score, region) for score, region in sorted(found, key=lambda f: -f[0])]

    def _people(self, raw: Array, logits: Array, to_picture: Array) -> list[Detection]:
        scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
        likely = scores > _LOWEST_SCORE
        scores, anchors, raw = scores[likely], self._anchors[likely], raw[likely]
        center, half = raw[:, :2] + anchors, raw[:, 2:4] / 2
        corners = np.stack([center - half, center + half], axis=1)
        points = raw[:, 4:8].reshape(-1, 2, 2) + anchors[:, None]
        found: list[Detection] = []
        left = np.argsort(-scores, kind="stable")
        while len(left):
            same = _overlap(corners[left[0]], corners[left]) > _SAME_PERSON
            group = left[same]
            weights = scores[group] / scores[group].sum()
            mean = np.einsum("n,nij->ij", weights, points[group]) @ to_picture[:, :2].T + to_picture[:, 2]
            found.append(Detection(float(scores[left[0]]), roi.around(mean[0], mean[1])))
            left = left[~same]
        return found


def _anchors() -> Array:
    """(2254, 2) anchor centres in pixels of the 224-pixel square."""
    parts: list[Array] = []
    for stride, count in _LAYERS:
        cells = (np.arange(_SIZE // stride) + 0.5) * stride
        y, x = np.meshgrid(cells, cells, indexing="ij")
        parts.append(np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), count, axis=0))
    return np.concatenate(parts)


def _tile_sides(image: Image) -> list[int]:
    shorter = min(image.shape[:2])
    return [side for part in _TILES if (side := int(shorter * part)) >= _SIZE // 2]


def _shrunk(image: Image, side: int) -> tuple[Image, float]:
    """The picture, so small that squares of `side` have the network's size, and how many pixels each of its pixels is.

    Shrunk once as a whole: the tiles overlap, and would each be shrunk again.
    """
    height, width = image.shape[:2]
    scale = side / _SIZE
    size = (max(_SIZE, round(width / scale)), max(_SIZE, round(height / scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _tile_corners(image: Image) -> list[tuple[int, int]]:
    """Left and top of squares of the network's size that cover the picture and overlap by at least half."""

    def along(length: int) -> list[int]:
        count = 1 + int(np.ceil((length - _SIZE) / (_SIZE / 2)))
        return [int(start) for start in np.linspace(0, length - _SIZE, count)]

    height, width = image.shape[:2]
    return [(x, y) for y in along(height) for x in along(width)]


def _letterbox(image: Image) -> tuple[Image, Array]:
    """The picture in the middle of a black 224-pixel square, and the affine map (2, 3) back to the picture."""
    height, width = image.shape[:2]
    scale = max(height, width) / _SIZE
    matrix = np.array([[scale, 0.0, (width - _SIZE * scale) / 2], [0.0, scale, (height - _SIZE * scale) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, matrix, (_SIZE, _SIZE), flags=flags), np.uint8), matrix


def _overlap(one: Array, many: Array) -> Array:
    """Intersection over union of a box (2, 2) with boxes (n, 2, 2), each as low and high corner."""
    low, high = np.maximum(one[0], many[:, 0]), np.minimum(one[1], many[:, 1])
    common = np.clip(high - low, 0, None).prod(axis=1)
    area = (many[:, 1] - many[:, 0]).prod(axis=1)
    union = np.maximum((one[1] - one[0]).prod() + area - common, 1e-9)
    return np.asarray(common / union)
