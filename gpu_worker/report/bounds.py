"""What a report can only give as "at least": rows and zones of angles that come out flattened."""

from __future__ import annotations

from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.angles.gains import shipped
from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.conclusion import is_at_least, level_of, told_minutes
from gpu_worker.ergonomics.nv361.limits import ShiftLimits
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.curves import drawn
from gpu_worker.report.texts import signal_words


def is_flattened(signal: str) -> bool:
    """True for a signal (…_left and …_right included) whose time away from neutral is a lower bound."""
    return bool(shipped().flattened([signal]))


def flattened_words(report: Report, words: Catalogue) -> str:
    """The flattened angles that the report's rows and zones rest on, each with how much of it is found; may be empty.

    "Trunk, twist 21 %, …"
    """
    used = {name for row in report.assessment.rows for name in row.at_least}
    used |= {BY_NAME[curve.signal].quantity.name for clip in report.clips for curve in drawn(clip.judged)}
    gains = shipped()
    found = [name for name in gains.gains if name in used and gains.flattened([name])]
    return ", ".join(f"{signal_words(name, words)} {words.percent(gains.gains[name])}" for name in found)


def minutes_words(row: RowMinutes, words: Catalogue, digits: int = 1) -> str:
    """A row's minutes, behind "≥" where they are a lower bound that was seen."""
    return bounded(told_minutes(row), words, lower=is_at_least(row), digits=digits)


def category_words(row: RowMinutes, limits: ShiftLimits, words: Catalogue) -> str:
    """A row's category, behind "≥" where it may be higher: what was seen of a row that is not assessed."""
    level = level_of(row, limits)
    return bounded(level, words, lower=row.minutes is None and level != 3, digits=0)


def bounded(minutes: float | None, words: Catalogue, *, lower: bool, digits: int = 1) -> str:
    """Minutes, behind "≥" where they are a `lower` bound."""
    written = words.number(minutes, digits)
    return f"≥\N{NO-BREAK SPACE}{written}" if lower and minutes is not None else written


def status_words(row: RowMinutes, words: Catalogue) -> str:
    """A row's status, with the mark of a lower bound."""
    status = words.text(f"status-{row.status.replace('_', '-')}")
    lower = row.at_least and row.status != "not_assessed"
    return words.text("status-at-least", status=status) if lower else status
