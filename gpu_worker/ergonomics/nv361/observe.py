"""What the law's regions look like in one clip: angles in, observations (one an operation) out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contract.inputs import Inputs
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import Timeline, spans_s, timeline
from gpu_worker.ergonomics.given import Given
from gpu_worker.ergonomics.nv361.cells import BITS, cell, patterns_of, support
from gpu_worker.ergonomics.nv361.rules import REGIONS, RULES, TRACKS, Track
from gpu_worker.ergonomics.observed import Observation, Patterns, RegionTime
from gpu_worker.ergonomics.occupancy import Occupancy, occupy
from gpu_worker.ergonomics.readings import Reading, Readings
from gpu_worker.ergonomics.result import Hold
from gpu_worker.ergonomics.scoring import Angles
from gpu_worker.ergonomics.settings import Settings

Mask = NDArray[np.bool_]
States = NDArray[np.int64]


@dataclass(frozen=True)
class TrackStates:
    """One track over T frames."""

    reading: Reading
    states: States
    """(T,) zone of each frame; -1 unknown."""


@dataclass(frozen=True)
class Clip:
    """Angles with what was entered, and how much time each frame stands for."""

    angles: AngleSeries
    given: Given
    line: Timeline
    """Of the person being in sight."""

    @cached_property
    def span_s(self) -> Angles:
        """(T,) seconds between the middles to both neighbours, gaps included: they sum to the clip's length."""
        return spans_s(self.angles.times_s)

    def frames_of(self, operation: int) -> Mask:
        """(T,) True for the frames of an operation that no expert left out."""
        return np.asarray((self.given.operation == operation) & ~self.given.excluded)


def clip_of(angles: AngleSeries, given: Given) -> Clip:
    """A clip ready to be observed."""
    return Clip(angles, given, timeline(angles.times_s, angles.seen))


def edges_of(track: Track, settings: Settings) -> tuple[float, ...]:
    """Borders of a track in its unit. An edge that belongs to the zone above is moved down by the smallest step."""
    named = {
        "-back": -settings.back_tolerance_deg,
        "straight": settings.asymmetry_tolerance_deg,
        "arm_back": settings.arm_back_tolerance_deg,
        "shoulder_raised": settings.shoulder_raised_deg,
        "near_range": settings.near_range_percent,
    }
    edges = [(named[edge.at] if isinstance(edge.at, str) else edge.at, edge.belongs) for edge in track.edges]
    return tuple(float(np.nextafter(at, -np.inf)) if belongs == "above" else at for at, belongs in edges)


def track_states(readings: Readings, track: Track, settings: Settings) -> TrackStates:
    """Zones of one track with hysteresis and dwell."""
    reading = readings.combined(track.combine, track.signals, settings)
    width = 0.0 if track.track == "posture" else settings.hysteresis_deg
    return TrackStates(reading, reading.states(edges_of(track, settings), settings, width))


def all_tracks(readings: Readings, settings: Settings) -> dict[str, TrackStates]:
    """Every track of the law."""
    return {track.track: track_states(readings, track, settings) for track in RULES.tracks}


def inside_region(region: str, tracks: Mapping[str, TrackStates]) -> Mask:
    """(T,) True where a region's zones hold."""
    rule = REGIONS[region]
    wanted = [TRACKS[rule.track].zones.index(zone) for zone in rule.zones]
    return np.isin(tracks[rule.track].states, wanted)


def observe(
    clip: Clip, tracks: Mapping[str, TrackStates], inputs: Inputs, settings: Settings
) -> tuple[Observation, ...]:
    """One observation for each operation of the clip."""
    return tuple(
        _observation(clip, tracks, inputs, settings, number, name) for number, name in enumerate(clip.given.operations)
    )


def occupancies(tracks: Mapping[str, TrackStates], frames: Mask, settings: Settings) -> dict[str, Occupancy]:
    """Stays and holds of every region within `frames` (T,)."""
    found = {}
    for region in RULES.regions:
        track = tracks[region.track]
        found[region.region] = occupy(
            inside_region(region.region, tracks) & frames,
            track.reading.reached,
            track.reading.line,
            settings.static_s,
        )
    return found


def _observation(
    clip: Clip, tracks: Mapping[str, TrackStates], inputs: Inputs, settings: Settings, number: int, name: str
) -> Observation:
    frames = clip.frames_of(number)
    occupied = occupancies(tracks, frames, settings)
    total = float(clip.span_s[frames].sum())
    observed = float(clip.line.weights_s[frames].sum())
    pieces = [s.pieces for s in inputs.segments if s.operation == name and s.pieces is not None]
    return Observation(
        operation=name,
        worker=inputs.worker,
        pieces=sum(pieces) if pieces else None,
        observed_s=observed,
        unknown_s=max(total - observed, 0.0),
        interpolated_s=float(clip.line.weights_s[frames & clip.line.interpolated].sum()),
        excluded_s=float(clip.span_s[clip.given.excluded & (clip.given.operation == number)].sum()),
        regions=tuple(
            _region_time(region, occupancy, tracks[REGIONS[region].track].reading.line, frames, total)
            for region, occupancy in occupied.items()
        ),
        patterns=_patterns(clip, occupied, frames),
        holds=tuple(
            hold
            for region, occupancy in occupied.items()
            for hold in _hold_list(region, occupancy, tracks[REGIONS[region].track], clip.given)
        ),
    )


def _region_time(region: str, occupancy: Occupancy, line: Timeline, frames: Mask, total: float) -> RegionTime:
    weights = line.weights_s
    observed = float(weights[frames].sum())
    return RegionTime(
        region=region,
        observed_s=observed,
        unknown_s=max(total - observed, 0.0),
        visits=occupancy.stays,
        static_s=float(weights[occupancy.still].sum()),
        dynamic_s=float(weights[occupancy.inside & ~occupancy.still].sum()),
    )


def _hold_list(region: str, occupancy: Occupancy, track: TrackStates, given: Given) -> Sequence[Hold]:
    found = []
    for held in occupancy.holds:
        stretch = slice(held.first, held.last + 1)
        found.append(
            Hold(
                region=region,
                start_s=held.start_s,
                end_s=held.stop_s,
                mean=float(track.reading.values[stretch].mean()),
                supported=given.supported_in(stretch),
            )
        )
    return found


def _patterns(clip: Clip, occupied: Mapping[str, Occupancy], frames: Mask) -> Patterns:
    """Seconds of every combination of regions and supports within `frames` (T,)."""
    codes = np.zeros(len(frames), dtype=np.uint64)
    for region, occupancy in occupied.items():
        codes |= occupancy.still * BITS[cell(region, "static")]
        codes |= (occupancy.inside & ~occupancy.still) * BITS[cell(region, "dynamic")]
    for part, supported in clip.given.support.items():
        codes |= supported * BITS[support(part)]
    chosen = frames & clip.line.known
    return patterns_of(codes[chosen], clip.line.weights_s[chosen])
