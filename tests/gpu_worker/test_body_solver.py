"""The fit gives a user a better body than the detector's landmarks, honest gaps, no seams and the same bytes twice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.fit_scenes import Detector, Scene, scene
from contract.failures import FailureCode, JobFailed
from gpu_worker.body import solver
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.solver import fit as fit_corrected
from gpu_worker.body.track import BodyTrack

LIMBS = [16, 17, 18, 19, 20, 21, 1, 2, 4, 5, 7, 8]
LANDMARKS = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
# The imitated detector errs in its own way, so what was learnt about the real one does not apply.
fit = partial(fit_corrected, corrected=False)
PERFECT = Detector(depth=0, lateral=0, pixel_share=0, lean_to_camera_deg=0, scale=0, definition=0)
SHORT = np.arange(0, 4, 1 / 12)


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


@pytest.fixture(scope="module")
def noisy(body: Body) -> tuple[Scene, BodyTrack]:
    clip = scene(body, "lifting", 0, times_s=SHORT)
    return clip, fit(clip.track, body)


def error_mm(joints: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    ours = joints[:, LIMBS] - joints[:, 1:3].mean(1, keepdims=True)
    theirs = truth[:, LIMBS] - truth[:, 1:3].mean(1, keepdims=True)
    return float(1e3 * np.nanmean(np.linalg.norm(ours - theirs, axis=-1)))


def test_perfect_landmarks_give_the_body_back(body: Body) -> None:
    clip = scene(body, "lifting", 3, times_s=SHORT, detector=PERFECT)
    found = fit(clip.track, body, focal_px=clip.focal_px, height_m=clip.stature_m)
    assert error_mm(found.joints[:], clip.joints) < 12
    assert np.nanmedian(found.residual_px) < 1.5


def test_fit_is_closer_to_the_truth_than_the_landmarks(noisy: tuple[Scene, BodyTrack]) -> None:
    clip, found = noisy
    hips = clip.joints[:, 1:3].mean(1, keepdims=True)
    raw = 1e3 * np.linalg.norm(clip.track.world[:, LANDMARKS] - (clip.joints[:, LIMBS] - hips), axis=-1).mean()
    assert error_mm(found.joints[:], clip.joints) < 0.8 * raw


def test_parameters_and_joints_of_the_track_agree(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    _, found = noisy
    joints, rotations = body.forward(found.betas, found.poses[:], found.translation)
    assert np.allclose(joints, found.joints[:], atol=1e-6)
    assert np.allclose(rotations, found.rotations[:], atol=1e-6)
    assert np.allclose(np.linalg.det(found.rotations[:]), 1)


def test_elbows_and_knees_never_bend_backwards(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    _, found = noisy
    bend = np.degrees(found.poses[:])
    assert bend[:, 4:6, 0].min() > -12, "knees"
    assert bend[:, 18, 1].max() < 12, "left elbow"
    assert bend[:, 19, 1].min() > -12, "right elbow"


def test_same_landmarks_give_the_same_bytes(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    clip, found = noisy
    assert fit(clip.track, body).poses[:].tobytes() == found.poses[:].tobytes()


def test_unseen_frames_stay_unseen(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    clip, _ = noisy
    seen = np.ones(len(SHORT), np.bool_)
    seen[10:25] = False
    image = np.where(seen[:, None, None], clip.track.image, np.nan)
    world = np.where(seen[:, None, None], clip.track.world, np.nan)
    found = fit(replace(clip.track, seen=seen, image=image, world=world), body)
    assert np.array_equal(found.seen, seen)
    for name in ("poses", "joints", "rotations", "translation", "residual_px", "joint_sigma_deg"):
        values = getattr(found, name)[:]
        assert np.isnan(values[~seen]).all(), name
        assert np.isfinite(values[seen]).all(), name
    assert error_mm(found.joints[:], clip.joints) < 45


def test_a_track_without_a_person_is_refused(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    clip, _ = noisy
    with pytest.raises(JobFailed) as failed:
        fit(replace(clip.track, seen=np.zeros(len(SHORT), np.bool_)), body)
    assert failed.value.failure.code is FailureCode.NO_PERSON_FOUND


def test_chunks_leave_no_seam(body: Body, noisy: tuple[Scene, BodyTrack], monkeypatch: pytest.MonkeyPatch) -> None:
    clip, whole = noisy
    monkeypatch.setattr(solver, "CHUNK", 16)
    pieces = fit(clip.track, body)
    apart = 1e3 * np.linalg.norm(pieces.joints[:] - whole.joints[:], axis=-1)[:, :22]
    assert apart.mean() < 2
    assert apart.max() < 25
    steps = np.linalg.norm(np.diff(pieces.joints[:], axis=0), axis=-1).mean(1)
    smooth = np.linalg.norm(np.diff(whole.joints[:], axis=0), axis=-1).mean(1)
    assert np.abs(steps - smooth)[[15, 31]].max() < 0.01


def test_irregular_frame_times_describe_the_same_motion(body: Body) -> None:
    even = np.arange(0, 4, 1 / 24)
    clip = scene(body, "shelf", 1, times_s=even, detector=PERFECT)
    keep = np.sort(np.random.default_rng(1).choice(len(even), 48, replace=False))
    track = clip.track
    picked = replace(
        track,
        **{
            name: getattr(track, name)[keep]
            for name in ("times_s", "frame_index", "image", "world", "visibility", "score", "seen")
        },
    )
    whole, part = (fit(t, body, focal_px=clip.focal_px, height_m=clip.stature_m) for t in (track, picked))
    assert error_mm(part.joints[:], whole.joints[:][keep]) < 8


def test_a_given_height_sets_the_body_size(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    clip, _ = noisy
    for height in (1.6, 1.85):
        assert body.stature(fit(clip.track, body, height_m=height).betas) == pytest.approx(height, abs=0.015)


def test_progress_only_grows_and_ends_at_one(body: Body, noisy: tuple[Scene, BodyTrack]) -> None:
    clip, _ = noisy
    heard: list[float] = []
    fit(clip.track, body, on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1)
