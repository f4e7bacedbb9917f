"""The decision rule's guard band on takes with known truth: `python -m bench.decision FOLDER [--least 180]`.

FOLDER is the *tuning* split as `python -m bench.synthetic --split tuning --keep FOLDER` leaves it: the share is chosen
there and only checked on others. For each share of draws that must reach a category before it is given (0: the best
estimate decides): agreement, false-safe and false-alarm counts of rows and of jobs, and the largest share, which is the
narrowest guard band, at which false-safe does not exceed false-alarm in either.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.agreement import Confusion
from bench.ergonomic_targets import SEED, SHIFTS
from bench.shift_agreement import agreement, composed_shifts, one_take_shifts, scored_rows
from bench.take_agreement import Take, read_takes

GRID = (0.0, 0.5, 0.45, 0.4, 0.35, 0.3, 0.2)


@dataclass(frozen=True)
class Guarded:
    """Answers under one share."""

    share: float
    rows: Confusion
    jobs: Confusion

    @property
    def safe(self) -> bool:
        """False-safe answers do not exceed false alarms, neither of rows nor of jobs."""
        return all(table.false_safe <= table.false_alarm for table in (self.rows, self.jobs))


def sweep(takes: Sequence[Take], shifts: int, seed: int) -> list[Guarded]:
    """Every share of `GRID` on the same shifts: each take alone, and `shifts` composed ones."""
    found = []
    for share in GRID:
        made = [*one_take_shifts(takes, share), *composed_shifts(takes, shifts, seed, share)]
        found.append(Guarded(share, agreement(scored_rows(made)).confusion, agreement(made).confusion))
    return found


def narrowest(found: Sequence[Guarded]) -> float | None:
    """The narrowest guard band that is safe: 0 (none) where that is, else the largest share; None where none is."""
    safe = [each.share for each in found if each.safe]
    return 0.0 if 0.0 in safe else max(safe, default=None)


def main() -> None:
    """Print the sweep and the share it chooses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--least", type=float, default=180.0, metavar="SECONDS", help="repeat shorter takes")
    parser.add_argument("--shifts", type=int, default=SHIFTS)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    found = sweep(read_takes(chosen.folder, chosen.least), chosen.shifts, chosen.seed)
    print(f"{'share':>6} {'rows agree':>11} {'safe':>5} {'alarm':>6} {'jobs agree':>11} {'safe':>5} {'alarm':>6}")
    for each in found:
        cells = " ".join(
            f"{100 * table.agreement.value:9.0f} % {table.false_safe:5} {table.false_alarm:6}"
            for table in (each.rows, each.jobs)
        )
        print(f"{each.share:6.2f} {cells}")
    share = narrowest(found)
    print("no share is safe" if share is None else f"narrowest safe guard band: {share:.2f}")


if __name__ == "__main__":
    main()
