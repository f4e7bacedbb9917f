"""Follows everyone in a video, frame by frame, keeping landmarks and no pictures.

Each person followed has a smoothed region of interest; the landmarks found in it place the next one. Every two seconds,
and whenever somebody is lost, the whole picture is searched. Only a few people get landmarks in every frame; the others
are looked at when the picture is searched, so that the choice between all of them can be made at the end.
"""

from __future__ import annotations

from array import array
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.job import PersonPoint
from gpu_worker.pose import appearance
from gpu_worker.pose.estimator import Array, Landmarks, PoseEstimator
from gpu_worker.pose.trail import Sightings, Trail, colours_of, landmarks_of, region_of
from gpu_worker.video.clip import Frame

Points = NDArray[np.floating[Any]]

_SEARCH_S = 2.0
_SEARCH_WHILE_MISSING_S = 0.25
_RETURN_S, _SEARCH_FOR_RETURN_S = 10.0, 0.5
"""How long after somebody was lost they are searched for, and how often."""
_PATIENCE_S = 0.5
"""How long a lost person's last region is still tried."""
_PRESENT = 0.5
_LEAST_IN_PICTURE = 11
"""Landmarks that must lie inside the picture: whoever walks out of it is imagined further on, with a high score."""
_LEAST_VISIBLE = 0.3
"""Mean visibility of somebody's landmarks; people behind benches have over 0.5."""
_FOLLOWED, _FOLLOWED_ANYBODY = 2, 4
"""How many people get landmarks in every frame; more when another than the most seen is wanted."""
_SMALLEST_PX = 64.0
_WORTH = 0.25
"""Whoever is this much smaller than the largest person is not the one to analyse, unless chosen."""
_SETTLED_S = 10.0
_MOST_NEW = 4
"""People taken up at one search."""
_SAME_BODY = 0.08
"""Landmarks that lie closer (median, in sides of the region) belong to one person."""
_SAME_HIPS = 0.25
"""A detection with its hips this close to somebody's (in sides of their region) is that person."""
_SHIFT, _SHIFT_PER_S, _GROWTH = 0.4, 1.0, 0.6
"""How far a region may jump in sides, and its side's logarithm, before it is taken for another person's."""
_AGAIN, _AGAIN_GROWTH = 0.5, 0.5
"""The same between a lost person's last region and where somebody was found."""
_CLEARLY = 5.0
"""CIELAB distance by which one of two must look stranger to be the one in the wrong place."""
_UNDO_S = 0.3
"""What a trail saw just before it turned out to have slid onto another person."""


