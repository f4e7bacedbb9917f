"""The worst moments of a clip: the longest holds and the highest peaks of each method and body part.

A moment carries the key of a sentence and its values; the report's catalogue makes words of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.intervals import Visit, stretches
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import Timeline
from gpu_worker.ergonomics.analysis import Hold, Moment, Observation, StaticPart
from gpu_worker.ergonomics.nv361.observe import TrackStates
from gpu_worker.ergonomics.nv361.rows import part_of_region
from gpu_worker.ergonomics.nv361.rules import TRACKS
from gpu_worker.ergonomics.posture_scores import OwasCodes, SideScores
from gpu_worker.ergonomics.scoring import Scores

Mask = NDArray[np.bool_]
Side = Literal["left", "right", "both"]
TOP = 3
APART_S = 5.0
"""Two peaks closer than this are one."""
PEAKS = (
    "trunk_sagittal",
    "trunk_asymmetry",
    "head_sagittal",
    "head_asymmetry",
    "arm_elevation_left",
    "arm_elevation_right",
)
"""Tracks whose highest values are worth a picture."""


def worst_moments(
    angles: AngleSeries,
    frames: Mask,
    line: Timeline,
    tracks: Mapping[str, TrackStates],
    observations: Sequence[Observation],
    rula: Mapping[str, SideScores],
    reba: Mapping[str, SideScores],
    owas: OwasCodes,
    iso: Iterable[StaticPart],
) -> tuple[Moment, ...]:
    """All worst moments: the law's holds and peaks, ISO 11226's holds, and the highest RULA, REBA and OWAS scores."""
    moments = [
        *_law_holds(observations),
        *_peaks(angles, frames, tracks),
        *_iso_holds(iso),
    ]
    for method, scored in (("rula", rula), ("reba", reba)):
        for side in ("left", "right"):
            moments += _highest(method, "left" if side == "left" else "right", scored[side].score, frames, line)
    moments += _highest("owas", "both", owas.category, frames, line)
    return tuple(moments)


def _side(part: str) -> Side:
    return "left" if part.endswith("_left") else "right" if part.endswith("_right") else "both"


def _law_holds(observations: Sequence[Observation]) -> Iterator[Moment]:
    """The longest static holds of each body part in postures the law names."""
    by_part: dict[str, list[Hold]] = {}
    for observation in observations:
        for hold in observation.holds:
            by_part.setdefault(part_of_region(hold.region), []).append(hold)
    for part, holds in by_part.items():
        for hold in sorted(holds, key=lambda h: (-h.seconds, h.start_s))[:TOP]:
            yield Moment(
                method="nv361",
                part=part,
                side=_side(part),
                kind="hold",
                time_s=(hold.start_s + hold.end_s) / 2,
                start_s=hold.start_s,
                end_s=hold.end_s,
                sentence="hold_in_region",
                values={"region": hold.region, "seconds": hold.seconds, "mean_deg": hold.mean},
            )


def _peaks(angles: AngleSeries, frames: Mask, tracks: Mapping[str, TrackStates]) -> Iterator[Moment]:
    """The largest angles of each track, at least `APART_S` apart."""
    for name in PEAKS:
        size = np.where(frames, np.abs(tracks[name].reading.values), np.nan)
        part = TRACKS[name].part
        for frame in _tops(size, angles.times_s):
            second = float(angles.times_s[frame])
            yield Moment(
                method="nv361",
                part=part,
                side=_side(part),
                kind="peak",
                time_s=second,
                start_s=second,
                end_s=second,
                sentence="peak_of_track",
                values={"track": name, "angle_deg": float(tracks[name].reading.values[frame])},
            )


def _tops(values: NDArray[np.float64], times_s: NDArray[np.float64]) -> Iterator[int]:
    left = values.copy()
    for _ in range(TOP):
        if np.isnan(left).all():
            return
        frame = int(np.nanargmax(left))
        yield frame
        left[np.abs(times_s - times_s[frame]) < APART_S] = np.nan


def _iso_holds(parts: Iterable[StaticPart]) -> Iterator[Moment]:
    for part in parts:
        if part.worst is not None and part.worst_limit_s is not None and part.worst.seconds > part.worst_limit_s:
            hold = part.worst
            yield Moment(
                method="iso11226",
                part=part.part,
                side=part.side,
                kind="hold",
                time_s=(hold.start_s + hold.end_s) / 2,
                start_s=hold.start_s,
                end_s=hold.end_s,
                sentence="hold_past_limit" if part.worst_limit_s > 0 else "hold_not_recommended",
                values={"seconds": hold.seconds, "limit_s": part.worst_limit_s, "mean_deg": hold.mean},
            )


def _highest(method: str, side: Side, scores: Scores, frames: Mask, line: Timeline) -> list[Moment]:
    """The longest stays at a clip's highest scores."""
    known = np.where(frames & line.known, scores, 0).astype(np.int64)
    if not known.any():
        return []
    found = stretches(known, line)
    stays = np.flatnonzero(found.known & (found.state > 0))
    order = np.lexsort((found.start_s[stays], -found.seconds[stays], -found.state[stays]))
    top = stays[order[:TOP]].astype(np.int64)
    return [_stay(method, side, stay) for stay in found.visits(top)]


def _stay(method: str, side: Side, stay: Visit) -> Moment:
    return Moment(
        method=method,
        part="body",
        side=side,
        kind="peak",
        time_s=(stay.start_s + stay.stop_s) / 2,
        start_s=stay.start_s,
        end_s=stay.stop_s,
        sentence="highest_score",
        values={"score": float(stay.state), "seconds": stay.seconds},
    )
