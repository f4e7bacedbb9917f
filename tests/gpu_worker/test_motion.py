"""`.motion.npz`: written, read back, refused when it is not ours."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.motion import Motion, load, save
from tests.gpu_worker.moving_body import Pose


def written(motion: Motion) -> bytes:
    target = io.BytesIO()
    save(motion, target)
    return target.getvalue()


def test_motion_read_back_equals_the_one_written(tmp_path: Path) -> None:
    motion = replace(Pose(count=5, trunk_flexion=[0, 1, 2, 3, 4]).motion(), error_model='{"name": "fitted"}')
    save(motion, tmp_path / "clip.motion.npz")
    found = load(tmp_path / "clip.motion.npz")
    for field in fields(Motion):
        expected = getattr(motion, field.name)
        if isinstance(expected, np.ndarray):
            np.testing.assert_array_equal(getattr(found, field.name), expected)
        else:
            assert getattr(found, field.name) == expected


def test_equal_motions_give_equal_bytes() -> None:
    assert written(Pose(count=3).motion()) == written(Pose(count=3).motion())


def test_motion_of_another_schema_is_refused() -> None:
    with np.load(io.BytesIO(written(Pose().motion()))) as data:
        arrays = dict(data) | {"schema_version": np.array(99)}
    target = io.BytesIO()
    np.savez(target, **arrays)
    with pytest.raises(ValueError, match="schema 99"):
        load(target.getvalue())


def test_motion_written_before_error_factors_existed_still_opens() -> None:
    with np.load(io.BytesIO(written(Pose().motion()))) as data:
        arrays = {name: data[name] for name in data.files if name != "error_model"}
    target = io.BytesIO()
    np.savez(target, **arrays)
    assert load(target.getvalue()).error_model == ""