class Tracker:
    """Feed it every sampled frame in order; then read `trails`."""

    def __init__(self, estimator: PoseEstimator, wanted: int | PersonPoint | None = None) -> None:
        """`wanted` as in `persons.choose`: unless it is the most seen, more people are followed in every frame, and
        who is pointed at comes first from that moment on.
        """
        self._estimator = estimator
        self._pin = wanted if isinstance(wanted, PersonPoint) else None
        anybody = wanted not in (None, 0)
        self._followed, self._worth = (_FOLLOWED_ANYBODY, 0.0) if anybody else (_FOLLOWED, _WORTH)
        self._pinned: Trail | None = None
        self._searched_s = -np.inf
        self._sightings = Sightings()
        self.trails: list[Trail] = []
        """Everyone ever followed, in the order they were found; somebody lost and found again has two."""
        self.times_s = array("d")
        """Time of each sampled frame."""
        self.frame_index = array("q")
        """Position of each sampled frame in the video stream."""

    def push(self, frame: Frame) -> None:
        """Follow everybody into the next frame."""
        self.times_s.append(frame.time_s)
        self.frame_index.append(frame.index)
        alive = [t for t in self.trails if t.alive]
        since = frame.time_s - self._searched_s
        pinning = self._pin is not None and self._pinned is None and frame.time_s >= self._pin.time_s
        due = since >= _SEARCH_S or (pinning and since > 0)
        self._follow(frame, alive if due else self._foremost(alive))
        self._part(frame.time_s)
        alive = [t for t in alive if t.alive]
        if due or since >= self._patience_to_search(frame, alive):
            self._searched_s = frame.time_s
            self._search(frame)
        for trail in alive:
            patience = _PATIENCE_S if trail in self._foremost(alive) else _SEARCH_S + _PATIENCE_S
            trail.alive = trail.alive and frame.time_s - trail.last_seen_s <= patience
        if pinning:
            self._choose_pinned(frame)

    def _patience_to_search(self, frame: Frame, alive: list[Trail]) -> float:
        """Seconds between searches: short while somebody worth it is missing."""
        if not alive or any(not self._sees(t, frame) for t in self._foremost(alive)):
            return _SEARCH_WHILE_MISSING_S
        least = min(t.weight for t in self._foremost(alive)) / 2
        recent = [t for t in self.trails if not t.alive and frame.time_s - t.last_seen_s < _RETURN_S]
        return _SEARCH_FOR_RETURN_S if any(t.weight > least for t in recent) else _SEARCH_S

    def _foremost(self, alive: list[Trail]) -> list[Trail]:
        """Those worth landmarks in every frame: large, clear and for some time in view, so that it does not alternate.

        Who was missed the last time is still tried, and takes nobody's place.
        """
        rank = {id(t): t.size * (1 + min(t.span_s, _SETTLED_S) / _SETTLED_S) for t in alive}
        present = [t for t in alive if not t.missed]
        ranked = sorted(present, key=lambda t: (t is not self._pinned, -rank[id(t)]))[: self._followed]
        worthy = [t for t in ranked if rank[id(t)] >= self._worth * max(rank.values())]
        return worthy + [t for t in alive if t.missed]

    @staticmethod
    def _sees(trail: Trail, frame: Frame) -> bool:
        return trail.last_seen_s == frame.time_s

    def _follow(self, frame: Frame, trails: list[Trail]) -> None:
        """Look for each person where they should be."""
        found = self._estimator.landmarks([frame.image] * len(trails), [t.filter.at(frame.time_s) for t in trails])
        for trail, landmarks in zip(trails, found, strict=True):
            step = frame.time_s - trail.last_seen_s
            steady = _steady(trail.filter.at(frame.time_s), landmarks.roi, step)
            trail.missed = not (_present(landmarks, frame) and steady)
            if not trail.missed:
                self._add(trail, frame, landmarks)

    def _add(self, trail: Trail, frame: Frame, found: Landmarks) -> None:
        hands = self._estimator.hands(frame.image, found)
        trail.add(len(self.times_s) - 1, frame.time_s, frame.image, found, hands)

    def _part(self, time_s: float) -> None:
        """Where two trails lie on one body, end the one that does not look like it."""
        seen = [t for t in self.trails if t.alive and t.last_seen_s == time_s]
        for one, other in combinations(seen, 2):
            if one.alive and other.alive and _on_one_body(one, other):
                intruder = _intruder(one, other)
                intruder.alive = False
                intruder.forget(time_s - _UNDO_S)
        self.trails = [t for t in self.trails if t.frames]

    def _search(self, frame: Frame) -> None:
        """Take up people whom nobody follows, and lost ones where they are found again."""
        seen = [t for t in self.trails if t.alive and self._sees(t, frame)]
        regions: list[Array] = []
        known = [t.filter.at(frame.time_s) for t in seen]
        for detection in self._estimator.search(frame.image):
            near = any(_distance(detection.roi, other) < _SAME_HIPS for other in known + regions)
            if not near and detection.roi[2] >= _SMALLEST_PX and len(regions) < _MOST_NEW:
                regions.append(detection.roi)
        for region, landmarks in self._confirmed(frame, regions):
            if any(_same_body(landmarks.image, landmarks_of(t.last)[:, :2], region[2]) for t in seen):
                continue
            trail = self._lost_at(region, frame) or Trail(region, frame.time_s, self._sightings)
            if not trail.frames:
                self.trails.append(trail)
            trail.place(region, frame.time_s)
            self._add(trail, frame, landmarks)
            seen.append(trail)

    def _confirmed(self, frame: Frame, regions: list[Array]) -> list[tuple[Array, Landmarks]]:
        """The regions in which the landmark network sees a person, twice, the second time where it placed them."""
        first = self._estimator.landmarks([frame.image] * len(regions), regions)
        better = [f.roi for f in first if f.score >= _PRESENT and f.roi[2] >= _SMALLEST_PX]
        second = self._estimator.landmarks([frame.image] * len(better), better)
        return [(region, f) for region, f in zip(better, second, strict=True) if _present(f, frame)]

    def _lost_at(self, region: Array, frame: Frame) -> Trail | None:
        """The person who was lost just there."""
        lost = [(t, t.filter.at(frame.time_s)) for t in self.trails if t.alive and not self._sees(t, frame)]
        near = [
            (_distance(region, last), t)
            for t, last in lost
            if _distance(region, last) < _AGAIN and abs(np.log(region[2] / last[2])) < _AGAIN_GROWTH
        ]
        return min(near, key=lambda n: n[0], default=(0.0, None))[1]

    def _choose_pinned(self, frame: Frame) -> None:
        assert self._pin is not None
        height, width = frame.image.shape[:2]
        point = np.array([self._pin.x * width, self._pin.y * height, 0, 0])
        seen = [t for t in self.trails if t.alive and self._sees(t, frame)]
        self._pinned = min(seen, key=lambda t: _distance(point, t.filter.at(frame.time_s)), default=None)


def _present(found: Landmarks, frame: Frame) -> bool:
    """Whether a person is there and enough of them inside the picture."""
    height, width = frame.image.shape[:2]
    inside = ((found.image >= 0) & (found.image < [width, height])).all(axis=1)
    visible = float(np.mean(found.visibility)) >= _LEAST_VISIBLE
    return found.score >= _PRESENT and visible and int(inside.sum()) >= _LEAST_IN_PICTURE


def _distance(one: Array, other: Array) -> float:
    """Between the centres of two regions, in sides of the second."""
    return float(np.hypot(*(one[:2] - other[:2])) / other[2])


def _steady(before: Array, now: Array, step_s: float) -> bool:
    near = _distance(now, before) <= _SHIFT + _SHIFT_PER_S * step_s
    return near and abs(float(np.log(max(now[2], 1.0) / before[2]))) <= _GROWTH


def _on_one_body(one: Trail, other: Trail) -> bool:
    """Whether two trails saw the same person last."""
    ours, theirs = one.last, other.last
    return _same_body(landmarks_of(ours)[:, :2], landmarks_of(theirs)[:, :2], float(region_of(ours)[2]))


def _same_body(one: Points, other: Points, side: float) -> bool:
    return bool(np.median(np.linalg.norm(np.subtract(one, other), axis=1)) < _SAME_BODY * side)


def _intruder(one: Trail, other: Trail) -> Trail:
    """Of two trails on one body, the one whose person usually looks different from what it sees now."""
    usual = np.array([one.colour, other.colour])
    now = np.array([colours_of(trail.last) for trail in (one, other)], np.float64)
    strange = appearance.differences(usual, now)
    if np.isfinite(strange).all() and abs(strange[0] - strange[1]) > _CLEARLY:
        return one if strange[0] > strange[1] else other
    return min(one, other, key=lambda t: t.weight)
