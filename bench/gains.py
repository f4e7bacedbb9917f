"""Gain of each angle on takes whose truth is known: `python -m bench.gains FOLDER … [--json FILE]`.

FOLDERs hold true and found motions, as `python -m bench.synthetic --keep FOLDER` leaves them. FILE is
`gpu_worker/angles/gains.json`: it makes rows and zones of flattened angles read "at least", so measure it anew after
every change of body recovery.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.kept import takes_in
from bench.take_agreement import AngleError, angle_error
from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.error_fit import Pair
from gpu_worker.angles.gains import Gains, as_json, shipped

MEASURED = (
    "trunk_flexion", "trunk_side_bend", "trunk_twist", "head_flexion", "neck_flexion", "neck_side_bend", "neck_twist",
    "arm_elevation", "arm_elevation_gravity", "elbow_flexion", "knee_flexion", "hip_flexion",
)  # fmt: skip
"""Quantities that rows, zones and scores rest on."""


def measured(pairs: Sequence[Pair]) -> dict[str, AngleError]:
    """Errors of each quantity, frames of all takes and both sides together."""
    found = {}
    for quantity in MEASURED:
        names = [signal.name for signal in SIGNALS if signal.quantity.name == quantity]
        mine, theirs = (
            np.concatenate([series.signals[name] for series in both for name in names])
            for both in ([pair.measured for pair in pairs], [pair.truth for pair in pairs])
        )
        found[quantity] = angle_error(mine, theirs)
    return found


def main() -> None:
    """Print the gains beside the shipped ones, and write them if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    pairs = [take.pair() for take in takes_in(chosen.folders)]
    errors = measured(pairs)
    print(f"{len(pairs)} takes; below {shipped().least} an angle is flattened")
    print(f"{'angle':22} {'gain':>6} {'shipped':>8} {'|error|':>8}")
    for name, error in errors.items():
        old = shipped().gains.get(name, float("nan"))
        print(f"{name:22} {error.gain:6.2f} {old:8.2f} {error.mean_absolute:7.1f}°")
    if chosen.json:
        gains = {name: round(error.gain, 2) for name, error in errors.items() if np.isfinite(error.gain)}
        names = ", ".join(folder.name for folder in chosen.folders)
        source = f"{len(pairs)} rendered takes with known truth and true gravity ({names})."
        written = Gains(source, f"python -m bench.gains {names}", shipped().least, gains)
        chosen.json.write_text(as_json(written), encoding="utf-8")


if __name__ == "__main__":
    main()
