"""Bodies of the API's requests and answers; docs/openapi.json is generated from these models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contract.base import JobId, Moment, Strict
from contract.inputs import Inputs
from contract.job import ArtifactKind, JobOptions, JobStatus, Language


class NewJob(Strict):
    """What the caller is going to upload, and how it is to be analysed."""

    name: str = Field(min_length=1, max_length=255, description="file name; results are named after it")
    bytes: int = Field(ge=0, description="exact size of the file")
    content_type: str = Field(
        default="application/octet-stream", pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100, examples=["video/mp4"]
    )
    options: JobOptions = Field(default_factory=JobOptions)


class UploadInstructions(Strict):
    """Send the file with exactly these method, URL and headers (a browser sets content-length itself)."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: Moment


class Reanalysis(Strict):
    """What is entered anew about a finished job's clip; everything else stays as it was."""

    inputs: Inputs = Field(description="all of it; exclusions and corrections of before stay in it, unchanged")
    language: Language | None = Field(default=None, description="of the reports; default as before")


class JobStarted(Strict):
    """The token is told once: it is the only key to the job."""

    job_id: JobId
    token: str
    status_url: str = Field(description="presigned: poll it with If-None-Match")


class JobCreated(JobStarted):
    """A job that waits for its video."""

    upload: UploadInstructions


class ArtifactLink(Strict):
    """A result file and where to fetch it now."""

    name: str
    kind: ArtifactKind
    bytes: int
    content_type: str
    url: str
    expires_at: Moment


class JobView(Strict):
    """The status with fresh links."""

    status: JobStatus
    status_url: str
    status_url_expires_at: Moment
    artifacts: list[ArtifactLink] = Field(description="links to what `status.artifacts` lists")


class Health(Strict):
    """Whether the service can work now; details stay in the logs."""

    status: Literal["ok", "degraded"]
    version: str
    storage: bool
    runpod: bool


class FaultView(Strict):
    """One thing that is wrong with the body of a request. `code` is stable, `detail` a sentence for developers."""

    place: str = Field(examples=["options.inputs.load.0.kg"])
    code: str
    detail: str


class ProblemDocument(Strict):
    """RFC 9457. `code` is stable; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    faults: list[FaultView] | None = Field(default=None, description="of `invalid_request`")
    limit_bytes: int | None = None
    retry_after_s: int | None = Field(default=None, description="of `too_many_jobs`, as in Retry-After")
    reference: str | None = None
