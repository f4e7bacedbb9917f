"""What an expert corrects: entries with a name, a time and a reason, in a log that only grows."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol, Self

from pydantic import AwareDatetime, Field, model_validator

from contract.base import Strict, refusal
from contract.measures import Degrees, Minutes, Name, RowId, Second, Text

Posture = Literal["standing", "sitting", "kneeling", "squatting", "one_legged", "lying", "walking"]


class LogEntry(Strict):
    """One entry of the append-only log: who changed what, when and why."""

    who: Name
    when: AwareDatetime
    reason: Text


class Exclusion(LogEntry):
    """Leaves out a stretch of the clip (it counts nowhere) or a legal row."""

    start_s: Second | None = None
    end_s: Second | None = None
    row: RowId | None = None

    @model_validator(mode="after")
    def _a_stretch_or_a_row(self) -> Self:
        stretch = self.start_s is not None and self.end_s is not None
        if stretch == (self.row is not None) or (self.start_s is None) != (self.end_s is None):
            raise refusal("exclusion_kind", "an exclusion names a stretch or a row")
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise refusal("interval_order", "a stretch ends after it starts")
        return self


class Correction(LogEntry):
    """The expert's value instead of the measured one: of a signal or the posture in a stretch, or of a row."""

    start_s: Second | None = None
    end_s: Second | None = None
    signal: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")] | None = None
    value_deg: Degrees | None = None
    posture: Posture | None = None
    row: RowId | None = None
    share: float | None = Field(default=None, ge=0, le=1, description="of the clip's observed time, for a row")
    minutes: Minutes | None = Field(default=None, description="per shift, for a row")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        stretch = self.start_s is not None and self.end_s is not None and self.end_s > self.start_s
        of_signal = self.signal is not None and self.value_deg is not None
        of_row = self.row is not None and ((self.share is None) != (self.minutes is None))
        if [of_signal, self.posture is not None, of_row].count(True) != 1:
            raise refusal("correction_kind", "a correction sets a signal, the posture, or a row")
        if not of_row and not stretch:
            raise refusal("correction_stretch", "a correction of a signal or posture names its stretch")
        return self


class Logged(Protocol):
    """Inputs with a log."""

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """What was left out, in the order of entry."""

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected, in the order of entry."""


class LogLength(Strict):
    """How many entries of a log there are, or were before: the first so many, because it only grows."""

    exclusions: int = Field(default=0, ge=0)
    corrections: int = Field(default=0, ge=0)


def length(log: Logged) -> LogLength:
    """The entries of a log, counted."""
    return LogLength(exclusions=len(log.exclusions), corrections=len(log.corrections))


class LogRewritten(ValueError):
    """A later revision changed or dropped an entry of the log."""


def check_append_only(before: Logged, after: Logged) -> None:
    """Raise LogRewritten unless `after` holds every exclusion and correction of `before`, unchanged and in order."""
    for name in ("exclusions", "corrections"):
        old, new = getattr(before, name), getattr(after, name)
        if new[: len(old)] != old:
            raise LogRewritten(f"{name} were changed; the log only grows")
