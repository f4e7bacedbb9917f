"""Finished chunks of the landmark stage, so that a run that died is gone on with and not begun again.

What is kept are the networks' answers (`gpu_worker.pose.recorded`): everything after them is cheap and follows from
them, so an interrupted and resumed job ends in the same bytes as one that was never interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import gpu_worker.pose
import gpu_worker.video
from contract.job import JobOptions
from gpu_worker.pose.weights import VERSION

_CODE = (gpu_worker.pose, gpu_worker.video)


class Checkpoints(Protocol):
    """Where chunks are kept. A chunk is written once and never changed."""

    def chunks(self) -> Iterator[bytes]:
        """The chunks kept before, from the first on, up to the first that is missing."""

    def keep(self, number: int, chunk: bytes) -> None:
        """Keep a chunk; one that cannot be kept only costs time when the run dies."""


class NoCheckpoints:
    """Keeps nothing."""

    def chunks(self) -> Iterator[bytes]:
        """None."""
        return iter(())

    def keep(self, number: int, chunk: bytes) -> None:
        """Nothing is kept."""


class FolderCheckpoints:
    """Chunks as files of a folder."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder / fingerprint

    def chunks(self) -> Iterator[bytes]:
        """See Checkpoints."""
        number = 0
        while (path := self._path(number)).is_file():
            yield path.read_bytes()
            number += 1

    def keep(self, number: int, chunk: bytes) -> None:
        """See Checkpoints; a file appears whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._path(number).with_suffix(".part")
        half.write_bytes(chunk)
        half.rename(self._path(number))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}"


def fingerprint(video: str, options: JobOptions, device: str, calls: int) -> str:
    """What chunks depend on: the video (its ETag or digest), the options and code of the stage, weights, device, plan.

    Chunks of another fingerprint are never read.
    """
    seen = hashlib.sha256(f"{video}\n{options.quality}\n{options.person!r}\n{VERSION}\n{device}\n{calls}\n".encode())
    for package in _CODE:
        for file in sorted(Path(package.__path__[0]).glob("*.py")):
            seen.update(file.name.encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()[:32]
