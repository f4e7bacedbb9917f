"""Faces made unrecognisable, found from heads: a face detector misses the bent and turned heads of work.

The followed person's head is covered twice, where the fitted body has it and where the landmarks of the face lie, since
either can be wrong. Others' heads are those of the landmarks found whenever the picture was searched for people, every
two seconds; for as long before, they are covered where they must have come from. Somebody who passes between two
searches, or is very small, can be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.track import BodyTrack
from gpu_worker.report.camera import Camera
from gpu_worker.spilled import pieces

HEAD, LEFT_EYE, RIGHT_EYE = 15, 23, 24

HEAD_RADIUS_M = 0.15
"""Half of the longest diameter of a large head, chin to crown, with hair; adult heads differ by under 2 cm."""
MARGIN = 1.25
"""The ball is drawn this much larger than the head."""
CARRY_S = 0.5
"""Longest gap in seconds over which the last known place is kept."""
BETWEEN_SIGHTINGS_S = 3.0
"""Longest time between two sightings of a head in which they are taken to walk straight on."""
LEAD_S, LEAD_GROWTH = 2.0, 0.5
"""Seconds before its first sighting in which a head is covered too, and by how much of itself the circle grows for
each: nobody is found before the next search for people."""
VELOCITY_S = 1.0
"""Seconds of sightings that tell where somebody came from."""
STEP_S = 0.1
SAME_TIME_S = 1e-4
"""Times closer than this belong to one frame."""
CELLS = 7
"""The head's diameter is averaged down to this many cells before it is smoothed: no feature survives."""


@dataclass(frozen=True)
class HeadTrack:
    """Where the head was, in pixels of the full picture; `K` frames in which it was known."""

    times_s: NDArray[np.float64]
    """(K,) seconds, rising."""
    centre_px: NDArray[np.float64]
    """(K, 2)."""
    radius_px: NDArray[np.float64]
    """(K,)."""

    @classmethod
    def of(cls, track: BodyTrack) -> HeadTrack:
        """Project the head ball of every frame in which the person was seen; a poor fit gets a larger ball."""
        camera = Camera(track.focal_px, track.principal_px)
        centre = np.concatenate([_head_centre(track.joints[piece]) for piece in pieces(len(track.times_s))])
        pixels = camera.project(centre)
        radius = camera.focal_px * HEAD_RADIUS_M * MARGIN / np.maximum(-centre[:, 2], 1e-6)
        slack = np.minimum(1.5 * np.nan_to_num(track.residual_px), radius)
        known = track.seen & np.isfinite(pixels).all(axis=1)
        return cls(track.times_s[known], pixels[known], (radius + slack)[known])

    @classmethod
    def of_sightings(cls, circles: NDArray[np.float64]) -> HeadTrack:
        """A head from `circles` (K, 4): seconds, x, y, radius; in a straight line between sightings and before them."""
        dense = [_lead(circles), circles[:1]]
        for number, (one, other) in enumerate(pairwise(circles), start=1):
            gap_s = other[0] - one[0]
            if gap_s > BETWEEN_SIGHTINGS_S:
                dense += [_lead(circles[number:]), circles[number : number + 1]]
                continue
            steps = max(1, int(np.ceil(gap_s / STEP_S)))
            dense.append(one + np.linspace(0, 1, steps + 1)[1:, None] * (other - one))
        known = np.concatenate(dense)
        return cls(known[:, 0], known[:, 1:3], known[:, 3])

    def at(self, time_s: float) -> list[tuple[float, float, float]]:
        """Circles (x, y, radius) in pixels that cover the head at `time_s`.

        One in a known frame; between two known ones both and the place between; none where the head was unknown for
        longer than `CARRY_S`.
        """
        after = int(np.searchsorted(self.times_s, time_s - SAME_TIME_S))
        near = [i for i in (after - 1, after) if 0 <= i < len(self.times_s)]
        near = [i for i in near if abs(self.times_s[i] - time_s) <= CARRY_S]
        exact = [i for i in near if abs(self.times_s[i] - time_s) <= SAME_TIME_S]
        places = [(*self.centre_px[i], self.radius_px[i]) for i in exact or near]
        if len(places) == 2:
            places.append(tuple(np.mean(places, axis=0)))
        return [(float(x), float(y), float(radius)) for x, y, radius in places]


def _head_centre(joints: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """(T, 3) middle of the head, from joints (T, 55, 3)."""
    eyes = (joints[:, LEFT_EYE] + joints[:, RIGHT_EYE]) / 2
    return np.asarray((joints[:, HEAD] + eyes) / 2)


def _lead(circles: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, 4) where a head must have been before the first of its sightings (K, 4), if it moved as it did after it."""
    first, times = circles[0], circles[:, 0]
    later = circles[int(np.searchsorted(times, first[0] + VELOCITY_S, side="right")) - 1]
    velocity = (later[1:3] - first[1:3]) / max(later[0] - first[0], STEP_S)
    before = np.arange(LEAD_S, 0, -STEP_S)
    lead = np.repeat(first[None], len(before), axis=0)
    lead[:, 0] -= before
    lead[:, 1:3] -= before[:, None] * velocity
    lead[:, 3] *= 1 + LEAD_GROWTH * before
    return lead


def blur_head(image: NDArray[np.uint8], heads: HeadTrack, time_s: float, scale: float = 1.0) -> None:
    """Make the head unrecognisable in `image` (H, W, 3), in place. `scale`: drawn size / full picture size."""
    for x, y, radius in heads.at(time_s):
        _blur_circle(image, x * scale, y * scale, radius * scale)


def _blur_circle(image: NDArray[np.uint8], x: float, y: float, radius: float) -> None:
    height, width = image.shape[:2]
    left, right = max(0, int(x - radius)), min(width, int(x + radius) + 2)
    top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 2)
    if left >= right or top >= bottom:
        return
    part = image[top:bottom, left:right]
    cell = max(1.0, 2 * radius / CELLS)
    cells = (max(1, round((right - left) / cell)), max(1, round((bottom - top) / cell)))
    coarse = cv2.resize(part, cells, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, (right - left, bottom - top), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.ogrid[top:bottom, left:right]
    inside = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    part[inside] = smooth[inside]
