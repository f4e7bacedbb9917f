"""One person as long as they were followed without a break: landmarks, times and looks, but no pictures.

What is large of a sighting lies in a file that the trails of a clip share; a file for each would be too many.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu_worker.pose import appearance
from gpu_worker.pose.estimator import HAND_LANDMARKS, Array, Hands, Image, Landmarks
from gpu_worker.pose.smoothing import RoiFilter
from gpu_worker.pose.track import LANDMARKS
from gpu_worker.spilled import Picked, Spilled, gathered, pieces

_LONGEST_STEP_S = 2.0
"""What a single sighting can count for at most."""
_RECENT = 200
_FACE = slice(0, 11)
_HEAD_OF_FACE, _HEAD_OF_REGION, _MOST_OF_REGION = 1.8, 0.09, 0.15
"""Radius of the head with a margin: spreads of the face's landmarks, but no less and no more than so many sides of the
region, because landmarks of a turned or badly seen face lie too close together or anywhere."""


Row = NDArray[np.float32]


class Sightings:
    """What was seen of everybody in a clip, in the order of the frames."""

    def __init__(self) -> None:
        self.rows = Spilled((LANDMARKS + 2, 6), np.float32)
        """Image x and y in pixels, world x, y and z in metres, and visibility of each landmark; then the region they
        were found in; then the colours."""

    def add(self, landmarks: Row, region: Row, colours: Row) -> int:
        """Put in one; its number."""
        row = np.zeros((1, LANDMARKS + 2, 6), np.float32)
        row[0, :LANDMARKS], row[0, -2, :4], row[0, -1] = landmarks, region, colours
        self.rows.append(row)
        return len(self.rows) - 1


def landmarks_of(rows: Row) -> Row:
    """(…, 33, 6) image x and y in pixels, world x, y and z in metres, visibility; from rows of `Sightings`."""
    return rows[..., :LANDMARKS, :]


def region_of(rows: Row) -> Row:
    """(…, 4) the region they were found in."""
    return rows[..., -2, :4]


def colours_of(rows: Row) -> Row:
    """(…, 6) see `appearance.colours`."""
    return rows[..., -1, :]


class Trail:
    """Sightings of one person in order of time; the columns are equally long."""

    def __init__(self, roi: Array, time_s: float, sightings: Sightings) -> None:
        self.filter = RoiFilter(roi, time_s)
        """Where to look next."""
        self.alive = True
        self.missed = False
        """True when the last look did not find the person."""
        self.weight = 0.0
        """How long, how large and how clearly the person was seen, in pixel seconds."""
        self.frames = array("q")
        """Positions among the sampled frames."""
        self.times_s = array("d")
        self.scores = array("d")
        self.hands: list[Row | None] = []
        """(2, 21, 6) each: image x and y, world x, y and z, score; None where no hands were looked for."""
        self.numbers = array("q")
        """Which of the `Sightings` they are."""
        self._sightings = sightings

    @property
    def rows(self) -> Picked[np.float32]:
        """What was seen, in the form of `Sightings`."""
        return Picked(self._sightings.rows, np.array(self.numbers))

    @property
    def last(self) -> Row:
        """What was seen at last."""
        return self._sightings.rows[self.numbers[-1]]

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
        recent = np.array(self.numbers[-_RECENT:])
        known = colours_of(gathered(self._sightings.rows, recent)).astype(np.float64)
        columns = [column[np.isfinite(column)] for column in known.T]
        return np.array([np.median(column) if len(column) else np.nan for column in columns])

    @property
    def size(self) -> float:
        """How large and how clearly the person was seen at last, in pixels."""
        last = self.last
        return float(region_of(last)[2]) * clearness(landmarks_of(last)[:, 5])

    def add(self, frame: int, time_s: float, image: Image, found: Landmarks, hands: Hands | None) -> None:
        """Take in what was found in the region where `filter` expected the person, and move that on."""
        if self.times_s:
            self.weight += (
                min(time_s - self.times_s[-1], _LONGEST_STEP_S) * float(found.roi[2]) * clearness(found.visibility)
            )
        self.frames.append(frame)
        self.times_s.append(time_s)
        self.scores.append(found.score)
        self.hands.append(None if hands is None else _hand_row(hands))
        landmarks = np.column_stack([found.image, found.world, found.visibility]).astype(np.float32)
        colours = appearance.colours(image, found.image, found.visibility).astype(np.float32)
        self.numbers.append(self._sightings.add(landmarks, self.filter.at(time_s).astype(np.float32), colours))
        self.filter.update(found.roi, time_s)

    def place(self, roi: Array, time_s: float) -> None:
        """Look at `roi` from now on: the person was found there again."""
        self.filter, self.missed = RoiFilter(roi, time_s), False

    def forget(self, since_s: float) -> None:
        """Drop the sightings from `since_s` on."""
        keep = int(np.searchsorted(self.times_s, since_s))
        for column in (self.frames, self.times_s, self.scores, self.hands, self.numbers):
            del column[keep:]


def _hand_row(hands: Hands) -> NDArray[np.float32]:
    score = np.repeat(hands.score[:, None, None], HAND_LANDMARKS, axis=1)
    return np.concatenate([hands.image, hands.world, score], axis=2).astype(np.float32)


def clearness(visibility: NDArray[np.floating[Any]]) -> float:
    """0..1 for landmarks' visibility (33,): what is imagined into a tree or a machine is large, but half hidden."""
    return float(np.mean(visibility)) ** 2


def heads(trail: Trail) -> Array:
    """(K, 4) a circle that holds the head at every sighting: seconds, x, y and radius in pixels."""
    found = np.empty((len(trail.times_s), 4))
    found[:, 0], rows = trail.times_s, trail.rows
    for piece in pieces(len(found)):
        seen = rows[piece]
        faces = landmarks_of(seen)[:, _FACE, :2].astype(np.float64)
        side = region_of(seen)[:, 2].astype(np.float64)
        middle = faces.mean(axis=1)
        spread = np.linalg.norm(faces - middle[:, None], axis=2).max(axis=1)
        found[piece, 1:3] = middle
        found[piece, 3] = np.clip(_HEAD_OF_FACE * spread, _HEAD_OF_REGION * side, _MOST_OF_REGION * side)
    return found
