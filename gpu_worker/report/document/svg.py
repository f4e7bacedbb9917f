"""What all charts share: colours, labels, and labels that keep clear of each other."""

from __future__ import annotations

from collections.abc import Sequence

INK, FAINT, RULE, UNSEEN = "#1b2733", "#66727d", "#d5dbe0", "#e3e7ea"
LEVELS = ("#2f9e6e", "#e2a012", "#d2453d")
"""Acceptable, conditional, unacceptable; also categories 1, 2, 3."""
TINTS = ("#ffffff", "#fdf3d8", "#fbe3e0")
FONT = "Source Sans Pro"
SIZE = 6.8
"""Height of a label's letters, points."""
LINE = 7.5
"""Points from one label to the next below it."""


def label(x: float, y: float, text: str, *, anchor: str = "start", size: float = SIZE) -> str:
    """A word or number whose base line is at `y`."""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-family="{FONT}" font-size="{size}" fill="{FAINT}" '
        f'text-anchor="{anchor}">{text}</text>'
    )


def drawing(width: float, height: float, parts: Sequence[str]) -> str:
    """The chart as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def apart(places: Sequence[float], room: float = LINE) -> list[int]:
    """Indices of the places that are labelled: each in turn, unless it lies within `room` of one before it."""
    kept: list[int] = []
    for number, place in enumerate(places):
        if all(abs(place - places[other]) >= room for other in kept):
            kept.append(number)
    return kept


def spread(places: Sequence[float], room: float = LINE) -> list[float]:
    """The places, in their order from low to high, moved no further than it takes to leave `room` between them."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _start(groups[-1], room) < _start(groups[-2], room) + len(groups[-2]) * room:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_start(group, room) + k * room for group in groups for k in range(len(group))]


def _start(group: Sequence[float], room: float) -> float:
    """Place of the first of some labels that stand `room` apart around the middle of where they belong."""
    return sum(group) / len(group) - room * (len(group) - 1) / 2
