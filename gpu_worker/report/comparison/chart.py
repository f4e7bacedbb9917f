"""The comparison's chart: minutes of each changed row before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_worker.report.document.svg import FAINT, INK, LEVELS, RULE, drawing, label

NAMES, WORDS, TOP, LINE = 130.0, 76.0, 12.0, 15.0
"""Points: width of the names and of the minutes in words, place of the first row, height of each."""


@dataclass(frozen=True)
class Bar:
    """One row: minutes before and after, None where nothing is known, and how they are written."""

    name: str
    before: float | None
    after: float | None
    words: str


def change_chart(bars: Sequence[Bar], *, judged: bool, width: float = 510.0) -> str:
    """Minutes before (open circle) and after (filled) of each row, joined where both are known.

    Green where they fell, red where they rose; grey unless `judged`: then they may not come from the work.
    """
    known = [minutes for bar in bars for minutes in (bar.before, bar.after) if minutes is not None]
    most = max(known, default=1.0) or 1.0
    end = width - WORDS

    def x(minutes: float) -> float:
        return NAMES + (end - NAMES) * minutes / most

    parts = []
    for k, bar in enumerate(bars):
        y = TOP + LINE * k
        parts.append(f'<line x1="{NAMES}" y1="{y}" x2="{end}" y2="{y}" stroke="{RULE}" stroke-width="0.4"/>')
        colour = FAINT
        if bar.before is not None and bar.after is not None:
            colour = (LEVELS[0] if bar.after < bar.before else LEVELS[2]) if judged else FAINT
            parts.append(
                f'<line x1="{x(bar.before):.2f}" y1="{y}" x2="{x(bar.after):.2f}" y2="{y}" stroke="{colour}" '
                'stroke-width="2.4"/>'
            )
        if bar.before is not None:
            parts.append(
                f'<circle cx="{x(bar.before):.2f}" cy="{y}" r="3" fill="#ffffff" stroke="{INK}" stroke-width="1"/>'
            )
        if bar.after is not None:
            parts.append(f'<circle cx="{x(bar.after):.2f}" cy="{y}" r="3.4" fill="{colour}"/>')
        parts += [label(0, y + 2.6, bar.name, size=7.6), label(end + 7, y + 2.6, bar.words)]
    return drawing(width, TOP + LINE * max(len(bars), 1), parts)
