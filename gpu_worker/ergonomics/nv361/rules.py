"""The 52 legal posture rows of Government Regulation 361/2007 as data (`data/nv361.json`).

A *track* is a signal cut into zones; a *region* is one or more neighbouring zones of a track, in which visits, holds
and movements are counted; a *row* of the law takes the static or the dynamic time of its regions.
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from gpu_worker.ergonomics.scoring import Rules, load_rules
from gpu_worker.ergonomics.signals import Combine

Mode = Literal["static", "dynamic"]
RowType = Literal["N", "PP"]
Coverage = Literal["full", "lower_bound", "none"]
FrequencyClass = Literal["under_2", "at_least_2"]
MODES: tuple[Mode, Mode] = ("static", "dynamic")


class Edge(Rules):
    """A border between two zones: degrees, or the name of the setting that holds it, and whose side it belongs to."""

    at: float | str
    belongs: Literal["above", "below"]


class Track(Rules):
    """One signal, or several combined into one, cut into zones from its lowest values to its highest."""

    track: str
    combine: Combine
    signals: list[str]
    frame: str
    edges: list[Edge]
    zones: list[str]
    part: str

    @model_validator(mode="after")
    def _zones_fit_edges(self) -> Track:
        if len(self.zones) != len(self.edges) + 1:
            raise ValueError(f"track {self.track}: {len(self.zones)} zones between {len(self.edges)} edges")
        return self


class Nearest(Rules):
    """The nearest stricter row for time that no row takes."""

    static: str
    under_2: str
    at_least_2: str


class Region(Rules):
    """Zones of a track counted together. `counted_with` names the region whose movements decide its frequency."""

    region: str
    track: str
    zones: list[str]
    counted_with: str | None
    nearest: Nearest | None


class RowSupport(Rules):
    """The row needs this part to be supported, or not to be."""

    part: str
    supported: bool


class Row(Rules):
    """One row of the law."""

    id: str
    section: str
    no: int
    cs: str
    en: str
    mode: Mode
    type: RowType
    frequency: FrequencyClass | None
    regions: list[str]
    coverage: Coverage
    support: RowSupport | None
    step2: Literal["A", "B", "C"] | None
    holding_line: Literal["trunk", "head", "arm"] | None


class TypeLimits(Rules):
    """Minutes up to which a row stays in category 1, or 2, for 480 minutes of work."""

    category_1: int
    category_2: int


class Limits(Rules):
    """Limits of unacceptable (N) and conditionally acceptable (PP) postures."""

    N: TypeLimits
    PP: TypeLimits


class ShiftRule(Rules):
    """How limits follow the length of work: one step up or down for each begun `step_min`."""

    base_min: int
    step_min: int
    step_permille: int
    lowest_permille: int
    highest_permille: int


class Nv361Rules(Rules):
    """`data/nv361.json`."""

    law: str
    sources: list[str]
    limits_480_min: Limits
    shift: ShiftRule
    frequency_border_per_min: float
    tracks: list[Track]
    regions: list[Region]
    rows: list[Row]

    @model_validator(mode="after")
    def _names_meet(self) -> Nv361Rules:
        zones = {track.track: track.zones for track in self.tracks}
        regions = {region.region for region in self.regions}
        rows = {row.id for row in self.rows}
        if len(self.rows) != 52 or len(rows) != 52:
            raise ValueError("the law has 52 rows")
        for region in self.regions:
            if region.track not in zones or not set(region.zones) <= set(zones[region.track]):
                raise ValueError(f"region {region.region} has no such track or zones")
            if region.counted_with is not None and region.counted_with not in regions:
                raise ValueError(f"region {region.region} is counted with an unknown region")
            if region.nearest is not None and not set(region.nearest.model_dump().values()) <= rows:
                raise ValueError(f"region {region.region} names an unknown row")
        for row in self.rows:
            if not set(row.regions) <= regions:
                raise ValueError(f"row {row.id} names an unknown region")
        return self


RULES = load_rules("nv361", Nv361Rules)
TRACKS = {track.track: track for track in RULES.tracks}
REGIONS = {region.region: region for region in RULES.regions}
ROWS = {row.id: row for row in RULES.rows}


def counted_region(name: str) -> str:
    """The region whose movements decide whether `name` is moved through often or seldom."""
    return REGIONS[name].counted_with or name
