"""Another estimator can be installed and used by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_worker.pose.estimate import load_estimator

PLUG_IN = """
from tests.gpu_worker.puppets import Stage


def load(cache, device, threads, *, hands, mirrored):
    return Stage()
"""


def test_an_installed_plug_in_takes_blazeposes_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "puppet_theatre.py").write_text(PLUG_IN)
    facts = tmp_path / "puppet_theatre-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: puppet-theatre\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[poloha.pose_estimators]\npuppets = puppet_theatre:load\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    estimator = load_estimator(tmp_path, name="puppets")
    assert type(estimator).__name__ == "Stage"


def test_an_unknown_name_is_refused_and_the_known_ones_are_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"no pose estimator named 'other' is installed; there is .*blazepose"):
        load_estimator(tmp_path, name="other")
