"""Takes that `python -m bench.synthetic --keep FOLDER` left: what really happened, and what was found of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.take_agreement import FOUND, TRUTH
from gpu_worker import motion as motion_file
from gpu_worker.angles.compute import angles
from gpu_worker.angles.error_fit import Pair
from gpu_worker.angles.errors import ErrorModel, as_json
from gpu_worker.angles.series import AngleSeries
from gpu_worker.motion import Motion
from gpu_worker.tilt import turned


@dataclass(frozen=True)
class Kept:
    """One take; both motions in the true gravity frame, so that gravity's own error stays out."""

    name: str
    truth: AngleSeries
    found: Motion

    @property
    def family(self) -> str:
        """The kind of work, which takes that differ only in person and camera share."""
        return self.name.rsplit("-", 1)[0]

    def pair(self, model: ErrorModel | None = None) -> Pair:
        """True and found angles; the found ones' sigma by `model` instead of the shipped one."""
        motion = self.found if model is None else replace(self.found, error_model=as_json(model))
        return Pair(truth=self.truth, measured=angles(motion))


def takes_in(folders: Iterable[Path]) -> list[Kept]:
    """Every take of the folders, in the order of their names. Raises ValueError where a folder holds none."""
    takes: list[Kept] = []
    for folder in folders:
        paths = sorted(folder.glob(f"*{FOUND}"))
        if not paths:
            raise ValueError(f"{folder} holds no *{FOUND}")
        for path in paths:
            name = path.name.removesuffix(FOUND)
            truth = motion_file.load(path.with_name(name + TRUTH))
            found = turned(motion_file.load(path), truth.gravity)
            takes.append(Kept(name, angles(truth, smoothed=False), found))
    return takes
