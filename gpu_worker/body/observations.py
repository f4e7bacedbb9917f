"""What the detector saw, as the solver wants it: only seen frames, only the markers' landmarks, with noise scales.

`Observed` is the whole clip, which lies in files; `Observations` are some of its frames, as tensors.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from contract.failures import FailureCode, JobFailed
from gpu_worker.body import camera
from gpu_worker.body.correction import Corrected, correct
from gpu_worker.body.markers import Markers
from gpu_worker.pose.track import PoseTrack
from gpu_worker.spilled import Mapped, Picked, Rows, gathered, pieces

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

    def part(self, frames: slice) -> Observations:
        """Some of the frames."""
        per_frame = (field.name for field in fields(self) if field.name != "centre")
        return replace(self, **{name: getattr(self, name)[frames] for name in per_frame})

    def __len__(self) -> int:
        return len(self.times_s)


@dataclass(frozen=True)
class Observed:
    """The N seen frames of a clip."""

    rows: NDArray[np.int64]
    """(N,) indices into the track."""
    times_s: NDArray[np.float64]
    """(N,)"""
    image: Rows[np.floating[Any]]
    """(N, 33, 2) the detector's landmarks in pixels."""
    visibility: Rows[np.floating[Any]]
    """(N, 33)"""
    found: Corrected
    """Where the markers' landmarks are taken to be."""
    least_pixel_sigma: float
    """Share of the person's size in the picture below which no landmark's place is certain."""
    points: Markers
    centre: Tensor
    """(2,) principal point in pixels, on the device that solves."""

    def part(self, frames: slice | NDArray[np.int64]) -> Observations:
        """Some of the frames."""
        found = self.found
        image, visible, world, sigma, pixels, pixel_sigma = (
            (rows[frames] if isinstance(frames, slice) else gathered(rows, frames)).astype(np.float64)
            for rows in (self.image, self.visibility, found.world, found.sigma, found.pixels, found.pixel_sigma)
        )
        trust = visible[:, self.points.landmark.numpy()].clip(_LEAST_VISIBILITY, 1) * self.points.trust.numpy()
        return Observations(
            times_s=self._tensor(self.times_s[frames]),
            pixels=self._tensor(pixels),
            world=self._tensor(world),
            world_sigma=self._tensor(sigma),
            trust=self._tensor(trust),
            pixel_sigma=self._tensor(np.hypot(pixel_sigma, self.least_pixel_sigma * _size(image)[:, None])),
            hips=self._tensor(image[:, 23:25].mean(1)),
            centre=self.centre,
        )

    def _tensor(self, values: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.centre.device)

    def __len__(self) -> int:
        return len(self.rows)


def observe(track: PoseTrack, points: Markers, device: str = "cpu", corrected: bool = True) -> Observed:
    """What the track shows of the markers; `corrected` applies the learnt model of the detector's errors.

    Raises JobFailed(NO_PERSON_FOUND) when no frame holds a person.
    """
    rows = np.flatnonzero(_complete(track))
    if not len(rows):
        raise JobFailed(FailureCode.NO_PERSON_FOUND)
    image, world = Picked(track.image, rows), Picked(track.world, rows)
    visibility = Mapped(Picked(track.visibility, rows), np.nan_to_num)
    found = correct(image, world, visibility) if corrected else _as_detected(image, world, points)
    centre = torch.tensor(camera.principal_point(track.size), dtype=torch.float64, device=device)
    least = _LEAST_PIXEL_SIGMA if corrected else 0.0
    return Observed(rows, track.times_s[rows], image, visibility, found, least, points, centre)


def _complete(track: PoseTrack) -> NDArray[np.bool_]:
    """(T,) True where the person was seen and every landmark is known."""
    known = track.seen.copy()
    for piece in pieces(len(known)):
        for landmarks in (track.image[piece], track.world[piece]):
            known[piece] &= np.isfinite(landmarks).all((1, 2))
    return known


def _as_detected(image: Rows[np.floating[Any]], world: Rows[np.floating[Any]], points: Markers) -> Corrected:
    """The landmarks themselves, with the same noise everywhere."""
    landmark = points.landmark.numpy()
    spread = [LATERAL_SIGMA, LATERAL_SIGMA, DEPTH_SIGMA]
    return Corrected(
        Mapped(world, lambda at: at[:, landmark].astype(np.float64)),
        Mapped(world, lambda at: np.broadcast_to(spread, (len(at), len(landmark), 3))),
        Mapped(image, lambda at: at[:, landmark].astype(np.float64)),
        Mapped(image, lambda at: np.repeat(PIXEL_SIGMA * _size(at)[:, None], len(landmark), 1)),
    )


def _size(image: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """(N,) diagonal of the landmarks' box, pixels."""
    box = image.max(axis=1).astype(np.float64) - image.min(axis=1)
    return np.asarray(np.linalg.norm(box, axis=-1).clip(min=_LEAST_SIZE_PX))
