"""What all scoring methods share: bands of an angle, tables of scores, and how rule files are read.

Scores are int8 arrays of any shape; 0 means *unknown* (the signal was unseen or singular) and stays 0 through every
table: a frame without an angle never scores as neutral.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from itertools import pairwise
from typing import Annotated, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Scores = NDArray[np.int8]
Angles = NDArray[np.float64]


class Rules(BaseModel):
    """A part of a rule file: unknown fields are refused and nothing can be changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class MethodRules(Rules):
    """A method's whole rule file: what every one of them says."""

    method: str
    sources: list[str]


class Bounds(Rules):
    """One stretch of the number line. A bound that is left out is infinite."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound_a_side(self) -> Self:
        if self.above is not None and self.at_least is not None:
            raise ValueError("a band has one lower bound")
        if self.below is not None and self.at_most is not None:
            raise ValueError("a band has one upper bound")
        return self


class Band(Bounds):
    """A stretch of the number line and its score."""

    score: int

    def holds(self, values: Angles) -> NDArray[np.bool_]:
        """True where `values` (any shape) lie in the band; False for NaN."""
        inside = ~np.isnan(values)
        if self.above is not None:
            inside &= values > self.above
        if self.at_least is not None:
            inside &= values >= self.at_least
        if self.below is not None:
            inside &= values < self.below
        if self.at_most is not None:
            inside &= values <= self.at_most
        return inside


def cover_the_line(bands: list[Band]) -> list[Band]:
    """The bands themselves. Raises ValueError where they leave a gap or overlap."""
    if bands[0].above is not None or bands[0].at_least is not None:
        raise ValueError("the first band starts at minus infinity")
    if bands[-1].below is not None or bands[-1].at_most is not None:
        raise ValueError("the last band ends at infinity")
    for left, right in pairwise(bands):
        open_then_closed = left.below is not None and left.below == right.at_least
        closed_then_open = left.at_most is not None and left.at_most == right.above
        if not (open_then_closed or closed_then_open):
            raise ValueError(f"bands do not meet: {left} and {right}")
    return bands


Bands = Annotated[list[Band], Field(min_length=1), AfterValidator(cover_the_line)]


class BandedSignal(Rules):
    """The bands of one signal: which signal, in which frame, and how high its score can grow with all its points."""

    signal: str
    frame: str
    unit: str
    bands: Bands
    highest: int


class ActionLevel(Rules):
    """Scores from `lowest` to `highest` ask for the same urgency of action."""

    level: int
    lowest: int
    highest: int


class PostureScoreRules(MethodRules):
    """What RULA and REBA both score: these five signals by bands, and the action levels of the final score."""

    upper_arm: BandedSignal
    lower_arm: BandedSignal
    wrist: BandedSignal
    neck: BandedSignal
    trunk: BandedSignal
    action_levels: list[ActionLevel]


def score_bands(values: ArrayLike, bands: list[Band], tolerance: float = 0.0) -> Scores:
    """Score of the band each value lies in; 0 where the value is NaN.

    Values within `tolerance` of 0 count as exactly 0, so that the noise of a neutral posture is not scored.
    """
    angles = np.asarray(values, dtype=np.float64)
    settled = np.where(np.abs(angles) <= tolerance, 0.0, angles)
    scores = np.zeros(angles.shape, dtype=np.int8)
    for band in bands:
        scores[band.holds(settled)] = band.score
    return scores


def add_points(scores: Scores, *points: ArrayLike, highest: int, lowest: int = 1) -> Scores:
    """`scores` plus each of `points` (broadcast), kept within lowest…highest; unknown stays unknown."""
    total = scores.astype(np.int16)
    for point in points:
        total = total + np.asarray(point, dtype=np.int16)
    known = np.broadcast_to(scores > 0, total.shape)
    return np.where(known, np.clip(total, lowest, highest), 0).astype(np.int8)


def look_up(table: Scores, *scores: ArrayLike) -> Scores:
    """Cell of `table` for 1-based `scores` (broadcast). Scores past the last column take it; unknown gives unknown."""
    indices = np.broadcast_arrays(*(np.asarray(score, dtype=np.int64) for score in scores))
    known = np.logical_and.reduce([index > 0 for index in indices])
    cells = tuple(np.clip(index, 1, size) - 1 for index, size in zip(indices, table.shape, strict=True))
    return np.where(known, table[cells], 0).astype(np.int8)


def action_levels(scores: ArrayLike, levels: list[ActionLevel]) -> Scores:
    """Action level of each score; -1 where the score is unknown (REBA has a level 0)."""
    values = np.asarray(scores)
    found = np.full(values.shape, -1, dtype=np.int8)
    for level in levels:
        found[(values >= level.lowest) & (values <= level.highest)] = level.level
    return found


def as_table(values: list[object] | object, shape: tuple[int, ...]) -> Scores:
    """Nested lists as a score table. Raises ValueError when its shape is not `shape` or a cell is not positive."""
    table = np.array(values, dtype=np.int8)
    if table.shape != shape:
        raise ValueError(f"table of shape {table.shape}; the method has {shape}")
    if (table < 1).any():
        raise ValueError("a table cell holds no score")
    table.setflags(write=False)
    return table


R = TypeVar("R", bound=Rules)


def load_rules(name: str, model: type[R]) -> R:
    """Read `data/<name>.json`. Raises pydantic.ValidationError when the file is not what the method needs."""
    return model.model_validate_json(_rule_file(name))


def rules_sha256(name: str) -> str:
    """Hash of a rule file, for the report that names the rules it used."""
    return hashlib.sha256(_rule_file(name)).hexdigest()


def _rule_file(name: str) -> bytes:
    return resources.files("gpu_worker.ergonomics").joinpath("data", f"{name}.json").read_bytes()
