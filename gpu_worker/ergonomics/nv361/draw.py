"""Monte Carlo of one clip: how long each region may really have lasted, given how far the angles may be off.

Every draw shifts whole signals (errors last, they do not average out), then reads the zones again. Where a posture was
still stays still: errors that last do not move it. What this quick reading differs from the exact one without any
error is added back, so that the draws spread around the measured value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.angles.errors import ErrorModel
from gpu_worker.angles.intervals import reach
from gpu_worker.angles.uncertainty import possible_truths
from gpu_worker.ergonomics.nv361.observe import Clip, TrackStates, edges_of, inside_region
from gpu_worker.ergonomics.nv361.rules import RULES, TRACKS, Region, Track
from gpu_worker.ergonomics.observed import Observation, RegionDraws, RegionTime
from gpu_worker.ergonomics.occupancy import occupy
from gpu_worker.ergonomics.readings import Readings
from gpu_worker.ergonomics.scoring import Angles
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import in_frame

Mask = NDArray[np.bool_]
Picks = NDArray[np.int64]
MOST_PICKS = 3000
"""Longer clips are thinned to this many frames: errors that matter last longer."""
UNREST = 4.0
"""Range of an error over some seconds, in its standard deviations."""
MOST_REST = 1.3
"""Draws go past the error model's unrest by this much: it is itself an estimate."""
HALFWAY_DEG = 1.0
"""Unrest that explains half of the holds broken at a zone's border."""
_DRAWN = ("plain", "abs", "max_abs")


@dataclass(frozen=True)
class _Drawn:
    """One track in every draw, at the picked frames."""

    truths: Angles
    """(D, P)"""
    measured: Angles
    """(P,)"""
    still: Mask
    """(P,) within a hold of the measured signal."""
    calmer: Mask
    """(P,) within a hold once the signal's own unrest is allowed for."""
    shaken: float
    """Unrest of its signals, degrees."""
    settled: TrackStates
    """Zones that the signal's own unrest does not leave."""


def is_drawn(track: Track) -> bool:
    """False for extreme joint positions and posture classes: how far those may be off is not known."""
    return track.combine in _DRAWN and track.track != "posture"


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
        frames = clip.frames_of(number)
        draws = tuple(
            _region(r, drawn.get(r.track), weights[r.track], frames, times[r.region], settings) for r in RULES.regions
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
    """Every track that one or two signals make."""
    rng = np.random.default_rng(settings.seed)
    rest = _rest(settings)
    truths: dict[str, Angles] = {}
    found = {}
    for rule in RULES.tracks:
        names = [in_frame(name, settings) for name in rule.signals]
        if not is_drawn(rule) or any(name not in readings.angles.sigma for name in names):
            continue
        for name in names:
            if name not in truths:
                truths[name] = _truths(readings, name, picks, rng, model, settings.draws)
        values = [truths[name] for name in names]
        shaken = max(unrest(model, name) for name in names)
        drawn = values[0] if rule.combine == "plain" else _size(values, shaken, rest)
        track = tracks[rule.track]
        still, calmer = _stillness(readings, names, track, settings, model)
        width = settings.hysteresis_deg + UNREST * shaken
        settled = TrackStates(track.reading, track.reading.states(edges_of(rule, settings), settings, width))
        found[rule.track] = _Drawn(drawn, track.reading.values[picks], still[picks], calmer[picks], shaken, settled)
    return found


def _rest(settings: Settings) -> Angles:
    """(D,) how much of a signal's unrest each draw takes for error: 0 none, 1 all that the error model knows of."""
    return MOST_REST * np.random.default_rng([settings.seed, 1]).random(settings.draws)


def _size(values: Sequence[Angles], shaken: float, rest: Angles) -> Angles:
    """(D, P) greatest absolute value. Errors make sizes larger on average, by their variance: it is taken off again."""
    sizes = np.maximum.reduce([np.abs(value) for value in values])
    return np.asarray(np.sqrt(np.maximum(sizes**2 - rest[:, np.newaxis] * shaken**2, 0.0)))


def _stillness(
    readings: Readings, names: Sequence[str], track: TrackStates, settings: Settings, model: ErrorModel
) -> tuple[Mask, Mask]:
    """(T,) and (T,): where the signals keep still as measured, and where they may have, behind their errors' unrest."""
    line = track.reading.line
    still = occupy(line.known, track.reading.reached, line, settings.static_s).still
    wider = [settings.static_range_deg + UNREST * unrest(model, name) for name in names]
    reached = np.minimum.reduce(
        [reach(readings.single(name).values, width) for name, width in zip(names, wider, strict=True)]
    )
    return still, occupy(line.known, reached, line, settings.static_s).still


def unrest(model: ErrorModel, name: str) -> float:
    """Standard deviation of a signal's errors within seconds, degrees."""
    terms = model.terms[BY_NAME[name].quantity.error]
    return float(np.hypot(terms.slow, terms.white))


def _truths(
    readings: Readings, name: str, picks: Picks, rng: np.random.Generator, model: ErrorModel, draws: int
) -> Angles:
    # Errors that change within seconds are in the measured signal already: drawing them again would spread it twice.
    terms = model.terms[BY_NAME[name].quantity.error]
    steady = replace(terms, slow=0.0, white=0.0)
    calm = replace(model, terms={**model.terms, BY_NAME[name].quantity.error: steady})
    angles = readings.angles
    lasting = np.sqrt(np.maximum(angles.sigma[name] ** 2 - unrest(model, name) ** 2, 0.0))
    series = replace(angles, sigma={name: lasting})
    return possible_truths(series, name, readings.single(name).values, picks, rng, calm, draws)


def _region(
    region: Region, drawn: _Drawn | None, weights_s: Angles, frames: Mask, time: RegionTime, settings: Settings
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
    rest = _rest(settings)
    # What the quick reading misses without any error is added back.
    total = inside @ weights_s + (time.static_s + time.dynamic_s - float(measured @ weights_s))
    still, calmer = weights_s * drawn.still, weights_s * drawn.calmer
    # Unrest breaks holds by their range and at the zone's borders: each draw gives back part of both.
    missed = (time.static_s - float(measured @ still)) * (1 - rest * drawn.shaken / (drawn.shaken + HALFWAY_DEG))
    static = inside @ still + missed + rest * (inside @ (calmer - still))
    total = np.clip(total, 0.0, time.observed_s)
    static = np.clip(static, 0.0, total)
    if time.visits:
        stays = inside_region(region.region, {region.track: drawn.settled}) & frames
        fewer = occupy(stays, drawn.settled.reading.reached, drawn.settled.reading.line, np.inf).stays
        visits = np.rint(time.visits + np.minimum(rest, 1.0) * (min(fewer, time.visits) - time.visits))
    else:
        visits = (inside[:, 1:] & ~inside[:, :-1]).sum(axis=1) + inside[:, 0]
    return RegionDraws(
        region=region.region,
        visits=tuple(int(count) for count in visits),
        static_s=_rounded(static),
        dynamic_s=_rounded(total - static),
    )


def _rounded(seconds: Angles) -> tuple[float, ...]:
    return tuple(round(float(second), 3) for second in seconds)


def _bounds(region: Region, settings: Settings) -> tuple[float, float]:
    """Lowest and highest value of a region's zones, which are neighbours."""
    track = TRACKS[region.track]
    edges = (-np.inf, *edges_of(track, settings), np.inf)
    places = [track.zones.index(zone) for zone in region.zones]
    return edges[min(places)], edges[max(places) + 1]
