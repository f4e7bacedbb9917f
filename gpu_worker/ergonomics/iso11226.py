"""ISO 11226: static working postures. Step 1 judges the angle, step 2 how long it may be held."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import model_validator

from gpu_worker.ergonomics.criteria import Criterion
from gpu_worker.ergonomics.scoring import Angles, Bounds, MethodRules, Rules, load_rules

Step1 = Literal["acceptable", "holding_time", "not_recommended", "backward_trunk"]
Verdict = Literal["acceptable", "not_recommended"]
Line = Literal["trunk", "head", "arm"]


class HoldingLine(Rules):
    """The longest acceptable hold falls linearly between two angles; minutes."""

    from_deg: float
    from_min: float
    to_deg: float
    to_min: float


class Zone(Bounds):
    """A stretch of angles, what step 1 says of it, and the support that makes it acceptable."""

    zone: str
    verdict: Step1
    support: Literal["trunk", "head", "arm"] | None


class Part(Criterion[Zone]):
    """One criterion and, if it has one, its holding line."""

    holding: HoldingLine | None

    @model_validator(mode="after")
    def _holding_has_a_line(self) -> Part:
        if any(zone.verdict == "holding_time" for zone in self.zones) != (self.holding is not None):
            raise ValueError(f"{self.part}: a holding time needs a line, and a line a holding time")
        return self


class IsoRules(MethodRules):
    """`data/iso11226.json`."""

    static_seconds: float
    static_range_deg: float
    parts: list[Part]


RULES = load_rules("iso11226", IsoRules)
PARTS = {part.part: part for part in RULES.parts}


def longest_on_line_s(holding: HoldingLine, angle_deg: ArrayLike) -> Angles:
    """Seconds an angle may be held by a line; beyond its ends the line goes on level. NaN for NaN."""
    minutes = np.interp(
        np.asarray(angle_deg, dtype=np.float64),
        [holding.from_deg, holding.to_deg],
        [holding.from_min, holding.to_min],
    )
    return np.asarray(minutes * 60.0)


def longest_hold_s(line: Line, angle_deg: ArrayLike) -> Angles:
    """Seconds an angle of trunk, head or arm may be held."""
    holding = PARTS[line].holding
    assert holding is not None
    return longest_on_line_s(holding, angle_deg)


def verdict_in_zone(
    part: str, position: int, angle_deg: float, seconds: float, supported: frozenset[str], leaning_back: bool = False
) -> Verdict:
    """What the standard says of one hold in a zone: its mean angle, its length, and which parts are supported.

    Below the holding line is acceptable provided that enough recovery follows, which video cannot promise.
    `leaning_back` is the trunk's backward inclination, which a stretched knee needs when sitting.
    """
    rule = PARTS[part]
    zone = rule.zones[position]
    if zone.support is not None and zone.support in supported:
        return "acceptable"
    if zone.verdict == "holding_time" and rule.holding is not None:
        return "acceptable" if seconds <= float(longest_on_line_s(rule.holding, angle_deg)) else "not_recommended"
    if zone.verdict == "backward_trunk":
        return "acceptable" if leaning_back else "not_recommended"
    return "acceptable" if zone.verdict == "acceptable" else "not_recommended"


def verdict_of_hold(
    part: str, angle_deg: float, seconds: float, supported: frozenset[str], tolerance_deg: float = 0.0
) -> Verdict:
    """`verdict_in_zone` of the zone the angle lies in."""
    return verdict_in_zone(part, int(PARTS[part].zone_of(angle_deg, tolerance_deg)), angle_deg, seconds, supported)
