"""What the law says of one clip taken alone as a whole shift, in a form a reader can be shown without any rule.

Minutes are per shift. Sentences are keys of the report's catalogue with their values, so that whoever shows them says
what the report says.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gpu_worker.ergonomics.observed import NotAssessed, RowStatus
from gpu_worker.ergonomics.result import Category, Range, Result


class Sentence(Result):
    """A message of the report's catalogue and what it is filled with.

    `row` holds rows, `length` seconds, `share` a share 0..1, `minutes` minutes,
    `category` one, `missing` and `total` rows, `rule` a letter of step 2, `setting` and `value` a reading,
    `operation` and `note` words that somebody entered.
    """

    key: str
    values: dict[str, int | float | str | tuple[str, ...]] = Field(default_factory=dict)


class RowVerdict(Result):
    """One legal row."""

    row: str
    part: str
    no: int
    cs: str = Field(description="the law's words")
    en: str
    type: Literal["N", "PP"]
    mode: Literal["static", "dynamic"]
    status: RowStatus
    reason: NotAssessed | None = Field(description="why it is not assessed; None where it is")
    minutes: float | None = Field(
        description="of a row not assessed: what was seen of it; None: nothing was seen, which is not 0"
    )
    at_least: bool = Field(description="the true minutes are at least these")
    interval: Range | None = Field(description="90 % interval of `minutes`")
    counts_as: Literal["N", "PP"] = Field(description="what step 2 makes of most of its minutes")
    limits: tuple[int, int] = Field(description="minutes up to which it stays in category 1, and in 2")
    category: Category | None = Field(description="of a row not assessed: what the minutes that were seen come to")
    remarks: tuple[Sentence, ...]


class ClipVerdict(Result):
    """The category of the clip alone, and what it rests on."""

    category: Category | None = Field(description="None: no verdict, the sentences say why")
    at_least: bool = Field(description="the true category may be higher")
    indicative: bool = Field(description="too little was observed for more than an indication")
    certain: bool
    work_minutes: float = Field(description="work time of the shift that the clip stands for")
    shift_assumed: bool = Field(description="nobody entered a shift")
    sentences: tuple[Sentence, ...] = Field(description="what the report says beside the category, in its order")
    warnings: tuple[str, ...] = Field(description="keys of the report's catalogue, beside those of the clip itself")
    rows: tuple[RowVerdict, ...] = Field(description="all of them, the worst first")
