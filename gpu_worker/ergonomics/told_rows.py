"""The 52 rows of one worker at one operation, with the shares that an expert corrected in some of the clips.

In those clips the expert's share of the time with the person in sight counts, in the others what was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.nv361.draws import drawn_shares
from gpu_worker.ergonomics.nv361.rows import entered_time, least_certain, row_times, taken_together
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.observed import RowTime
from gpu_worker.ergonomics.operations import Take
from gpu_worker.ergonomics.scope import Scope

INDEX = {row.id: number for number, row in enumerate(RULES.rows)}


def told_times(takes: Sequence[Take], scope: Scope) -> tuple[RowTime, ...]:
    """All 52 rows."""
    seen = _seen_times(takes, scope)
    told = _told_rows(takes)
    return tuple(_told_time(time.row, takes, scope) if time.row in told else time for time in seen)


def told_draws(takes: Sequence[Take], scope: Scope) -> NDArray[np.float64]:
    """(52, D) share of each row in each draw; what an expert told does not move."""
    shares = _drawn(takes, scope)
    for row in _told_rows(takes):
        told, rest = _parted(row, takes)
        whole = _told_time(row, takes, scope)
        seconds = np.full(shares.shape[1], sum(take.told[row] * take.observation.observed_s for take in told))
        time = _rest_time(row, rest, scope) if rest else None
        if time is not None and time.share is not None:
            seconds += _drawn(rest, scope)[INDEX[row], : len(seconds)] * time.whole_s
        shares[INDEX[row]] = seconds / whole.whole_s if whole.share is not None else 0.0
    return shares


def _told_rows(takes: Sequence[Take]) -> set[str]:
    return {row for take in takes for row in take.told}


def _parted(row: str, takes: Sequence[Take]) -> tuple[list[Take], list[Take]]:
    """Clips in which an expert corrected a row, and the others."""
    return [take for take in takes if row in take.told], [take for take in takes if row not in take.told]


def _told_time(row: str, takes: Sequence[Take], scope: Scope) -> RowTime:
    told, rest = _parted(row, takes)
    observed = sum(take.observation.observed_s for take in told)
    seconds = sum(take.told[row] * take.observation.observed_s for take in told)
    unknown = sum(take.observation.unknown_s for take in told)
    failing = _seen_times(told, scope)[INDEX[row]].failing_s
    entered = entered_time(row, seconds / observed if observed > 0 else 0.0, observed, unknown, failing)
    return _added(entered, _rest_time(row, rest, scope)) if rest else entered


def _rest_time(row: str, takes: Sequence[Take], scope: Scope) -> RowTime:
    """As seen; all of the time is unknown to a row that video shows nothing of."""
    seen = _seen_times(takes, scope)[INDEX[row]]
    length = sum(take.observation.observed_s + take.observation.unknown_s for take in takes)
    return seen.model_copy(update={"unknown_s": max(seen.unknown_s, length - seen.observed_s)})


def _added(told: RowTime, seen: RowTime) -> RowTime:
    """Both together; how sure the seen part is stays with it."""
    summed = ("seconds", "observed_s", "unknown_s", "failing_s", "seconds_if_under_2", "seconds_if_at_least_2")
    sums = {name: getattr(told, name) + getattr(seen, name) for name in summed}
    share = sums["seconds"] / sums["observed_s"] if sums["observed_s"] > 0 else None
    return seen.model_copy(update={**sums, "share": share, "status": least_certain((told.status, seen.status))})


def _seen_times(takes: Sequence[Take], scope: Scope) -> tuple[RowTime, ...]:
    seen = taken_together([take.observation for take in takes])
    return row_times(seen, scope.settings, scope.assumed, scope.parts, scope.at_border)


def _drawn(takes: Sequence[Take], scope: Scope) -> NDArray[np.float64]:
    return drawn_shares([take.observation for take in takes], _seen_times(takes, scope))
