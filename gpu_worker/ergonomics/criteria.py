"""What ISO 11226 and EN 1005-4 share: a criterion is one value of a body part, cut into zones that cover the line."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import model_validator

from gpu_worker.ergonomics.scoring import Band, Bounds, Rules, cover_the_line, score_bands
from gpu_worker.ergonomics.signals import Combine

Z = TypeVar("Z", bound=Bounds)


class Criterion(Rules, Generic[Z]):
    """One body part's zones, the signals they are cut from, and those signals' frame."""

    part: str
    combine: Combine
    signals: list[str]
    frame: str
    zones: list[Z]

    @model_validator(mode="after")
    def _zones_meet(self) -> Criterion[Z]:
        cover_the_line(self.bands)
        return self

    @property
    def bands(self) -> list[Band]:
        """The zones as bands scored 1, 2, 3 … in their order."""
        bounds = Bounds.model_fields
        return [
            Band(score=number, **{bound: getattr(zone, bound) for bound in bounds})
            for number, zone in enumerate(self.zones, start=1)
        ]

    def zone_of(self, angle_deg: ArrayLike, tolerance_deg: float = 0.0) -> NDArray[np.int8]:
        """Position (from 0) of the zone each angle lies in; -1 where it is NaN. Within the tolerance counts as 0°."""
        return (score_bands(angle_deg, self.bands, tolerance_deg) - 1).astype(np.int8)
