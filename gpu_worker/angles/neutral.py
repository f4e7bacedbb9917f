"""The neutral posture of one person: what each segment's zero is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.geometry import DOWN, Array, minimal_rotation

Source = Literal["marked", "standing", "model"]
Reason = Literal["above_8_degrees", "above_30_degrees", "one_heading", "legs_not_standing"]
"""Why an offset is only shown: larger than what is found without a person's word, or than what may be marked; standing
that was seen from one heading; legs in seconds in which the person did not stand."""
MAYBE_NEUTRAL: frozenset[Reason] = frozenset({"above_8_degrees", "one_heading"})
"""Reasons that leave open whether the offset is the person's own; by the others the posture was no neutral one."""


@dataclass(frozen=True)
class Neutral:
    """One rotation per segment, and which of them are applied.

    Segments of the trunk (`pelvis`, `trunk`, `thorax`, `head`): the segment's rotation in the person's level frame in
    the neutral posture. Limbs (`upper_arm_left`, `forearm_…`, `thigh_…`, `shank_…`): the smallest rotation that takes
    the limb's direction in the neutral posture, in its parent's frame, to straight down.
    """

    source: Source = "model"
    """From seconds the user marked, from standing found automatically, or the body model's own."""
    rotations: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """segment -> (3, 3)."""
    applied: frozenset[str] = frozenset()
    """Segments whose rotation is used; the others are only shown."""
    offsets: Mapping[str, float] = field(default_factory=dict)
    """What each signal reads in the neutral posture without the correction, degrees, by signal."""
    segment_deg: Mapping[str, float] = field(default_factory=dict)
    """segment -> angle of its rotation from the model's neutral, degrees."""
    seconds: float = 0.0
    """Length of the record the neutral was taken from."""
    heading_spread_deg: float = 0.0
    """Range of headings it was seen from."""
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    """segment -> why it is not applied; from the pelvis outwards."""

    @property
    def doubtful(self) -> frozenset[str]:
        """Segments whose offset may be the person's own though it is not applied."""
        return frozenset(segment for segment, reason in self.left_out.items() if reason in MAYBE_NEUTRAL)

    def together(self, *segments: str) -> Self:
        """The neutral of an angle between `segments`: applied to all of them or to none.

        What two segments have in common, gravity's error for one, does not show in the angle between them; taken off
        one of them it would.
        """
        whole = self.applied.issuperset(segments)
        return self if whole else replace(self, applied=self.applied.difference(segments))

    def applied_rotation(self, segment: str) -> Array | None:
        """The (3, 3) rotation of a trunk segment, or None where the model's neutral holds."""
        return np.asarray(self.rotations[segment]) if segment in self.applied else None

    def reference(self, segment: str, model: Array) -> Array:
        """The (3, 3) rotation that takes a limb's neutral direction to straight down; `model` (3,) is the model's."""
        return np.asarray(self.rotations[segment]) if segment in self.applied else minimal_rotation(model, DOWN)


MODEL_NEUTRAL = Neutral()
"""The body model's own neutral: upright trunk, hanging arms, straight limbs."""
