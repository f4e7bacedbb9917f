"""Bland and Altman's plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.document.svg import INK, LEVELS, RULE, drawing, label, spread
from gpu_worker.report.validation.agreement import BlandAltman

MOST_POINTS = 900
STEPS = (1.0, 2.0, 5.0, 10.0)
"""Distances of ticks, times a power of ten."""
LEFT, RIGHT, TOP, BOTTOM = 30.0, 34.0, 14.0, 26.0
"""Points around the plot: the ticks' labels, those of the lines, the names of both axes."""


def ticks(low: float, high: float, most: int = 5) -> tuple[list[float], int]:
    """Round figures from `low` to `high`, about `most` of them, and the decimals that tell them apart."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = power * next(part for part in STEPS if part * power * most >= (high - low) * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)], max(0, -math.floor(math.log10(step) + 1e-9))


def reach_of(found: BlandAltman) -> float:
    """How far the plot reaches from no difference: a little past the furthest point or line."""
    known = [value for value in (*found.limits, found.bias) if math.isfinite(value)]
    return 1.15 * max((abs(value) for value in (*known, *found.differences.tolist())), default=0.0) or 1.0


def decimals(found: BlandAltman) -> int:
    """Decimals that the figures of agreement need: one more than the ticks have."""
    return ticks(-reach_of(found), reach_of(found))[1] + 1


def agreement_plot(
    found: BlandAltman, unit: str, words: Catalogue, *, width: float = 250.0, height: float = 150.0
) -> str:
    """Difference over mean, with the bias and the limits of agreement as lines, as far as they are known."""
    low, high = found.limits
    lines = [(high, "3 2"), (found.bias, "none"), (low, "3 2")]
    lines = [(value, dash) for value, dash in lines if math.isfinite(value)]
    reach = reach_of(found)
    first, last = (float(found.means.min()), float(found.means.max())) if found.pairs else (0.0, 1.0)
    room = 0.05 * (last - first) or 0.1 * abs(first) or 1.0
    first, last, end = first - room, last + room, width - RIGHT

    def x(value: float) -> float:
        return LEFT + (end - LEFT) * (value - first) / (last - first)

    def y(value: float) -> float:
        return TOP + (height - BOTTOM - TOP) * (reach - value) / (2 * reach)

    def line(value: float, colour: str, dash: str) -> str:
        return (
            f'<line x1="{LEFT}" y1="{y(value):.2f}" x2="{end}" y2="{y(value):.2f}" stroke="{colour}" '
            f'stroke-width="0.8" stroke-dasharray="{dash}"/>'
        )

    parts = [line(0, RULE, "none"), *(line(value, LEVELS[2], dash) for value, dash in lines)]
    step = max(1, found.pairs // MOST_POINTS)
    parts += [
        f'<circle cx="{x(float(mean)):.2f}" cy="{y(float(difference)):.2f}" r="1.6" fill="{INK}" fill-opacity="0.5"/>'
        for mean, difference in zip(found.means[::step], found.differences[::step], strict=True)
    ]
    up, up_digits = ticks(-reach, reach)
    along, along_digits = ticks(first, last)
    parts += [label(LEFT - 4, y(value) + 2.4, words.number(value, up_digits), anchor="end") for value in up]
    parts += [
        label(x(value), height - 14, words.number(value, along_digits), anchor="middle")
        for value in (along if found.pairs else ())
    ]
    parts += _line_labels([value for value, _ in lines], [y(value) for value, _ in lines], end, decimals(found), words)
    parts.append(label((LEFT + end) / 2, height - 4, words.text("validation-mean", unit=unit), anchor="middle"))
    parts.append(label(LEFT, 6, words.text("validation-difference", unit=unit)))
    return drawing(width, height, parts)


def _line_labels(
    values: Sequence[float], places: Sequence[float], x: float, digits: int, words: Catalogue
) -> list[str]:
    """What each line stands at, beside it; moved where two lines lie close together."""
    return [
        label(x + 3, place + 2.4, words.number(value, digits))
        for value, place in zip(values, spread(places), strict=True)
    ]
