"""What the user entered, frame by frame: loads, supports, grips, and the operation each frame belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from contract.inputs import Correction, Exclusion, Inputs, Scoped
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import spans_s
from gpu_worker.ergonomics import reba
from gpu_worker.spilled import Columns

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
WHOLE_CLIP = "work"
"""Name of the operation when nobody named one."""
SUPPORTED_PARTS = ("trunk", "head", "arm_left", "arm_right")
ENTERED_IN_TIME = ("load", "coupling", *(f"support_{part}" for part in SUPPORTED_PARTS))
"""Inputs that may be entered for some of the time."""
NO_OPERATION = -1
ROUNDING_S = 0.1
"""Times are printed with one decimal: who enters a clip's printed length for a segment means the clip's end."""
ALL_PARTS = ("trunk", "head_neck", "arm_left", "arm_right", "legs", "other")
"""Parts of the body that rows of the law are about."""
E = TypeVar("E", bound=Scoped)


@dataclass(frozen=True)
class Given:
    """Entered facts over T frames. Where nothing was entered the default stands and the fact is listed as assumed."""

    operations: tuple[str, ...]
    operation: NDArray[np.int64]
    """(T,) index into `operations`; -1 outside every segment."""
    excluded: Mask
    """(T,) True where an expert left the frame out."""
    load_kg: Floats
    """(T,)"""
    static_load: Mask
    """(T,) the load is held or handled repeatedly."""
    shock: Mask
    coupling: NDArray[np.int8]
    """(T,) REBA points for the grip."""
    support: dict[str, Mask]
    """part -> (T,) True where supported."""
    support_entered: dict[str, Mask]
    """part -> (T,) True where somebody said whether it was supported."""
    rapid_or_unstable: Mask
    forearm_twisted: Mask
    muscle_use: NDArray[np.int8]
    """(T,) 1 yes, 0 no, -1 as the video shows."""
    assumed: tuple[str, ...]
    """Names of the inputs that were assumed."""

    def supported_in(self, stretch: slice) -> tuple[str, ...]:
        """Parts that were supported for more than half of some frames."""
        return tuple(part for part in SUPPORTED_PARTS if self.support[part][stretch].mean() > 0.5)

    @property
    def counted(self) -> Mask:
        """(T,) True for frames of some operation that no expert left out."""
        return _counted(self.operation, self.excluded)


def given(inputs: Inputs, times_s: Floats) -> Given:
    """Spread `inputs` over frames at `times_s` (T,)."""
    operations, operation = operations_of(inputs, times_s)
    frames = len(times_s)

    def spread(entries: Iterable[E], fill: float, value: Callable[[E], float | None]) -> Floats:
        found = np.full(frames, fill, dtype=np.float64)
        for entry in entries:
            level = value(entry)
            if level is not None:
                found[in_scope(entry, times_s, operations, operation)] = level
        return found

    activity, excluded = inputs.activity, excluded_frames(inputs, times_s)
    told = {
        part: spread((e for e in inputs.support if e.part == part), np.nan, lambda e: e.supported)
        for part in SUPPORTED_PARTS
    }
    entered = {part: np.isfinite(supported) for part, supported in told.items()}
    load = spread(inputs.load, np.nan, lambda e: e.kg)
    coupling = spread(inputs.coupling, np.nan, lambda e: reba.coupling_score(e.coupling))
    known = {f"support_{part}": where for part, where in entered.items()}
    known |= {"load": np.isfinite(load), "coupling": np.isfinite(coupling)}
    span_s, counted = spans_s(times_s), _counted(operation, excluded)
    partly = {name for name, where in known.items() if span_s[counted & ~where].sum() > ROUNDING_S}
    return Given(
        operations=operations,
        operation=operation,
        excluded=excluded,
        load_kg=np.nan_to_num(load),
        static_load=spread(inputs.load, 0, lambda e: e.static_or_repeated) > 0,
        shock=spread(inputs.load, 0, lambda e: e.shock) > 0,
        coupling=np.nan_to_num(coupling).astype(np.int8),
        support={part: supported > 0 for part, supported in told.items()},
        support_entered=entered,
        rapid_or_unstable=spread(activity, 0, lambda e: e.rapid_changes_or_unstable_base) > 0,
        forearm_twisted=spread(activity, 0, lambda e: e.forearm_twisted_to_the_end) > 0,
        muscle_use=spread(activity, -1, lambda e: e.muscle_use).astype(np.int8),
        assumed=_assumed(inputs, partly),
    )


def parts_of(clips: Iterable[Inputs]) -> frozenset[str]:
    """Parts of the body that every one of the clips is analysed for; all where nobody chose."""
    return frozenset(ALL_PARTS).intersection(*(inputs.parts or ALL_PARTS for inputs in clips))


def operations_of(inputs: Inputs, times_s: Floats) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Operation names and the index of each frame's operation (T,).

    Without segments the whole clip is one operation: the only one entered, else `WHOLE_CLIP`. A frame that lies beside
    a segment by less than what seconds are rounded to belongs to it, unless another one holds it.
    """
    if not inputs.segments:
        name = inputs.operations[0].name if len(inputs.operations) == 1 else WHOLE_CLIP
        return (name,), np.zeros(len(times_s), dtype=np.int64)
    names = tuple(dict.fromkeys(segment.operation for segment in inputs.segments))
    operation = np.full(len(times_s), NO_OPERATION, dtype=np.int64)
    for margin in (ROUNDING_S, 0.0):
        for segment in inputs.segments:
            inside = _between(times_s, segment.start_s - margin, segment.end_s + margin)
            operation[inside] = names.index(segment.operation)
    return names, operation


