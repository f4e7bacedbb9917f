"""How far two measurements agree: Bland and Altman's limits for figures, Cohen's κ for yes and no. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z95 = 1.96
LEAST_PAIRS = 2
"""Fewer pairs have no spread, and so no limits of agreement."""


@dataclass(frozen=True)
class BlandAltman:
    """Bias and 95 % limits of agreement of paired figures (Bland and Altman, Lancet 1986)."""

    means: NDArray[np.float64]
    """(N,) mean of both measurements of each pair."""
    differences: NDArray[np.float64]
    """(N,) ours − reference."""

    @property
    def pairs(self) -> int:
        """How many pairs."""
        return len(self.differences)

    @property
    def bias(self) -> float:
        """Mean difference; NaN without pairs."""
        return float(np.mean(self.differences)) if self.pairs else float("nan")

    @property
    def deviation(self) -> float:
        """Standard deviation of the differences; NaN for fewer than two pairs."""
        return float(np.std(self.differences, ddof=1)) if self.pairs >= LEAST_PAIRS else float("nan")

    @property
    def limits(self) -> tuple[float, float]:
        """Limits between which 95 % of the differences lie if they are normal; NaN for fewer than two pairs."""
        reach = Z95 * self.deviation
        return self.bias - reach, self.bias + reach

    @property
    def mean_absolute(self) -> float:
        """Mean absolute difference; NaN without pairs."""
        return float(np.mean(np.abs(self.differences))) if self.pairs else float("nan")


def bland_altman(ours: NDArray[np.float64], reference: NDArray[np.float64]) -> BlandAltman:
    """Pairs of `ours` (N,) and `reference` (N,); pairs with an unknown value are left out."""
    known = np.isfinite(ours) & np.isfinite(reference)
    mine, theirs = ours[known], reference[known]
    return BlandAltman(means=(mine + theirs) / 2, differences=mine - theirs)


def cohens_kappa(
    ours: NDArray[np.bool_], reference: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> float:
    """Cohen's κ of two yes-or-no records (T,), each moment weighted by its `weights` (T,); NaN where both never vary.

    Source: Cohen, Educ. Psychol. Meas. 20 (1960): (observed − expected agreement) / (1 − expected agreement).
    """
    weight = np.ones(len(ours)) if weights is None else weights
    total = float(weight.sum())
    if total <= 0:
        return float("nan")
    share = weight / total
    agree = float(share[ours == reference].sum())
    yes_ours, yes_reference = float(share[ours].sum()), float(share[reference].sum())
    expected = yes_ours * yes_reference + (1 - yes_ours) * (1 - yes_reference)
    return float("nan") if expected >= 1 - 1e-12 else (agree - expected) / (1 - expected)
