"""`.motion.npz`: written, read back, refused when it is not ours."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

from gpu_worker.motion import Gravity, GravityEstimate, Lens, Motion, load, save, stored
from tests.gpu_worker.moving_body import Pose, motion_of, rest_pose, unseen

DOOR, PERSON = (Gravity(-10.0, roll, 2.0, 1.5, "estimated") for roll in (30.0, 1.0))
TOGETHER = Gravity(-9.0, 4.0, 5.0, 3.0, "estimated")
LENS = Lens(1066.5, 1280, 720)
DISPUTED = GravityEstimate(TOGETHER, {"lines": DOOR, "balance": PERSON}, disagrees=True)


def written(motion: Motion) -> bytes:
    target = io.BytesIO()
    save(motion, target)
    return target.getvalue()


def test_motion_read_back_equals_the_one_written(tmp_path: Path) -> None:
    motion = replace(
        Pose(count=5, trunk_flexion=[0, 1, 2, 3, 4]).motion(),
        error_model='{"name": "fitted"}',
        estimate=DISPUTED,
        lens=LENS,
    )
    save(motion, tmp_path / "clip.motion.npz")
    found = load(tmp_path / "clip.motion.npz")
    for field in fields(Motion):
        expected = getattr(motion, field.name)
        if isinstance(expected, np.ndarray):
            single = field.name in ("joints", "joint_sigma_deg")
            assert getattr(found, field.name)[:].dtype == (np.float32 if single else expected.dtype)
            np.testing.assert_allclose(getattr(found, field.name)[:], expected, atol=5e-7)
        else:
            assert getattr(found, field.name) == expected


def test_a_motion_is_judged_as_its_file_will_be() -> None:
    motion = Pose(count=5, trunk_flexion=[0, 1, 2, 3, 4]).motion()
    now, later = stored(motion), load(written(motion))
    for field in fields(Motion):
        if isinstance(getattr(motion, field.name), np.ndarray):
            mine, read = (getattr(each, field.name)[:] for each in (now, later))
            assert (mine.dtype, mine.tobytes()) == (read.dtype, read.tobytes())
        else:
            assert getattr(now, field.name) == getattr(later, field.name)


def test_equal_motions_give_equal_bytes() -> None:
    assert written(Pose(count=3).motion()) == written(Pose(count=3).motion())


def test_motion_of_another_schema_is_refused() -> None:
    with np.load(io.BytesIO(written(Pose().motion()))) as data:
        arrays = dict(data) | {"schema_version": np.array(99)}
    target = io.BytesIO()
    np.savez(target, **arrays)
    with pytest.raises(ValueError, match="schema 99"):
        load(target.getvalue())


@pytest.mark.parametrize("version", [2, 3])
def test_motion_of_a_version_before_is_read_without_what_it_lacks(version: int) -> None:
    lacks = {2: ("lens_", "gravity_seen_", "gravity_disagrees"), 3: ("lens_",)}[version]
    with np.load(io.BytesIO(written(replace(Pose().motion(), estimate=DISPUTED, lens=LENS)))) as data:
        arrays = {name: data[name] for name in data.files if not name.startswith(lacks)}
    target = io.BytesIO()
    np.savez(target, **arrays | {"schema_version": np.array(version)})
    found = load(target.getvalue())
    assert found.lens is None
    assert found.estimate == (DISPUTED if version == 3 else None)
    # Written anew it is of this version, and still knows no lens.
    assert load(written(found)).lens is None


@pytest.mark.parametrize(
    ("used", "disputed"),
    [
        (TOGETHER, True),
        (replace(TOGETHER, roll_deg=2.0, roll_sigma_deg=1.0, source="given"), True),
        (Gravity(-9.0, 4.0, 1.0, 1.0, "given"), False),
    ],
    ids=["estimated", "roll given", "pitch and roll given"],
)
def test_a_disputed_tilt_is_settled_once_both_of_its_angles_are_given(used: Gravity, disputed: bool) -> None:
    assert replace(Pose().motion(), gravity=used, estimate=DISPUTED).tilt_disputed is disputed
    agreed = replace(DISPUTED, disagrees=False)
    assert not replace(Pose().motion(), gravity=used, estimate=agreed).tilt_disputed


def test_minute_of_motion_at_the_full_rate_stays_below_three_megabytes() -> None:
    times = np.arange(1500) / 25
    rng = np.random.default_rng(2)
    noisy = Pose(count=1500, trunk_flexion=rng.normal(0, 30, 1500), arm_inward=(rng.normal(0, 30, 1500), 0.0))
    assert len(written(noisy.motion(times))) < 3e6


def test_frames_without_the_person_are_still_empty_after_reading() -> None:
    motion = unseen(Pose(count=4).motion(), np.array([False, True, False, False]))
    found = load(written(motion))
    assert np.isnan(found.rotations[1]).all()
    assert np.isfinite(found.rotations[[0, 2, 3]]).all()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_angles_of_a_stored_motion_are_those_of_the_original(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrices = Rotation.random(2 * 55, rng=rng).as_matrix().reshape(2, 55, 3, 3)
    matrices[0, :9] = np.diag([-1.0, -1.0, 1.0])  # half turns, where the quaternion has no real part
    original = motion_of(matrices, rest_pose(), np.arange(2.0), (0.0, 1.0, -4.0))
    found = load(written(original))
    np.testing.assert_allclose(found.rotations, original.rotations, atol=5e-7)


def test_file_says_what_the_method_page_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf-8")
    with np.load(io.BytesIO(written(replace(Pose().motion(), lens=LENS)))) as data:
        for name in data.files:
            assert f"`{name}`" in page, name


def test_camera_that_looks_up_sees_its_axis_above_the_horizon_and_keeps_heading_zero() -> None:
    axis = Gravity(20.0, 35.0, 1.0, 1.0, "given").camera_to_gravity() @ [0.0, 0.0, -1.0]
    assert axis == pytest.approx([0.0, np.sin(np.radians(20)), -np.cos(np.radians(20))])


def test_camera_turned_clockwise_has_its_top_to_the_right() -> None:
    top = Gravity(0.0, 30.0, 1.0, 1.0, "given").camera_to_gravity() @ [0.0, 1.0, 0.0]
    assert top == pytest.approx([0.5, np.cos(np.radians(30)), 0.0])
