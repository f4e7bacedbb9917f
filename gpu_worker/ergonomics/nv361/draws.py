"""Shares of time in the 52 rows for every Monte Carlo draw of an operation's angles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.nv361.cells import cell, holds, mask, support
from gpu_worker.ergonomics.nv361.rows import Seen, taken_together
from gpu_worker.ergonomics.nv361.rules import RULES, Row, counted_region
from gpu_worker.ergonomics.observed import Observation, RowTime

Shares = NDArray[np.float64]


def drawn_shares(observations: Sequence[Observation], times: Sequence[RowTime]) -> Shares:
    """(52, D) share of time in each row in each of D draws; D = 0 when a clip was analysed without draws.

    `times` are the rows as they were observed: shares are of the same seconds as theirs, and rows of a part of the body
    that is not analysed have none.

    Draws of the same number are added up across clips, and clips drawn with one seed err alike: worker, camera and
    detector are mostly the same, and errors in common widen the interval. Time shared by two regions of one row counts
    twice in the few rows that have two.
    """
    count = min((_count(observation) for observation in observations), default=0)
    seen = taken_together(observations)
    drawn = {mode: _summed(observations, mode, count) for mode in ("visits", "static_s", "dynamic_s")}
    shares = np.zeros((len(RULES.rows), count))
    for number, (row, time) in enumerate(zip(RULES.rows, times, strict=True)):
        for region in row.regions if time.share is not None else ():
            if region in seen.regions and seen.regions[region].observed_s > 0:
                seconds = drawn[f"{row.mode}_s"][region] * _support_share(row, region, seen)
                if row.frequency is not None:
                    deciding = counted_region(region)
                    per_min = drawn["visits"][deciding] / (seen.regions[deciding].observed_s / 60)
                    often = per_min >= RULES.frequency_border_per_min
                    seconds = seconds * (often == (row.frequency == "at_least_2"))
                shares[number] += np.minimum(seconds / time.whole_s, 1.0)
    return np.minimum(shares, 1.0)


def _count(observation: Observation) -> int:
    return min((len(drawn.static_s) for drawn in observation.draws), default=0)


def _summed(observations: Sequence[Observation], field: str, count: int) -> dict[str, Shares]:
    sums = {region.region: np.zeros(count) for region in RULES.regions}
    for observation in observations:
        for drawn in observation.draws:
            sums[drawn.region] += np.array(getattr(drawn, field)[:count], dtype=np.float64)
    return sums


def _support_share(row: Row, region: str, seen: Seen) -> float:
    """Share of a region's time in which the row's support condition holds; of all time where the region was empty."""
    if row.support is None:
        return 1.0
    inside = holds(seen.codes, mask([cell(region, row.mode)]))
    weights = seen.seconds * inside if seen.seconds[inside].sum() > 0 else seen.seconds
    fulfilled = holds(seen.codes, mask([support(row.support.part)])) == row.support.supported
    total = float(weights.sum())
    return float(weights[fulfilled].sum()) / total if total > 0 else float(not row.support.supported)
