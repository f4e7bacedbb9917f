"""A run that was killed is gone on with, and ends in the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract.job import JobOptions, Quality
from gpu_worker.checkpoints import FolderCheckpoints, fingerprint
from local import samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def video() -> Path:
    return samples.ensure(ROOT / ".cache/samples")[0].video


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something that goes on behind the end of the clip."""
    path = tmp_path_factory.mktemp("inputs") / "work.json"
    path.write_text('{"load": [{"kg": 3, "start_s": 0, "end_s": 9999}]}')
    return path


@pytest.fixture(scope="module")
def whole(video: Path, inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The results of a run that nothing disturbed, and what it said."""
    out = tmp_path_factory.mktemp("whole")
    with start(video, inputs, out) as run:
        _, said = run.communicate()
    assert run.returncode == 0
    return out, said.decode()


def start(video: Path, inputs: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gpu_worker", "analyse", str(video), "-o", str(out), "--no-overlay", *more]
    environment = {**os.environ, "CHECKPOINT_CALLS": "6"}
    return subprocess.Popen([*command, "--inputs", str(inputs)], cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def test_a_run_tells_the_warnings_of_its_analysis(whole: tuple[Path, str]) -> None:
    assert "note: Load (" in whole[1]
    assert "The entry goes on behind the end of the clip" in whole[1]


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/[0-9]*[0-9]"))


@pytest.mark.timeout(600)
def test_a_run_killed_in_mid_video_is_gone_on_with_and_gives_the_same_bytes(
    video: Path, inputs: Path, whole: tuple[Path, str], tmp_path: Path
) -> None:
    chunks = tmp_path / "chunks"
    run = start(video, inputs, tmp_path / "resumed", "--checkpoints", str(chunks))
    while run.poll() is None and len(kept(chunks)) < 2:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert len(kept(chunks)) >= 2
    first_written = kept(chunks)[0].stat().st_mtime_ns
    assert start(video, inputs, tmp_path / "resumed", "--checkpoints", str(chunks)).wait() == 0
    assert kept(chunks)[0].stat().st_mtime_ns == first_written
    for kind in ("angles.csv", "motion.npz", "analysis.json"):
        name = f"{video.stem}.{kind}"
        assert (tmp_path / "resumed" / name).read_bytes() == (whole[0] / name).read_bytes(), kind


def test_chunks_come_back_in_order_up_to_a_gap(tmp_path: Path) -> None:
    store = FolderCheckpoints(tmp_path, "plan")
    for number in (0, 1, 3):
        store.keep(number, bytes([number]))
    assert list(store.chunks()) == [b"\0", b"\1"]
    assert list(FolderCheckpoints(tmp_path, "other").chunks()) == []


def test_chunks_of_other_videos_options_or_devices_are_never_read() -> None:
    plans = {
        fingerprint(video, JobOptions(quality=quality, person=person), device, calls)
        for video in ("etag-1", "etag-2")
        for quality in (Quality.LOW, Quality.MEDIUM)
        for person in (None, 1)
        for device in ("cpu", "cuda")
        for calls in (100, 250)
    }
    assert len(plans) == 32


def test_what_does_not_change_landmarks_does_not_lose_chunks() -> None:
    plain, other = JobOptions(), JobOptions(height_m=1.8, language="cs", blur_faces=False)
    assert fingerprint("e", plain, "cpu", 250) == fingerprint("e", other, "cpu", 250)
