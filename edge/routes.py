"""The API: which address does what. Requests and answers are plain values, so that nothing here knows the runtime."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

import access
import health
import jobs
import log
import reanalysis
import uploads
import webhooks
from api import ArtifactLink, Health, JobCreated, JobStarted, JobView, NewJob, Reanalysis, UploadInstructions
from contract.events import RunView
from contract.failures import FailureCode
from contract.header import ReportHeader, filmed_ahead, refuse_disorder
from contract.job import JobStatus
from contract.state import IllegalTransition
from problems import Fault, Problem, invalid, not_found, too_many_jobs
from records import UnknownJob
from services import Services
from settings import PUT_LIMIT_BYTES

BODY_LIMIT_BYTES = 1_000_000
HEALTH_CACHE_S = 30
ADMISSION_PERIOD_S = 60
"""The period of the rate limit in wrangler.toml."""
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names in lower case. `read(limit_bytes)` gives the body, None where it is longer."""

    method: str
    url: str
    headers: Mapping[str, str]
    read: Callable[[int], Awaitable[str | None]]

    @property
    def path(self) -> str:
        """Without the query, which may hold signatures."""
        return urlsplit(self.url).path

    def query(self, name: str) -> str:
        """The first value of a query parameter, "" where it is missing."""
        return parse_qs(urlsplit(self.url).query).get(name, [""])[0]


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Handle = Callable[[Services, Request, str], Awaitable[Reply]]


@dataclass(frozen=True)
class Route:
    """One operation; `{job_id}` in the path is handed to the handler, the rest documents it.

    `also` lists further status codes that carry the same answer, `problems` those that carry a problem document.
    """

    method: str
    path: str
    summary: str
    handle: Handle
    status: int
    answers: type[BaseModel] | None
    takes: type[BaseModel] | None = None
    needs_token: bool = False
    query: tuple[str, ...] = ()
    also: tuple[int, ...] = ()
    problems: tuple[int, ...] = ()

    def match(self, path: str) -> str | None:
        """The job id in `path` ("" where the route has none), None where it is another route's."""
        pattern = self.path.replace("{job_id}", r"(?P<job>[A-Za-z0-9_-]{22})")
        found = re.fullmatch(pattern, path)
        return None if found is None else found.groupdict().get("job", "")


async def answer(prepare: Callable[[], Services], request: Request) -> Reply:
    """Answer a request under `/api/`; every failure becomes a problem document, one of `prepare` too."""
    try:
        return await _route(prepare(), request)
    except Problem as problem:
        return _problem(problem)
    except (IllegalTransition, UnknownJob) as refused:
        detail = (
            "The job's state does not allow this." if isinstance(refused, IllegalTransition) else "The job is gone."
        )
        return _problem(Problem(409, "conflict", detail))
    except Exception as error:
        reference = access.new_id()
        log.error("request_failed", error, method=request.method, path=request.path, reference=reference)
        return _problem(
            Problem(503, FailureCode.INTERNAL, "Something failed on our side. Try again.", reference=reference)
        )


async def _route(services: Services, request: Request) -> Reply:
    here = [(route, job_id) for route in ROUTES if (job_id := route.match(request.path)) is not None]
    for route, job_id in here:
        if route.method == request.method:
            return await route.handle(services, request, job_id)
    if here:
        raise Problem(405, "method_not_allowed", f"Allowed here: {', '.join(route.method for route, _ in here)}.")
    raise not_found()


async def _create(services: Services, request: Request, _: str) -> Reply:
    asked = await _parsed(NewJob, request)
    if asked.bytes == 0:
        raise Problem(422, FailureCode.UPLOAD_INCOMPLETE, "The file is empty. Choose a video.")
    if asked.bytes > PUT_LIMIT_BYTES:
        limit = f"This service accepts files of up to {PUT_LIMIT_BYTES // 1_000_000} MB; this one has "
        detail = f"{limit}{asked.bytes / 1_000_000:.1f} MB. Cut the video or save it smaller."
        raise Problem(413, "file_too_large", detail, limit_bytes=PUT_LIMIT_BYTES)
    _check_dates(services, asked.options.inputs.report, "options.inputs.report")
    await _admit(services, request)
    created = await uploads.create_job(services, asked.name, asked.bytes, asked.content_type, asked.options)
    job_id = created.status.job_id
    put = UploadInstructions(url=created.put.url, headers=created.put.headers, expires_at=created.put.expires_at)
    status_url = jobs.status_link(services, job_id).url
    return _json(201, JobCreated(job_id=job_id, token=created.token, status_url=status_url, upload=put))


async def _view(services: Services, request: Request, job_id: str) -> Reply:
    job = await jobs.authorised(services, job_id, request.headers.get("authorization"))
    return _json(200, _with_links(services, job.status))


async def _cancel(services: Services, request: Request, job_id: str) -> Reply:
    job = await jobs.authorised(services, job_id, request.headers.get("authorization"))
    return _json(200, _with_links(services, await jobs.cancel(services, job)))


async def _retry(services: Services, request: Request, job_id: str) -> Reply:
    job = await jobs.authorised(services, job_id, request.headers.get("authorization"))
    await _admit(services, request)
    return _json(202, _with_links(services, await jobs.retry(services, job)))


