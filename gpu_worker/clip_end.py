"""Entries behind a clip's end: one that lies there as a whole is refused, one that reaches there is cut, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract.base import refusal
from contract.inputs import Inputs
from gpu_worker.ergonomics.given import ROUNDING_S
from gpu_worker.motion import Motion

CUT = "cut_at_end"
"""Warning: something entered goes on behind the clip's end and holds only up to it."""
TIMED = ("segments", "neutral", "load", "coupling", "support", "activity", "lifts", "exclusions", "corrections")


@dataclass(frozen=True)
class Entry:
    """One entry with seconds, the `number`-th of its `field`, counted from 1."""

    field: str
    number: int
    start_s: float | None
    end_s: float | None

    def begins_behind(self, length_s: float) -> bool:
        """Nothing of it lies within the clip; a lift is a moment, and the last one there is may be rounded up.

        What holds from the beginning on holds in every clip, be it a single picture that lasts no time.
        """
        if not self.start_s:
            return False
        return self.start_s > length_s + ROUNDING_S if self.field == "lifts" else self.start_s >= length_s


def length_of(motion: Motion) -> float:
    """Seconds of a motion's clip: up to its last picture where the container tells less, or nothing."""
    return max(motion.video_duration_s, float(motion.times_s[-1]) if len(motion.times_s) else 0.0)


def refuse_behind(inputs: Inputs, length_s: float) -> None:
    """Refuse an entry that lies behind the end of a clip of `length_s` as a whole: it would hold nowhere."""
    for entry in _timed(inputs):
        if entry.begins_behind(length_s):
            raise refusal(
                "behind_end",
                "{field}, item {number} begins at {start} s, but the clip lasts {length} s",
                field=entry.field,
                number=entry.number,
                start=entry.start_s or 0.0,
                length=round(length_s, 1),
            )


def reaches_behind(inputs: Inputs, length_s: float) -> bool:
    """Whether some entry goes on behind the end of a clip of `length_s`, by more than seconds are rounded by."""
    return any(entry.end_s is not None and entry.end_s > length_s + ROUNDING_S for entry in _timed(inputs))


def _timed(inputs: Inputs) -> Iterator[Entry]:
    for field in TIMED:
        for number, entry in enumerate(getattr(inputs, field), 1):
            yield Entry(field, number, entry.start_s, entry.end_s)
