"""The memory measurement: each picture is looked at once, and every phase is told with its own peak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.memory import Remembering, Run, lines, peaks_of
from gpu_worker.pose.estimator import Array, Detection, Hands, Image, Landmarks


class Counting:
    """An estimator that counts what it is asked."""

    asked = 0

    def search(self, image: Image) -> list[Detection]:
        self.asked += 1
        return []

    def landmarks(self, images: Sequence[Image], rois: Sequence[Array]) -> list[Landmarks]:
        self.asked += len(images)
        return [Landmarks(np.zeros((33, 2)), np.zeros((33, 3)), np.ones(33), 1.0, roi) for roi in rois]

    def hands(self, image: Image, found: Landmarks) -> Hands | None:
        return None


def test_a_picture_that_comes_again_is_not_looked_at_again() -> None:
    counting = Counting()
    remembering = Remembering(counting)
    for _ in range(3):
        for level in (10, 20):
            picture = np.full((4, 4, 3), level, np.uint8)
            remembering.search(picture)
            remembering.landmarks([picture, picture], [np.zeros(4), np.ones(4)])
    assert counting.asked == 2 * (1 + 2)


def test_every_phase_and_file_has_the_peak_since_the_one_before() -> None:
    told = [
        "  0% getting ready\n",
        "long.mp4: 272×480, 5 Hz, 60.0 s, h264\n",
        "  2% finding the body in the picture\n",
        " 75% measuring angles and judging\n",
        "wrote /tmp/results/long.motion.npz\n",
        "wrote /tmp/results/long.glb\n",
    ]
    measured, kept = iter([100.0, 200.0, 300.0, 400.0, 250.0]), list[str]()
    peaks = dict(peaks_of(told, lambda: next(measured), kept))
    assert peaks == {"imports": 100.0, "starting": 200.0, "pose": 300.0, "motion.npz": 400.0, "glb": 250.0}
    assert kept == [line.rstrip() for line in told]


def test_the_table_tells_growth_a_minute() -> None:
    table = list(lines([Run(1.0, {"pose": 600.0, "glb": 500.0}), Run(11.0, {"pose": 605.0, "glb": 620.0})]))
    assert table[1].split() == ["pose", "600", "605", "0.50"]
    assert table[-1].split() == ["all", "600", "620", "2.00"]
