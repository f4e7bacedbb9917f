"""What a fresh checkout is set up from."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_lock_names_every_platforms_packages_or_npm_ci_refuses_it() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
    locked = {path.rpartition("node_modules/")[2] for path in packages}
    assert wanted <= locked
