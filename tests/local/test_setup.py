"""What a person reads when a checkout cannot be set up."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP_FILES = ("local/setup.py", "pyproject.toml", "package.json", "package-lock.json", "README.md")


def test_without_a_network_the_step_the_source_and_the_log_are_named(tmp_path: Path) -> None:
    for name in SETUP_FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "local/setup.py")],
        env={**keep, **offline},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Set-up failed at: Python packages." in done.stderr
    assert "PyPI could not be reached: connect to the internet" in done.stderr
    log = done.stderr.rpartition("Log: ")[2].strip()
    assert "127.0.0.1" in (tmp_path / log).read_text()


def test_every_script_says_what_it_does_without_setting_anything_up(tmp_path: Path) -> None:
    for script in (ROOT / "scripts").iterdir():
        done = subprocess.run([str(script), "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0
        assert "usage" in done.stdout.lower(), script.name
        assert "ready after" not in done.stderr, script.name
