"""The commands that judge again without a video: what an expert gets from files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gpu_worker import motion as motion_file
from gpu_worker.__main__ import main
from gpu_worker.angles.table import read as read_csv
from tests.gpu_worker.moving_body import Pose


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a trunk bent 50° forward."""
    times = np.arange(0, 30, 1 / 12)
    path = tmp_path_factory.mktemp("motion") / "bent.motion.npz"
    motion_file.save(Pose(count=len(times), trunk_flexion=50).motion(times), path)
    return path


def analysis(folder: Path, name: str = "bent") -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / f"{name}.analysis.json").read_text())
    return found


def test_a_motion_file_is_judged_the_same_every_time(motion: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "once", tmp_path / "twice"
    assert main(["report", str(motion), "-o", str(once)]) == 0
    assert main(["report", str(motion), "-o", str(twice)]) == 0
    for kind in ("angles.csv", "analysis.json", "rows.csv", "report.pdf"):
        assert (once / f"bent.{kind}").read_bytes() == (twice / f"bent.{kind}").read_bytes(), kind


def test_other_inputs_change_the_verdict_and_are_kept_in_it(motion: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text(json.dumps({"exclusions": [{
        "start_s": 0, "end_s": 10, "reason": "another person", "who": "JN", "when": "2026-11-23T10:00:00Z",
    }]}))  # fmt: skip
    assert main(["report", str(motion), "-o", str(tmp_path), "--inputs", str(inputs)]) == 0
    assert analysis(tmp_path)["excluded_s"] == pytest.approx(10, abs=0.2)
    assert "another person" in json.dumps(analysis(tmp_path)["inputs"])


def test_a_camera_tilt_in_the_inputs_turns_the_stored_motion(motion: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text('{"camera": {"pitch_deg": -15}}')
    assert main(["report", str(motion), "-o", str(tmp_path), "--inputs", str(inputs)]) == 0
    angles = read_csv(tmp_path / "bent.angles.csv")
    # A camera that looks down sees a person who bends towards it more bent than they are.
    assert np.nanmedian(angles.signals["trunk_flexion"]) == pytest.approx(50 - 15, abs=0.5)


def test_a_shift_of_two_clips_is_assessed_and_compared(motion: Path, tmp_path: Path) -> None:
    shift = tmp_path / "line.json"
    entered = {"operations": [{"name": "packing", "minutes": 60}],
               "segments": [{"start_s": 0, "end_s": 30, "operation": "packing"}]}  # fmt: skip
    shift.write_text(json.dumps({"title": "Line", "clips": [{"motion": str(motion), "inputs": entered}]}))
    assert main(["assess", str(shift), "-o", str(tmp_path), "--language", "cs"]) == 0
    assessment = json.loads((tmp_path / "line.assessment.json").read_text())
    assert assessment["unobserved_minutes"] == pytest.approx(420)
    assert {p.name for p in tmp_path.glob("line.*")} >= {"line.report.xlsx", "line.report.pdf", "line.rows.csv"}
    path = str(tmp_path / "line.assessment.json")
    assert main(["compare", path, path, "-o", str(tmp_path)]) == 0
    assert (tmp_path / "line-line.comparison.pdf").read_bytes().startswith(b"%PDF")


def test_a_goniometer_record_is_set_against_ours(motion: Path, tmp_path: Path) -> None:
    record = tmp_path / "goniometer.csv"
    lines = [f"{second},trunk_flexion,50" for second in range(1, 29)]
    record.write_text("\n".join(["time_s,signal,value_deg", *lines]) + "\n")
    assert main(["validate", str(motion), "--goniometer", str(record), "-o", str(tmp_path)]) == 0
    assert '"bias"' in (tmp_path / "bent.validation.json").read_text()


@pytest.mark.parametrize(
    "content", [b"", b"not a motion file", b'{"title": "x"}'], ids=["empty", "text", "another kind"]
)
def test_a_file_of_the_wrong_kind_is_named_not_traced(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.motion.npz"
    path.write_bytes(content)
    assert main(["report", str(path), "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err.strip()


def test_an_unknown_field_is_named(motion: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text('{"wieght": 3}')
    assert main(["report", str(motion), "-o", str(tmp_path), "--inputs", str(inputs)]) == 2
    assert "wieght" in capsys.readouterr().err


@pytest.mark.parametrize(
    "entered",
    [
        {"settings": {"no_such_setting": 1}},
        {"neutral": [{"start_s": 500, "end_s": 510}]},
    ],
    ids=["unknown setting", "neutral seconds outside the clip"],
)
def test_inputs_that_do_not_fit_the_clip_are_refused_with_their_file(
    entered: dict[str, object], motion: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text(json.dumps(entered))
    assert main(["report", str(motion), "-o", str(tmp_path), "--inputs", str(inputs)]) == 2
    assert f": {inputs}: " in capsys.readouterr().err
