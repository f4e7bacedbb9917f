"""What a caller of the API gets."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

import access
from contract import keys, state
from contract.events import Round
from contract.job import CONTENT_TYPES, Artifact, ArtifactKind, JobState
from local.edge import EVENTS, ROOT, SECRET_ACCESS_KEY, Edge
from local.waiting import wait_until
from routes import ADMISSION_PERIOD_S
from tests.edge.outside import API_KEY, LINK_KEY, NONCE, PATIENCE_S, Caller, RunPodStandIn, ask

NewJob = Callable[..., Caller]


def test_the_upload_is_allowed_once_and_only_as_announced(new_job: NewJob) -> None:
    job = new_job(size=5)
    longer = {**job.upload["headers"], "content-length": "6"}
    other_type = {**job.upload["headers"], "content-type": "text/html"}
    overwriting = {k: v for k, v in job.upload["headers"].items() if k != "if-none-match"}
    for headers, content in ((longer, b"video!"), (other_type, b"video"), (overwriting, b"video")):
        assert ask("PUT", job.upload["url"], content, headers).status == 403
    assert job.put(b"video").status == 200
    assert job.put(b"other").status == 412


def test_polling_an_unchanged_status_costs_nothing(new_job: NewJob) -> None:
    job = new_job()
    first = ask("GET", job.status_url)
    assert (first.json["state"], first.headers["cache-control"]) == ("awaiting_upload", "no-store")
    assert ask("GET", job.status_url, headers={"if-none-match": first.headers["etag"]}).status == 304


def test_a_name_outside_ascii_survives(new_job: NewJob) -> None:
    job = new_job(name="Černý účet: chůze?.mp4")
    assert job.put(b"video").status == 200
    assert job.status.video.name == "Černý účet: chůze?.mp4"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "a.mp4", "bytes": 0}, 422, "upload_incomplete"),
        ({"name": "a.mp4", "bytes": 100_000_001}, 413, "file_too_large"),
        ({"name": "a.mp4", "bytes": 5, "colour": "red"}, 422, "invalid_request"),
        ({"name": "a.mp4", "bytes": 5, "options": {"height_m": 9}}, 422, "invalid_request"),
        ({"name": "", "bytes": 5}, 422, "invalid_request"),
        (b"{", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b" " * 1_000_001, 413, "body_too_large"),
    ],
)
def test_a_request_that_cannot_be_served_is_told_why(edge: Edge, body: object, status: int, code: str) -> None:
    answer = ask("POST", f"{edge.url}/api/jobs", body)
    assert (answer.status, answer.json["status"], answer.json["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("inputs", "place", "code"),
    [
        ({"load": [{"kg": -1}]}, "load.0.kg", "greater_than_equal"),
        ({"operations": [{"name": "a"}, {"name": "a"}]}, "", "operations_doubled"),
        ({"report": {"filmed_on": "2026-11-02", "evaluated_on": "2026-11-01"}}, "report.evaluated_on",
         "evaluated_before_filmed"),
        ({"report": {"filmed_on": "2999-01-01"}}, "report.filmed_on", "filmed_ahead"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_told_by_its_place_and_a_code(edge: Edge, inputs: object, place: str, code: str) -> None:
    answer = ask("POST", f"{edge.url}/api/jobs", {"name": "a.mp4", "bytes": 5, "options": {"inputs": inputs}})
    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    (fault,) = answer.json["faults"]
    assert (fault["place"], fault["code"]) == (f"options.inputs.{place}".rstrip("."), code)
    assert answer.json["detail"] == f"{fault['place']}: {fault['detail']}"


def test_one_address_may_start_only_so_many_jobs_in_a_minute(edge: Edge) -> None:
    limit = tomllib.loads((ROOT / "wrangler.toml").read_text())["ratelimits"][0]["simple"]
    assert limit["period"] == ADMISSION_PERIOD_S
    greedy, other = ({"cf-connecting-ip": address} for address in ("2001:db8:1:2::1", "2001:db8:1:3::1"))
    neighbour = {"cf-connecting-ip": "2001:db8:1:2:ffff::1"}
    address, body = f"{edge.url}/api/jobs", {"name": "a.mp4", "bytes": 5}
    # A minute of the counter may end in between.
    answers = [ask("POST", address, body, greedy) for _ in range(2 * limit["limit"] + 1)]
    refused = [answer for answer in answers if answer.status != 201]
    assert {(answer.status, answer.json["code"]) for answer in refused} == {(429, "too_many_jobs")}
    assert answers[limit["limit"] - 1].status == 201
    assert refused[-1].headers["retry-after"] == str(refused[-1].json["retry_after_s"]) == "60"
    assert [ask("POST", address, body, who).status for who in (neighbour, other)] == [429, 201]
    again = {**greedy, "authorization": f"Bearer {answers[0].json['token']}"}
    retried = ask("POST", f"{address}/{answers[0].json['job_id']}/retry", headers=again)
    assert retried.status == 429, "a retry starts work, too"
    assert ask("POST", address, {}, greedy).status == 422, "what starts nothing is not counted"
    assert ask("GET", f"{edge.url}/api/health", headers=greedy).status == 200


@pytest.mark.parametrize(
    ("address", "caller"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), (None, "unknown"), ("x", "unknown")],
)
def test_an_ipv6_network_is_one_caller(address: str | None, caller: str) -> None:
    assert access.caller(address) == caller


def test_a_file_over_the_limit_is_told_the_limit(edge: Edge) -> None:
    answer = ask("POST", f"{edge.url}/api/jobs", {"name": "a.mp4", "bytes": 250_000_000})
    assert answer.json["limit_bytes"] == 100_000_000
    assert "100 MB" in answer.json["detail"]


def test_a_job_shows_itself_only_to_its_token(edge: Edge, new_job: NewJob) -> None:
    mine, other = new_job(), new_job()
    assert mine.api("GET").json["status"]["job_id"] == mine.job_id
    address = f"{edge.url}/api/jobs/{mine.job_id}"
    missing, wrong = ask("GET", address), ask("GET", address, headers={"authorization": f"Bearer {other.token}"})
    unknown = ask("GET", f"{edge.url}/api/jobs/{'x' * 22}", headers={"authorization": f"Bearer {mine.token}"})
    assert (missing.status, missing.headers["www-authenticate"]) == (401, "Bearer")
    assert wrong.status == unknown.status == 404
    assert wrong.body == unknown.body


def test_addresses_that_do_not_exist_are_problems_too(edge: Edge) -> None:
    assert ask("GET", f"{edge.url}/api/nothing").json["code"] == "not_found"
    assert ask("DELETE", f"{edge.url}/api/health").json["code"] == "method_not_allowed"


def test_the_page_comes_from_the_assets(edge: Edge) -> None:
    assert b"the page" in ask("GET", f"{edge.url}/").body


def test_health_tells_no_details(edge: Edge) -> None:
    answer = ask("GET", f"{edge.url}/api/health")
    assert answer.status == 200
    assert answer.json == {"status": "ok", "version": "0.1.0", "storage": True, "runpod": True}


def test_health_is_not_a_way_to_flood_runpod(edge: Edge, runpod: RunPodStandIn) -> None:
    for _ in range(5):
        assert ask("GET", f"{edge.url}/api/health").status == 200
    assert runpod.health_asked <= 2  # the cache is 30 s old at most, and the Worker was asked once when it started


def test_results_are_downloaded_under_the_name_of_the_input(edge: Edge, processing: Callable[..., Caller]) -> None:
    job = processing(silent_s=0)
    content = b"time,angle\n"
    key = keys.result(job.job_id, 1, NONCE, "Chůze 1.mp4", ArtifactKind.ANGLES)
    edge.objects.put(key, content, CONTENT_TYPES[ArtifactKind.ANGLES])
    artifact = Artifact(
        name="Chůze 1.angles.csv", kind=ArtifactKind.ANGLES, key=key, bytes=len(content), sha256="0" * 64,
        content_type=CONTENT_TYPES[ArtifactKind.ANGLES],
    )  # fmt: skip
    job.write(state.complete(job.status, 1, NONCE, datetime.now(UTC), [artifact], None))
    view = job.api("GET").json
    link = view["artifacts"][0]["url"]
    assert ask("GET", link).body == content
    # the local simulator does not act upon the parameter, but it is signed as any other
    (disposition,) = parse_qs(urlsplit(link).query)["response-content-disposition"]
    assert disposition == "attachment; filename=\"Ch_ze 1.angles.csv\"; filename*=UTF-8''Ch%C5%AFze%201.angles.csv"
    assert ask("GET", link.replace("Ch_ze", "other")).status == 403
    assert ask("GET", view["status_url"]).json["state"] == "completed"


def test_cancelling_stops_the_run_and_retrying_starts_another(
    queued: Callable[[], Caller], runpod: RunPodStandIn
) -> None:
    job = queued()
    (first,) = runpod.runs_of(job.job_id)
    assert job.api("POST", "/cancel").json["status"]["failure"]["code"] == "cancelled"
    assert first["id"] in runpod.cancelled
    assert job.api("POST", "/cancel").json["code"] == "conflict"
    assert job.api("POST", "/retry").json["status"]["state"] == "queued"
    assert [run["input"]["attempt"] for run in runpod.runs_of(job.job_id)] == [1, 2]
    assert job.api("POST", "/retry").json["code"] == "conflict"


def test_a_retry_that_runpod_refuses_goes_on_by_itself(queued: Callable[[], Caller], runpod: RunPodStandIn) -> None:
    job = queued()
    job.api("POST", "/cancel")
    runpod.refuse.add(job.job_id)
    answer = job.api("POST", "/retry")
    assert (answer.status, answer.json["status"]["state"]) == (202, "queued")
    runpod.refuse.discard(job.job_id)
    wait_until(lambda: len(runpod.runs_of(job.job_id)) == 2, PATIENCE_S, "the second attempt's run")


def test_a_job_without_a_video_cannot_be_retried(new_job: NewJob) -> None:
    job = new_job()
    job.api("POST", "/cancel")
    assert job.api("POST", "/retry").json["code"] == "upload_incomplete"


def test_deleting_erases_everything_but_a_tombstone(
    edge: Edge, processing: Callable[..., Caller], runpod: RunPodStandIn
) -> None:
    job = processing(silent_s=0)
    edge.objects.put(keys.result(job.job_id, 1, NONCE, "walk.mp4", ArtifactKind.GLB), b"model")
    assert job.api("DELETE").status == 204
    left = [facts.key for facts in edge.objects.list() if job.job_id in facts.key]
    assert left == [keys.status(job.job_id)]
    assert (job.status.state, job.status.video.name) == (JobState.DELETED, "")
    assert runpod.runs_of(job.job_id)[0]["id"] in runpod.cancelled
    assert job.api("GET").status == 404


def test_the_browser_never_receives_a_secret(
    edge: Edge, processing: Callable[..., Caller], runpod: RunPodStandIn
) -> None:
    job = processing(silent_s=0)
    (run,) = runpod.runs_of(job.job_id)
    signature = run["webhook"].partition("sig=")[2]
    received = [job.api("GET").body, ask("GET", job.status_url).body, str(job.upload).encode()]
    received.append(ask("GET", f"{edge.url}/api/health").body)
    for secret in (API_KEY, LINK_KEY, SECRET_ACCESS_KEY, signature, job.record.token_sha256):
        assert all(secret.encode() not in body for body in received)
    assert job.token.encode() not in b"".join(received)


def test_a_round_goes_on_behind_the_job_it_got_to(edge: Edge, new_job: NewJob, runpod: RunPodStandIn) -> None:
    first, second = sorted((new_job(), new_job()), key=lambda job: job.job_id)
    for job in (first, second):
        job.put(b"video")
        job.age(days=1)
    edge.send(EVENTS, [Round(after=keys.active(first.job_id)).model_dump(mode="json")])
    wait_until(lambda: runpod.runs_of(second.job_id), PATIENCE_S, "a run")
    assert not runpod.runs_of(first.job_id)


def test_a_result_of_the_daily_round_is_that_a_forgotten_job_goes_on(
    edge: Edge, new_job: NewJob, runpod: RunPodStandIn
) -> None:
    job = new_job()
    job.put(b"video")
    job.age(days=1)
    edge.scheduled()
    wait_until(lambda: runpod.runs_of(job.job_id), PATIENCE_S, "a run")
