"""What entries are made of: words, seconds, minutes, rows of the law, and stretches of a clip."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contract.base import Strict, refusal

Text = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Second = Annotated[float, Field(ge=0, le=7 * 86400, allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
ROW_PATTERN = r"^(trup\.([1-9]|1[01])|(hlava_krk|phk|lhk)\.([1-9]|10)|dk\.[1-7]|ostatni\.[1-4])$"
"""The 52 rows of the law."""
RowId = Annotated[str, Field(pattern=ROW_PATTERN, examples=["trup.6"])]


class Interval(Strict):
    """A stretch of the clip, from its first second up to its last."""

    start_s: Second
    end_s: Second

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_s <= self.start_s:
            raise refusal("interval_order", "an interval ends after it starts")
        return self


class Scoped(Strict):
    """Holds everywhere, or only between two seconds, or only during one operation."""

    start_s: Second | None = None
    end_s: Second | None = None
    operation: Name | None = None

    @model_validator(mode="after")
    def _scope_is_a_stretch(self) -> Self:
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise refusal("interval_order", "a scope ends after it starts")
        return self
