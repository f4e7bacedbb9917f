"""People whose true place is known, and an estimator that sees them: for the tests of following and choosing.

The estimator is a plug-in like any other. It reads the frame's number from the picture's first pixel; where one puppet
stands in front of another it sees only the one in front, wherever it is told to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.pose.estimator import Array, Detection, Image, Landmarks
from gpu_worker.video.clip import Clip, Frame

WIDTH, HEIGHT, RATE_HZ = 640, 360, 12.0
FIGURE = np.zeros((33, 2))
FIGURE[:11] = (0.0, -0.32)
FIGURE[11:23:2], FIGURE[12:23:2] = (0.1, -0.2), (-0.1, -0.2)
FIGURE[[23, 25, 27, 29, 31]] = [(0.06, 0), (0.07, 0.18), (0.07, 0.36), (0.06, 0.38), (0.09, 0.4)]
FIGURE[[24, 26, 28, 30, 32]] = FIGURE[[23, 25, 27, 29, 31]] * (-1, 1)
"""(33, 2) a standing person around the hips, in sides of the region of interest."""


@dataclass(frozen=True)
class Puppet:
    """A person: `place(time)` gives hips x, y and the region's side in pixels, or None when out of sight."""

    colour: tuple[int, int, int]
    place: Callable[[float], tuple[float, float, float] | None]
    visibility: float = 1.0
    """Of every landmark; what a network imagines into a tree is half hidden."""


class Stage:
    """Puppets before a camera, the first in front; makes the frames and is the estimator that looks at them."""

    def __init__(self, *puppets: Puppet, seconds: float = 6.0, rate_hz: float = RATE_HZ) -> None:
        self.puppets, self.count, self.rate_hz = puppets, round(seconds * rate_hz), rate_hz
        self.clip = Clip("stage.mp4", WIDTH, HEIGHT, rate_hz, self.count, seconds, "h264", 0)

    def frames(self) -> Iterator[Frame]:
        """Every frame, drawn anew."""
        for number in range(self.count):
            image = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
            for puppet in reversed(self.puppets):
                self._draw(image, puppet, number / self.rate_hz)
            image[0, 0] = (number // 256, number % 256, 0)
            yield Frame(number, number / self.rate_hz, image)

    def search(self, image: Image) -> list[Detection]:
        """Everyone who is not hidden; the larger, the better the score."""
        people = [(roi, i) for i, roi in self._visible(self._time(image))]
        return [Detection(0.9, roi) for roi, _ in sorted(people, key=lambda p: -float(p[0][2]))]

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        """Who is nearest to the middle of each region, if they are inside."""
        return [self._look(image, roi) for image, roi in zip(images, rois, strict=True)]

    def hands(self, image: Image, found: Landmarks) -> None:
        """Puppets have none."""

    def path(self, number: int, times_s: NDArray[np.float64]) -> Array:
        """(T, 2) where the hips of a puppet truly are; NaN when out of sight."""
        places = [self.puppets[number].place(float(t)) for t in times_s]
        return np.array([(np.nan, np.nan) if p is None else p[:2] for p in places])

    def _look(self, image: Image, roi: Array) -> Landmarks:
        near = [
            (float(np.hypot(*(at[:2] - roi[:2])) / roi[2]), i, at)
            for i, at in self._visible(self._time(image))
            if 0.5 < at[2] / roi[2] < 2
        ]
        distance, number, at = min(near, key=lambda n: n[:2], default=(1.0, 0, roi))
        points = at[:2] + FIGURE * at[2]
        world = np.column_stack([FIGURE * (2, -2), np.zeros(33)])
        return Landmarks(
            points, world, np.full(33, self.puppets[number].visibility), 0.99 if distance < 0.45 else 0.01, at
        )

    def _visible(self, time_s: float) -> list[tuple[int, Array]]:
        shown: list[tuple[int, Array]] = []
        for number, puppet in enumerate(self.puppets):
            place = puppet.place(time_s)
            if place is None:
                continue
            at = np.array([*place, 0.0])
            if all(np.hypot(*(at[:2] - front[:2])) > 0.12 * front[2] for _, front in shown):
                shown.append((number, at))
        return shown

    def _time(self, image: Image) -> float:
        return (int(image[0, 0, 0]) * 256 + int(image[0, 0, 1])) / self.rate_hz

    @staticmethod
    def _draw(image: Image, puppet: Puppet, time_s: float) -> None:
        place = puppet.place(time_s)
        if place is not None:
            x, y, side = place
            top, bottom = max(0, int(y - 0.25 * side)), max(0, int(y + 0.4 * side))
            image[top:bottom, max(0, int(x - 0.12 * side)) : max(0, int(x + 0.12 * side))] = puppet.colour
