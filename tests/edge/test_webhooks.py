"""RunPod's callback: believed only with our signature, and even then only a hint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import runpod_api
from access import LinkSigner
from contract.job import JobState
from local.edge import Edge
from tests.edge.outside import LINK_KEY, OLD_LINK_KEY, Answer, Caller, RunPodStandIn, ask

Processing = Callable[..., Caller]


def call_back(run: dict[str, Any], url: str | None = None, **changes: Any) -> Answer:
    """The webhook as RunPod sends it at the end of a run."""
    body = {"id": run["id"], "status": run["status"], "input": run["input"], "executionTime": 2500, **changes}
    return ask("POST", url or run["webhook"], body)


def test_a_failed_run_that_held_the_lease_is_followed_by_the_next_attempt_at_once(
    processing: Processing, runpod: RunPodStandIn
) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    run["status"] = "FAILED"
    assert call_back(run).status == 200
    assert (job.status.state, job.status.attempt) == (JobState.QUEUED, 2)
    assert job.record.attempts[0].spend_s == 2.5


def test_what_runpod_does_not_confirm_changes_nothing(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    run["status"] = "IN_PROGRESS"
    assert call_back(run, status="FAILED").status == 200
    assert (job.status.state, job.status.attempt) == (JobState.PROCESSING, 1)


def test_a_run_that_does_not_hold_the_lease_changes_nothing(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    assert call_back(run, id="another-run", status="FAILED").status == 200
    assert (job.status.state, job.status.attempt) == (JobState.PROCESSING, 1)
    assert job.record.attempts[0].run_ids == (run["id"], "another-run")


@pytest.mark.parametrize("run_id", ["../../v1/pods", "..", "a/b?c=d#e"])
def test_the_id_of_a_run_leads_to_no_other_address(run_id: str) -> None:
    asked: list[str] = []

    async def fetch(method: str, url: str, *_: object) -> runpod_api.Answer:
        asked.append(url)
        return runpod_api.Answer(404, "")

    endpoint = runpod_api.RunPodEndpoint("https://runpod.example", "ep", "key", fetch)
    assert asyncio.run(endpoint.status(run_id)) is None
    prefix, _, rest = asked[0].partition("/status/")
    assert prefix == "https://runpod.example/v2/ep"
    assert not set(rest) & set("./?#")


def test_calls_for_one_run_do_not_add_up(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    for _ in range(3):
        assert call_back(run, status="COMPLETED").status == 200
    assert job.record.attempts[0].spend_s == 2.5
    assert job.status.state is JobState.PROCESSING


def test_every_run_of_every_attempt_is_paid_for(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    assert call_back(run, id="posted-twice", status="CANCELLED", executionTime=1500).status == 200
    run["status"] = "FAILED"
    assert call_back(run).status == 200
    assert job.status.attempt == 2
    again = next(run for run in runpod.runs_of(job.job_id) if run["input"]["attempt"] == 2)
    for _ in range(2):
        assert call_back(again, status="IN_PROGRESS", executionTime=4000).status == 200
    spent = {attempt.number: attempt.spend_s for attempt in job.record.attempts}
    assert spent == {1: 2.5 + 1.5, 2: 4.0}
    assert job.record.spend_s == 8.0


@pytest.mark.parametrize("forged", ["sig=", "sig=AAAA", "attempt=2&sig=", "attempt=one&sig="])
def test_a_webhook_with_a_wrong_signature_is_refused(
    processing: Processing, runpod: RunPodStandIn, forged: str
) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    run["status"] = "FAILED"
    address, _, signature = run["webhook"].rpartition("attempt=1&sig=")
    query = forged if forged in ("sig=", "sig=AAAA") else forged + signature
    answer = call_back(run, address + ("attempt=1&" if query.startswith("sig") else "") + query)
    assert (answer.status, answer.json["code"]) == (403, "signature_wrong")
    assert (job.status.state, job.status.attempt, job.record.attempts[0].spend_s) == (JobState.PROCESSING, 1, 0)


def test_a_signature_made_before_the_secret_was_replaced_still_holds(
    edge: Edge, processing: Processing, runpod: RunPodStandIn
) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    address = run["webhook"].partition("sig=")[0]
    old = LinkSigner("runpod webhook", [OLD_LINK_KEY]).sign(job.job_id, 1)
    other_purpose = LinkSigner("download", [LINK_KEY]).sign(job.job_id, 1)
    assert call_back(run, f"{address}sig={old}").status == 200
    assert call_back(run, f"{address}sig={other_purpose}").status == 403


def test_a_webhook_without_a_run_is_refused(processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    assert ask("POST", run["webhook"], b"no json").json["code"] == "invalid_request"


def test_signatures_do_not_reach_the_log(edge: Edge, processing: Processing, runpod: RunPodStandIn) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    call_back(run)
    logged = "\n".join(edge.logs())
    assert job.job_id in logged
    assert "sig=" not in logged
    assert "X-Amz-" not in logged
