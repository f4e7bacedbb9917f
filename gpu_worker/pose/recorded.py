"""Answers of an estimator, kept in chunks, so that a job that was interrupted need not ask the networks again.

Following people is cheap and follows strictly from the frames and the estimator's answers. So nothing of the tracker's
state is stored: on resuming, the video is decoded again and the recorded answers are given in the same order; where
they end, the estimator goes on. The result is the same to the last bit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.pose.estimator import HAND_LANDMARKS, Array, Detection, Hands, Image, Landmarks, PoseEstimator
from gpu_worker.pose.track import LANDMARKS

Row = NDArray[np.float32]

_POSE, _HANDS = LANDMARKS * 6 + 5, 2 * HAND_LANDMARKS * 5 + 2


class RecordedEstimator:
    """Gives the recorded answers first, then those of `estimator`, and hands each full chunk to `keep`.

    `chunks` are those kept before, from the first on, in order; `keep` gets a chunk's number and its bytes. All
    answers are rounded to float32, recorded or not. The frames must be the same as when the chunks were made.
    """

    def __init__(
        self,
        estimator: PoseEstimator,
        chunks: Iterable[bytes],
        keep: Callable[[int, bytes], None],
        chunk_calls: int = 1000,
    ) -> None:
        self._estimator, self._keep, self._chunk_calls = estimator, keep, chunk_calls
        self._number = 0
        self._recorded = self._read(chunks)
        self._calls: list[Row] = []

    def search(self, image: Image) -> list[Detection]:
        """Everyone in the picture, see `PoseEstimator`."""
        rows = self._answer(5, lambda: [_detection_row(d) for d in self._estimator.search(image)])
        return [Detection(float(row[0]), row[1:].astype(np.float64)) for row in rows]

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """The landmarks in each region, see `PoseEstimator`."""
        rows = self._answer(_POSE, lambda: [_pose_row(f) for f in self._estimator.landmarks(images, rois)])
        return [_pose(row.astype(np.float64)) for row in rows]

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        """The hands of a person, see `PoseEstimator`."""

        def ask() -> list[Row]:
            hands = self._estimator.hands(image, found)
            return [] if hands is None else [_hands_row(hands)]

        rows = self._answer(_HANDS, ask)
        return _hands(rows[0].astype(np.float64)) if len(rows) else None

    def _answer(self, width: int, ask: Callable[[], list[Row]]) -> Row:
        rows = next(self._recorded, None)
        if rows is not None:
            return rows.reshape(-1, width)
        answer = np.array(ask(), np.float32).reshape(-1, width)
        self._calls.append(answer)
        if len(self._calls) == self._chunk_calls:
            self._keep(self._number, _pack(self._calls))
            self._number += 1
            self._calls = []
        return answer

    def _read(self, chunks: Iterable[bytes]) -> Iterator[Row]:
        for chunk in chunks:
            self._number += 1
            yield from _unpack(chunk)


def _pack(calls: list[Row]) -> bytes:
    """One chunk: the length of each answer, and all their numbers in a row."""
    target = io.BytesIO()
    np.savez_compressed(
        target, sizes=np.array([c.size for c in calls]), values=np.concatenate([c.ravel() for c in calls])
    )
    return target.getvalue()


def _unpack(chunk: bytes) -> list[Row]:
    with np.load(io.BytesIO(chunk), allow_pickle=False) as data:
        return np.split(data["values"], np.cumsum(data["sizes"])[:-1])


def _detection_row(found: Detection) -> Row:
    return np.array([found.score, *found.roi], np.float32)


def _pose_row(found: Landmarks) -> Row:
    body = np.column_stack([found.image, found.world, found.visibility])
    return np.concatenate([body.ravel(), [found.score], found.roi]).astype(np.float32)


def _pose(row: Array) -> Landmarks:
    body = row[: LANDMARKS * 6].reshape(LANDMARKS, 6)
    return Landmarks(body[:, :2], body[:, 2:5], body[:, 5], float(row[-5]), row[-4:])


def _hands_row(hands: Hands) -> Row:
    return np.concatenate([hands.image.ravel(), hands.world.ravel(), hands.score]).astype(np.float32)


def _hands(row: Array) -> Hands:
    image, world, score = np.split(row, [2 * HAND_LANDMARKS * 2, 2 * HAND_LANDMARKS * 5])
    return Hands(image.reshape(2, HAND_LANDMARKS, 2), world.reshape(2, HAND_LANDMARKS, 3), score)
