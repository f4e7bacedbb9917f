"""What becomes of a job whose worker is not heard of any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from contract import keys, state
from contract.events import Watchdog
from contract.job import JobState
from local.edge import EVENTS, Edge
from local.waiting import wait_until
from tests.edge.outside import NONCE, PATIENCE_S, Caller, RunPodStandIn

Processing = Callable[..., Caller]


def the_run(runpod: RunPodStandIn, job: Caller, attempt: int = 1) -> dict[str, Any]:
    """The one run of an attempt, once it was asked for."""
    found = wait_until(
        lambda: [run for run in runpod.runs_of(job.job_id) if run["input"]["attempt"] == attempt], PATIENCE_S, "a run"
    )
    assert len(found) == 1
    return found[0]


def looks(edge: Edge, job: Caller) -> None:
    """Have the watchdog look at the job, and wait until it must have done so."""
    edge.send(EVENTS, [Watchdog(job_id=job.job_id, attempt=1).model_dump(mode="json")])


@pytest.mark.parametrize("state_at_runpod", ["FAILED", "COMPLETED", "TIMED_OUT"])
def test_a_silent_worker_whose_run_is_over_makes_way_for_the_next_attempt(
    edge: Edge, processing: Processing, runpod: RunPodStandIn, state_at_runpod: str
) -> None:
    job = processing(silent_s=60)
    the_run(runpod, job)["status"] = state_at_runpod
    again = job.reaches(JobState.QUEUED, attempt=2)
    assert again.lease is None
    assert the_run(runpod, job, attempt=2)["input"]["attempt"] == 2


def test_what_a_lost_run_took_is_noted_though_its_webhook_never_came(
    processing: Processing, runpod: RunPodStandIn
) -> None:
    job = processing(silent_s=60)
    the_run(runpod, job).update(status="FAILED", executionTime=61500)
    job.reaches(JobState.QUEUED, attempt=2)
    assert job.record.spend_s == 61.5


def test_a_run_that_runpod_forgot_is_lost(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=60)
    del runpod.runs[the_run(runpod, job)["id"]]
    job.reaches(JobState.QUEUED, attempt=2)


def test_a_worker_that_shows_life_is_left_alone_whatever_runpod_says(
    edge: Edge, processing: Processing, runpod: RunPodStandIn
) -> None:
    healthy, lost = processing(silent_s=0), processing(silent_s=60)
    the_run(runpod, healthy)["status"] = "COMPLETED"
    the_run(runpod, lost)["status"] = "COMPLETED"
    looks(edge, healthy)
    lost.reaches(JobState.QUEUED, attempt=2)
    assert healthy.status.state is JobState.PROCESSING


def test_a_silent_worker_that_runpod_still_sees_is_waited_for(
    edge: Edge, processing: Processing, runpod: RunPodStandIn
) -> None:
    working, lost = processing(silent_s=60), processing(silent_s=60)
    the_run(runpod, working)["status"] = "IN_PROGRESS"
    the_run(runpod, lost)["status"] = "FAILED"
    looks(edge, working)
    lost.reaches(JobState.QUEUED, attempt=2)
    assert working.status.state is JobState.PROCESSING


def test_the_third_attempt_that_is_lost_is_the_last(queued: Callable[[], Caller], runpod: RunPodStandIn) -> None:
    job = queued()
    for attempt in (1, 2, 3):
        the_run(runpod, job, attempt)["status"] = "FAILED"
    failure = job.reaches(JobState.FAILED, attempt=3).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("worker_lost", True)
    assert len(runpod.runs_of(job.job_id)) == 3


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({"status": "FAILED", "error": "worker exited with exit code 137"}, "out_of_memory"),
        ({"status": "FAILED", "error": "CUDA out of memory. Tried to allocate 2 GiB"}, "out_of_memory"),
        ({"status": "TIMED_OUT"}, "timed_out"),
    ],
)
def test_the_last_attempt_that_is_lost_fails_with_its_cause(
    queued: Callable[[], Caller], runpod: RunPodStandIn, view: dict[str, Any], code: str
) -> None:
    job = queued()
    job.write(job.status.model_copy(update={"attempt_limit": 1}))
    the_run(runpod, job).update(view)
    failure = job.reaches(JobState.FAILED, attempt=1).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == (code, True)


def test_a_run_stopped_at_runpod_is_not_started_again_by_itself(
    queued: Callable[[], Caller], runpod: RunPodStandIn
) -> None:
    job = queued()
    the_run(runpod, job)["status"] = "CANCELLED"
    failure = job.reaches(JobState.FAILED, attempt=1).failure
    assert failure is not None
    assert failure.code == "cancelled"


def test_a_finished_job_leaves_the_list_of_open_ones(edge: Edge, processing: Processing) -> None:
    job = processing(silent_s=0)
    assert edge.objects.head(keys.active(job.job_id)) is not None
    job.write(state.complete(job.status, 1, NONCE, datetime.now(UTC), [], None))
    wait_until(lambda: edge.objects.head(keys.active(job.job_id)) is None, PATIENCE_S, "the job to leave the list")
