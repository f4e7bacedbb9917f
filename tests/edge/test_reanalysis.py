"""A finished job judged anew: what its owner gets, and that the finished job is only read."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import reanalysis
import records
from contract import keys, state
from contract.events import Watchdog
from contract.inputs import Camera, Inputs, ReportHeader
from contract.job import Artifact, ArtifactKind, JobRecord, JobState, JobStatus, Lease
from local.edge import EVENTS, Edge
from local.waiting import wait_until
from runpod_api import Answer, RunPodEndpoint
from tests.edge.outside import NONCE, PATIENCE_S, Caller, RunPodStandIn, ask, event
from tests.edge.world import Crash, World, daily_round, deliver, every_crash, uploaded

MOTION = b"motion"
KIND = ArtifactKind.MOTION


def exclusion(reason: str = "another person") -> dict[str, Any]:
    return {"start_s": 0, "end_s": 0.5, "reason": reason, "who": "JN", "when": "2026-11-23T10:00:00Z"}


def motion_of(job_id: str) -> Artifact:
    """What the job's worker listed."""
    sha256 = hashlib.sha256(MOTION).hexdigest()
    key = keys.result(job_id, 1, NONCE, "walk.mp4", KIND)
    return Artifact(name=f"walk.{KIND}", kind=KIND, key=key, bytes=6, sha256=sha256, content_type="x/y")


def finish(edge: Edge, job: Caller, *artifacts: Artifact) -> None:
    """End the job as a worker does that stored `artifacts`."""
    for artifact in artifacts:
        edge.objects.put(artifact.key, MOTION)
    job.write(state.complete(job.status, 1, NONCE, datetime.now(UTC), artifacts))


@pytest.fixture
def completed(edge: Edge, processing: Callable[..., Caller]) -> Caller:
    job = processing(silent_s=0)
    finish(edge, job, motion_of(job.job_id))
    return job


@pytest.fixture
def judge_anew(edge: Edge) -> Any:
    """Asks for a re-analysis; what came of it is deleted afterwards."""
    made: list[Caller] = []

    def ask_for(parent: Caller, inputs: dict[str, Any], **more: Any) -> Caller:
        answer = parent.api("POST", "/reanalyse", {"inputs": inputs, **more})
        assert answer.status == 201, answer.body
        told = answer.json
        made.append(Caller(edge, told["job_id"], told["token"], told["status_url"]))
        return made[-1]

    yield ask_for
    for job in made:
        job.api("DELETE")


def belongings(edge: Edge, job_id: str) -> dict[str, str]:
    """Every object of a job with its ETag, but for the mark that it is open, which its watchdog takes away."""
    found = [facts for facts in edge.objects.list() if job_id in facts.key]
    return {facts.key: facts.etag for facts in found if not facts.key.startswith(keys.ACTIVE)}


def test_a_reanalysis_is_a_job_of_its_own_that_starts_at_once(
    edge: Edge, completed: Caller, judge_anew: Any, runpod: RunPodStandIn
) -> None:
    before = belongings(edge, completed.job_id)
    child = judge_anew(completed, {"exclusions": [exclusion()]}, language="cs")
    run = wait_until(lambda: runpod.runs_of(child.job_id), PATIENCE_S, "a run")[0]
    motion = motion_of(completed.job_id)
    assert run["input"]["source"] == {
        "kind": "motion", "key": motion.key, "name": "walk.mp4", "sha256": motion.sha256, "bytes": 6,
    }  # fmt: skip
    assert run["input"]["options"]["language"] == "cs"
    assert run["input"]["options"]["inputs"]["exclusions"][0]["reason"] == "another person"
    assert child.token not in str(run)
    status, record = child.status, child.record
    assert (status.state, status.attempt, status.video.name) == (JobState.QUEUED, 1, "walk.mp4")
    assert record.parent is not None
    assert (record.parent.job_id, record.upload) == (completed.job_id, None)
    assert belongings(edge, completed.job_id) == before


def test_dates_in_disorder_are_refused_when_they_are_new(edge: Edge, completed: Caller, judge_anew: Any) -> None:
    header = {"filmed_on": "2026-11-02", "evaluated_on": "2026-11-01"}
    answer = completed.api("POST", "/reanalyse", {"inputs": {"report": header}})
    assert (answer.status, answer.json["faults"][0]["code"]) == (422, "evaluated_before_filmed")
    options = completed.record.options
    before = options.inputs.model_copy(update={"report": ReportHeader.model_validate(header)})
    stored = completed.record.model_copy(update={"options": options.model_copy(update={"inputs": before})})
    edge.objects.put(keys.record(completed.job_id), stored.model_dump_json().encode(), "application/json")
    assert judge_anew(completed, {"report": header}).status.state is JobState.QUEUED


