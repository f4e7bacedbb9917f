"""Messages between the tiers: R2's event, our queue messages, RunPod's job input, request and webhook."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from contract.base import JobId, Strict
from contract.inputs import LogLength
from contract.job import JobOptions, Source


class _FromOutside(BaseModel):
    """Cloudflare and RunPod may add fields; ours they may not leave out."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True)


class EventObject(_FromOutside):
    """The object an event is about; deletes carry neither size nor ETag."""

    key: str
    size: int | None = None
    etag: str | None = Field(default=None, alias="eTag")


class R2Event(_FromOutside):
    """R2's event notification as it arrives in the queue."""

    account: str
    action: str
    bucket: str
    object: EventObject
    event_time: AwareDatetime = Field(alias="eventTime")

    @property
    def created(self) -> bool:
        """True where an object was stored; deletes are none of our business."""
        return self.action in {"PutObject", "CopyObject", "CompleteMultipartUpload"}


class Watchdog(Strict):
    """Look whether this attempt is still alive. Looks are numbered, so that a message that came twice is known."""

    kind: Literal["watchdog"] = "watchdog"
    job_id: JobId
    attempt: int = Field(ge=1)
    look: int = Field(default=0, ge=0)

    @property
    def following(self) -> Watchdog:
        """The next look at the same attempt."""
        return Watchdog(job_id=self.job_id, attempt=self.attempt, look=self.look + 1)


class Expiry(Strict):
    """Every upload URL has run out: is the video there?"""

    kind: Literal["expiry"] = "expiry"
    job_id: JobId


class Sweep(Strict):
    """Erase what came after a job was deleted."""

    kind: Literal["sweep"] = "sweep"
    job_id: JobId


class Round(Strict):
    """A piece of the daily round: the open jobs listed behind `after`."""

    kind: Literal["round"] = "round"
    after: str = ""


class Check(Strict):
    """Of the daily round: whatever message of this job got lost, make up for it."""

    kind: Literal["check"] = "check"
    job_id: JobId


OwnMessage = Watchdog | Expiry | Sweep | Round | Check
_OWN: TypeAdapter[OwnMessage] = TypeAdapter(Annotated[OwnMessage, Field(discriminator="kind")])


def parse_message(body: Any) -> R2Event | OwnMessage:
    """A queue message of ours (it has a `kind`) or R2's. Raises pydantic.ValidationError."""
    if isinstance(body, dict) and "kind" in body:
        return _OWN.validate_python(body)
    return R2Event.model_validate(body)


class RunInput(Strict):
    """RunPod's job input: where the video or motion lies and what to do. No secret, no token, no owner."""

    job_id: JobId
    attempt: int = Field(ge=1)
    source: Source
    options: JobOptions
    inherited: LogLength = Field(default=LogLength(), description="log entries of `options` that came with the parent")


class RunPolicy(Strict):
    """RunPod's limits for one run, in milliseconds."""

    executionTimeout: int = Field(ge=5_000, le=604_800_000)
    ttl: int = Field(ge=10_000, le=604_800_000)


class RunRequest(Strict):
    """The body of `POST /v2/<endpoint>/run`."""

    input: RunInput
    webhook: str
    policy: RunPolicy


RunState = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"]


class RunView(_FromOutside):
    """What RunPod says of a run: the answer of `/run`, `/status`, `/cancel` and the webhook's body."""

    id: str
    status: RunState
    error: Any = None
    execution_ms: float | None = Field(default=None, alias="executionTime")
    delay_ms: float | None = Field(default=None, alias="delayTime")
    worker_id: str | None = Field(default=None, alias="workerId")
