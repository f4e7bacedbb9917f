"""What results of every kind are made of. Times are seconds of the clip."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Category = Literal[1, 2, 3]
"""Category of work by decree 432/2003."""


class Result(BaseModel):
    """Base of every result: unknown fields are refused, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(Result):
    """A 90 % interval."""

    low: float
    high: float


class Hold(Result):
    """One static hold: a stretch longer than the static threshold in which the angle hardly changes."""

    region: str
    start_s: float
    end_s: float
    mean: float = Field(description="mean of the region's signal over the hold")
    supported: tuple[str, ...] = Field(default=(), description="parts that were supported, as entered")

    @property
    def seconds(self) -> float:
        """Length of the hold."""
        return self.end_s - self.start_s
