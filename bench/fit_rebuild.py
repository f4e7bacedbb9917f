"""Bake the open body anew and compare it with the committed file: `python -m bench.fit_rebuild` (extra `bake`).

Rebuilding agrees when no array differs by more than rounding (10 µm steps) and linear algebra of another machine allow.
"""

from __future__ import annotations

import sys

import numpy as np

from gpu_worker.body.bake_openbody import Source, bake
from gpu_worker.body.model import OPEN_BODY

TOLERANCE = {"v_template": 5e-5, "shapedirs": 2e-4, "J_regressor": 1e-2}
"""Largest difference allowed, in the array's own unit; every other array has to agree to 1e-6."""


def main() -> int:
    """Print the largest difference of every array; 1 when one is too large."""
    made, failed = bake(Source()), False
    with np.load(OPEN_BODY) as committed:
        for name in sorted(set(made) | set(committed.files)):
            if name not in made or name not in committed.files:
                print(f"{name:24} only in {'the new' if name in made else 'the committed'} file")
                failed = True
                continue
            new, old = made[name], committed[name]
            if new.dtype.kind in "US":
                difference = 0.0 if np.array_equal(new, old) else np.inf
            else:
                difference = float(np.abs(new.astype(np.float64) - old.astype(np.float64)).max())
            agrees = difference <= TOLERANCE.get(name, 1e-6)
            failed |= not agrees
            print(f"{name:24} {difference:.2e} {'agrees' if agrees else 'DIFFERS'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
