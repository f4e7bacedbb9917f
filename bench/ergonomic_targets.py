"""Every ergonomic target measured on takes: zones, rows, holds, shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.agreement import Matches, Share, percentile
from bench.shift_agreement import (
    Agreement,
    RowVerdict,
    ShiftVerdict,
    agreement,
    composed_shifts,
    one_take_shifts,
    scored_rows,
)
from bench.take_agreement import (
    EDGES,
    WORTH_SCORING,
    AngleError,
    RowSeconds,
    Take,
    ZoneAgreement,
    angle_errors,
    holds,
    row_kappas,
    row_seconds,
    zones,
)

SEED = 361
SHIFTS = 200


@dataclass(frozen=True)
class Zones:
    """The original zones of all takes."""

    zones: tuple[ZoneAgreement, ...]

    @property
    def scored(self) -> tuple[ZoneAgreement, ...]:
        """Those that count."""
        return tuple(zone for zone in self.zones if zone.scored)

    @property
    def worst_zone_p90(self) -> float:
        """90th percentile of the error in the zone furthest from neutral, percentage points, one a part and take."""
        return percentile((abs(zone.error) for zone in self.scored if zone.worst), 90)

    @property
    def any_zone_p90(self) -> float:
        """The same of the largest error in any scored zone of a part: the harder reading."""
        largest: dict[tuple[str, str], float] = {}
        for zone in self.scored:
            key = (zone.take, zone.part)
            largest[key] = max(largest.get(key, 0.0), abs(zone.error))
        return percentile(largest.values(), 90)

    @property
    def covered(self) -> Share:
        """How many scored zones have the true time in their 90 % interval, to a tenth of a second."""
        return Share.of(
            zone.interval_s.low - 0.1 <= zone.interval_truth_s <= zone.interval_s.high + 0.1 for zone in self.scored
        )

    @property
    def left_out(self) -> int:
        """Zones found for more than 1 % of the time that are not scored, as the truth is far from them."""
        return sum(not zone.scored and zone.found_percent > 100 * WORTH_SCORING for zone in self.zones)


@dataclass(frozen=True)
class Shifts:
    """Shifts of one kind: rows and jobs."""

    shifts: tuple[ShiftVerdict, ...]

    @property
    def rows(self) -> list[RowVerdict]:
        """Scored rows of all shifts."""
        return scored_rows(self.shifts)

    @property
    def by_row(self) -> Agreement:
        """Category of every scored row."""
        return agreement(self.rows)

    @property
    def by_job(self) -> Agreement:
        """Category of every shift."""
        return agreement(self.shifts)

    @property
    def covered(self) -> Share:
        """How many scored rows have the true minutes in their 90 % interval, to one sampled frame."""
        return Share.of(row.covered for row in self.rows if row.interval is not None)

    @property
    def covered_exactly(self) -> Share:
        """The same without the allowance of a frame."""
        return Share.of(row.covered_exactly for row in self.rows if row.interval is not None)

    @property
    def left_out(self) -> int:
        """Rows above category 1 that are not scored, as the truth is far from them: alarms the score does not see."""
        return sum(not r.scored and (r.found_category or 1) > 1 for shift in self.shifts for r in shift.rows)


@dataclass(frozen=True)
class Result:
    """Everything measured on one folder of takes."""

    takes: tuple[str, ...]
    angles: Mapping[str, AngleError]
    zones: Zones
    rows: tuple[RowSeconds, ...]
    row_kappas: Mapping[str, float]
    holds: Matches
    one_take: Shifts
    composed: Shifts

    @property
    def composed_worst_zone_p90(self) -> float:
        """`Zones.worst_zone_p90` over the minutes of whole composed shifts instead of single takes."""
        worst = {(zone.take, zone.part): zone for zone in self.zones.zones if zone.worst}
        errors = []
        for shift in self.composed.shifts:
            for part in EDGES:
                of_part = [worst[take, part] for take in shift.operations]
                if any(zone.scored for zone in of_part):
                    errors.append(abs(np.average([zone.error for zone in of_part], weights=shift.minutes)))
        return percentile(errors, 90)


def compare(takes: Sequence[Take], shifts: int = SHIFTS, seed: int = SEED) -> Result:
    """Every target on `takes`, with `shifts` random shifts composed of them."""
    return Result(
        takes=tuple(take.name for take in takes),
        angles=angle_errors(takes),
        zones=Zones(tuple(zone for take in takes for zone in zones(take))),
        rows=tuple(row for take in takes for row in row_seconds(take)),
        row_kappas=row_kappas(takes),
        holds=sum((holds(take) for take in takes), Matches()),
        one_take=Shifts(tuple(one_take_shifts(takes))),
        composed=Shifts(tuple(composed_shifts(takes, shifts, seed))),
    )
