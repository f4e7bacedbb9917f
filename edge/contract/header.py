"""What only people know and a signed report must say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from contract.base import Strict, refusal
from contract.measures import Name, Text

EAST_OF_UTC = timedelta(hours=14)
"""Where a day begins first."""


class ReportHeader(Strict):
    """What only people know and a signed report must say."""

    number: Name | None = None
    customer: Text | None = None
    workplace: Text | None = None
    filmed_on: date | None = None
    evaluated_on: date | None = None
    evaluated_by: Name | None = None
    role: Name | None = None
    reviewed_by: Name | None = None
    camera: Text | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None


def refuse_disorder(header: ReportHeader) -> None:
    """Refuse an evaluation before the filming. No validator: what was stored before this was asked has to be read."""
    filmed, evaluated = header.filmed_on, header.evaluated_on
    if filmed is not None and evaluated is not None and evaluated < filmed:
        sentence = "the evaluation on {evaluated} lies before the filming on {filmed}"
        raise refusal("evaluated_before_filmed", sentence, evaluated=str(evaluated), filmed=str(filmed))


def filmed_ahead(header: ReportHeader, now: datetime) -> bool:
    """Whether the filming lies on a day that has begun nowhere on Earth."""
    return header.filmed_on is not None and header.filmed_on > (now + EAST_OF_UTC).date()
