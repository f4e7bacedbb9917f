"""Seconds in each of the 52 rows, from what was observed of one operation. Pure; no angles, no shift."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gpu_worker.angles.exposure import frequency
from gpu_worker.ergonomics.analysis import Hold, Observation, RegionTime, RowStatus, RowTime, Unclassified
from gpu_worker.ergonomics.iso11226 import longest_hold_s
from gpu_worker.ergonomics.nv361.rules import MODES, REGIONS, RULES, TRACKS, FrequencyClass, Mode, Row, counted_region
from gpu_worker.ergonomics.settings import Settings

Frequencies = Mapping[str, FrequencyClass]
"""Region -> whether it is moved into often or seldom."""


@dataclass(frozen=True)
class Seen:
    """Observations of one operation taken together, over any number of clips of one worker."""

    observed_s: float
    unknown_s: float
    regions: Mapping[str, RegionTime]
    patterns: tuple[tuple[frozenset[str], frozenset[str], float], ...]
    """Cells, supported parts, seconds."""
    holds: tuple[Hold, ...]

    @cached_property
    def row_scale(self) -> Mapping[str, float]:
        """Row -> own time of its region over its time in the patterns.

        Patterns weigh a frame by the time the person was in sight, a region by the time its own signal was known:
        they differ by part of a frame at each gap.
        """
        own = {name: region.static_s + region.dynamic_s for name, region in self.regions.items()}
        shared: defaultdict[str, float] = defaultdict(float)
        for cells, _, time in self.patterns:
            for name in cells:
                shared[name.partition(":")[0]] += time
        scale = {name: own[name] / shared[name] if shared[name] > 0 else 1.0 for name in own}
        return {row.id: min((scale.get(region, 1.0) for region in row.regions), default=1.0) for row in RULES.rows}

    @property
    def unknown_share(self) -> float:
        """Share of the time without a person in sight."""
        total = self.observed_s + self.unknown_s
        return self.unknown_s / total if total else 0.0


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
    patterns: defaultdict[tuple[frozenset[str], frozenset[str]], float] = defaultdict(float)
    for observation in observations:
        for region in observation.regions:
            regions[region.region] = _sum(regions.get(region.region), region)
        for pattern in observation.patterns:
            patterns[frozenset(pattern.cells), frozenset(pattern.supported)] += pattern.seconds
    return Seen(
        observed_s=sum(o.observed_s for o in observations),
        unknown_s=sum(o.unknown_s for o in observations),
        regions=regions,
        patterns=tuple((cells, supported, seconds) for (cells, supported), seconds in patterns.items()),
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


def cell(region: str, mode: Mode) -> str:
    """Name of a region's static or dynamic time."""
    return f"{region}:{mode}"


def active(row: Row, cells: frozenset[str], supported: frozenset[str], often: Frequencies) -> bool:
    """True where a row takes the time of this combination."""
    if row.support is not None and (row.support.part in supported) != row.support.supported:
        return False
    return any(
        cell(region, row.mode) in cells
        and (row.frequency is None or often.get(counted_region(region)) == row.frequency)
        for region in row.regions
    )


def row_seconds(seen: Seen, often: Frequencies) -> dict[str, float]:
    """Seconds in every row."""
    seconds = {row.id: 0.0 for row in RULES.rows}
    for cells, supported, time in seen.patterns:
        for row in RULES.rows:
            if active(row, cells, supported, often):
                seconds[row.id] += time
    return {row: time * seen.row_scale[row] for row, time in seconds.items()}


def union_seconds(seen: Seen, often: Frequencies, counted: Iterable[Row]) -> float:
    """Seconds in which at least one of the `counted` rows holds: time shared by rows counts once."""
    rows = tuple(counted)
    return sum(
        time for cells, supported, time in seen.patterns if any(active(row, cells, supported, often) for row in rows)
    )


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


def status_of(row: Row, seen: Seen, settings: Settings, assumed: frozenset[str], parts: frozenset[str]) -> RowStatus:
    """How far a row was assessed. `assumed`: inputs nobody gave; `parts`: body parts to analyse."""
    if row.coverage != "full" or part_of(row) not in parts:
        return "not_assessed"
    if row.regions == ["low_posture"] and not settings.low_posture_measured:
        return "not_assessed"
    known = [seen.regions[region] for region in row.regions if region in seen.regions]
    total = sum(region.observed_s + region.unknown_s for region in known)
    if total <= 0 or sum(region.unknown_s for region in known) / total > settings.unknown_refuse:
        return "not_assessed"
    if row.support is not None and f"support_{row.support.part}" in assumed:
        return "assumed"
    return "measured"


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
            )
        )
    return tuple(found)


def unclassified(seen: Seen, settings: Settings) -> tuple[Unclassified, ...]:
    """Time in a named posture that no row takes, because of its mode, frequency or support."""
    often = frequencies(movements(seen, settings))
    left: defaultdict[tuple[str, Mode], float] = defaultdict(float)
    primary = [region for region in RULES.regions if region.nearest is not None]
    for cells, supported, time in seen.patterns:
        covered = {
            counted_region(region)
            for row in RULES.rows
            if active(row, cells, supported, often)
            for region in row.regions
        }
        for region in primary:
            for mode in MODES:
                if cell(region.region, mode) in cells and region.region not in covered:
                    left[region.region, mode] += time
    return tuple(_unclassified(region, mode, often, time) for (region, mode), time in sorted(left.items()))


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
