"""What experts left out and corrected, each with the value before and after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from contract.inputs import Correction, Exclusion, Inputs, ShiftInputs
from gpu_worker.angles.timing import timeline
from gpu_worker.ergonomics.given import entry_frames
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.texts import duration, posture_name, row_name, signal_words, stretch_text


def log_lines(report: Report, words: Catalogue) -> list[list[str]]:
    """The experts' log: when, who, what, before, after, why."""
    lines = []
    for entry, clip in sorted(_entries(report), key=lambda pair: pair[0].when):
        what, before, after = _change(entry, clip, report, words)
        where = "" if clip is None else report.of_clip(clip)
        lines.append([words.moment(entry.when), entry.who, what + where, before, after, entry.reason])
    return lines


def _entries(report: Report) -> Iterator[tuple[Exclusion | Correction, ClipReport | None]]:
    """What was left out and corrected, with the clip it came with; None where it is about the whole shift."""
    told: list[tuple[Inputs | ShiftInputs, ClipReport | None]] = [
        *((clip.analysis.inputs, clip) for clip in report.clips),
        (report.assessment.shift, None),
    ]
    for inputs, clip in told:
        for exclusion in inputs.exclusions:
            yield exclusion, clip
        for correction in inputs.corrections:
            yield correction, clip


def _change(
    entry: Exclusion | Correction, clip: ClipReport | None, report: Report, words: Catalogue
) -> tuple[str, str, str]:
    """What an entry of the log is about, the value before and the value after."""
    stretch = stretch_text(entry, words)
    if entry.row is not None:
        row = next(row for row in report.assessment.rows if row.row == entry.row)
        after = words.text("row-excluded") if row.excluded else _minutes(row.minutes, words)
        return row_name(entry.row, words) + stretch, _minutes(row.original_minutes, words), after
    if isinstance(entry, Correction) and clip is not None:
        if entry.signal is not None:
            measured = words.text("log-mean", mean=words.degrees(_mean(entry.signal, entry, clip), 1))
            return signal_words(entry.signal, words) + stretch, measured, words.degrees(entry.value_deg, 1)
        seen = ", ".join(posture_name(name, words) for name in _postures(entry, clip))
        return words.text("log-posture") + stretch, seen or words.number(None), posture_name(str(entry.posture), words)
    counted = None if clip is None else words.text("log-observed", length=duration(_observed_s(entry, clip), words))
    return words.text("log-stretch") + stretch, counted or words.number(None), words.text("row-excluded")


def _observed_s(entry: Exclusion | Correction, clip: ClipReport) -> float:
    """Seconds of a stretch in which the person was in sight."""
    times = clip.angles.times_s
    return timeline(times, clip.angles.seen).within(entry_frames(entry, times)).observed_s


def _mean(signal: str, entry: Correction, clip: ClipReport) -> float | None:
    """Mean of an angle as measured in the corrected seconds; None where it was not seen."""
    values = clip.angles.signals[signal][entry_frames(entry, clip.angles.times_s)]
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def _postures(entry: Correction, clip: ClipReport) -> list[str]:
    """Postures as measured in the corrected seconds, in the order of their first sight."""
    seen = clip.angles.posture[entry_frames(entry, clip.angles.times_s)]
    return [str(name) for name in dict.fromkeys(seen.tolist()) if name]


def _minutes(minutes: float | None, words: Catalogue) -> str:
    written = words.number(minutes, 1)
    return written if minutes is None else words.text("unit-minutes", minutes=written)
