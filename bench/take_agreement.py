"""One take, truth beside what was found: zones, legal rows, holds and angles, by the product's own functions.

The truth goes through the same chain as the recovered motion, from automatic neutral and filter to the rules: what the
product would have said had it recovered the body perfectly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.agreement import Matches, match_holds
from contract.inputs import Inputs, Segment
from gpu_worker import motion as motion_file
from gpu_worker.angles import errors
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import timeline
from gpu_worker.angles.uncertainty import zone_minutes
from gpu_worker.angles.zones import PARTS, signed_elevation
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.given import given
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.result import Hold, Range
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.validation.agreement import bland_altman, cohens_kappa
from gpu_worker.report.validation.compare import row_masks
from gpu_worker.verdict import measure

WORTH_SCORING = 0.01
"""A zone or row is scored when the truth lies in it for more than this share of the time, …"""
NEAR_SIGMAS = 2.0
"""… or within so many standard deviations of its limit."""
ANGLES: Mapping[str, tuple[str, ...]] = {
    "trunk flexion": ("trunk_flexion",),
    "arm elevation": ("arm_elevation_gravity_left", "arm_elevation_gravity_right"),
    "neck flexion": ("neck_flexion",),
    "elbow flexion": ("elbow_flexion_left", "elbow_flexion_right"),
    "knee flexion": ("knee_flexion_left", "knee_flexion_right"),
    "trunk side bend": ("trunk_side_bend",),
    "trunk twist": ("trunk_twist",),
    "head flexion": ("head_flexion",),
}
"""What is compared frame by frame; both sides count together."""
ASSESSED_REGIONS = frozenset(region for row in RULES.rows if row.coverage == "full" for region in row.regions)
TRUTH, FOUND = ".truth.motion.npz", ".found.motion.npz"


@dataclass(frozen=True)
class Take:
    """One clip measured and analysed twice."""

    name: str
    frame_share: float
    """Part of the take that one sampled frame stands for: shares cannot be told apart more finely."""
    true_angles: AngleSeries
    found_angles: AngleSeries
    truth: Analysis
    found: Analysis


@dataclass(frozen=True)
class ZoneAgreement:
    """One original zone of one body part in one take; percent of the time observed by each."""

    take: str
    part: str
    zone: int
    true_s: float
    found_s: float
    true_percent: float
    found_percent: float
    scored: bool
    interval_s: Range
    """90 % interval of what was found. Of an arm's lifting alone, without its drawing back."""
    interval_truth_s: float
    """The truth that the interval should hold."""

    @property
    def error(self) -> float:
        """Percentage points."""
        return self.found_percent - self.true_percent

    @property
    def worst(self) -> bool:
        """True for the zone furthest from neutral: the one a list of jobs shows."""
        return self.zone == len(EDGES[self.part])


EDGES = {part: edges for part, _, edges in PARTS}


@dataclass(frozen=True)
class AngleError:
    """One angle over many frames, degrees."""

    mean_absolute: float
    bias: float
    """Found − true."""
    gain: float
    """Slope of found against true: below 1, movements come out smaller than they are."""


@dataclass(frozen=True)
class RowSeconds:
    """One legal row in one take."""

    take: str
    row: str
    true_s: float
    found_s: float


def read_takes(folder: Path, least_s: float = 0.0, error_share: float = 1.0) -> list[Take]:
    """The takes that `python -m bench.synthetic --keep FOLDER` left, in order of their names.

    Takes shorter than `least_s` are repeated as work in cycles is, truth and errors alike; only `error_share` of each
    angle's error is left. Raises FileNotFoundError where there is none or a pair is incomplete, ValueError where its
    frames differ.
    """
    truths = sorted(folder.glob(f"*{TRUTH}"))
    if not truths:
        raise FileNotFoundError(f"no *{TRUTH} in {folder}")
    names = [path.name.removesuffix(TRUTH) for path in truths]
    takes = []
    for name in names:
        truth, found = (_measured(folder / f"{name}{kind}") for kind in (TRUTH, FOUND))
        takes.append(compared(name, truth, nearer(truth, found, error_share), least_s))
    return takes


def _measured(path: Path) -> AngleSeries:
    return measure(motion_file.load(path), Inputs())


def compared(name: str, true_angles: AngleSeries, found_angles: AngleSeries, least_s: float = 0.0) -> Take:
    """A take of two series over the same frames, repeated until it lasts `least_s`, analysed as an operation `name`.

    The truth is analysed without draws: it has no error. Raises ValueError where the frames differ.
    """
    if not np.array_equal(true_angles.times_s, found_angles.times_s):
        raise ValueError(f"{name}: truth and what was found have different frames")
    cycle_s, step_s = _cycle_s(true_angles)
    cycles = max(1, math.ceil((least_s + step_s) / cycle_s))
    truth, found = repeated(true_angles, cycles), repeated(found_angles, cycles)
    inputs = Inputs(segments=(Segment(start_s=0.0, end_s=float(truth.times_s[-1]) + 1.0, operation=name),))
    return Take(
        name=name,
        frame_share=1 / len(true_angles.times_s),
        true_angles=truth,
        found_angles=found,
        truth=analyse(truth, inputs, Settings(draws=0)),
        found=analyse(found, inputs, errors=errors.of(found)),
    )


def nearer(truth: AngleSeries, found: AngleSeries, error_share: float) -> AngleSeries:
    """What a detector would have found whose angles err by `error_share` of what `found`'s do, in the same frames.

    The posture stays as found.
    """
    if error_share == 1:
        return found
    return replace(
        found,
        signals={
            name: truth.signals[name] + error_share * (found.signals[name] - truth.signals[name])
            for name in found.signals
        },
        sigma={name: error_share * sigma for name, sigma in found.sigma.items()},
    )


