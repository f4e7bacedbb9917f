"""One person as long as they were followed without a break: landmarks, times and looks, but no pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu_worker.pose import appearance
from gpu_worker.pose.estimator import HAND_LANDMARKS, Array, Hands, Image, Landmarks
from gpu_worker.pose.smoothing import RoiFilter

_LONGEST_STEP_S = 2.0
"""What a single sighting can count for at most."""
_RECENT = 200
_FACE = slice(0, 11)
_HEAD_OF_FACE, _HEAD_OF_REGION, _MOST_OF_REGION = 1.8, 0.09, 0.15
"""Radius of the head with a margin: spreads of the face's landmarks, but no less and no more than so many sides of the
region, because landmarks of a turned or badly seen face lie too close together or anywhere."""


class Trail:
    """Sightings of one person in order of time; the columns are equally long."""

    def __init__(self, roi: Array, time_s: float) -> None:
        self.filter = RoiFilter(roi, time_s)
        """Where to look next."""
        self.alive = True
        self.missed = False
        """True when the last look did not find the person."""
        self.weight = 0.0
        """How long, how large and how clearly the person was seen, in pixel seconds."""
        self.frames: list[int] = []
        """Positions among the sampled frames."""
        self.times_s: list[float] = []
        self.rows: list[NDArray[np.float32]] = []
        """(33, 6) each: image x and y in pixels, world x, y and z in metres, visibility."""
        self.scores: list[float] = []
        self.rois: list[NDArray[np.float32]] = []
        """(4,) each: the region the landmarks were found in."""
        self.hands: list[NDArray[np.float32] | None] = []
        """(2, 21, 6) each: image x and y, world x, y and z, score; None where no hands were looked for."""
        self.colours: list[NDArray[np.float32]] = []
        """(6,) each, see `appearance.colours`."""

    @property
    def last_seen_s(self) -> float:
        """Time of the last sighting; minus infinity before the first."""
        return self.times_s[-1] if self.times_s else -np.inf

    @property
    def span_s(self) -> float:
        """Seconds from the first to the last sighting."""
        return self.times_s[-1] - self.times_s[0] if self.times_s else 0.0

    @property
    def colour(self) -> Array:
        """(6,) the usual colours; NaN for what was never seen."""
        known = np.array(self.colours[-_RECENT:], np.float64)
        columns = [column[np.isfinite(column)] for column in known.T]
        return np.array([np.median(column) if len(column) else np.nan for column in columns])

    @property
    def size(self) -> float:
        """How large and how clearly the person was seen at last, in pixels."""
        return float(self.rois[-1][2]) * clearness(self.rows[-1][:, 5])

    def add(self, frame: int, time_s: float, image: Image, found: Landmarks, hands: Hands | None) -> None:
        """Take in what was found in the region where `filter` expected the person, and move that on."""
        if self.times_s:
            self.weight += (
                min(time_s - self.times_s[-1], _LONGEST_STEP_S) * float(found.roi[2]) * clearness(found.visibility)
            )
        self.frames.append(frame)
        self.times_s.append(time_s)
        self.rows.append(np.column_stack([found.image, found.world, found.visibility]).astype(np.float32))
        self.scores.append(found.score)
        self.hands.append(None if hands is None else _hand_row(hands))
        self.rois.append(self.filter.at(time_s).astype(np.float32))
        self.colours.append(appearance.colours(image, found.image, found.visibility).astype(np.float32))
        self.filter.update(found.roi, time_s)

    def place(self, roi: Array, time_s: float) -> None:
        """Look at `roi` from now on: the person was found there again."""
        self.filter, self.missed = RoiFilter(roi, time_s), False

    def forget(self, since_s: float) -> None:
        """Drop the sightings from `since_s` on."""
        keep = int(np.searchsorted(self.times_s, since_s))
        columns: list[list[Any]] = [self.frames, self.times_s, self.rows, self.scores]
        for column in [*columns, self.hands, self.rois, self.colours]:
            del column[keep:]


def _hand_row(hands: Hands) -> NDArray[np.float32]:
    score = np.repeat(hands.score[:, None, None], HAND_LANDMARKS, axis=1)
    return np.concatenate([hands.image, hands.world, score], axis=2).astype(np.float32)


def clearness(visibility: NDArray[np.floating[Any]]) -> float:
    """0..1 for landmarks' visibility (33,): what is imagined into a tree or a machine is large, but half hidden."""
    return float(np.mean(visibility)) ** 2


def heads(trail: Trail) -> Array:
    """(K, 4) a circle that holds the head at every sighting: seconds, x, y and radius in pixels."""
    faces = np.array([row[_FACE, :2] for row in trail.rows], np.float64)
    middle = faces.mean(axis=1)
    spread = np.linalg.norm(faces - middle[:, None], axis=2).max(axis=1)
    side = np.array(trail.rois, np.float64)[:, 2]
    radius = np.clip(_HEAD_OF_FACE * spread, _HEAD_OF_REGION * side, _MOST_OF_REGION * side)
    return np.column_stack([trail.times_s, middle, radius])
