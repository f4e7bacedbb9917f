"""Takes that `python -m bench.synthetic --keep FOLDER` left: what really happened, and what was found of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench.take_agreement import FOUND, TRUTH
from gpu_worker import motion as motion_file
from gpu_worker.angles.compute import angles
from gpu_worker.angles.error_fit import Pair
from gpu_worker.tilt import turned


def pairs_in(folders: Iterable[Path]) -> list[Pair]:
    """True and found angles of every take, in the order of their names; both in the true gravity frame.

    Raises ValueError where a folder holds no takes.
    """
    pairs: list[Pair] = []
    for folder in folders:
        found = sorted(folder.glob(f"*{FOUND}"))
        if not found:
            raise ValueError(f"{folder} holds no *{FOUND}")
        for path in found:
            truth = motion_file.load(path.with_name(path.name.removesuffix(FOUND) + TRUTH))
            mine = turned(motion_file.load(path), truth.gravity)
            pairs.append(Pair(truth=angles(truth, smoothed=False), measured=angles(mine)))
    return pairs
