"""Charts of the document as SVG: angle over time, shares of zones, the figure with its loaded parts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.curves import Curve
from gpu_worker.report.document.svg import INK, LEVELS, RULE, TINTS, UNSEEN, apart, drawing, label

MOST_POINTS = 900
"""Points of a curve; denser series are drawn as the envelope of each column."""
HALF_TURN_DEG = 180.0
"""An angle that changes by more between two frames passed from one end of its range to the other."""
HEADROOM_DEG = 5.0
"""Kept free above and below a curve, so that its peaks are seen to be peaks."""


@dataclass(frozen=True)
class Plot:
    """The drawing area of a time chart, in points, and its scales."""

    width: float
    height: float
    end_s: float
    low: float
    high: float
    left: float = 26.0
    bottom: float = 14.0

    def x(self, time_s: float) -> float:
        """Horizontal place of a time."""
        return self.left + (self.width - self.left) * time_s / self.end_s

    def y(self, value: float) -> float:
        """Vertical place of an angle, clipped to the plot."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return 3 + (self.height - self.bottom - 3) * (1 - share)


def time_chart(
    curve: Curve, times_s: NDArray[np.float64], values: NDArray[np.float64], words: Catalogue, *,
    width: float = 510.0, height: float = 56.0,
) -> str:  # fmt: skip
    """One angle over the video: zones tinted behind, grey where the person was not seen."""
    finite = values[np.isfinite(values)]
    borders = curve.borders
    low = math.floor(min(float(finite.min()) - HEADROOM_DEG, borders[0] - 10) / 10) * 10
    high = math.ceil(max(float(finite.max()) + HEADROOM_DEG, borders[-1] + 10) / 10) * 10
    plot = Plot(width, height, max(float(times_s[-1]), 1e-3), low, high)
    parts = [_zones(plot, curve), *_unseen(plot, times_s, values), _limits(plot, borders, words)]
    parts += [_time_axis(plot, words), _line(plot, times_s, values)]
    return drawing(width, height, parts)


def share_bar(shares: Sequence[float], levels: Sequence[int], *, width: float = 510.0, height: float = 7.0) -> str:
    """A stacked bar of shares (summing to 1), coloured by level."""
    parts, x = [], 0.0
    for share, level in zip(shares, levels, strict=True):
        length = width * share
        if length > 0:
            parts.append(f'<rect x="{x:.2f}" y="0" width="{length:.2f}" height="{height}" fill="{LEVELS[level]}"/>')
        x += length
    return drawing(width, height, parts)


def body_figure(categories: Mapping[str, int | None], words: Catalogue) -> str:
    """A person seen from the front, each part coloured by its category 1, 2, 3 (None: not assessed)."""

    def fill(part: str) -> str:
        category = categories.get(part)
        return UNSEEN if category is None else LEVELS[category - 1]

    right, left = fill("arm_right"), fill("arm_left")
    limbs = [
        _limb([(46, 62), (36, 92), (30, 122)], 11, right),
        _limb([(94, 62), (104, 92), (110, 122)], 11, left),
        _limb([(62, 122), (59, 160), (57, 200)], 15, fill("legs")),
        _limb([(78, 122), (81, 160), (83, 200)], 15, fill("legs")),
    ]
    trunk = (
        '<path d="M52 52 Q70 46 88 52 Q92 54 91 62 L87 92 Q87 108 88 122 Q70 130 52 122 Q53 108 53 92 L49 62 '
        f'Q48 54 52 52 Z" fill="{fill("trunk")}"/>'
    )
    head = (
        f'<ellipse cx="70" cy="24" rx="13" ry="16" fill="{fill("head_neck")}"/>'
        f'<rect x="65" y="36" width="10" height="11" rx="3" fill="{fill("head_neck")}"/>'
    )
    labels = [
        label(14, 96, words.text("heat-right"), anchor="middle", size=8),
        label(126, 96, words.text("heat-left"), anchor="middle", size=8),
    ]
    return drawing(140, 214, [*limbs, trunk, head, *labels])


def _limb(points: Sequence[tuple[float, float]], thickness: float, colour: str) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thickness}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _zones(plot: Plot, curve: Curve) -> str:
    rects = []
    for zone in curve.zones:
        top, bottom = plot.y(min(zone.high, plot.high)), plot.y(max(zone.low, plot.low))
        if zone.level and bottom > top:
            rects.append(
                f'<rect x="{plot.left}" y="{top:.2f}" width="{plot.width - plot.left:.2f}" '
                f'height="{bottom - top:.2f}" fill="{TINTS[zone.level]}"/>'
            )
    return "".join(rects)


