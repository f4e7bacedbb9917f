"""Combinations of postures as bit codes: one bit for each region's static and dynamic time, one for each support.

A code says what held in a frame; time is summed over equal codes, so that what several rows share is counted once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.given import SUPPORTED_PARTS
from gpu_worker.ergonomics.nv361.rules import MODES, RULES, Mode
from gpu_worker.ergonomics.observed import Patterns

Codes = NDArray[np.uint64]
Seconds = NDArray[np.float64]


def cell(region: str, mode: Mode) -> str:
    """Name of a region's static or dynamic time."""
    return f"{region}:{mode}"


def support(part: str) -> str:
    """Name of a part being supported."""
    return f"support:{part}"


LEGEND: tuple[str, ...] = (
    *(cell(region.region, mode) for region in RULES.regions for mode in MODES),
    *(support(part) for part in SUPPORTED_PARTS),
)
"""What each bit means, lowest first. Fewer than 53, so that codes are exact numbers in JSON."""
BITS = {name: np.uint64(1 << number) for number, name in enumerate(LEGEND)}


def mask(names: Iterable[str]) -> np.uint64:
    """The code in which exactly `names` hold."""
    return np.uint64(sum(int(BITS[name]) for name in names))


def holds(codes: Codes, bits: np.uint64) -> NDArray[np.bool_]:
    """(P,) True for codes in which any of `bits` holds."""
    return np.asarray((codes & bits) != 0)


def patterns_of(codes: Codes, weights_s: Seconds) -> Patterns:
    """Seconds of each distinct code, longest first."""
    distinct, which = np.unique(codes, return_inverse=True)
    seconds = np.bincount(which, weights=weights_s, minlength=len(distinct))
    order = np.argsort(-seconds, kind="stable")
    return Patterns(
        legend=LEGEND,
        codes=tuple(int(code) for code in distinct[order]),
        seconds=tuple(float(second) for second in seconds[order]),
    )


def read_patterns(all_patterns: Sequence[Patterns]) -> tuple[Codes, Seconds]:
    """Codes and seconds of several observations, in today's order of bits.

    Raises ValueError for an analysis whose legend names what today's rules do not have.
    """
    codes, seconds = [np.zeros(0, dtype=np.uint64)], [np.zeros(0)]
    for patterns in all_patterns:
        stored = np.array(patterns.codes, dtype=np.uint64)
        if patterns.legend != LEGEND:
            unknown = set(patterns.legend) - set(LEGEND)
            if unknown:
                raise ValueError(f"the analysis was made with other rules: {sorted(unknown)}")
            bits = [(np.uint64(1 << number), BITS[name]) for number, name in enumerate(patterns.legend)]
            stored = sum((np.where(holds(stored, old), new, np.uint64(0)) for old, new in bits), np.zeros_like(stored))
        codes.append(stored)
        seconds.append(np.array(patterns.seconds))
    return np.concatenate(codes), np.concatenate(seconds)
