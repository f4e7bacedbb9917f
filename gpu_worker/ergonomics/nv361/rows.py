"""Seconds in each of the 52 rows, from what was observed of one operation. Pure; no angles, no shift."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.exposure import frequency
from gpu_worker.angles.gains import shipped
from gpu_worker.ergonomics.given import assumed_names
from gpu_worker.ergonomics.iso11226 import longest_hold_s
from gpu_worker.ergonomics.nv361.cells import Codes, cell, holds, mask, read_patterns, support
from gpu_worker.ergonomics.nv361.rules import MODES, REGIONS, RULES, TRACKS, FrequencyClass, Mode, Row, counted_region
from gpu_worker.ergonomics.observed import NotAssessed, Observation, RegionTime, RowStatus, RowTime, Unclassified
from gpu_worker.ergonomics.result import Hold
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import in_frame

_RANK: dict[RowStatus, int] = {"measured": 0, "entered": 0, "partly_entered": 0, "assumed": 1, "not_assessed": 2}
Frequencies = Mapping[str, FrequencyClass]
"""Region -> whether it is moved into often or seldom."""


@dataclass(frozen=True)
class Seen:
    """Observations of one operation taken together, over any number of clips of one worker."""

    observed_s: float
    unknown_s: float
    regions: Mapping[str, RegionTime]
    codes: Codes
    """(P,) combinations of regions and supports."""
    seconds: NDArray[np.float64]
    """(P,) time in each."""
    holds: tuple[Hold, ...]

    @cached_property
    def row_scale(self) -> Mapping[str, float]:
        """Row -> own time of its region, still or moving, over its time in the combinations.

        Combinations weigh a frame by the time the person was in sight, a region by the time its own signal was known:
        they differ by part of a frame at each gap.
        """
        scale = {}
        for name, region in self.regions.items():
            own: dict[Mode, float] = {"static": region.static_s, "dynamic": region.dynamic_s}
            for mode in MODES:
                shared = float(self.seconds[holds(self.codes, mask([cell(name, mode)]))].sum())
                scale[name, mode] = own[mode] / shared if shared > 0 else 1.0
        return {
            row.id: min((scale.get((region, row.mode), 1.0) for region in row.regions), default=1.0)
            for row in RULES.rows
        }

    @property
    def unknown_share(self) -> float:
        """Share of the time without a person in sight; of no time at all nothing is known."""
        total = self.observed_s + self.unknown_s
        return self.unknown_s / total if total else 1.0


@dataclass(frozen=True)
class Movement:
    """How often a region is entered, with its 90 % Poisson interval."""

    per_min: float
    low: float
    high: float
    near_border: bool

    @property
    def estimate(self) -> FrequencyClass:
        """The class of the best estimate."""
        return "at_least_2" if self.per_min >= RULES.frequency_border_per_min else "under_2"


def taken_together(observations: Sequence[Observation]) -> Seen:
    """Sums of several observations."""
    regions: dict[str, RegionTime] = {}
    for observation in observations:
        for region in observation.regions:
            regions[region.region] = _sum(regions.get(region.region), region)
    codes, seconds = read_patterns([observation.patterns for observation in observations])
    return Seen(
        observed_s=sum(o.observed_s for o in observations),
        unknown_s=sum(o.unknown_s for o in observations),
        regions=regions,
        codes=codes,
        seconds=seconds,
        holds=tuple(hold for o in observations for hold in o.holds),
    )


def _sum(one: RegionTime | None, other: RegionTime) -> RegionTime:
    if one is None:
        return other
    added = {name: getattr(one, name) + getattr(other, name) for name in RegionTime.model_fields if name != "region"}
    return RegionTime(region=one.region, **added)


def movement(region: RegionTime, settings: Settings) -> Movement:
    """Entries into a region per observed minute."""
    found = frequency(region.visits, region.observed_s / 60)
    inside = found.low <= RULES.frequency_border_per_min <= found.high
    near = region.visits > 0 and (region.observed_s < settings.frequency_observed_s or inside)
    return Movement(found.per_minute, found.low, found.high, near)


def movements(seen: Seen, settings: Settings) -> dict[str, Movement]:
    """Movement of every region that decides a frequency."""
    return {name: movement(region, settings) for name, region in seen.regions.items() if counted_region(name) == name}


def frequencies(found: Mapping[str, Movement], at_border: FrequencyClass | None = None) -> dict[str, FrequencyClass]:
    """Class of every region; `at_border` replaces the estimate of regions near the border."""
    return {
        name: at_border if at_border is not None and move.near_border else move.estimate for name, move in found.items()
    }


def active(row: Row, codes: Codes, often: Frequencies) -> NDArray[np.bool_]:
    """(P,) True where a row takes the time of a combination."""
    cells = [
        cell(region, row.mode)
        for region in row.regions
        if row.frequency is None or often.get(counted_region(region)) == row.frequency
    ]
    found = holds(codes, mask(cells))
    if row.support is not None:
        found &= holds(codes, mask([support(row.support.part)])) == row.support.supported
    return found


def row_seconds(seen: Seen, often: Frequencies) -> dict[str, float]:
    """Seconds in every row."""
    return {
        row.id: float(seen.seconds[active(row, seen.codes, often)].sum()) * seen.row_scale[row.id] for row in RULES.rows
    }


def union_seconds(seen: Seen, often: Frequencies, counted: Iterable[Row]) -> float:
    """Seconds in which at least one of the `counted` rows holds: time shared by rows counts once."""
    any_row = np.zeros(len(seen.codes), dtype=np.bool_)
    for row in counted:
        any_row |= active(row, seen.codes, often)
    return float(seen.seconds[any_row].sum())


def failing_seconds(row: Row, holds: Iterable[Hold]) -> float:
    """Seconds of holds in `row` that last longer than the holding line allows (step 2 A); 0 for other rows."""
    if row.holding_line is None:
        return 0.0
    failing = 0.0
    for hold in holds:
        supported = row.support is not None and row.support.part in hold.supported
        in_row = hold.region in row.regions and (row.support is None or supported == row.support.supported)
        if in_row and hold.seconds > float(longest_hold_s(row.holding_line, abs(hold.mean))):
            failing += hold.seconds
    return failing


def left_out(row: Row, settings: Settings, parts: frozenset[str]) -> NotAssessed | None:
    """Why a row is not assessed whatever was seen; None where it is, unless its signal was unknown for too long."""
    if part_of(row) not in parts:
        return "part_left_out"
    if row.coverage != "full":
        return "not_in_video" if row.coverage == "none" else "partly_in_video"
    return "entry_only" if row.regions == ["low_posture"] and not settings.low_posture_measured else None


def too_unknown(row: Row, seen: Seen, settings: Settings) -> float | None:
    """Share of the time in which the row's signal was unknown, where that is too much to assess it; None where not."""
    known = [seen.regions[region] for region in row.regions if region in seen.regions]
    total = sum(region.observed_s + region.unknown_s for region in known)
    share = sum(region.unknown_s for region in known) / total if total > 0 else 1.0
    return share if share > settings.unknown_refuse else None


