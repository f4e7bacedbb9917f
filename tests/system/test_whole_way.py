"""A real video through page API, storage, event, queue, RunPod and worker, and back."""

import hashlib
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.job import ArtifactKind, JobState
from local.edge import ROOT
from local.stack import Stack
from tests.system.conftest import Finished

pytestmark = pytest.mark.timeout(600)
PROMISED = {
    ArtifactKind.MOTION, ArtifactKind.SMPLX, ArtifactKind.ANGLES, ArtifactKind.ANALYSIS, ArtifactKind.OVERLAY,
}  # fmt: skip


def test_a_video_ends_with_all_its_results(finished: Finished, stack: Stack) -> None:
    assert finished.watch.last.state is JobState.COMPLETED, finished.watch.last.failure
    assert {artifact.kind for artifact in finished.watch.last.artifacts} >= PROMISED
    for artifact in finished.watch.last.artifacts:
        content = (finished.folder / artifact.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (artifact.bytes, artifact.sha256)
    calls = [call for call in stack.runpod.webhook_calls() if call.answer == 200]
    assert [call.state for call in calls[:1]] == ["COMPLETED"]


def test_the_status_shows_the_states_in_order_and_rising_progress(finished: Finished) -> None:
    history = finished.watch.history
    states = list(dict.fromkeys(status.state for status in history))
    assert states[-3:] == [JobState.QUEUED, JobState.PROCESSING, JobState.COMPLETED]
    assert [status.revision for status in history] == sorted({status.revision for status in history})
    progress = [status.progress for status in history if status.state is JobState.PROCESSING]
    assert progress == sorted(progress)
    assert len(set(progress)) > 2
    assert history[-1].progress == 1


def test_nobody_asks_the_edge_while_the_job_runs(finished: Finished) -> None:
    assert finished.watch.reads > 2
    assert finished.watch.unchanged > 0
    assert finished.asked_while_watching == {"POST /api/jobs": 1}


def test_results_are_named_after_the_input(finished: Finished, video: Path) -> None:
    for link in finished.view.artifacts:
        assert link.name == f"{video.stem}.{link.kind}"
        # R2 obeys this parameter, its simulator does not.
        (disposition,) = parse_qs(urlsplit(link.url).query)["response-content-disposition"]
        assert disposition.startswith("attachment")
        assert link.name in disposition


def test_the_same_analysis_without_a_cloud_gives_the_same_angles(
    finished: Finished, video: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "gpu_worker", "analyse", str(video), "-o", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    offline = tmp_path / finished.file(ArtifactKind.ANGLES).name
    assert offline.read_bytes() == finished.file(ArtifactKind.ANGLES).read_bytes()


def test_no_secret_reaches_the_browser(finished: Finished, stack: Stack) -> None:
    with urllib.request.urlopen(stack.url) as page:
        received = [*finished.received, page.read()]
    assets = ROOT / "frontend/dist"
    received += [file.read_bytes() for file in assets.rglob("*") if file.is_file()]
    for secret in stack.secrets:
        assert not any(secret.encode() in content for content in received)


def test_the_page_may_talk_to_its_storage_and_to_nobody_else(stack: Stack) -> None:
    with urllib.request.urlopen(stack.url) as page:
        policy = page.headers["Content-Security-Policy"]
    assert f"connect-src 'self' blob: {stack.url}" in policy
    assert "default-src 'self'" in policy
