"""What the detector saw, as the solver wants it: only seen frames, only the markers' landmarks, with noise scales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.failures import FailureCode, JobFailed
from gpu_worker.body import camera
from gpu_worker.body.correction import correct
from gpu_worker.body.markers import Markers
from gpu_worker.pose.track import PoseTrack

LATERAL_SIGMA = 0.03
"""Metres, world landmarks across the viewing ray."""
DEPTH_SIGMA = 0.06
"""Metres, along the viewing ray, where a single camera guesses."""
PIXEL_SIGMA = 0.012
"""Picture landmarks, as a share of the person's size in the picture (diagonal of the landmarks' box)."""
_LEAST_PIXEL_SIGMA = 0.003
"""No corrected landmark is more certain in the picture than this share of the person's size."""
_LEAST_VISIBILITY = 0.05
_LEAST_SIZE_PX = 20.0


@dataclass(frozen=True)
class Observations:
    """N seen frames, M markers. Camera frame: x right, y up, z towards the viewer; metres, pixels."""

    rows: Tensor
    """(N,) indices into the track."""
    times_s: Tensor
    """(N,)"""
    pixels: Tensor
    """(N, M, 2)"""
    world: Tensor
    """(N, M, 3) world landmarks as the detector gives them, relative to the hips."""
    world_sigma: Tensor
    """(N, M, 3) metres, along the axes of a camera that looks at the hips: right, up, towards the viewer."""
    trust: Tensor
    """(N, M) visibility times the marker's own trust."""
    pixel_sigma: Tensor
    """(N, M) pixels."""
    hips: Tensor
    """(N, 2) middle of the hips in the picture: the ray the detector's crop looks along."""
    centre: Tensor
    """(2,) principal point in pixels."""

    def part(self, index: Tensor | slice) -> Observations:
        """The same for some of the frames."""
        return Observations(
            self.rows[index],
            self.times_s[index],
            self.pixels[index],
            self.world[index],
            self.world_sigma[index],
            self.trust[index],
            self.pixel_sigma[index],
            self.hips[index],
            self.centre,
        )

    def __len__(self) -> int:
        return len(self.rows)


def observe(track: PoseTrack, points: Markers, device: str = "cpu", corrected: bool = True) -> Observations:
    """What the track shows of the markers; `corrected` applies the learnt model of the detector's errors.

    Raises JobFailed(NO_PERSON_FOUND) when no frame holds a person.
    """
    complete = np.isfinite(track.image).all((1, 2)) & np.isfinite(track.world).all((1, 2))
    rows = np.flatnonzero(track.seen & complete)
    if not len(rows):
        raise JobFailed(FailureCode.NO_PERSON_FOUND)
    visible = np.nan_to_num(track.visibility[rows]).astype(np.float64)
    image, world, landmark = track.image[rows], track.world[rows], points.landmark.numpy()
    box = image.max(axis=1).astype(np.float64) - image.min(axis=1)
    size = np.linalg.norm(box, axis=-1).clip(min=_LEAST_SIZE_PX)[:, None]
    pixels: NDArray[np.floating[Any]]
    points_3d: NDArray[np.floating[Any]]
    if corrected:
        better = correct(image, world, visible)
        pixels, pixel_sigma = better.pixels, np.hypot(better.pixel_sigma, _LEAST_PIXEL_SIGMA * size)
        points_3d, sigma = better.world, better.sigma
    else:
        pixels, points_3d = image[:, landmark], world[:, landmark]
        pixel_sigma = np.broadcast_to(PIXEL_SIGMA * size, pixels.shape[:2])
        sigma = np.broadcast_to([LATERAL_SIGMA, LATERAL_SIGMA, DEPTH_SIGMA], points_3d.shape)

    def tensor(values: NDArray[np.floating[Any]]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, np.float64)).to(device)

    return Observations(
        rows=torch.from_numpy(rows),
        times_s=tensor(track.times_s[rows]),
        pixels=tensor(pixels),
        world=tensor(points_3d),
        world_sigma=tensor(sigma),
        trust=tensor(visible[:, landmark].clip(_LEAST_VISIBILITY, 1) * points.trust.numpy()),
        pixel_sigma=tensor(pixel_sigma),
        hips=tensor(image[:, 23:25].astype(np.float64).mean(1)),
        centre=tensor(np.array(camera.principal_point(track.size))),
    )