def status_of(row: Row, seen: Seen, settings: Settings, assumed: frozenset[str], parts: frozenset[str]) -> RowStatus:
    """How far a row was assessed. `assumed`: inputs nobody gave; `parts`: body parts to analyse."""
    if left_out(row, settings, parts) is not None or too_unknown(row, seen, settings) is not None:
        return "not_assessed"
    if row.support is not None and not assumed.isdisjoint(assumed_names(f"support_{row.support.part}")):
        return "assumed"
    return "measured"


def flattened(row: Row, settings: Settings) -> tuple[str, ...]:
    """Angles a row rests on that come out flattened (`angles/gains.json`): its time is then a lower bound."""
    tracks = [TRACKS[REGIONS[region].track] for region in row.regions]
    return shipped().flattened(in_frame(name, settings) for track in tracks for name in track.signals)


def counts(row: Row, status: RowStatus, settings: Settings) -> bool:
    """True for rows whose seen time counts towards limits; what is a lower bound only under `count_lower_bounds`."""
    if settings.count_lower_bounds or status == "entered":
        return True
    return status != "not_assessed" and not flattened(row, settings)


def row_times(
    seen: Seen,
    settings: Settings,
    assumed: frozenset[str],
    parts: frozenset[str],
    at_border: FrequencyClass | None = None,
) -> tuple[RowTime, ...]:
    """All 52 rows of one operation (or one clip); `at_border` decides frequencies near their border."""
    moves = movements(seen, settings)
    best = row_seconds(seen, frequencies(moves, at_border))
    seldom = row_seconds(seen, frequencies(moves, "under_2"))
    often = row_seconds(seen, frequencies(moves, "at_least_2"))
    found = []
    for row in RULES.rows:
        known = [seen.regions[region] for region in row.regions if region in seen.regions]
        observed = max((region.observed_s for region in known), default=0.0)
        analysed = part_of(row) in parts
        seconds = best[row.id] if analysed else 0.0
        found.append(
            RowTime(
                row=row.id,
                status=status_of(row, seen, settings, assumed, parts),
                seconds=seconds,
                share=seconds / observed if observed > 0 and analysed else None,
                observed_s=observed,
                unknown_s=max((region.unknown_s for region in known), default=0.0),
                failing_s=min(failing_seconds(row, seen.holds), seconds),
                near_border=row.frequency is not None and seldom[row.id] != often[row.id],
                seconds_if_under_2=seldom[row.id] if analysed else 0.0,
                seconds_if_at_least_2=often[row.id] if analysed else 0.0,
                at_least=flattened(row, settings),
            )
        )
    return tuple(found)