def _limits(plot: Plot, borders: Sequence[float], words: Catalogue) -> str:
    """Lines at the borders and at zero; labelled are, as far as there is room, the outer borders before all others."""
    lined = sorted({0.0, *borders}, key=lambda angle: (angle == 0, -abs(angle), -angle))
    lines = [
        f'<line x1="{plot.left}" y1="{plot.y(angle):.2f}" x2="{plot.width}" y2="{plot.y(angle):.2f}" '
        f'stroke="{RULE}" stroke-width="0.5"/>'
        for angle in lined
    ]
    marks = (*lined, plot.high, plot.low)
    for number in apart([plot.y(angle) for angle in marks]):
        lines.append(label(plot.left - 4, plot.y(marks[number]) + 2.4, words.degrees(marks[number]), anchor="end"))
    return "".join(lines)


def _time_axis(plot: Plot, words: Catalogue) -> str:
    steps = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((s for s in steps if plot.end_s / s <= 9), 7200)
    marks = []
    for k in range(int(plot.end_s / step) + 1):
        time_s = k * step
        written = f"{int(time_s) // 60}:{int(time_s) % 60:02d}" if step >= 1 else words.number(time_s, 1)
        x = plot.x(time_s)
        anchor = "middle" if x < plot.width - 10 else "end"
        marks.append(label(x, plot.height - 4, written, anchor=anchor))
    return "".join(marks)


def _unseen(plot: Plot, times_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[str]:
    """Grey blocks over runs without a value."""
    unknown = np.concatenate([[False], ~np.isfinite(values), [False]])
    starts, ends = np.flatnonzero(unknown[1:] & ~unknown[:-1]), np.flatnonzero(~unknown[1:] & unknown[:-1])
    blocks = []
    for start, end in zip(starts, ends, strict=True):
        first, last = (
            plot.x(float(times_s[max(int(start) - 1, 0)])),
            plot.x(float(times_s[min(int(end), len(times_s) - 1)])),
        )
        blocks.append(
            f'<rect x="{first:.2f}" y="3" width="{max(last - first, 0.5):.2f}" '
            f'height="{plot.height - plot.bottom - 3:.2f}" fill="{UNSEEN}"/>'
        )
    return blocks


def _line(plot: Plot, times_s: NDArray[np.float64], values: NDArray[np.float64]) -> str:
    """The curve, broken where nothing is known and where the angle passes ±180°; a value alone is a dot."""
    drawn = []
    for run in _runs(plot, times_s, values):
        if len(run) == 1:
            drawn.append(f'<circle cx="{run[0][0]:.2f}" cy="{run[0][1]:.2f}" r="1.1" fill="{INK}"/>')
        else:
            path = " L".join(f"{x:.2f} {y:.2f}" for x, y in run)
            drawn.append(f'<path d="M{path}" fill="none" stroke="{INK}" stroke-width="0.8" stroke-linejoin="round"/>')
    return "".join(drawn)


def _runs(
    plot: Plot, times_s: NDArray[np.float64], values: NDArray[np.float64]
) -> Iterator[Sequence[tuple[float, float]]]:
    """Places of the values that follow each other; of a long series the lowest and highest value of each column."""
    step = max(1, math.ceil(2 * len(values) / MOST_POINTS))
    with np.errstate(invalid="ignore"):
        wraps = np.flatnonzero(np.abs(np.diff(values)) > HALF_TURN_DEG) + 1
    for first, last in zip([0, *wraps], [*wraps, len(values)], strict=True):
        yield from _unbroken(plot, times_s[first:last], values[first:last], step)


def _unbroken(
    plot: Plot, times_s: NDArray[np.float64], values: NDArray[np.float64], step: int
) -> Iterator[Sequence[tuple[float, float]]]:
    """The runs of values that pass no ±180°, `step` of them to a column."""
    run: list[tuple[float, float]] = []
    for start in range(0, len(values), step):
        chunk = values[start : start + step]
        known = chunk[np.isfinite(chunk)]
        if len(known):
            shown = known[:1] if step == 1 else (known.min(), known.max())
            run += [(plot.x(float(times_s[start])), plot.y(float(value))) for value in shown]
        elif run:
            yield run
            run = []
    if run:
        yield run