def test_neither_token_opens_the_other_job(completed: Caller, edge: Edge, judge_anew: Any) -> None:
    child = judge_anew(completed, {})
    for job, other in ((completed, child), (child, completed)):
        headers = {"authorization": f"Bearer {other.token}"}
        assert ask("GET", f"{edge.url}/api/jobs/{job.job_id}", headers=headers).status == 404
    headers = {"authorization": f"Bearer {child.token}"}
    assert ask("POST", f"{edge.url}/api/jobs/{completed.job_id}/reanalyse", {"inputs": {}}, headers).status == 404
    assert ask("POST", f"{edge.url}/api/jobs/{completed.job_id}/reanalyse", {"inputs": {}}).status == 401


@pytest.mark.parametrize("body", [{}, {"inputs": {"colour": "red"}}, {"inputs": {}, "language": "xx"},
    {"inputs": {"exclusions": [{"start_s": 0, "end_s": 1}]}}])  # fmt: skip
def test_inputs_that_cannot_be_read_are_told(completed: Caller, body: dict[str, Any]) -> None:
    answer = completed.api("POST", "/reanalyse", body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_request")


def test_what_is_not_there_to_be_judged_is_told(
    edge: Edge, queued: Callable[[], Caller], processing: Callable[..., Caller], completed: Caller
) -> None:
    without_motion = processing(silent_s=0)
    finish(edge, without_motion)
    edge.objects.delete(motion_of(completed.job_id).key)
    for job, code in ((queued(), "not_completed"), (without_motion, "motion_gone"), (completed, "motion_gone")):
        answer = job.api("POST", "/reanalyse", {"inputs": {}})
        assert (answer.status, answer.json["code"]) == (409, code)
        assert answer.json["detail"]


def test_what_only_the_video_can_tell_anew_is_refused(completed: Caller) -> None:
    answer = completed.api("POST", "/reanalyse", {"inputs": {"person": {"height_m": 1.8}}})
    assert (answer.status, answer.json["code"]) == (409, "needs_video")


def test_a_camera_tilt_may_be_given_afterwards_and_wins_over_the_one_of_the_upload() -> None:
    world = World()
    parent = world.job(completed_in(world))
    uploaded_with = parent.record.options.model_copy(update={"camera_pitch_deg": -5.0, "camera_roll_deg": 2.0})
    parent = replace(parent, record=parent.record.model_copy(update={"options": uploaded_with}))
    told = Inputs(camera=Camera(pitch_deg=-20))
    child = world.job(asyncio.run(reanalysis.start(world.services, parent, told, None)).job_id)
    options = child.record.options
    assert (options.camera_pitch_deg, options.inputs.camera.pitch_deg) == (None, -20)
    assert options.camera_roll_deg == 2
    grandchild = reanalysis.start(world.services, replace(child, status=parent.status), told, None)
    assert world.job(asyncio.run(grandchild).job_id).record.options == options


def test_the_log_of_a_reanalysis_only_grows(
    edge: Edge, completed: Caller, judge_anew: Any, runpod: RunPodStandIn
) -> None:
    first = judge_anew(completed, {"exclusions": [exclusion()]})
    wait_until(lambda: first.record.attempts[0].run_ids, PATIENCE_S, "a run")
    lease = Lease(run_id=first.record.attempts[0].run_ids[0], nonce=NONCE)
    first.write(state.claim(first.status, 1, lease, datetime.now(UTC), 45))
    finish(edge, first)
    rewritten = first.api("POST", "/reanalyse", {"inputs": {"exclusions": [exclusion("something else")]}})
    assert (rewritten.status, rewritten.json["code"]) == (409, "log_rewritten")
    second = judge_anew(first, {"exclusions": [exclusion(), exclusion("a visitor")]})
    assert second.record.parent is not None
    assert second.record.parent.job_id == first.job_id
    assert second.record.parent.motion.key == motion_of(completed.job_id).key
    wait_until(lambda: runpod.runs_of(second.job_id), PATIENCE_S, "a run")
    inherited = [runpod.runs_of(job.job_id)[0]["input"]["inherited"] for job in (first, second)]
    assert inherited == [{"exclusions": 0, "corrections": 0}, {"exclusions": 1, "corrections": 0}]


def test_a_cancelled_reanalysis_can_be_retried_as_long_as_the_motion_is_there(
    edge: Edge, completed: Caller, judge_anew: Any, runpod: RunPodStandIn
) -> None:
    child = judge_anew(completed, {})
    child.api("POST", "/cancel")
    assert child.api("POST", "/retry").status == 202
    asked = {run["input"]["attempt"]: run["input"]["source"] for run in runpod.runs_of(child.job_id)}
    assert asked[1] == asked[2]
    child.api("POST", "/cancel")
    completed.api("DELETE")
    assert child.api("POST", "/retry").json["code"] == "motion_gone"


def test_deleting_a_reanalysis_takes_nothing_from_its_parent(edge: Edge, completed: Caller, judge_anew: Any) -> None:
    before = belongings(edge, completed.job_id)
    child = judge_anew(completed, {})
    assert child.api("DELETE").status == 204
    assert list(belongings(edge, child.job_id)) == [keys.status(child.job_id)]
    assert belongings(edge, completed.job_id) == before


def test_a_video_that_comes_for_a_reanalysis_is_erased(edge: Edge, completed: Caller, judge_anew: Any) -> None:
    child = judge_anew(completed, {})
    key = keys.upload(child.job_id, "walk.mp4")
    edge.send(EVENTS, [event(key, 5, edge.objects.put(key, b"stray"))])
    wait_until(lambda: edge.objects.head(key) is None, PATIENCE_S, "the stray upload to be erased")


def test_a_reanalysis_that_runpod_refuses_goes_on_by_itself() -> None:
    world = World()
    parent = completed_in(world)

    async def no_capacity(*_: object, **__: object) -> Answer:
        return Answer(500, "{}")

    runpod = RunPodEndpoint("https://runpod.example", "ep", "key", no_capacity)
    services = replace(world.services, runpod=runpod)
    started = asyncio.run(reanalysis.start(services, world.job(parent), Inputs(), None))
    assert Watchdog(job_id=started.job_id, attempt=1) in world.sent
    deliver(world, Watchdog(job_id=started.job_id, attempt=1).model_dump(mode="json"))
    assert len(world.job(started.job_id).record.attempts[0].run_ids) == 1


def completed_in(world: World) -> str:
    """A job that ended with a motion, and left the list of open ones."""
    job_id, sent = uploaded(world)
    deliver(world, sent)
    lease = Lease(run_id="run-1", nonce=NONCE)
    motion = motion_of(job_id)
    world.put(motion.key, MOTION)

    def done(status: JobStatus) -> JobStatus:
        claimed = state.claim(status, 1, lease, world.now, 45)
        return state.complete(claimed, 1, NONCE, world.now, [motion])

    asyncio.run(records.change_status(world, job_id, done))
    asyncio.run(records.mark_closed(world, job_id))
    world.sent.clear()
    return job_id


def starting(world: World) -> Callable[[], object]:
    job = world.job(completed_in(world))
    return lambda: asyncio.run(reanalysis.start(world.services, job, Inputs(), None))


@pytest.mark.parametrize(("crash_at", "after"), every_crash(starting))
def test_a_reanalysis_cut_off_anywhere_is_under_way_after_the_daily_round_or_leaves_no_status(
    crash_at: int, after: bool
) -> None:
    world = World(crash_at=crash_at, crash_after_effect=after)
    parent = completed_in(world)
    before = {key: stored for key, stored in world.objects.items() if parent in key}
    with suppress(Crash):
        asyncio.run(reanalysis.start(world.services, world.job(parent), Inputs(), None))
    world.now += timedelta(days=1)
    daily_round(world)
    assert {key: stored for key, stored in world.objects.items() if parent in key} == before
    for key in [key for key in world.objects if key.startswith(keys.STATUSES) and parent not in key]:
        status = JobStatus.model_validate_json(world.objects[key][0])
        record = JobRecord.model_validate_json(world.objects[keys.record(status.job_id)][0])
        assert (status.state, status.attempt) == (JobState.QUEUED, 1)
        assert len(record.attempts) == 1
        assert len(record.attempts[0].run_ids) == 1
    if not any(key.startswith(keys.STATUSES) and parent not in key for key in world.objects):
        assert not [key for key in world.objects if key.startswith((keys.ACTIVE, keys.RECORDS)) and parent not in key]


def test_a_reanalysis_that_is_stored_tells_its_token_and_starts_without_the_daily_round() -> None:
    world = World()
    parent = world.job(completed_in(world))
    create = world.create

    async def then_cut_off(key: str, text: str) -> str:
        stored = await create(key, text)
        if key.startswith(keys.STATUSES):
            world.crash_at = world.calls + 1
        return stored

    world.create = then_cut_off  # type: ignore[method-assign]
    started = asyncio.run(reanalysis.start(world.services, parent, Inputs(), None))
    assert world.job(started.job_id).record.attempts == ()
    deliver(world, world.sent[0].model_dump(mode="json"))
    assert len(world.job(started.job_id).record.attempts[0].run_ids) == 1
