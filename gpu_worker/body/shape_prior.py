"""What is known beforehand of a clip's shared unknowns: people's shapes, the detector's scale, lenses, a height."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.body.camera import FOCAL_SPREAD
from gpu_worker.body.model import SHAPE_SIZE, Body
from gpu_worker.body.normal import CLIP_UNKNOWNS, State

INDEPENDENT_FRAMES = 1.0
"""What all frames of a clip are worth together: a detector's errors are common to a clip, not independent."""
SCALE_SPREAD = 0.06
"""One standard deviation of the logarithm of the world landmarks' scale."""
HEIGHT_SIGMA = 0.01
"""Metres; a height somebody gave."""
_KNOWN = 1e-6
"""Spread of a value that is given, not estimated."""


@dataclass(frozen=True)
class ShapePrior:
    """Normal priors of the 12 clip unknowns, and the given height as one linear observation."""

    mean: Tensor
    """(12,) betas, log scale, log focal length."""
    precision: Tensor
    """(12,) already multiplied by the number of frames over `INDEPENDENT_FRAMES`."""
    height_row: Tensor
    """(10,) metres of stature per unit of each beta."""
    height_left: Tensor
    """() metres the betas have to add to the mean body's stature."""
    height_precision: float
    """Zero when no height was given."""

    def cost(self, state: State) -> float:
        """Half the squared deviations in standard deviations."""
        deviation = _unknowns(state) - self.mean
        short = self.height_left - self.height_row @ state.betas
        return float(0.5 * (self.precision @ deviation.square() + self.height_precision * short.square()))

    def terms(self, state: State) -> tuple[Tensor, Tensor]:
        """Hessian (12, 12) and downhill gradient (12,)."""
        hessian = torch.diag(self.precision)
        gradient = -self.precision * (_unknowns(state) - self.mean)
        hessian[:SHAPE_SIZE, :SHAPE_SIZE] += self.height_precision * torch.outer(self.height_row, self.height_row)
        short = self.height_left - self.height_row @ state.betas
        gradient[:SHAPE_SIZE] += self.height_precision * short * self.height_row
        return hessian, gradient


def _unknowns(state: State) -> Tensor:
    return torch.cat([state.betas, state.log_scale[None], state.log_focal[None]])


def shape_prior(body: Body, frames: int, log_focal: Tensor, focal_known: bool, height_m: float | None) -> ShapePrior:
    """The prior for a clip fitted on `frames` frames; log_focal: () the given or the typical focal length."""
    share = frames / INDEPENDENT_FRAMES
    mean = torch.zeros(CLIP_UNKNOWNS, dtype=torch.float64, device=log_focal.device)
    mean[-1] = log_focal
    spread = torch.ones_like(mean)
    spread[SHAPE_SIZE], spread[SHAPE_SIZE + 1] = SCALE_SPREAD, _KNOWN if focal_known else FOCAL_SPREAD
    top, sole = body.stature_vertices()
    mean_stature = float(body.template[top, 1] - body.template[sole, 1])
    return ShapePrior(
        mean=mean,
        precision=share / spread.square(),
        height_row=(body.shape_basis[top, 1] - body.shape_basis[sole, 1]).to(log_focal.device),
        height_left=torch.tensor((height_m or mean_stature) - mean_stature, dtype=torch.float64).to(log_focal.device),
        height_precision=0.0 if height_m is None else share / HEIGHT_SIGMA**2,
    )
