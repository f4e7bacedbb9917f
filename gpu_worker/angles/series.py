"""What the angle stage hands on: named signals over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class LeftOut(NamedTuple):
    """A neutral offset that was found or marked, and not subtracted."""

    degrees: float
    reason: str
    """`above_8_degrees`, `above_30_degrees`, `one_heading` or `legs_not_standing` (`neutral.Reason`)."""


@dataclass(frozen=True)
class AngleSeries:
    """Signals over T sampled frames, degrees unless the name says otherwise; NaN where unseen or singular.

    Names are those of the CSV columns without `_deg`: `trunk_flexion`, `arm_elevation_gravity_left`, … The table in
    `docs/method.md` gives segment, reference, sign and range of each.
    """

    times_s: NDArray[np.float64]
    """(T,) presentation times in seconds."""
    frame_index: NDArray[np.int64]
    """(T,) positions in the video stream."""
    seen: NDArray[np.bool_]
    """(T,) True where the person was found."""
    signals: Mapping[str, NDArray[np.float64]]
    """name -> (T,)."""
    sigma: Mapping[str, NDArray[np.float64]]
    """name -> (T,) one standard deviation, same keys and unit as `signals`."""
    posture: NDArray[np.str_]
    """(T,) posture class: standing, sitting, kneeling, squatting, one_legged, lying, walking; empty where the person or
    both legs are unseen."""
    offsets: Mapping[str, float]
    """Neutral offsets that were subtracted, degrees, by signal; empty where none was applied."""
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    """Neutral offsets that were not subtracted, by signal."""
    flags: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    """name -> (T,): `heading_held` where the pelvis lies on its side and the last valid heading was kept;
    `interpolated` where the person was missed for so short a time that later steps interpolate the signals."""
    bandwidth_hz: Mapping[str, float] = field(default_factory=dict)
    """`body` and `head` -> frequency in Hz up to which movements pass the filter at half power; empty if unfiltered."""
    error_model: str = ""
    """The error model behind `sigma` as JSON, if it came with the motion; empty: the shipped one."""
