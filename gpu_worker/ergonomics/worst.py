"""The worst moments of a clip: the longest holds and the highest peaks of each method and body part.

A moment carries the key of a sentence and its values; the report's catalogue makes words of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from gpu_worker.angles.intervals import UNKNOWN, Visit, stretches
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.ergonomics.counted import Counted, Mask
from gpu_worker.ergonomics.judged import Bad, Judged
from gpu_worker.ergonomics.method_results import LiftResult, MachinePart, StaticPart
from gpu_worker.ergonomics.moment_order import worst_first
from gpu_worker.ergonomics.nv361.observe import TrackStates
from gpu_worker.ergonomics.nv361.rows import part_of_region
from gpu_worker.ergonomics.nv361.rules import REGIONS, TRACKS
from gpu_worker.ergonomics.observed import Observation
from gpu_worker.ergonomics.peaks import TOP, furthest, lasting_stays, longest
from gpu_worker.ergonomics.posture_scores import OwasCodes, SideScores
from gpu_worker.ergonomics.result import Hold
from gpu_worker.ergonomics.scoring import Scores
from gpu_worker.ergonomics.signals import SIDES

Side = Literal["left", "right", "both"]
AnyPart = Judged[StaticPart] | Judged[MachinePart]
PEAKS = (
    "trunk_sagittal",
    "trunk_asymmetry",
    "head_sagittal",
    "head_asymmetry",
    "arm_elevation_left",
    "arm_elevation_right",
    "arm_back_left",
    "arm_back_right",
    "shoulder_left",
    "shoulder_right",
    "arm_range_left",
    "arm_range_right",
    "leg_range",
)
"""Tracks whose highest values are worth a picture."""
UNITS = {"percent_of_range": "percent", "awkward_arm": "past_deg"}
"""What a criterion's value is in, where it is not an angle: percent of a range, degrees past what is tolerated."""


def worst_moments(
    angles: AngleSeries,
    counted: Counted,
    tracks: Mapping[str, TrackStates],
    observations: Sequence[Observation],
    rula: Mapping[str, SideScores],
    reba: Mapping[str, SideScores],
    owas: OwasCodes,
    standards: Mapping[str, Iterable[AnyPart]],
    lifted: Iterable[LiftResult],
) -> tuple[Moment, ...]:
    """All worst moments: the law's holds and peaks, what ISO 11226 and EN 1005-4 (`standards` by method) refuse, the
    highest RULA, REBA and OWAS scores, the heaviest lifts; by method, the worst of each first. Nothing counts that
    passes within the dwell."""
    moments = [*_law_holds(observations), *_peaks(angles, counted, tracks), *_low_postures(tracks, counted.frames)]
    for method, parts in standards.items():
        moments += _refused(method, parts)
    for method, scored in (("rula", rula), ("reba", reba)):
        for side in SIDES:
            moments += _highest(method, side, scored[side].score, counted)
    moments += _highest("owas", "both", owas.category, counted)
    moments += _lifts(lifted)
    return worst_first(moments)


def _side(part: str) -> Side:
    return "left" if part.endswith("_left") else "right" if part.endswith("_right") else "both"


def _law_holds(observations: Sequence[Observation]) -> Iterator[Moment]:
    """The longest static holds of each body part in postures the law names."""
    by_part: dict[str, list[Hold]] = {}
    for observation in observations:
        # Stays in low postures have a sentence of their own: they have no angle.
        for hold in (hold for hold in observation.holds if hold.region != "low_posture"):
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
                values={
                    "region": hold.region,
                    "seconds": hold.seconds,
                    _unit("mean", REGIONS[hold.region].track): hold.mean,
                },
            )


def _peaks(angles: AngleSeries, counted: Counted, tracks: Mapping[str, TrackStates]) -> Iterator[Moment]:
    """The largest angles that each track keeps for the dwell, apart from each other."""
    for name in PEAKS:
        track = tracks[name]
        values = np.where(counted.frames & (track.states != UNKNOWN), track.reading.values, np.nan)
        part = TRACKS[name].part
        for peak in furthest(values, angles.times_s, counted.dwell_s):
            start, end, at = (float(angles.times_s[frame]) for frame in (peak.first, peak.last, peak.at))
            angle = float(np.copysign(peak.level, track.reading.values[peak.at]))
            yield Moment(
                method="nv361",
                part=part,
                side=_side(part),
                kind="peak",
                time_s=at,
                start_s=start,
                end_s=end,
                sentence="peak_of_track",
                values={
                    "track": name,
                    "zone": TRACKS[name].zones[track.states[peak.at]],
                    _unit("angle", name): angle,
                },
            )


