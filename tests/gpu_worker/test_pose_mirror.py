"""Left and right: a person and their mirror image get mirrored landmarks, and the sides change names."""

from __future__ import annotations

import numpy as np
import pytest

from gpu_worker.video.reader import open_video
from tests.gpu_worker.pose_samples import blazepose, sample

LEFT, RIGHT = [11, 13, 15, 23, 25, 27], [12, 14, 16, 24, 26, 28]


@pytest.mark.parametrize(("mirrored", "pixels", "metres"), [(False, 25.0, 0.15), (True, 2.0, 0.01)])
def test_the_mirror_image_of_a_person_gets_the_mirror_image_of_their_landmarks(
    mirrored: bool, pixels: float, metres: float
) -> None:
    estimator = blazepose(mirrored=mirrored)
    with open_video(sample("balancing"), "balancing.mp4") as video:
        image = next(video.frames()).image
    region = estimator.landmarks([image], [estimator.detect([image])[0][0].roi])[0].roi
    # Crops sample at whole pixels and their coordinates run to the last pixel's far edge: one crop pixel between them.
    shift = image.shape[1] - 1 + region[2] / 256
    other_region = region * (-1, 1, 1, -1) + (shift, 0, 0, 0)
    flipped = np.ascontiguousarray(image[:, ::-1])
    one, other = (estimator.landmarks([i], [r])[0] for i, r in ((image, region), (flipped, other_region)))
    for side, opposite in ((LEFT, RIGHT), (RIGHT, LEFT)):
        expected = one.image[side] * (-1, 1) + (shift, 0)
        assert np.linalg.norm(other.image[opposite] - expected, axis=1).mean() < pixels
        assert np.linalg.norm(other.world[opposite] - one.world[side] * (-1, 1, 1), axis=1).mean() < metres
