"""The quality of a frame: it follows from whether 3D and 2D landmarks agree, not from the network's own opinion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.pose.quality import quality, residuals
from gpu_worker.pose.track import PoseTrack
from tests.gpu_worker.puppets import FIGURE

SIZE = (1920, 1080)
FOCAL_PX = 1.1 * 1920
LEFT_WRIST = 15


def seen_from_a_camera(azimuth_deg: float = 0.0, frames: int = 4) -> PoseTrack:
    """A stiff figure, two metres tall, four metres away and off the axis, whose hands reach forward."""
    body = np.column_stack([FIGURE * (2, -2), np.zeros(33)])
    body[15:23, 2] += 0.5
    toward = np.radians(azimuth_deg)
    turn = np.array([[np.cos(toward), 0, -np.sin(toward)], [0, 1, 0], [np.sin(toward), 0, np.cos(toward)]])
    # What the network calls the world is seen along the ray to the hips.
    placed = np.add(body, (0, 0, -4)) @ turn.T
    pixels = placed[:, :2] * [1, -1] / -placed[:, 2:] * FOCAL_PX + np.array(SIZE) / 2
    times = np.arange(frames) / 10
    return PoseTrack(
        times_s=times,
        frame_index=np.arange(frames),
        image=np.repeat(pixels[None], frames, axis=0),
        world=np.repeat(body[None], frames, axis=0),
        visibility=np.ones((frames, 33)),
        score=np.ones(frames),
        seen=np.ones(frames, dtype=bool),
        size=SIZE,
    )


@pytest.mark.parametrize("azimuth_deg", [-20, 0, 15])
def test_a_body_that_projects_onto_its_landmarks_is_of_full_quality_anywhere_in_the_picture(azimuth_deg: float) -> None:
    track = seen_from_a_camera(azimuth_deg)
    assert residuals(track).max() < 0.005
    assert quality(track).min() > 0.99


def test_a_limb_that_is_elsewhere_in_3d_shows_in_its_residual_and_the_frame() -> None:
    track = seen_from_a_camera()
    world = track.world.copy()
    world[2, 13:23:2] += (0.0, 0.5, 0.0)
    bent = replace(track, world=world)
    assert residuals(bent)[2, LEFT_WRIST] > 0.3
    assert quality(bent)[2] < 0.5
    assert np.all(quality(bent)[[0, 1, 3]] > 0.99)


def test_an_unseen_frame_has_no_quality() -> None:
    track = seen_from_a_camera()
    gap = np.array([True, False, True, True])
    nan = np.where(gap[:, None, None], 1.0, np.nan)
    hidden = replace(
        track, seen=gap, image=track.image * nan, world=track.world * nan, visibility=track.visibility * nan[..., 0]
    )
    assert quality(hidden)[1] == 0
    assert np.isnan(residuals(hidden)[1]).all()
    assert quality(hidden)[0] > 0.99
