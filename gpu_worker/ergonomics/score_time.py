"""Scores of frames summed over time: seconds and percent per score, means and percentiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.counted import Counted
from gpu_worker.ergonomics.method_results import ComponentResult, OwasResult, ScoredMethod, ScoreTime, SideResult
from gpu_worker.ergonomics.owas import category_of_share
from gpu_worker.ergonomics.peaks import highest_lasting
from gpu_worker.ergonomics.posture_scores import OwasCodes, SideScores, worse
from gpu_worker.ergonomics.scoring import ActionLevel, Scores, action_levels
from gpu_worker.ergonomics.signals import SIDES

Weights = NDArray[np.float64]
Side = Literal["left", "right", "worse", "both"]
COMMON = ("neck", "trunk", "legs")
"""Components that do not depend on the side."""


def score_times(scores: Scores, weights_s: Weights, lowest: int = 1) -> tuple[ScoreTime, ...]:
    """Seconds and percent of the known time per score that occurs; scores below `lowest` are unknown."""
    known = scores >= lowest
    total = float(weights_s[known].sum())
    seconds = np.bincount(scores[known], weights=weights_s[known]) if known.any() else np.zeros(0)
    return tuple(
        ScoreTime(score=score, seconds=float(time), percent=100 * float(time) / total)
        for score, time in enumerate(seconds)
        if time > 0
    )


def side_result(side: Side, scores: Scores, levels: Scores, counted: Counted) -> SideResult:
    """One side's scores over the time that counts."""
    weights_s = counted.weights_s
    known = (scores > 0) & (weights_s > 0)
    observed = float(weights_s[known].sum())
    return SideResult(
        side=side,
        observed_s=observed,
        unknown_s=max(counted.total_s - observed, 0.0),
        mean=float(np.average(scores[known], weights=weights_s[known])) if observed > 0 else None,
        percentile_50=_percentile(scores[known], weights_s[known], 0.5),
        percentile_90=_percentile(scores[known], weights_s[known], 0.9),
        highest=highest_lasting(scores, counted),
        scores=score_times(scores, weights_s),
        levels=score_times(levels, weights_s, lowest=0),
    )


def scored_method(
    method: Literal["RULA", "REBA"],
    sides: Mapping[str, SideScores],
    levels: list[ActionLevel],
    counted: Counted,
    assumed: Iterable[str],
) -> ScoredMethod:
    """RULA or REBA over a clip: left, right and, frame by frame, the worse side."""
    highest = worse(sides)
    left, right = (side_result(s, sides[s].score, sides[s].level, counted) for s in SIDES)
    both = side_result("worse", highest, action_levels(highest, levels), counted)
    return ScoredMethod(
        method=method,
        sides=(left, right, both),
        headline_side=_headline(left, right),
        components=tuple(_components(sides, counted.weights_s)),
        assumed=tuple(assumed),
    )


def _headline(left: SideResult, right: SideResult) -> Literal["left", "right"] | None:
    if left.mean is None and right.mean is None:
        return None
    return "left" if (left.mean or 0.0) > (right.mean or 0.0) else "right"


def _components(sides: Mapping[str, SideScores], weights_s: Weights) -> Iterable[ComponentResult]:
    for name in COMMON:
        yield ComponentResult(
            component=name, side="both", scores=score_times(sides["left"].components[name], weights_s)
        )
    for side in SIDES:
        for name, scores in sides[side].components.items():
            if name not in COMMON:
                yield ComponentResult(component=name, side=side, scores=score_times(scores, weights_s))


def owas_result(codes: OwasCodes, counted: Counted, assumed: Iterable[str]) -> OwasResult:
    """Shares of codes and categories over the time of a clip that counts."""
    weights_s = counted.weights_s
    parts = {name: score_times(getattr(codes, name), weights_s) for name in ("back", "arms", "legs", "load")}
    observed = float(weights_s[codes.category > 0].sum())
    by_share = {
        part: max((category_of_share(part, s.score, s.percent) for s in parts[part]), default=1)
        for part in ("back", "arms", "legs")
    }
    return OwasResult(
        observed_s=observed,
        unknown_s=max(counted.total_s - observed, 0.0),
        **parts,
        categories=score_times(codes.category, weights_s),
        highest=highest_lasting(codes.category, counted),
        by_share=by_share,
        assumed=tuple(assumed),
    )


def _percentile(scores: Scores, weights_s: Weights, share: float) -> int | None:
    """The lowest score that at least `share` of the time does not exceed."""
    if len(scores) == 0 or weights_s.sum() <= 0:
        return None
    seconds = np.bincount(scores, weights=weights_s)
    passed = np.cumsum(seconds) / seconds.sum()
    return int(np.searchsorted(passed, share - 1e-12))
