"""What the worker makes of a stored motion, without its video."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import pytest

from contract.failures import FailureCode, JobFailed
from contract.inputs import Camera, Exclusion, Inputs, Interval, LogLength
from contract.job import ArtifactKind, JobOptions, MotionSource, Stage
from gpu_worker import motion as motion_file
from gpu_worker.angles.table import read as read_csv
from gpu_worker.body.gravity import given
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.camera import LensResult, Tilt
from gpu_worker.motion import Gravity, GravityEstimate, Lens
from gpu_worker.offline import report_clip
from gpu_worker.reanalysis import reanalyse
from gpu_worker.verdict import judge, measure
from gpu_worker.video.clip import Clip
from gpu_worker.video.remote import RemoteChanged
from tests.gpu_worker.moving_body import Pose, unseen


@dataclass
class News:
    """Hears what the work tells."""

    steps: list[tuple[Stage, float]] = field(default_factory=list)
    results: dict[ArtifactKind, Path] = field(default_factory=dict)

    def progress(self, stage: Stage, fraction: float) -> None:
        self.steps.append((stage, fraction))

    def video(self, clip: Clip) -> None:
        raise AssertionError("there is no video")

    def finished(self, kind: ArtifactKind, path: Path) -> None:
        assert path.stat().st_size
        self.results[kind] = path


@pytest.fixture(scope="module")
def content() -> bytes:
    """Ten seconds of a trunk bent 50° forward."""
    times, file = np.arange(0, 10, 1 / 12), io.BytesIO()
    motion_file.save(Pose(count=len(times), trunk_flexion=50).motion(times), file)
    return file.getvalue()


def source(content: bytes) -> MotionSource:
    digest = hashlib.sha256(content).hexdigest()
    return MotionSource(key="results/x", name="Chůze 1.mp4", sha256=digest, bytes=len(content))


def test_every_result_that_needs_no_video_is_made_anew(content: bytes, tmp_path: Path) -> None:
    left_out = Exclusion(start_s=0, end_s=4, who="JN", when=datetime(2026, 11, 23, tzinfo=UTC), reason="a visitor")
    options, news = JobOptions(inputs=Inputs(exclusions=(left_out,)), language="cs"), News()
    told = reanalyse(source(content), lambda: io.BytesIO(content), options, tmp_path, news)
    kinds = ("angles.csv", "analysis.json", "report.xlsx", "report.pdf", "rows.csv")
    assert {path.name for path in news.results.values()} == {f"Chůze 1.{kind}" for kind in kinds}
    assert [str(kind) for kind in news.results] == list(kinds)
    analysis = json.loads(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))
    assert analysis["excluded_s"] == pytest.approx(4, abs=0.2)
    assert told.observed_s == pytest.approx(analysis["observed_s"], abs=0.001)
    assert told.body_model == motion_file.load(content).body_model
    fractions = [fraction for _, fraction in news.steps]
    assert fractions == sorted(fractions)
    assert list(dict.fromkeys(stage for stage, _ in news.steps)) == [Stage.STARTING, Stage.ANALYSIS, Stage.UPLOADING]


def test_a_job_and_the_command_line_write_the_same_bytes(content: bytes, tmp_path: Path) -> None:
    left_out = Exclusion(start_s=0, end_s=4, who="JN", when=datetime(2026, 11, 23, tzinfo=UTC), reason="a visitor")
    inputs, news = Inputs(exclusions=(left_out,)), News()
    stored, by_job, by_hand = tmp_path / "Chůze 1.motion.npz", tmp_path / "job", tmp_path / "hand"
    stored.write_bytes(content)
    for folder in (by_job, by_hand):
        folder.mkdir()
    reanalyse(source(content), lambda: io.BytesIO(content), JobOptions(inputs=inputs, language="cs"), by_job, news)
    entered = tmp_path / "work.json"
    entered.write_text(inputs.model_dump_json(), encoding="utf-8")
    written = report_clip(stored, entered, by_hand, "cs").written
    assert [path.name for path in written] == [path.name for path in news.results.values()]
    for path in written:
        # A workbook carries the moment it was written.
        assert path.suffix == ".xlsx" or path.read_bytes() == (by_job / path.name).read_bytes(), path.name


def gone() -> BinaryIO:
    raise FileNotFoundError("results/x")


def replaced() -> BinaryIO:
    raise RemoteChanged("results/x")


def of_version_1() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, schema_version=np.array(1))
    return file.getvalue()


@pytest.mark.parametrize(
    ("stored", "announced", "said"),
    [
        (gone, b"any", "was deleted"),
        (replaced, b"any", "was deleted"),
        (lambda: io.BytesIO(b"other"), b"any", "damaged"),
        (lambda: io.BytesIO(of_version_1()), of_version_1(), "another version"),
    ],
    ids=["deleted", "replaced", "damaged", "of another version"],
)
def test_a_motion_that_cannot_be_used_says_why(
    stored: Callable[[], BinaryIO], announced: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(JobFailed, match=said) as failed:
        reanalyse(source(announced), stored, JobOptions(), tmp_path, News())
    assert failed.value.failure.code is FailureCode.MOTION_GONE
    assert not failed.value.failure.retryable


STOOD = Gravity(-12.0, 3.0, 4.0, 2.0, "estimated")
SAID = {"estimated": {}, "pitch": {"pitch_deg": -25}, "both": {"pitch_deg": -25, "roll_deg": 8}}


@pytest.mark.parametrize("before", SAID)
@pytest.mark.parametrize("after", SAID)
def test_a_tilt_given_afterwards_gives_what_a_fresh_run_with_it_gives(before: str, after: str, tmp_path: Path) -> None:
    options = JobOptions(inputs=Inputs(camera=Camera.model_validate(SAID[after])))
    (tmp_path / "fresh").mkdir()
    found = {}
    for folder, stored in (("fresh", recovered(after)), (".", recovered(before))):
        news = News()
        reanalyse(source(stored), lambda stored=stored: io.BytesIO(stored), options, tmp_path / folder, news)
        analysis = Analysis.model_validate_json(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))
        found[folder] = (read_csv(news.results[ArtifactKind.ANGLES]), analysis)
    for name, values in found["fresh"][0].signals.items():
        # The file holds single precision: the last of two decimals may differ.
        np.testing.assert_allclose(found["."][0].signals[name], values, atol=0.0101, err_msg=name)
        np.testing.assert_allclose(found["."][0].sigma[name], found["fresh"][0].sigma[name], atol=0.0101)
    for one, other in zip(found["."][1].rows, found["fresh"][1].rows, strict=True):
        assert (one.row, one.status) == (other.row, other.status)
        assert one.seconds == pytest.approx(other.seconds, abs=0.1)
    assert found["."][1].camera == found["fresh"][1].camera


def test_analysis_tells_how_the_camera_stood_and_what_the_video_alone_says() -> None:
    stood = Tilt(pitch_deg=-12.0, roll_deg=3.0, pitch_sigma_deg=4.0, roll_sigma_deg=2.0)
    for said, pitch, source, estimate in (
        ("estimated", -12.0, "estimated", None),
        ("both", -25.0, "given", stood),
    ):
        stored = motion_file.load(recovered(said))
        camera = judge(stored, measure(stored, Inputs()), Inputs()).camera
        assert camera is not None
        assert (camera.pitch_deg, camera.source, camera.estimate) == (pitch, source, estimate)
        assert camera.lens == LensResult(focal_px=900.0, width=1280, height=720)
        assert camera.contradicting == {}


def test_analysis_of_the_version_before_is_read_and_knows_no_camera() -> None:
    stored = motion_file.load(recovered("both"))
    content = json.loads(judge(stored, measure(stored, Inputs()), Inputs()).model_dump_json())
    del content["camera"]
    found = Analysis.model_validate_json(json.dumps(content | {"schema_version": 1}))
    assert (found.schema_version, found.camera) == (1, None)


def recovered(said: str) -> bytes:
    """A motion as body recovery stores it when the camera, which looks down, was described as `said`."""
    times, file = np.arange(0, 10, 1 / 12), io.BytesIO()
    upright = Pose(count=len(times), trunk_flexion=50, yaw=np.linspace(0, 90, len(times))).motion(times)
    used = given(STOOD, **{"pitch_deg": None, "roll_deg": None} | SAID[said])
    turn = used.camera_to_gravity() @ Gravity(-20.0, 5.0, 0.0, 0.0, "given").camera_to_gravity().T
    motion_file.save(
        replace(
            upright,
            joints=upright.joints @ turn.T,
            rotations=turn @ upright.rotations,
            gravity=used,
            estimate=GravityEstimate(STOOD, {}, disagrees=False),
            lens=Lens(900.0, 1280, 720),
        ),
        file,
    )
    return file.getvalue()


def test_a_tilt_that_the_video_contradicts_itself_about_is_told(tmp_path: Path) -> None:
    stored = motion_file.load(recovered("estimated"))
    doubt = GravityEstimate(STOOD, {"lines": STOOD, "balance": replace(STOOD, roll_deg=30.0)}, disagrees=True)
    file, news = io.BytesIO(), News()
    motion_file.save(replace(stored, estimate=doubt), file)
    content = file.getvalue()
    for camera, expected in ((Camera(), True), (Camera(pitch_deg=-20, roll_deg=5), False)):
        options = JobOptions(inputs=Inputs(camera=camera))
        reanalyse(source(content), lambda: io.BytesIO(content), options, tmp_path, news)
        warnings = json.loads(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))["warnings"]
        assert ("tilt_disputed" in warnings) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.1, False), (0.5, True)])
@pytest.mark.parametrize(
    ("joints", "warning"), [((4, 5), "legs_hidden"), ((16,), "arm_hidden_left"), ((17,), "arm_hidden_right")]
)
def test_limbs_that_were_hidden_for_long_are_told(
    joints: tuple[int, ...], warning: str, share: float, expected: bool
) -> None:
    stored = motion_file.load(recovered("estimated"))
    sigma = np.full_like(stored.joint_sigma_deg, 5.0)
    sigma[: round(share * len(sigma)), np.array(joints)[:, None]] = 18.0
    hidden = replace(stored, joint_sigma_deg=sigma)
    told = judge(hidden, measure(hidden, Inputs()), Inputs()).warnings
    assert {name for name in told if "hidden" in name} == ({warning} if expected else set())


@pytest.mark.parametrize("language", ["cs", "en"])
def test_seconds_marked_as_neutral_and_any_corrected_signal_stand_in_the_report(
    content: bytes, tmp_path: Path, language: Literal["cs", "en"]
) -> None:
    said = {"reason": "seen on site", "who": "J. N.", "when": "2026-11-28T12:00:00Z", "start_s": 0, "end_s": 1}
    correction = {**said, "signal": "shoulder_raised_left", "value_deg": 20}
    told = {
        "neutral": [{"start_s": 0, "end_s": 1}],
        "corrections": [correction],
        "person": {"stands_neutral": True},
    }
    options, news = JobOptions(inputs=Inputs.model_validate(told), language=language), News()
    reanalyse(source(content), lambda: io.BytesIO(content), options, tmp_path, news)
    analysis = json.loads(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))
    assert analysis["offsets"]
    assert news.results[ArtifactKind.DOCUMENT].read_bytes().startswith(b"%PDF")


def test_inputs_that_do_not_fit_the_clip_are_told(content: bytes, tmp_path: Path) -> None:
    options = JobOptions(inputs=Inputs(neutral=(Interval(start_s=60, end_s=61),)))
    with pytest.raises(JobFailed, match=r"neutral, item 1 begins at 60.0 s, but the clip lasts 9.9 s") as failed:
        reanalyse(source(content), lambda: io.BytesIO(content), options, tmp_path, News())
    assert failed.value.failure.code is FailureCode.INVALID_INPUTS


def test_neutral_seconds_in_which_nobody_is_seen_are_told(tmp_path: Path) -> None:
    times, file = np.arange(0, 10, 1 / 12), io.BytesIO()
    motion_file.save(unseen(Pose(count=len(times)).motion(times), times > 5), file)
    hidden, options = file.getvalue(), JobOptions(inputs=Inputs(neutral=(Interval(start_s=6, end_s=8),)))
    with pytest.raises(JobFailed, match="marked as neutral"):
        reanalyse(source(hidden), lambda: io.BytesIO(hidden), options, tmp_path, News())


def test_an_entry_across_the_end_of_the_clip_is_cut_and_told(content: bytes, tmp_path: Path) -> None:
    options, news = JobOptions(inputs=Inputs(neutral=(Interval(start_s=5, end_s=61),))), News()
    reanalyse(source(content), lambda: io.BytesIO(content), options, tmp_path, news)
    analysis = json.loads(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))
    assert "cut_at_end:neutral:1:5.0:61.0:" in analysis["warnings"]


def test_a_log_of_before_is_judged_again_although_part_of_it_holds_nowhere(tmp_path: Path) -> None:
    times, file = np.arange(0, 10, 1 / 12), io.BytesIO()
    motion_file.save(unseen(Pose(count=len(times)).motion(times), times > 5), file)
    hidden, said = file.getvalue(), {"reason": "x", "who": "J. N.", "when": "2026-11-28T12:00:00Z"}
    log = {
        "exclusions": [{**said, "start_s": 60, "end_s": 61}],
        "corrections": [{**said, "start_s": 7, "end_s": 8, "posture": "sitting"}],
    }
    options = JobOptions(inputs=Inputs.model_validate(log))
    for inherited in (LogLength(exclusions=1), LogLength(corrections=1)):
        with pytest.raises(JobFailed) as failed:
            reanalyse(source(hidden), lambda: io.BytesIO(hidden), options, tmp_path, News(), inherited)
        assert failed.value.failure.code is FailureCode.INVALID_INPUTS
    news = News()
    reanalyse(
        source(hidden), lambda: io.BytesIO(hidden), options, tmp_path, news, LogLength(exclusions=1, corrections=1)
    )
    warnings = json.loads(news.results[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))["warnings"]
    assert "behind_end:exclusions:1:60.0:61.0:" in warnings
    assert "correction_unseen:corrections:1:7.0:8.0:posture=sitting" in warnings
