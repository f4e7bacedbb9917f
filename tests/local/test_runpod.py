"""The emulated RunPod against the unmodified SDK loop."""

import os
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from local.runpod import Fault
from local.waiting import wait_until
from tests.local.endpoint import PATIENCE_S, Endpoint, Receiver

Start = Callable[..., Endpoint]


def test_a_job_starts_a_worker_from_zero_and_its_result_reaches_the_webhook(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    assert endpoint.emulator.workers() == []
    with Receiver() as receiver:
        job_id = endpoint.run(webhook=receiver.url, seconds=0.1)
        assert endpoint.status(job_id)["status"] in {"IN_QUEUE", "IN_PROGRESS"}
        done = endpoint.wait(job_id)
        wait_until(lambda: receiver.received, PATIENCE_S, "the webhook")
    assert done["status"] == "COMPLETED"
    assert done["output"] == {"worker": done["workerId"]}
    assert done["executionTime"] >= 100
    assert [(call["id"], call["status"], call["output"]) for call in receiver.received] == [
        (job_id, "COMPLETED", done["output"])
    ]


def test_a_killed_workers_job_is_delivered_once_more_under_the_same_id(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint()
    journal, release = tmp_path / "journal", tmp_path / "release"
    job_id = endpoint.run(journal=str(journal), until=str(release))
    first = endpoint.started(journal)[0]
    victim = endpoint.emulator.workers()[0]
    os.kill(victim.pid, signal.SIGKILL)
    starts = endpoint.started(journal, 2)
    release.touch()
    done = endpoint.wait(job_id)
    assert done["status"] == "COMPLETED"
    assert [job for job, _ in starts] == [job_id, job_id]
    assert first[1] == victim.id != done["workerId"] == starts[1][1]
    assert endpoint.emulator.job(job_id)["deliveries"] == 2


def test_a_job_whose_workers_keep_dying_fails(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint()
    journal = tmp_path / "journal"
    job_id = endpoint.run(journal=str(journal), seconds=60)
    for delivery in (1, 2):
        worker_id = endpoint.started(journal, delivery)[-1][1]
        victim = next(worker for worker in endpoint.emulator.workers() if worker.id == worker_id)
        os.kill(victim.pid, signal.SIGKILL)
    failed = endpoint.wait(job_id)
    assert failed["status"] == "FAILED"
    assert "worker exited" in failed["error"]


def test_cancelling_a_running_job_frees_its_worker_for_the_next(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint(idle_timeout_s=60)
    journal = tmp_path / "journal"
    job_id = endpoint.run(journal=str(journal), seconds=600)
    endpoint.started(journal)
    assert endpoint.call("POST", f"cancel/{job_id}").body == {"id": job_id, "status": "CANCELLED"}
    following = endpoint.wait(endpoint.run())
    assert following["status"] == "COMPLETED"
    assert following["workerId"] == endpoint.status(job_id)["workerId"]


def test_a_handler_that_ignores_the_stop_is_killed_with_its_worker(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint(stop_grace_s=0.5)
    journal = tmp_path / "journal"
    job_id = endpoint.run(journal=str(journal), hangs=600)
    stuck = endpoint.started(journal)[0][1]
    endpoint.call("POST", f"cancel/{job_id}")
    following = endpoint.wait(endpoint.run())
    assert following["status"] == "COMPLETED"
    assert following["workerId"] != stuck


def test_a_job_that_runs_too_long_times_out(start_endpoint: Start) -> None:
    endpoint = start_endpoint(time_scale=0.05)
    with Receiver() as receiver:
        job_id = endpoint.run(webhook=receiver.url, policy={"executionTimeout": 20_000}, seconds=600)
        timed_out = endpoint.wait(job_id)
        wait_until(lambda: receiver.received, PATIENCE_S, "the webhook")
    assert timed_out["status"] == "TIMED_OUT"
    assert timed_out["executionTime"] >= 1000
    assert receiver.received[0]["status"] == "TIMED_OUT"


def test_a_job_older_than_its_ttl_is_forgotten(start_endpoint: Start) -> None:
    endpoint = start_endpoint(time_scale=0.05, max_workers=0)
    job_id = endpoint.run(policy={"ttl": 10_000})
    wait_until(lambda: endpoint.call("GET", f"status/{job_id}").code == 404, PATIENCE_S, "the job to vanish")


def test_a_webhook_is_tried_again_until_it_is_accepted(start_endpoint: Start) -> None:
    endpoint = start_endpoint(time_scale=0.05)
    with Receiver(codes=[500, 503]) as receiver:
        job_id = endpoint.run(webhook=receiver.url)
        wait_until(lambda: len(receiver.received) == 3, PATIENCE_S, "three calls")
        wait_until(lambda: len(endpoint.emulator.webhook_calls()) == 3, PATIENCE_S, "three answers")
    calls = endpoint.emulator.webhook_calls()
    assert [(call.job_id, call.answer) for call in calls] == [(job_id, 500), (job_id, 503), (job_id, 200)]
    assert all(later.at - earlier.at >= 0.5 for earlier, later in pairwise(calls))


def test_an_idle_endpoint_scales_to_zero_and_wakes_again(start_endpoint: Start) -> None:
    endpoint = start_endpoint(idle_timeout_s=0.5)
    first = endpoint.wait(endpoint.run())
    wait_until(lambda: not endpoint.emulator.workers(), PATIENCE_S, "no worker")
    second = endpoint.wait(endpoint.run())
    assert second["status"] == "COMPLETED"
    assert first["workerId"] != second["workerId"]


def test_an_error_in_the_handler_fails_the_job_with_its_text(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    failed = endpoint.wait(endpoint.run(raises="no such thing"))
    assert failed["status"] == "FAILED"
    assert "no such thing" in failed["error"]
    assert endpoint.call("POST", f"retry/{failed['id']}").code == 200


def test_a_running_job_can_be_delivered_twice(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint(max_workers=2)
    journal, release = tmp_path / "journal", tmp_path / "release"
    job_id = endpoint.run(journal=str(journal), until=str(release))
    endpoint.started(journal)
    endpoint.emulator.redeliver(job_id)
    starts = endpoint.started(journal, 2)
    release.touch()
    assert {job for job, _ in starts} == {job_id}
    assert len({worker for _, worker in starts}) == 2
    assert endpoint.wait(job_id)["status"] == "COMPLETED"


def test_a_result_survives_answers_that_are_lost(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    endpoint.emulator.inject(Fault("job-done", times=2, status=500))
    assert endpoint.wait(endpoint.run())["status"] == "COMPLETED"


def test_a_worker_that_cannot_start_shows_as_unhealthy(start_endpoint: Start) -> None:
    endpoint = start_endpoint(worker_command=("false",))
    job_id = endpoint.run()
    wait_until(lambda: endpoint.call("GET", "health").body["workers"]["unhealthy"], PATIENCE_S, "an unhealthy worker")
    assert endpoint.status(job_id)["status"] == "IN_QUEUE"


def test_the_public_api_refuses_what_runpod_refuses(start_endpoint: Start) -> None:
    endpoint = start_endpoint(max_workers=0)
    assert endpoint.call("POST", "run", {"input": {}}, key="wrong").code == 401
    assert endpoint.call("POST", "run", {"nothing": 1}).code == 400
    assert endpoint.call("POST", "run", {"input": 1, "policy": {"ttl": 1}}).code == 400
    assert endpoint.call("POST", "run", {"input": "x" * (11 << 20)}).code == 400
    assert endpoint.call("GET", "status/unknown").code == 404
    job_id = endpoint.run()
    assert endpoint.call("POST", f"retry/{job_id}").code == 400
    assert endpoint.call("POST", "purge-queue", {}).body["removed"] == 1


def test_runsync_answers_with_the_result(start_endpoint: Start) -> None:
    answer = start_endpoint().call("POST", "runsync", {"input": {"seconds": 0.1}})
    assert answer.body["status"] == "COMPLETED"
    assert answer.body["output"] == {"worker": answer.body["workerId"]}


def test_a_worker_that_asks_for_several_jobs_works_on_them_together(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint(environment={"JOBS_TOGETHER": "2"})
    journal, release = tmp_path / "journal", tmp_path / "release"
    job_ids = {endpoint.run(journal=str(journal), until=str(release)) for _ in range(2)}
    starts = endpoint.started(journal, 2)
    assert {job for job, _ in starts} == job_ids
    assert len({worker for _, worker in starts}) == 1
    release.touch()
    assert {endpoint.wait(job_id)["status"] for job_id in job_ids} == {"COMPLETED"}


def test_what_a_handler_yields_can_be_read_as_a_stream(start_endpoint: Start) -> None:
    endpoint = start_endpoint(environment={"STREAM": "yes"})
    job_id = endpoint.run(count=3)
    endpoint.wait(job_id)
    stream = endpoint.call("GET", f"stream/{job_id}").body["stream"]
    assert [item["output"] for item in stream] == [0, 1, 2]
    assert endpoint.call("GET", f"stream/{job_id}").body["stream"] == []


def test_waiting_jobs_can_be_purged_and_cancelled_before_they_start(start_endpoint: Start) -> None:
    endpoint = start_endpoint(max_workers=0)
    kept, purged = endpoint.run(), endpoint.run()
    assert endpoint.call("POST", f"cancel/{kept}").body["status"] == "CANCELLED"
    assert endpoint.call("POST", "purge-queue", {}).body["removed"] == 1
    assert endpoint.call("GET", f"status/{purged}").code == 404
    assert endpoint.call("GET", f"status/{kept}").body["status"] == "CANCELLED"
