"""Error model and gains from kept takes: what was put in comes out, and the files can be shipped as written."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from bench import error_model, gains
from bench.kept import takes_in
from bench.take_agreement import FOUND, TRUTH
from gpu_worker import motion as motion_file
from gpu_worker.angles import errors
from gpu_worker.angles import gains as shipped_gains
from gpu_worker.motion import Motion
from tests.gpu_worker.moving_body import Pose

TIMES = np.arange(0, 12, 1 / 12)


def work(lean_off: float = 0.0, twist_share: float = 1.0, pace: float = 1.0) -> Motion:
    """Twelve seconds of bending and twisting; what a faulty method finds of it."""
    bent, turned = 40 + 30 * np.sin(pace * TIMES), 35 * np.sin(1.7 * pace * TIMES)
    return Pose(count=len(TIMES), trunk_flexion=bent + lean_off, trunk_twist=twist_share * turned).motion(TIMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two families of three takes: the lean is off by a constant of each take, half of every twist is lost."""
    made = tmp_path_factory.mktemp("takes")
    for number, off in enumerate((-6.0, 5.0, 3.0, -4.0, 6.0, -5.0)):
        name, pace = f"{('lifting', 'shelf')[number // 3]}-{number % 3}", 0.8 + 0.1 * number
        motion_file.save(work(pace=pace), made / f"{name}{TRUTH}")
        motion_file.save(work(off, 0.5, pace), made / f"{name}{FOUND}")
    return made


def run(monkeypatch: pytest.MonkeyPatch, module: object, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    module.main()  # type: ignore[attr-defined]


def test_half_of_every_twist_lost_is_a_gain_of_one_half(folder: Path) -> None:
    found = gains.measured([take.pair() for take in takes_in([folder])])
    assert found["trunk_twist"].gain == pytest.approx(0.5, abs=0.03)
    assert found["trunk_flexion"].gain == pytest.approx(1.0, abs=0.03)


def test_written_gains_can_be_shipped_and_name_their_takes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, gains, str(folder), "--json", str(tmp_path / "gains.json"))
    written = shipped_gains.parse((tmp_path / "gains.json").read_text(encoding="utf-8"))
    assert written.flattened(["trunk_twist", "trunk_flexion"]) == ("trunk_twist",)
    assert "6 rendered takes" in written.source
    assert folder.name in written.command
    assert "6 takes" in capsys.readouterr().out


def test_written_model_can_be_shipped_and_says_how_its_intervals_did_on_other_takes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, error_model, str(folder), "--json", str(tmp_path / "model.json"))
    text = (tmp_path / "model.json").read_text(encoding="utf-8")
    model = errors.parse(text)
    assert errors.as_file(model) == text
    assert set(model.terms) == set(errors.shipped().terms)
    trunk = model.terms["trunk"]
    assert np.hypot(trunk.clip, trunk.view) == pytest.approx(np.sqrt(np.mean(np.square([6, 5, 3, 4, 6, 5]))), rel=0.2)
    assert "families left out in turn" in model.source
    printed = capsys.readouterr().out
    assert all(signal in printed for signal in error_model.ZONES)


def test_intervals_hold_the_truth_where_the_error_is_the_fitted_one(folder: Path) -> None:
    takes = takes_in([folder])
    found = error_model.coverage(takes, error_model.of_other_families(takes))
    assert found["trunk_flexion"].zones >= 12
    assert found["trunk_flexion"].share > 0.8


def test_takes_of_one_family_cannot_check_themselves(folder: Path) -> None:
    with pytest.raises(ValueError, match="one family"):
        error_model.of_other_families([take for take in takes_in([folder]) if take.family == "shelf"])
