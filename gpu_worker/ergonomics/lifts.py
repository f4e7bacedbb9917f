"""NIOSH lifts of a clip: what the user entered, with the distances read from the body where nobody measured them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from contract.inputs import Inputs, Lift
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics import niosh
from gpu_worker.ergonomics.method_results import LiftResult
from gpu_worker.ergonomics.result import Range
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import SIDES, signal

AROUND_S = 0.25
"""Distances are the median of the frames this close to the entered second."""


def lifts(angles: AngleSeries, inputs: Inputs, settings: Settings) -> Iterator[LiftResult]:
    """One result a lift. Lifts whose distances are neither entered nor seen are left out."""
    for lift in inputs.lifts:
        task, assumed = _task(angles, lift)
        if task is not None:
            yield _result(lift, task, assumed, inputs, settings)


def _task(angles: AngleSeries, lift: Lift) -> tuple[niosh.Lift | None, list[str]]:
    horizontal = _entered(lift.horizontal_cm, 100 * _hands(angles, "hand_reach", lift.start_s))
    vertical = _entered(lift.vertical_cm, 100 * _hands(angles, "hand_height", lift.start_s))
    last = angles.times_s[-1]  # An end behind the clip's is cut there.
    end = float("nan") if lift.end_s is None else 100 * _hands(angles, "hand_height", min(lift.end_s, last))
    travel = _entered(lift.travel_cm, abs(end - vertical))
    asymmetry = _entered(lift.asymmetry_deg, abs(_at(angles, "trunk_twist", lift.start_s)))
    assumed = ["lift_seen"] if lift.horizontal_cm is None or lift.vertical_cm is None else []
    if np.isnan(travel):
        travel, assumed = 0.0, [*assumed, "lift_travel"]
    if np.isnan(asymmetry):
        asymmetry, assumed = 0.0, [*assumed, "lift_asymmetry"]
    if lift.coupling is None:
        assumed.append("lift_coupling")
    if np.isnan(horizontal) or np.isnan(vertical):
        return None, assumed
    coupling = lift.coupling or "fair"
    task = niosh.Lift(horizontal, vertical, travel, asymmetry, lift.lifts_per_min, lift.hours, coupling)
    return task, assumed


def _result(lift: Lift, task: niosh.Lift, assumed: list[str], inputs: Inputs, settings: Settings) -> LiftResult:
    seen = [name for name in niosh.LENGTHS if getattr(lift, name) is None]
    # A height that was not entered leaves the body's scale open.
    height_open = inputs.person.height_m is None and bool(seen)
    low, high = niosh.weight_limit_range(
        task,
        length_error=settings.niosh_length_error * (3 if height_open else 1),
        distance_error_cm=settings.niosh_reach_error_cm,
        seen=seen,
    )
    best = niosh.recommended_weight_limit(task)
    index = niosh.lifting_index(lift.load_kg, best)
    return LiftResult(
        start_s=lift.start_s,
        load_kg=lift.load_kg,
        horizontal_cm=task.horizontal_cm,
        vertical_cm=task.vertical_cm,
        travel_cm=task.travel_cm,
        asymmetry_deg=task.asymmetry_deg,
        weight_limit_kg=Range(low=low, high=high),
        weight_limit_best_kg=best,
        lifting_index=Range(low=lift.load_kg / high, high=lift.load_kg / low) if low > 0 else None,
        level=niosh.index_level(index),
        assumed=tuple(assumed + (["height"] if height_open else [])),
    )


def _entered(value: float | None, seen: float) -> float:
    return seen if value is None else value


def _hands(angles: AngleSeries, name: str, second: float) -> float:
    """Mean of both hands' medians around a second; of one hand where the other was not seen."""
    hands = np.array([_at(angles, f"{name}_{side}_m", second) for side in SIDES])
    return float(np.mean(hands[~np.isnan(hands)])) if not np.isnan(hands).all() else float("nan")


def _at(angles: AngleSeries, name: str, second: float) -> float:
    near = np.abs(angles.times_s - second) <= AROUND_S
    values = signal(angles, name)[near]
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")
