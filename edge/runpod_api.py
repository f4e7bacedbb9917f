"""RunPod's public API for one endpoint, as plain JSON over HTTP (its SDK takes two seconds to import)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.events import RunRequest, RunView

_TIMEOUT_S = 15.0


class RunPodError(Exception):
    """RunPod did not do as asked: it was not reached, refused, or answered something else. Trying again may help."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: the status and the whole body."""

    status: int
    text: str


class Fetch(Protocol):
    """Sends one HTTP request. Raises OSError where no answer came, TimeoutError included."""

    async def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Answer:
        """The whole answer."""


class Workers(BaseModel):
    """What `/health` says of the endpoint's workers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    idle: int = 0
    running: int = 0
    throttled: int = 0
    unhealthy: int = 0


class EndpointHealth(BaseModel):
    """The answer of `/health`, as far as we use it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    workers: Workers = Field(default_factory=Workers)


@dataclass(frozen=True)
class RunPodEndpoint:
    """A serverless endpoint."""

    api_base: str
    endpoint_id: str
    api_key: str = field(repr=False)
    fetch: Fetch = field(repr=False)

    async def run(self, request: RunRequest) -> RunView:
        """Queue a run; its id and state. Raises RunPodError."""
        return _view(await self._ask("POST", "run", request.model_dump_json()))

    async def status(self, run_id: str) -> RunView | None:
        """What became of a run, None where RunPod does not know it (any more). Raises RunPodError."""
        answer = await self._send("GET", f"status/{_one_segment(run_id)}", None)
        return None if answer.status == 404 else _view(_checked(answer, "status"))

    async def cancel(self, run_id: str) -> None:
        """Stop a run; one that has ended or is unknown is no error. Raises RunPodError."""
        answer = await self._send("POST", f"cancel/{_one_segment(run_id)}", "{}")
        if answer.status not in (400, 404, 409):
            _checked(answer, "cancel")

    async def health(self) -> EndpointHealth:
        """The endpoint's workers. Raises RunPodError."""
        try:
            return EndpointHealth.model_validate(await self._ask("GET", "health", None))
        except ValidationError as error:
            raise RunPodError("health: unexpected answer") from error

    async def _ask(self, method: str, operation: str, body: str | None) -> Any:
        return _checked(await self._send(method, operation, body), operation)

    async def _send(self, method: str, operation: str, body: str | None) -> Answer:
        url = f"{self.api_base}/v2/{self.endpoint_id}/{operation}"
        headers = {"authorization": f"Bearer {self.api_key}"}
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            return await self.fetch(method, url, headers, body, _TIMEOUT_S)
        except OSError as error:
            raise RunPodError(f"{operation}: {error}") from error


def _one_segment(run_id: str) -> str:
    """A run's id for an address: webhooks tell ids, and none may lead our key to another part of RunPod."""
    return quote(run_id, safe="").replace(".", "%2E")


def _checked(answer: Answer, operation: str) -> Any:
    if not 200 <= answer.status < 300:
        raise RunPodError(f"{operation}: HTTP {answer.status}")
    try:
        return json.loads(answer.text)
    except ValueError as error:
        raise RunPodError(f"{operation}: no JSON") from error


def _view(body: Any) -> RunView:
    try:
        return RunView.model_validate(body)
    except ValidationError as error:
        raise RunPodError("unexpected answer") from error
