"""The worker's image: no engine runs where the tests do, so it is linted and its build steps' sources are checked."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import gpu_worker

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_dockerfile_passes_its_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_everything_copied_exists_and_reaches_the_build() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert sources
    assert sources <= allowed
    assert all((ROOT / source).exists() for source in sources)


def test_worker_is_not_root_and_is_process_one() -> None:
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER 1\d{4}$", last_stage, re.MULTILINE)
    assert "exec python -u -m gpu_worker" in last_stage


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"(KEY|SECRET|TOKEN)\w*=", DOCKERFILE)


def test_version_in_reports_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert gpu_worker.__version__ == project["version"]