def in_scope(entry: Scoped, times_s: Floats, operations: Sequence[str], operation: NDArray[np.int64]) -> Mask:
    """(T,) True where an entry holds."""
    inside = _between(times_s, entry.start_s, entry.end_s)
    if entry.operation is None:
        return inside
    wanted = operations.index(entry.operation) if entry.operation in operations else NO_OPERATION - 1
    return np.asarray(inside & (operation == wanted))


def excluded_frames(inputs: Inputs, times_s: Floats) -> Mask:
    """(T,) True where an exclusion of a stretch holds."""
    out = np.zeros(len(times_s), dtype=np.bool_)
    for exclusion in inputs.exclusions:
        if exclusion.row is None:
            out |= _between(times_s, exclusion.start_s, exclusion.end_s)
    return out


def corrected(angles: AngleSeries, inputs: Inputs) -> AngleSeries:
    """`angles` with the expert's values in frames that show the person; the same object when nothing was corrected.

    Frames without the person stay unknown: no entry makes time observed, or a gap short enough to be bridged.

    Raises ValueError for a correction of a signal that does not exist.
    """
    changed: dict[str, Floats] = {}
    posture = angles.posture
    for correction in inputs.corrections:
        where = angles.seen & entry_frames(correction, angles.times_s)
        if correction.signal is not None and correction.value_deg is not None:
            name = correction.signal
            if name not in angles.signals:
                raise refusal("signal_unknown", "there is no signal {name}", name=name)
            before = changed[name] if name in changed else angles.signals[name]
            changed[name] = np.where(where, correction.value_deg, before)
        elif correction.posture is not None:
            posture = np.where(where, correction.posture, posture)
    if posture is angles.posture and not changed:
        return angles
    signals = Columns.of(angles.signals, lambda name, measured: changed.get(name, measured))
    return replace(angles, signals=signals, posture=posture)


def entry_frames(entry: Correction | Exclusion, times_s: Floats) -> Mask:
    """(T,) True in the seconds that an entry of a clip's log is about, whether seen or not."""
    return _between(times_s, entry.start_s, entry.end_s)


def corrected_shares(inputs: Inputs) -> dict[str, float]:
    """Row -> its share of the clip's observed time as an expert corrected it; the last one wins."""
    return {c.row: c.share for c in inputs.corrections if c.row is not None and c.share is not None}


def long_use(inputs: Inputs) -> bool | None:
    """Whether some workplace is used for more than half the shift; None while shift or minutes were not entered."""
    if inputs.shift is None or not inputs.operations:
        return None
    used = [o.minutes if o.workplace_minutes is None else o.workplace_minutes for o in inputs.operations]
    known = [minutes for minutes in used if minutes is not None]
    half = inputs.shift.work_minutes / 2
    if any(minutes > half for minutes in known):
        return True
    return False if len(known) == len(used) else None


def assumed_names(name: str) -> tuple[str, str]:
    """What an input is called among the assumed ones: entered nowhere, and entered for some of the time."""
    return name, f"{name}_partly"


def assumed_in(clips: Sequence[Collection[str]]) -> frozenset[str]:
    """Assumed inputs of several clips; what some of them were told all of the time is assumed partly."""
    whole: set[str] = set().union(*clips)
    for name, partly in map(assumed_names, ENTERED_IN_TIME):
        if whole & {name, partly} and not all(name in clip for clip in clips):
            whole = (whole - {name}) | {partly}
    return frozenset(whole)


def _counted(operation: NDArray[np.int64], excluded: Mask) -> Mask:
    return np.asarray((operation != NO_OPERATION) & ~excluded)


def _between(times_s: Floats, start_s: float | None, end_s: float | None) -> Mask:
    inside = np.ones(len(times_s), dtype=np.bool_)
    if start_s is not None:
        inside &= times_s >= start_s
    if end_s is not None:
        inside &= times_s < end_s
    return inside


def _assumed(inputs: Inputs, partly: Container[str]) -> tuple[str, ...]:
    """Names of inputs nobody gave; `partly`: those that were not given for all of the time."""
    entries: dict[str, Sequence[Scoped]] = {
        "load": inputs.load,
        "coupling": inputs.coupling,
        "activity": inputs.activity,
        **{f"support_{part}": [e for e in inputs.support if e.part == part] for part in SUPPORTED_PARTS},
    }
    missing = [assumed_names(name)[bool(told)] for name, told in entries.items() if not told or name in partly]
    missing += ["operations"] if not inputs.operations else []
    missing += ["shift"] if inputs.shift is None else []
    return tuple(missing)
