"""Entries of seconds that the clip does not have, or in which nobody is seen.

What would hold nowhere is refused, or told where it came with the log of the analysis before. What holds in part is
told.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract.base import refusal
from contract.inputs import Inputs, LogLength
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.timing import spans_s
from gpu_worker.ergonomics.entry import Entry
from gpu_worker.ergonomics.given import ROUNDING_S, entry_frames
from gpu_worker.motion import Motion

CUT = "cut_at_end"
"""Warning: the entry goes on behind the clip's end and holds only up to it."""
BEHIND = "behind_end"
"""Warning: the entry, kept from a log of before, lies behind the clip's end and holds nowhere."""
UNSEEN = "correction_unseen"
"""Warning: in none of the correction's seconds, kept from a log of before, somebody is seen; it holds nowhere."""
PARTLY_UNSEEN = "correction_partly_unseen"
"""Warning: in part of the correction's seconds nobody is seen; there it does not hold."""
TIMED = ("segments", "neutral", "load", "coupling", "support", "activity", "lifts", "exclusions", "corrections")
NO_LOG = LogLength()


def length_of(motion: Motion) -> float:
    """Seconds of a motion's clip: up to its last picture where the container tells less, or nothing."""
    return max(motion.video_duration_s, float(motion.times_s[-1]) if len(motion.times_s) else 0.0)


def refuse_behind(inputs: Inputs, length_s: float, inherited: LogLength = NO_LOG) -> None:
    """Refuse an entry that lies behind the end of a clip of `length_s` as a whole: it would hold nowhere.

    Not one of the `inherited` part of the log, which nobody may change.
    """
    for entry in _timed(inputs):
        if _begins_behind(entry, length_s) and not _is_inherited(entry, inherited):
            raise refusal(
                "behind_end",
                "{field}, item {number} begins at {start} s, but the clip lasts {length} s",
                field=entry.field,
                number=entry.number,
                start=entry.start_s or 0.0,
                length=round(length_s, 1),
            )


def refuse_unseen(inputs: Inputs, angles: AngleSeries, inherited: LogLength = NO_LOG) -> None:
    """Refuse a correction in whose seconds nobody is seen at all: it cannot make unseen time observed.

    Not one of the `inherited` part of the log, which nobody may change.
    """
    for entry, seen, _ in _corrected(inputs, angles):
        if not seen and not _is_inherited(entry, inherited):
            raise refusal(
                "correction_unseen",
                "corrections, item {number}: nobody is seen from {start} to {end} s",
                number=entry.number,
                start=entry.start_s or 0.0,
                end=entry.end_s or 0.0,
            )


def entry_warnings(inputs: Inputs, angles: AngleSeries, length_s: float) -> Iterator[str]:
    """A warning for each entry that holds only in part, or, having been inherited, nowhere."""
    for entry in _timed(inputs):
        if _begins_behind(entry, length_s):
            yield entry.warning(BEHIND)
        elif entry.end_s is not None and entry.end_s > length_s + ROUNDING_S:
            yield entry.warning(CUT)
    for entry, seen, unseen_s in _corrected(inputs, angles):
        if _begins_behind(entry, length_s):
            continue
        if not seen:
            yield entry.warning(UNSEEN)
        elif unseen_s > ROUNDING_S:
            yield entry.warning(PARTLY_UNSEEN)


def _timed(inputs: Inputs) -> Iterator[Entry]:
    for field in TIMED:
        for number, entry in enumerate(getattr(inputs, field), 1):
            yield Entry.of(field, number, entry)


def _begins_behind(entry: Entry, length_s: float) -> bool:
    """Nothing of it lies within the clip; a lift is a moment, and the last one there is may be rounded up.

    What holds from the beginning on holds in every clip, be it a single picture that lasts no time.
    """
    if not entry.start_s:
        return False
    return entry.start_s > length_s + ROUNDING_S if entry.field == "lifts" else entry.start_s >= length_s


def _is_inherited(entry: Entry, inherited: LogLength) -> bool:
    return entry.number <= getattr(inherited, entry.field, 0)


def _corrected(inputs: Inputs, angles: AngleSeries) -> Iterator[tuple[Entry, bool, float]]:
    """Each correction of an angle or the posture; whether it meets the person, and its seconds without a person."""
    span_s = spans_s(angles.times_s)
    for number, correction in enumerate(inputs.corrections, 1):
        if correction.row is None:
            where = entry_frames(correction, angles.times_s)
            entry = Entry.of("corrections", number, correction)
            yield entry, bool((where & angles.seen).any()), float(span_s[where & ~angles.seen].sum())
