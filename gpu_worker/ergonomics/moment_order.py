"""Which of two worst moments comes first: methods in one order, within each the worse before the milder."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.ergonomics.nv361.rules import REGIONS, RULES

METHODS = ("nv361", "rula", "reba", "owas", "iso11226", "en1005_4", "niosh")
"""The law first; a method that is not here comes last."""
LEVELS = {"N": 2.0, "PP": 1.0}
REGION_LEVELS = {
    region: max((LEVELS[row.type] for row in RULES.rows if region in row.regions), default=0.0) for region in REGIONS
}
"""Region -> 2 where some row of the law calls it unacceptable, 1 where it is acceptable on conditions."""
ZONE_LEVELS = {
    (region.track, zone): max(
        REGION_LEVELS[name] for name, other in REGIONS.items() if other.track == region.track and zone in other.zones
    )
    for region in REGIONS.values()
    for zone in region.zones
}
"""Track and zone -> the level of the zone's worst region."""


def worst_first(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments by method, the worst of each first."""
    return tuple(sorted(moments, key=place))


def place(moment: Moment) -> tuple[int, float, float, float]:
    """Sorts moments: by method, then the higher level, then the longer, then the larger angle."""
    method = METHODS.index(moment.method) if moment.method in METHODS else len(METHODS)
    return method, -_level(moment), -_number(moment, "seconds"), -_size(moment)


def _level(moment: Moment) -> float:
    """By its method: the law's level of the zone, the score, the lifting index, how far past its limit a hold went."""
    match moment.sentence:
        case "lift_impossible" | "hold_not_recommended":
            return np.inf
        case "hold_past_limit":
            return _number(moment, "seconds") / _number(moment, "limit_s")
        case "peak_of_track":
            return ZONE_LEVELS.get((str(moment.values["track"]), str(moment.values.get("zone"))), 0.0)
        case "hold_in_region" | "stay_in_region":
            return REGION_LEVELS.get(str(moment.values["region"]), 0.0)
        case _:
            return _number(moment, "score") or _number(moment, "index")


def _size(moment: Moment) -> float:
    """The angle, or the percent of a range, whichever way."""
    return max(
        (abs(_number(moment, name)) for name in moment.values if name.startswith(("angle_", "mean_"))), default=0.0
    )


def _number(moment: Moment, name: str) -> float:
    value = moment.values.get(name)
    return float(value) if isinstance(value, float | int) else 0.0
