"""`.angles.csv`: what an analyst opens, and what a re-analysis reads."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.compute import angles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.table import encoded, read, rounded, write
from tests.gpu_worker.moving_body import Pose, unseen


def series() -> AngleSeries:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.uniform(0.03, 0.05, 300))
    pose = Pose(
        count=300,
        trunk_flexion=60 * np.sin(times),
        arm_elevation=(90 + 80 * np.sin(times), 30.0),
        arm_plane=(20.0, -60.0),
        yaw=40 * times,
    )
    return angles(unseen(pose.motion(times), (times > 3) & (times < 5)))


def test_columns_come_in_the_order_the_results_page_promises() -> None:
    lines = b"".join(encoded(series())).decode().splitlines()
    header = next(line for line in lines if not line.startswith("#")).split(",")
    first = ["frame", "time_s", "person_seen", "trunk_inclination_deg", "trunk_flexion_deg", "trunk_side_bend_deg"]
    first += ["trunk_twist_deg", "head_flexion_deg", "neck_flexion_deg", "neck_side_bend_deg", "neck_twist_deg"]
    sided = ["arm_elevation", "arm_elevation_gravity", "arm_flexion", "arm_abduction", "elbow_flexion"]
    sided += ["wrist_flexion", "hip_flexion", "knee_flexion"]
    first += [f"{name}_{side}_deg" for name in sided for side in ("left", "right")]
    assert header[: len(first)] == first
    assert header.index("posture") > header.index("arm_plane_left_deg")
    assert header[header.index("posture") + 1 :] == [f"{signal.column}_sigma" for signal in SIGNALS]


def test_table_read_back_equals_the_series_to_the_rounding(tmp_path: Path) -> None:
    original = series()
    write(original, tmp_path / "clip.angles.csv")
    found = read(tmp_path / "clip.angles.csv")
    np.testing.assert_allclose(found.times_s, original.times_s, atol=6e-7)
    assert found.frame_index.tolist() == original.frame_index.tolist()
    assert found.seen.tolist() == original.seen.tolist()
    assert found.posture.tolist() == original.posture.tolist()
    assert found.flags["heading_held"].tolist() == original.flags["heading_held"].tolist()
    for name, angle in original.signals.items():
        np.testing.assert_allclose(found.signals[name], angle, atol=0.0051, err_msg=name)
        np.testing.assert_allclose(found.sigma[name], original.sigma[name], atol=0.0051, err_msg=name)
    assert found.bandwidth_hz == pytest.approx(original.bandwidth_hz, abs=1e-3)


def test_rounded_series_is_exactly_what_the_table_reads_back_as() -> None:
    exact = replace(series(), offsets={"trunk_flexion": 3.21499}, error_model='{"a":\n 1}')
    coarse, found = rounded(exact), read(b"".join(encoded(exact)))
    for field in fields(AngleSeries):
        expected, value = getattr(coarse, field.name), getattr(found, field.name)
        if field.name in ("signals", "sigma", "flags"):
            assert list(value) == list(expected)
            for name in expected:
                np.testing.assert_array_equal(value[name], expected[name], err_msg=name)
        elif isinstance(expected, np.ndarray):
            np.testing.assert_array_equal(value, expected)
        else:
            assert value == expected
    assert b"".join(encoded(coarse)) == b"".join(encoded(exact))


def test_table_written_again_after_reading_has_the_same_bytes() -> None:
    first = b"".join(encoded(series()))
    assert b"".join(encoded(read(first))) == first


def test_offsets_are_named_in_the_header() -> None:
    plain = series()
    shifted = AngleSeries(**{**vars(plain), "offsets": {"trunk_flexion": 3.214, "arm_elevation_left": -1.0}})
    text = b"".join(encoded(shifted))
    assert b"# neutral offset trunk_flexion 3.21\n" in text
    assert read(text).offsets == {"trunk_flexion": 3.21, "arm_elevation_left": -1.0}


def test_unseen_frames_have_empty_cells_and_no_number_is_minus_zero() -> None:
    lines = b"".join(encoded(series())).decode().splitlines()
    header = next(line for line in lines if not line.startswith("#")).split(",")
    rows = [line.split(",") for line in lines if not line.startswith(("#", "frame"))]
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        assert (cells["trunk_flexion_deg"] == "") == (cells["person_seen"] == "0")
        assert not any(cell in ("-0.00", "-0.000", "nan") for cell in row)


FIXED = b"# poloha angles 1\nframe,time_s,person_seen,posture"


@pytest.mark.parametrize("text", [b"", b"a,b\n1,2\n", FIXED + b",strange\n", FIXED + b"\n1,2\n"])
def test_files_that_are_not_ours_are_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"angle table|unknown columns|different length"):
        read(text)


def test_clip_without_frames_makes_a_table_without_rows() -> None:
    empty = Pose(count=2).motion()
    cut = AngleSeries(
        **{
            **vars(angles(empty)),
            "times_s": np.zeros(0),
            "frame_index": np.zeros(0, dtype=np.int64),
            "seen": np.zeros(0, dtype=np.bool_),
            "signals": {s.name: np.zeros(0) for s in SIGNALS},
            "sigma": {s.name: np.zeros(0) for s in SIGNALS},
            "posture": np.zeros(0, dtype=np.str_),
            "flags": {},
        }
    )
    assert len(read(b"".join(encoded(cut))).times_s) == 0
