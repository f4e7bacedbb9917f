"""Every sentence of the reports, in Czech and English, from one Fluent catalogue per language.

Messages live in `en.ftl` and `cs.ftl` beside this file; numbers are written as the language writes them.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Literal

from fluent.runtime import FluentBundle, FluentResource

Language = Literal["cs", "en"]
LANGUAGES: tuple[Language, ...] = ("cs", "en")

DECIMAL_MARK: dict[Language, str] = {"cs": ",", "en": "."}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NO_VALUE = "–"
"""Written where there is no number; never 0."""


class Catalogue:
    """The texts and number forms of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._bundle = FluentBundle([language], use_isolating=False)
        source = resources.files(__package__).joinpath(f"{language}.ftl").read_text(encoding="utf-8")
        self._bundle.add_resource(FluentResource(source))

    @property
    def decimal_mark(self) -> str:
        """What parts whole from decimals."""
        return DECIMAL_MARK[self.language]

    def text(self, message: str, **values: str | int | float) -> str:
        """The text of `message` with `values` filled in. Raises KeyError when it is missing or a value is."""
        pattern = self._bundle.get_message(message).value if self._bundle.has_message(message) else None
        if pattern is None:
            raise KeyError(f"no message {message!r} in {self.language}")
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise KeyError(f"message {message!r} in {self.language}: {errors[0]}")
        return str(text)

    def has(self, message: str) -> bool:
        """Whether `message` is in this language's catalogue."""
        return bool(self._bundle.has_message(message))

    def number_line(self, number: str, revision: int) -> str:
        """The report's number and revision, as every page carries them."""
        return f"{self.text('report-number')} {number}, {self.text('report-revision', revision=revision)}"

    def number(self, value: float | None, digits: int = 1) -> str:
        """`value` with `digits` decimals, a real minus sign and the language's decimal mark; a dash where unknown."""
        if value is None or not math.isfinite(value):
            return NO_VALUE
        written = f"{value:.{digits}f}"
        if float(written) == 0:
            written = written.removeprefix("-")
        return written.replace("-", "−").replace(".", self.decimal_mark)

    def degrees(self, value: float | None, digits: int = 0) -> str:
        """An angle: "42°"."""
        written = self.number(value, digits)
        return written if written == NO_VALUE else f"{written}°"

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share 0..1 as per cent; Czech puts a space before the sign."""
        written = self.number(None if share is None else 100 * share, digits)
        space = "\N{NO-BREAK SPACE}" if self.language == "cs" else ""
        return written if written == NO_VALUE else f"{written}{space}%"

    def date(self, day: date | None) -> str:
        """A date as people write it; empty where unknown."""
        if day is None:
            return ""
        gap = "\N{NO-BREAK SPACE}"
        if self.language == "cs":
            return f"{day.day}.{gap}{day.month}.{gap}{day.year}"
        return f"{day.day}{gap}{MONTHS[day.month - 1]}{gap}{day.year}"

    def moment(self, when: datetime) -> str:
        """A date and the time of day as it was entered, with its zone: "28. 11. 2026 14:30 +0100"."""
        return f"{self.date(when.date())} {when:%H:%M %z}".replace(" ", "\N{NO-BREAK SPACE}")


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: Language) -> Catalogue:
    """The catalogue of `language`, read once."""
    return Catalogue(language)
