"""Monte Carlo of one clip: how long each region may really have lasted, given how far the angles may be off.

Every draw shifts whole signals (errors last, they do not average out), then reads the zones again. Where a posture was
still stays still: errors that last do not move it. What this quick reading differs from the exact one without any
error is added back, so that the draws spread around the measured value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.errors import ErrorModel
from gpu_worker.angles.uncertainty import possible_truths
from gpu_worker.ergonomics.analysis import Observation, RegionDraws, RegionTime
from gpu_worker.ergonomics.nv361.observe import Clip, TrackStates, edges_of
from gpu_worker.ergonomics.nv361.rules import RULES, TRACKS, Region
from gpu_worker.ergonomics.occupancy import occupy
from gpu_worker.ergonomics.readings import Readings
from gpu_worker.ergonomics.scoring import Angles
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import in_frame

Mask = NDArray[np.bool_]
Picks = NDArray[np.int64]
MOST_PICKS = 3000
"""Longer clips are thinned to this many frames: errors that matter last longer."""
DRAWN = ("plain", "abs", "max_abs")


@dataclass(frozen=True)
class _Drawn:
    """One track in every draw, at the picked frames."""

    truths: Angles
    """(D, P)"""
    measured: Angles
    """(P,)"""
    still: Mask
    """(P,)"""


def with_draws(
    observations: Sequence[Observation],
    clip: Clip,
    readings: Readings,
    tracks: Mapping[str, TrackStates],
    settings: Settings,
    model: ErrorModel,
) -> tuple[Observation, ...]:
    """`observations` of a clip with `settings.draws` draws each; unchanged when that is 0 or nobody was seen."""
    picks, bounds = _picks(clip)
    if settings.draws == 0 or len(picks) == 0:
        return tuple(observations)
    drawn = _draw(readings, tracks, picks, settings, model)
    found = []
    for number, observation in enumerate(observations):
        weights = {
            name: np.add.reduceat(np.where(clip.frames_of(number), track.reading.line.weights_s, 0.0), bounds)
            for name, track in tracks.items()
        }
        times = {region.region: region for region in observation.regions}
        draws = tuple(
            _region(r, drawn.get(r.track), weights[r.track], times[r.region], settings) for r in RULES.regions
        )
        found.append(observation.model_copy(update={"draws": draws}))
    return tuple(found)


def _picks(clip: Clip) -> tuple[Picks, Picks]:
    """Picked frames, and the first frame of the stretch each stands for (the stretches cover the whole clip)."""
    frames = len(clip.angles.times_s)
    bounds = np.unique(np.linspace(0, frames, min(MOST_PICKS, frames), endpoint=False).astype(np.int64))
    stops = np.append(bounds[1:], frames)
    return (bounds + stops - 1) // 2, bounds


def _draw(
    readings: Readings, tracks: Mapping[str, TrackStates], picks: Picks, settings: Settings, model: ErrorModel
) -> dict[str, _Drawn]:
    """Every track that one or two signals make; extremes and posture classes are not drawn."""
    rng = np.random.default_rng(settings.seed)
    truths: dict[str, Angles] = {}
    found = {}
    for rule in RULES.tracks:
        names = [in_frame(name, settings) for name in rule.signals]
        if rule.combine not in DRAWN or any(name not in readings.angles.sigma for name in names):
            continue
        for name in names:
            if name not in truths:
                truths[name] = _truths(readings, name, picks, rng, model, settings.draws)
        values = [truths[name] for name in names]
        drawn = values[0] if rule.combine == "plain" else np.maximum.reduce([np.abs(value) for value in values])
        track = tracks[rule.track]
        still = occupy(track.reading.line.known, track.reading.reached, track.reading.line, settings.static_s).still
        found[rule.track] = _Drawn(drawn, track.reading.values[picks], still[picks])
    return found


def _truths(
    readings: Readings, name: str, picks: Picks, rng: np.random.Generator, model: ErrorModel, draws: int
) -> Angles:
    return possible_truths(readings.angles, name, readings.single(name).values, picks, rng, model, draws)


def _region(
    region: Region, drawn: _Drawn | None, weights_s: Angles, time: RegionTime, settings: Settings
) -> RegionDraws:
    """Draws of one region; those of an undrawn track all equal the measured value."""
    if drawn is None:
        count = settings.draws
        return RegionDraws(
            region=region.region,
            visits=(time.visits,) * count,
            static_s=(time.static_s,) * count,
            dynamic_s=(time.dynamic_s,) * count,
        )
    low, high = _bounds(region, settings)
    inside = (drawn.truths > low) & (drawn.truths <= high)
    measured = (drawn.measured > low) & (drawn.measured <= high)
    seconds = {}
    for mode, weights, exact in (
        ("static", weights_s * drawn.still, time.static_s),
        ("dynamic", weights_s * ~drawn.still, time.dynamic_s),
    ):
        quick = inside @ weights + (exact - float(measured @ weights))
        seconds[mode] = tuple(round(float(s), 3) for s in np.clip(quick, 0.0, time.observed_s))
    entries = (inside[:, 1:] & ~inside[:, :-1]).sum(axis=1) + inside[:, 0]
    visits = (time.visits,) * len(entries) if time.visits else tuple(int(n) for n in entries)
    return RegionDraws(region=region.region, visits=visits, static_s=seconds["static"], dynamic_s=seconds["dynamic"])


def _bounds(region: Region, settings: Settings) -> tuple[float, float]:
    """Lowest and highest value of a region's zones, which are neighbours."""
    track = TRACKS[region.track]
    edges = (-np.inf, *edges_of(track, settings), np.inf)
    places = [track.zones.index(zone) for zone in region.zones]
    return edges[min(places)], edges[max(places) + 1]