async def _reanalyse(services: Services, request: Request, job_id: str) -> Reply:
    parent = await jobs.authorised(services, job_id, request.headers.get("authorization"))
    asked = await _parsed(Reanalysis, request)
    if asked.inputs.report != parent.record.options.inputs.report:
        _check_dates(services, asked.inputs.report, "inputs.report")
    await _admit(services, request)
    started = await reanalysis.start(services, parent, asked.inputs, asked.language)
    status_url = jobs.status_link(services, started.job_id).url
    return _json(201, JobStarted(job_id=started.job_id, token=started.token, status_url=status_url))


async def _delete(services: Services, request: Request, job_id: str) -> Reply:
    job = await jobs.authorised(services, job_id, request.headers.get("authorization"))
    await jobs.delete(services, job)
    return Reply(204)


async def _webhook(services: Services, request: Request, job_id: str) -> Reply:
    attempt, signature = request.query("attempt"), request.query("sig")
    if not services.webhook_signer.verify(signature, job_id, attempt) or not attempt.isdigit():
        raise Problem(403, "signature_wrong", "This address was not signed by us.")
    await webhooks.run_ended(services, job_id, int(attempt), await _parsed(RunView, request))
    return Reply(200)


async def _health(services: Services, request: Request, _: str) -> Reply:
    found = await health.check(services)
    headers = {"content-type": "application/json", "cache-control": f"public, max-age={HEALTH_CACHE_S}"}
    return Reply(200 if found.status == "ok" else 503, found.model_dump_json(), headers)


ROUTES: tuple[Route, ...] = (
    Route("POST", "/api/jobs", "Announce a video", _create, 201, JobCreated, NewJob, problems=(413, 422, 429)),
    Route("GET", "/api/jobs/{job_id}", "See a job", _view, 200, JobView, needs_token=True, problems=(401, 404)),
    Route(
        "POST", "/api/jobs/{job_id}/cancel", "Stop a job", _cancel, 200, JobView, needs_token=True,
        problems=(401, 404, 409),
    ),
    Route(
        "POST", "/api/jobs/{job_id}/retry", "Start a failed or cancelled job again", _retry, 202, JobView,
        needs_token=True, problems=(401, 404, 409, 429),
    ),
    Route(
        "POST", "/api/jobs/{job_id}/reanalyse", "Judge a finished job's motion anew, as a job of its own", _reanalyse,
        201, JobStarted, Reanalysis, needs_token=True, problems=(401, 404, 409, 413, 422, 429),
    ),
    Route(
        "DELETE", "/api/jobs/{job_id}", "Erase a job and all its files", _delete, 204, None, needs_token=True,
        problems=(401, 404, 409),
    ),
    Route("GET", "/api/health", "Whether the service can work now", _health, 200, Health, also=(503,)),
    Route(
        "POST", "/api/webhooks/runpod/{job_id}", "RunPod reports the end of a run", _webhook, 200, None, RunView,
        query=("attempt", "sig"), problems=(403, 422),
    ),
)  # fmt: skip


def _with_links(services: Services, status: JobStatus) -> JobView:
    link = jobs.status_link(services, status.job_id)
    signed = [(artifact, jobs.artifact_link(services, artifact)) for artifact in status.artifacts]
    links = [
        ArtifactLink(
            name=artifact.name,
            kind=artifact.kind,
            bytes=artifact.bytes,
            content_type=artifact.content_type,
            url=where.url,
            expires_at=where.expires_at,
        )
        for artifact, where in signed
    ]
    return JobView(status=status, status_url=link.url, status_url_expires_at=link.expires_at, artifacts=links)


async def _parsed(model: type[Body], request: Request) -> Body:
    text = await request.read(BODY_LIMIT_BYTES)
    if text is None:
        raise Problem(413, "body_too_large", f"A request may have up to {BODY_LIMIT_BYTES} bytes.")
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        told = (Fault(".".join(map(str, fault["loc"])), fault["type"], fault["msg"]) for fault in faults)
        raise invalid(*told) from error


async def _admit(services: Services, request: Request) -> None:
    """Raises Problem for a caller who has started too many jobs; Cloudflare says where a request comes from."""
    if not await services.admission.admits(access.caller(request.headers.get("cf-connecting-ip"))):
        raise too_many_jobs(ADMISSION_PERIOD_S)


def _check_dates(services: Services, header: ReportHeader, place: str) -> None:
    """Raises Problem for an evaluation before the filming, or a filming that has not been."""
    try:
        refuse_disorder(header)
    except PydanticCustomError as error:
        raise invalid(Fault(f"{place}.evaluated_on", error.type, error.message())) from error
    if filmed_ahead(header, services.now()):
        raise invalid(Fault(f"{place}.filmed_on", "filmed_ahead", "The date of filming lies in the future."))


def _json(status: int, body: BaseModel) -> Reply:
    return Reply(status, body.model_dump_json(), {"content-type": "application/json", "cache-control": "no-store"})


def _problem(problem: Problem) -> Reply:
    body = json.dumps(problem.body(), ensure_ascii=False)
    headers = {"content-type": "application/problem+json", "cache-control": "no-store"}
    if "retry_after_s" in problem.extra:
        headers["retry-after"] = str(problem.extra["retry_after_s"])
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Reply(problem.status, body, headers)
