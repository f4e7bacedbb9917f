"""Charts of the document as SVG: angle over time, shares of zones, the figure with its loaded parts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.curves import Curve

INK, FAINT, RULE, UNSEEN = "#1b2733", "#66727d", "#d5dbe0", "#e3e7ea"
LEVELS = ("#2f9e6e", "#e2a012", "#d2453d")
"""Acceptable, conditional, unacceptable; also categories 1, 2, 3."""
TINTS = ("#ffffff", "#fdf3d8", "#fbe3e0")
FONT = "Source Sans Pro"
MOST_POINTS = 900
"""Points of a curve; denser series are drawn as the envelope of each column."""


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
    low = math.floor(min(float(finite.min()), borders[0] - 10) / 10) * 10
    high = math.ceil(max(float(finite.max()), borders[-1] + 10) / 10) * 10
    plot = Plot(width, height, max(float(times_s[-1]), 1e-3), low, high)
    parts = [_zones(plot, curve), *_unseen(plot, times_s, values), _limits(plot, borders, words)]
    parts += [_time_axis(plot, words), _line(plot, times_s, values)]
    return _svg(width, height, parts)


def share_bar(shares: Sequence[float], levels: Sequence[int], *, width: float = 510.0, height: float = 7.0) -> str:
    """A stacked bar of shares (summing to 1), coloured by level."""
    parts, x = [], 0.0
    for share, level in zip(shares, levels, strict=True):
        length = width * share
        if length > 0:
            parts.append(f'<rect x="{x:.2f}" y="0" width="{length:.2f}" height="{height}" fill="{LEVELS[level]}"/>')
        x += length
    return _svg(width, height, parts)


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
        _text(14, 96, words.text("heat-right"), anchor="middle", size=8),
        _text(126, 96, words.text("heat-left"), anchor="middle", size=8),
    ]
    return _svg(140, 214, [*limbs, trunk, head, *labels])


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
    lines, written = [], -math.inf
    for border in sorted({0.0, *borders}, reverse=True):
        if not plot.low <= border <= plot.high:
            continue
        y = plot.y(border)
        lines.append(
            f'<line x1="{plot.left}" y1="{y:.2f}" x2="{plot.width}" y2="{y:.2f}" stroke="{RULE}" stroke-width="0.5"/>'
        )
        if y - written >= 7.5:
            lines.append(_text(plot.left - 4, y + 2.4, words.degrees(border), anchor="end"))
            written = y
    return "".join(lines)


def _time_axis(plot: Plot, words: Catalogue) -> str:
    steps = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((s for s in steps if plot.end_s / s <= 9), 7200)
    marks = []
    for k in range(int(plot.end_s / step) + 1):
        time_s = k * step
        label = f"{int(time_s) // 60}:{int(time_s) % 60:02d}" if step >= 1 else words.number(time_s, 1)
        x = plot.x(time_s)
        anchor = "middle" if x < plot.width - 10 else "end"
        marks.append(_text(x, plot.height - 4, label, anchor=anchor))
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
    """The curve, broken where nothing is known; of a long series the lowest and highest value of each column."""
    step = max(1, math.ceil(2 * len(values) / MOST_POINTS))
    moves, drawing = [], False
    for start in range(0, len(values), step):
        chunk = values[start : start + step]
        known = chunk[np.isfinite(chunk)]
        if not len(known):
            drawing = False
            continue
        x = plot.x(float(times_s[start]))
        for value in [known[0]] if step == 1 else [known.min(), known.max()]:
            moves.append(f"{'L' if drawing else 'M'}{x:.2f} {plot.y(float(value)):.2f}")
            drawing = True
    return f'<path d="{" ".join(moves)}" fill="none" stroke="{INK}" stroke-width="0.8" stroke-linejoin="round"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: float = 6.8) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-family="{FONT}" font-size="{size}" fill="{FAINT}" '
        f'text-anchor="{anchor}">{text}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def change_chart(
    rows: Sequence[tuple[str, float, float]],
    words: Catalogue,
    *,
    judged: bool,
    width: float = 510.0,
    line: float = 15.0,
) -> str:
    """Minutes before (open circle) and after (filled) of each row, joined.

    Green where they fell, red where they rose; grey unless `judged`: then they may not come from the work.
    """
    label, top = 130.0, 12.0
    most = max((max(before, after) for _, before, after in rows), default=1.0) or 1.0

    def x(minutes: float) -> float:
        return label + (width - label - 64) * minutes / most

    parts = []
    for k, (name, before, after) in enumerate(rows):
        y = top + line * k
        fell = LEVELS[0] if after < before else LEVELS[2]
        colour = fell if judged else FAINT
        parts += [
            f'<line x1="{label}" y1="{y}" x2="{x(most):.2f}" y2="{y}" stroke="{RULE}" stroke-width="0.4"/>',
            f'<line x1="{x(before):.2f}" y1="{y}" x2="{x(after):.2f}" y2="{y}" stroke="{colour}" stroke-width="2.4"/>',
            f'<circle cx="{x(before):.2f}" cy="{y}" r="3" fill="#ffffff" stroke="{INK}" stroke-width="1"/>',
            f'<circle cx="{x(after):.2f}" cy="{y}" r="3.4" fill="{colour}"/>',
            _text(0, y + 2.6, name, size=7.6),
            _text(x(most) + 7, y + 2.6, f"{words.number(before)} → {words.number(after)}"),
        ]
    return _svg(width, top + line * max(len(rows), 1), parts)


def agreement_plot(
    means: NDArray[np.float64],
    differences: NDArray[np.float64],
    lines: tuple[float, float, float],
    words: Catalogue,
    *,
    width: float = 250.0,
    height: float = 150.0,
) -> str:
    """Bland and Altman's plot: difference over mean, with lower limit, bias and upper limit as lines."""
    left, bottom, top = 30.0, 26.0, 6.0
    finite = [line for line in lines if math.isfinite(line)]
    reach = max([abs(value) for value in (*finite, *differences.tolist())], default=1.0) * 1.15 or 1.0
    first, last = (float(means.min()), float(means.max())) if len(means) else (0.0, 1.0)
    room = (last - first) * 0.05 or 1.0

    def x(value: float) -> float:
        return left + (width - left) * (value - first + room) / (last - first + 2 * room)

    def y(value: float) -> float:
        return top + (height - bottom - top) * (reach - value) / (2 * reach)

    parts = [f'<line x1="{left}" y1="{y(0):.2f}" x2="{width}" y2="{y(0):.2f}" stroke="{RULE}" stroke-width="0.6"/>']
    for value, dash in zip(lines, ("3 2", "none", "3 2"), strict=True):
        if math.isfinite(value):
            parts.append(
                f'<line x1="{left}" y1="{y(value):.2f}" x2="{width}" y2="{y(value):.2f}" stroke="{LEVELS[2]}" '
                f'stroke-width="0.8" stroke-dasharray="{dash}"/>'
            )
            parts.append(_text(left - 4, y(value) + 2.4, words.number(value, 1), anchor="end"))
    step = max(1, len(means) // MOST_POINTS)
    parts += [
        f'<circle cx="{x(float(mean)):.2f}" cy="{y(float(difference)):.2f}" r="1.6" fill="{INK}" fill-opacity="0.5"/>'
        for mean, difference in zip(means[::step], differences[::step], strict=True)
    ]
    parts += [_text(x(edge), height - 14, words.number(edge, 1), anchor="middle") for edge in {first, last}]
    parts.append(_text((left + width) / 2, height - 4, words.text("validation-mean"), anchor="middle"))
    parts.append(_text(left, top + 1, words.text("validation-difference")))
    return _svg(width, height, parts)
