"""RULA, REBA, OWAS, ISO 11226, EN 1005-4 and NIOSH: one block each per clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.method_results import LiftResult, ScoredMethod, ScoreTime
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.texts import assumed_text, duration, part_side

CHANGE_SOON = 3
"""Lowest action level of RULA and REBA that asks for a change soon or at once."""
NEARLY_ALL = 0.95
"""A method that judged less than this share of the time says how much it judged."""


@dataclass(frozen=True)
class Block:
    """A method's name, its result in large letters, shares per level for a bar, and lines of detail."""

    name: str
    headline: str
    shares: tuple[float, ...]
    levels: tuple[int, ...]
    """Colour of each share: 0, 1 or 2."""
    lines: tuple[str, ...]


def blocks(analysis: Analysis, words: Catalogue) -> list[Block]:
    """All methods that have something to say of this clip."""
    makers: tuple[Callable[[], Iterable[Block]], ...] = (
        lambda: [_scored(analysis.rula, words)] if analysis.rula.sides else [],
        lambda: [_scored(analysis.reba, words)] if analysis.reba.sides else [],
        lambda: [_owas(analysis, words)],
        lambda: [_iso(analysis, words)] if analysis.iso11226 else [],
        lambda: [_machine(analysis, words)] if analysis.en1005_4 else [],
        lambda: [_lift(lift, words) for lift in analysis.niosh],
    )
    return [block for make in makers for block in make()]


def _colours(levels: Sequence[ScoreTime]) -> tuple[int, ...]:
    """Levels 0 and 1 ask for nothing, 2 for a look, 3 and above for a change."""
    return tuple(0 if level.score <= 1 else 1 if level.score == 2 else 2 for level in levels)


def _level_words(levels: Sequence[ScoreTime], message: str, method: str, words: Catalogue) -> str:
    """Every level with its share of the time and what the method asks for there."""
    return ";  ".join(
        f"{words.text(message, level=level.score)} {words.percent(level.percent / 100, 1)} "
        f"({words.text(f'level-{method}-{level.score}')})"
        for level in levels
    )


def _scored(method: ScoredMethod, words: Catalogue) -> Block:
    """RULA or REBA: the worse of both sides in every frame, and each side's own figures."""
    worse = next((side for side in method.sides if side.side == "worse"), method.sides[0])
    name = method.method.lower()
    lines = [_level_words(worse.levels, "method-action-level", name, words)]
    for side in method.sides:
        if side.mean is not None:
            lines.append(
                words.text(
                    "method-side",
                    side=words.text(f"side-{side.side}"),
                    mean=words.number(side.mean, 1),
                    median=words.number(side.percentile_50, 0),
                    high=words.number(side.percentile_90, 0),
                    highest=words.number(side.highest, 0),
                )
            )
    means = {words.number(side.mean, 1) for side in method.sides if side.side in ("left", "right")}
    if method.headline_side is not None and len(means) > 1:
        lines.append(words.text("method-headline-side", side=words.text(f"side-{method.headline_side}")))
    lines += _partly(worse.observed_s, worse.unknown_s, words)
    lines += _assumed(method.assumed, words)
    acted_on = sum(level.percent for level in worse.levels if level.score >= CHANGE_SOON)
    return Block(
        name=words.text(f"method-{name}"),
        headline=words.text("method-change-soon", share=words.percent(acted_on / 100, 1)),
        shares=tuple(level.percent / 100 for level in worse.levels),
        levels=_colours(worse.levels),
        lines=tuple(lines),
    )


def _owas(analysis: Analysis, words: Catalogue) -> Block:
    found = analysis.owas
    lines = [_level_words(found.categories, "method-owas-category", "owas", words)]
    for part in ("back", "arms", "legs", "load"):
        codes: tuple[ScoreTime, ...] = getattr(found, part)
        shares = ", ".join(
            f"{words.text(f'owas-{part}-{code.score}')} ({code.score}) {words.percent(code.percent / 100)}"
            for code in codes
            if code.percent > 0
        )
        lines.append(f"{words.text(f'owas-{part}')}: {shares or words.number(None)}")
    lines += _partly(found.observed_s, found.unknown_s, words)
    lines += _assumed(found.assumed, words)
    return Block(
        name=words.text("method-owas"),
        headline=words.text("method-owas-headline", category=words.number(found.highest, 0)),
        shares=tuple(category.percent / 100 for category in found.categories),
        levels=_colours(found.categories),
        lines=tuple(lines),
    )


def _partly(observed_s: float, unknown_s: float, words: Catalogue) -> list[str]:
    """How much of the time a method judged, where that was not nearly all."""
    share = observed_s / (observed_s + unknown_s) if observed_s + unknown_s > 0 else 0.0
    return [words.text("method-partly", share=words.percent(share))] if share < NEARLY_ALL else []


def _iso(analysis: Analysis, words: Catalogue) -> Block:
    """Static holds against the longest acceptable ones."""
    lines, over = [], 0.0
    for part in analysis.iso11226:
        over += part.not_recommended_s
        if part.holds:
            lines.append(
                words.text(
                    "method-iso-part",
                    part=part_side(part.part, part.side, words),
                    holds=part.holds,
                    acceptable=duration(part.acceptable_s, words),
                    over=duration(part.not_recommended_s, words),
                )
            )
    headline = words.text("method-iso-headline", seconds=duration(over, words))
    return Block(words.text("method-iso11226"), headline, (), (), tuple(lines))


def _machine(analysis: Analysis, words: Catalogue) -> Block:
    lines, refused = [], 0.0
    for part in analysis.en1005_4:
        bad = sum(use.not_acceptable_s for use in part.uses)
        refused = max(refused, bad)
        verdicts = {
            verdict: sum(use.seconds for use in part.uses if use.verdict == verdict)
            for verdict in ("acceptable", "conditional", "not_acceptable")
        }
        spent = ", ".join(
            f"{words.text('machine-' + verdict.replace('_', '-'))} {duration(seconds, words)}"
            for verdict, seconds in verdicts.items()
            if seconds > 0
        )
        lines.append(f"{part_side(part.part, part.side, words)}: {spent or words.number(None)}")
    headline = words.text("method-machine-headline", seconds=duration(refused, words))
    return Block(words.text("method-en1005-4"), headline, (), (), tuple(lines))


def _lift(lift: LiftResult, words: Catalogue) -> Block:
    index = lift.lifting_index
    headline = (
        words.text("lift-impossible")
        if index is None
        else words.text("lift-index", low=words.number(index.low, 2), high=words.number(index.high, 2))
    )
    line = words.text(
        "lift-words",
        load=words.number(lift.load_kg, 1),
        limit=words.number(lift.weight_limit_best_kg, 1),
        low=words.number(lift.weight_limit_kg.low, 1),
        high=words.number(lift.weight_limit_kg.high, 1),
        horizontal=words.number(lift.horizontal_cm, 0),
        vertical=words.number(lift.vertical_cm, 0),
        travel=words.number(lift.travel_cm, 0),
        asymmetry=words.degrees(lift.asymmetry_deg),
    )
    return Block(words.text("method-niosh"), headline, (), (), (line, *_assumed(lift.assumed, words)))


def _assumed(names: Sequence[str], words: Catalogue) -> list[str]:
    if not names:
        return []
    return [f"{words.text('assumed-heading')}: " + " ".join(assumed_text(name, words) for name in names)]