def _unit(name: str, track: str) -> str:
    """Key of a track's value: degrees, or percent of a joint's range of motion."""
    return f"{name}_{UNITS.get(TRACKS[track].combine, 'deg')}"


def _low_postures(tracks: Mapping[str, TrackStates], frames: Mask) -> Iterator[Moment]:
    """The longest stays lying, kneeling or squatting."""
    track = tracks["posture"]
    found = stretches(np.where(frames, track.states, UNKNOWN), track.reading.line)
    for stay in longest(found, found.state == 1):
        yield Moment(
            method="nv361",
            part=TRACKS["posture"].part,
            side="both",
            kind="hold",
            time_s=(stay.start_s + stay.stop_s) / 2,
            start_s=stay.start_s,
            end_s=stay.stop_s,
            sentence="stay_in_region",
            values={"region": "low_posture", "seconds": stay.seconds},
        )


def _refused(method: str, parts: Iterable[AnyPart]) -> Iterator[Moment]:
    """What a standard does not accept of each part: the holds furthest past their limits, the furthest movements."""
    for part in parts:
        unit = UNITS.get(part.combine, "deg")
        holds = [bad for bad in part.bad if bad.limit_s is not None]
        holds.sort(key=lambda bad: (-bad.excess, bad.start_s - bad.end_s, bad.start_s))
        moves = _outermost([bad for bad in part.bad if bad.limit_s is None])
        for bad in holds[:TOP]:
            values = {"seconds": bad.end_s - bad.start_s, "limit_s": bad.limit_s or 0.0, f"mean_{unit}": bad.angle}
            yield _bad(method, part.result, bad, "hold_past_limit" if bad.limit_s else "hold_not_recommended", values)
        for bad in moves[:TOP]:
            values = {"per_min": bad.per_min, f"angle_{unit}": bad.angle}
            yield _bad(method, part.result, bad, "movement_refused", values)


def _outermost(moves: Iterable[Bad]) -> list[Bad]:
    """The furthest movements first, of each direction those into the zone it reaches furthest: the zones on the way
    there say no more."""
    reached: dict[bool, int] = {}
    ordered = sorted(moves, key=lambda bad: (-abs(bad.angle), bad.start_s))
    return [bad for bad in ordered if bad.zone == reached.setdefault(bad.angle < 0, bad.zone)]


def _bad(
    method: str, part: StaticPart | MachinePart, bad: Bad, sentence: str, values: Mapping[str, float]
) -> Moment:  # fmt: skip
    return Moment(
        method=method,
        part=part.part,
        side=part.side,
        kind="peak" if bad.limit_s is None else "hold",
        time_s=bad.time_s,
        start_s=bad.start_s,
        end_s=bad.end_s,
        sentence=sentence,
        values=dict(values),
    )


def _lifts(lifted: Iterable[LiftResult]) -> Iterator[Moment]:
    """The lifts with the highest lifting index; one whose place allows no load at all comes first."""
    ranked = sorted(lifted, key=lambda lift: (-_index(lift), lift.start_s))
    for lift in ranked[:TOP]:
        index = _index(lift)
        place = {"load_kg": lift.load_kg, "horizontal_cm": lift.horizontal_cm, "vertical_cm": lift.vertical_cm}
        yield Moment(
            method="niosh",
            part="body",
            side="both",
            kind="peak",
            time_s=lift.start_s,
            start_s=lift.start_s,
            end_s=lift.start_s,
            sentence="lift" if np.isfinite(index) else "lift_impossible",
            values={**place, "index": index} if np.isfinite(index) else dict(place),
        )


def _index(lift: LiftResult) -> float:
    """Lifting index of the best estimate, infinite where nothing may be lifted so."""
    return lift.load_kg / lift.weight_limit_best_kg if lift.weight_limit_best_kg > 0 else np.inf


def _highest(method: str, side: Side, scores: Scores, counted: Counted) -> Iterator[Moment]:
    """The longest stays at the highest scores that a clip keeps for the dwell."""
    for stay in lasting_stays(scores, counted):
        yield _stay(method, side, stay)


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