def entered_time(row: str, share: float, observed_s: float, unknown_s: float, failing_s: float = 0.0) -> RowTime:
    """A row of which somebody gave the share of the time with the person in sight, instead of what was seen."""
    seconds = share * observed_s
    return RowTime(
        row=row,
        status="entered",
        seconds=seconds,
        share=share if observed_s > 0 else None,
        observed_s=observed_s,
        unknown_s=unknown_s,
        failing_s=min(failing_s, seconds),
        seconds_if_under_2=seconds,
        seconds_if_at_least_2=seconds,
    )


def least_certain(statuses: Collection[RowStatus]) -> RowStatus:
    """Of what is summed up, the least certain status; partly entered where entered and measured time meet."""
    least = max(statuses, key=_RANK.__getitem__)
    return "partly_entered" if len(set(statuses)) > 1 and _RANK[least] == 0 else least


def unclassified(seen: Seen, settings: Settings) -> tuple[Unclassified, ...]:
    """Time in a named posture that no row takes, because of its mode, frequency or support."""
    often = frequencies(movements(seen, settings))
    covered = {region.region: np.zeros(len(seen.codes), dtype=np.bool_) for region in RULES.regions}
    for row in RULES.rows:
        taken = active(row, seen.codes, often)
        for name in row.regions:
            covered[counted_region(name)] |= taken
    found = []
    for region in RULES.regions:
        for mode in MODES if region.nearest is not None else ():
            left = holds(seen.codes, mask([cell(region.region, mode)])) & ~covered[region.region]
            seconds = float(seen.seconds[left].sum())
            if seconds > 0:
                found.append(_unclassified(region.region, mode, often, seconds))
    return tuple(found)


def _unclassified(region: str, mode: Mode, often: Frequencies, seconds: float) -> Unclassified:
    nearest = REGIONS[region].nearest
    assert nearest is not None
    how = None if mode == "static" else often.get(region, "under_2")
    row = nearest.static if how is None else getattr(nearest, how)
    return Unclassified(region=region, mode=mode, frequency=how, seconds=seconds, nearest_stricter=row)


def part_of(row: Row) -> str:
    """Body part of a row."""
    section = {"trup": "trunk", "hlava_krk": "head_neck", "phk": "arm_right", "lhk": "arm_left", "dk": "legs"}
    return section.get(row.section, "other")


def part_of_region(region: str) -> str:
    """Body part of a region."""
    return TRACKS[REGIONS[region].track].part