def _cycle_s(angles: AngleSeries) -> tuple[float, float]:
    """Seconds from the first frame of one cycle to the first of the next, and from frame to frame."""
    times = angles.times_s
    step_s = float(np.median(np.diff(times)))
    return float(times[-1] - times[0]) + step_s, step_s


def repeated(angles: AngleSeries, cycles: int) -> AngleSeries:
    """The series `cycles` times in a row."""
    if cycles == 1:
        return angles
    starts = np.repeat(np.arange(cycles), len(angles.times_s))
    return replace(
        angles,
        times_s=np.tile(angles.times_s, cycles) + starts * _cycle_s(angles)[0],
        frame_index=np.tile(angles.frame_index, cycles) + starts * (int(angles.frame_index[-1]) + 1),
        seen=np.tile(angles.seen, cycles),
        signals={name: np.tile(values, cycles) for name, values in angles.signals.items()},
        sigma={name: np.tile(values, cycles) for name, values in angles.sigma.items()},
        posture=np.tile(angles.posture, cycles),
        flags={name: np.tile(values, cycles) for name, values in angles.flags.items()},
    )


def zones(take: Take) -> Iterator[ZoneAgreement]:
    """Every original zone of every part."""
    parts = zip(PARTS, take.truth.original_zones.parts, take.found.original_zones.parts, strict=True)
    for (part, signal, edges), true, found in parts:
        rng = np.random.default_rng(0)
        drawn = zone_minutes(take.found_angles, signal, edges, rng)
        real = zone_minutes(take.true_angles, signal, edges, rng, draws=1).minutes
        near = _near_zones(take, part, signal, edges)
        for number, (mine, theirs) in enumerate(zip(found.zones, true.zones, strict=True)):
            yield ZoneAgreement(
                take=take.name,
                part=part,
                zone=number,
                true_s=theirs.seconds,
                found_s=mine.seconds,
                true_percent=theirs.percent,
                found_percent=mine.percent,
                scored=theirs.percent > 100 * WORTH_SCORING or near[number],
                interval_s=Range(low=60 * drawn.low[number], high=60 * drawn.high[number]),
                interval_truth_s=60 * real[number],
            )


def _near_zones(take: Take, part: str, signal: str, edges: Sequence[float]) -> list[bool]:
    """For each zone, whether the truth is near one of its edges, by the found sigma, for more than 1 % of the time."""
    truth = take.true_angles
    values = signed_elevation(truth, part.removeprefix("arm_")) if part.startswith("arm_") else truth.signals[signal]
    line = timeline(truth.times_s, np.isfinite(values))
    reach = NEAR_SIGMAS * take.found_angles.sigma[signal]
    least = WORTH_SCORING * line.observed_s
    near = [float(line.weights_s[np.abs(values - edge) <= reach].sum()) > least for edge in edges]
    return [low or high for low, high in zip([False, *near], [*near, False], strict=True)]


def row_seconds(take: Take) -> Iterator[RowSeconds]:
    """Rows that the truth assesses and in which either spends time."""
    for true, found in zip(take.truth.rows, take.found.rows, strict=True):
        if true.status != "not_assessed" and (true.seconds > 0 or found.seconds > 0):
            yield RowSeconds(take.name, true.row, true.seconds, found.seconds)


def row_kappas(takes: Sequence[Take]) -> dict[str, float]:
    """Cohen's κ over time of every row, all takes together: when it held, not only how long."""
    weights = np.concatenate([_weights(take.true_angles) for take in takes])
    truths = [_row_masks(take.true_angles, take.truth) for take in takes]
    founds = [_row_masks(take.found_angles, take.found) for take in takes]
    return {
        row.id: cohens_kappa(
            np.concatenate([masks[row.id] for masks in founds]),
            np.concatenate([masks[row.id] for masks in truths]),
            weights,
        )
        for row in RULES.rows
    }


def _row_masks(angles: AngleSeries, analysis: Analysis) -> dict[str, NDArray[np.bool_]]:
    return row_masks(angles, analysis, given(analysis.inputs, angles.times_s))


def _weights(angles: AngleSeries) -> NDArray[np.float64]:
    return timeline(angles.times_s, angles.seen).weights_s


def holds(take: Take) -> Matches:
    """Static holds in the regions of rows that video can assess."""
    true, found = (
        [hold for observation in analysis.observations for hold in observation.holds if _counted(hold)]
        for analysis in (take.truth, take.found)
    )
    return match_holds(true, found)


def _counted(hold: Hold) -> bool:
    return hold.region in ASSESSED_REGIONS


def angle_errors(takes: Sequence[Take]) -> dict[str, AngleError]:
    """Errors of the angles that rows and zones are made of, frames of all takes together."""
    found = {}
    for angle, names in ANGLES.items():
        mine, theirs = (
            np.concatenate([series.signals[name] for series in both for name in names])
            for both in ([take.found_angles for take in takes], [take.true_angles for take in takes])
        )
        found[angle] = angle_error(mine, theirs)
    return found


def angle_error(found: NDArray[np.float64], truth: NDArray[np.float64]) -> AngleError:
    """Errors of `found` (N,) against `truth` (N,), degrees, where both are known."""
    known = np.isfinite(found) & np.isfinite(truth)
    mine, theirs = found[known], truth[known]
    agreed = bland_altman(mine, theirs)
    spread = float(np.var(theirs)) if len(theirs) else 0.0
    gain = float(np.mean((mine - mine.mean()) * (theirs - theirs.mean()))) / spread if spread > 0 else float("nan")
    return AngleError(agreed.mean_absolute, agreed.bias, gain)
