"""One entry of the inputs, as a warning names it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

ABOUT = ("operation", "row", "signal", "posture")
"""What an entry may be about besides its seconds; the first that it has is told."""


@dataclass(frozen=True)
class Entry:
    """The `number`-th entry of its `field`, counted from 1."""

    field: str
    number: int
    start_s: float | None
    end_s: float | None
    about: tuple[str, str] | None
    """Which of `ABOUT`, and its name."""

    @classmethod
    def of(cls, field: str, number: int, entry: BaseModel) -> Entry:
        """The entry as it stands in the inputs."""
        told = ((kind, getattr(entry, kind, None)) for kind in ABOUT)
        about = next(((kind, name) for kind, name in told if name is not None), None)
        return cls(field, number, getattr(entry, "start_s", None), getattr(entry, "end_s", None), about)

    def warning(self, key: str) -> str:
        """The warning `key` of this entry: "cut_at_end:load:2:10.0:40.0:operation=packing"."""
        seconds = ("" if second is None else f"{second:.1f}" for second in (self.start_s, self.end_s))
        return ":".join((key, self.field, str(self.number), *seconds, "=".join(self.about or ())))


def read_warning(warning: str) -> tuple[str, Entry | None]:
    """Key and entry of a warning; no entry where it is about the clip or the shift."""
    key, *rest = warning.split(":", 5)
    if len(rest) != 5:
        return warning, None
    field, number, start, end, about = rest
    kind, _, name = about.partition("=")
    start_s, end_s = (float(second) if second else None for second in (start, end))
    return key, Entry(field, int(number), start_s, end_s, (kind, name) if name else None)
