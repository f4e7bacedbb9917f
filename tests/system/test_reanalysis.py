"""A finished job judged anew, through edge, queue, RunPod and worker; the finished one is only read."""

import hashlib
import json
import re
import secrets
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract import keys, state
from contract.events import Watchdog
from contract.failures import FailureCode
from contract.job import ArtifactKind, JobOptions, JobRecord, JobState, MotionSource, Parent, VideoFacts
from local.client import Client, Created
from local.edge import EVENTS
from local.stack import Stack
from tests.system.conftest import Finished

pytestmark = pytest.mark.timeout(600)
REMADE = {
    ArtifactKind.ANGLES, ArtifactKind.ANALYSIS, ArtifactKind.WORKBOOK, ArtifactKind.DOCUMENT, ArtifactKind.ROWS,
}  # fmt: skip
EXCLUSION = {
    "start_s": 0, "end_s": 0.5, "reason": "somebody else walks by", "who": "JN", "when": "2026-11-23T10:00:00Z",
}  # fmt: skip


def _reanalyse(stack: Stack, parent: Created, inputs: dict[str, Any]) -> Created:
    """The new job; it has no upload of its own, so the parent's stands there."""
    request = urllib.request.Request(
        f"{stack.url}/api/jobs/{parent.job_id}/reanalyse",
        data=json.dumps({"inputs": inputs}).encode(),
        headers={"Authorization": f"Bearer {parent.token}", "Content-Type": "application/json"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        assert answer.status == 201
        return parent.model_copy(update=json.load(answer))


def _stored(stack: Stack, job_id: str) -> dict[str, bytes | None]:
    """The job's status and results, byte by byte."""
    found = stack.edge.objects.list(f"{keys.RESULTS}{job_id}/")
    assert found
    return {name: stack.edge.objects.get(name) for name in (keys.status(job_id), *(facts.key for facts in found))}


def _judged(client: Client, stack: Stack, started: Created, folder: Path) -> dict[ArtifactKind, Path]:
    watch = client.watch(started, check=stack.check)
    assert watch.last.state is JobState.COMPLETED, watch.last.failure
    assert JobState.AWAITING_UPLOAD not in {status.state for status in watch.history}
    folder.mkdir()
    links = client.view(started).artifacts
    for link in links:
        client.fetch(link, folder / link.name)
    return {link.kind: folder / link.name for link in links}


def test_a_finished_job_is_judged_anew_and_stays_as_it_was(
    finished: Finished, client: Client, stack: Stack, tmp_path: Path
) -> None:
    parent, was = finished.created, finished.watch.last
    before = _stored(stack, parent.job_id)
    as_before, other = _reanalyse(stack, parent, {}), _reanalyse(stack, parent, {"exclusions": [EXCLUSION]})

    same = _judged(client, stack, as_before, tmp_path / "same")
    assert set(same) == REMADE
    for kind in (ArtifactKind.ANGLES, ArtifactKind.ANALYSIS):
        stem = finished.file(kind).name.removesuffix(f".{kind}")
        assert re.fullmatch(rf"{re.escape(stem)}\.\d{{4}}-\d\d-\d\dT\d{{6}}Z\.{re.escape(kind)}", same[kind].name)
        assert same[kind].read_bytes() == finished.file(kind).read_bytes()
    status = client.view(as_before).status
    assert (status.summary, status.video) == (was.summary, was.video)

    judged = _judged(client, stack, other, tmp_path / "other")
    assert judged[ArtifactKind.ANGLES].read_bytes() == finished.file(ArtifactKind.ANGLES).read_bytes()
    analysis = json.loads(judged[ArtifactKind.ANALYSIS].read_text(encoding="utf-8"))
    (excluded,) = analysis["inputs"]["exclusions"]
    assert (excluded["reason"], excluded["who"]) == (EXCLUSION["reason"], EXCLUSION["who"])
    assert analysis["excluded_s"] == pytest.approx(0.5, abs=0.1)
    assert _stored(stack, parent.job_id) == before


def test_a_reanalysis_that_starts_after_its_parent_was_deleted_says_so(
    finished: Finished, client: Client, stack: Stack
) -> None:
    job_id, token, now = secrets.token_urlsafe(16), secrets.token_urlsafe(16), datetime.now(UTC)
    deleted = secrets.token_urlsafe(16)
    key = keys.result(deleted, 1, "nonce-of-a-worker", "walk.mp4", ArtifactKind.MOTION)
    record = JobRecord(
        job_id=job_id,
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        options=JobOptions(),
        created_at=now,
        parent=Parent(job_id=deleted, motion=MotionSource(key=key, name="walk.mp4", sha256="0" * 64, bytes=9)),
    )
    status = state.create_queued(job_id, VideoFacts(name="walk.mp4", bytes=5), now)
    for name, stored in ((keys.record(job_id), record), (keys.status(job_id), status)):
        stack.edge.objects.put(name, stored.model_dump_json().encode(), "application/json")
    started = finished.created.model_copy(update={"job_id": job_id, "token": token})
    url = client.view(started).status_url
    stack.edge.send(EVENTS, [Watchdog(job_id=job_id, attempt=1).model_dump(mode="json")])
    failure = client.watch(started.model_copy(update={"status_url": url}), check=stack.check).last.failure
    assert failure is not None
    assert failure.code is FailureCode.MOTION_GONE
    assert "was deleted" in failure.message
    assert not failure.retryable
