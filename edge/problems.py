"""Problem details (RFC 9457): every error the API answers has a stable code and a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus

Member = str | int | list[dict[str, str]]


class Problem(Exception):
    """Raised by whoever handles a request; answered as `application/problem+json`."""

    def __init__(self, status: int, code: str, detail: str, **extra: Member) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.extra = status, str(code), detail, extra

    def body(self) -> dict[str, Member]:
        """The members of the problem document."""
        return {
            **self.extra,
            "type": f"urn:poloha:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }


def not_found(detail: str = "There is nothing at this address.") -> Problem:
    """404."""
    return Problem(404, "not_found", detail)


def unauthorized() -> Problem:
    """401: no token was sent."""
    return Problem(401, "token_missing", "Send the job's token as `Authorization: Bearer TOKEN`.")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request: its place in the body, as `options.inputs.load.0.kg`, and why."""

    place: str
    code: str
    detail: str


def too_many_jobs(retry_after_s: int) -> Problem:
    """429: this caller has just started as many jobs as one may."""
    detail = f"Too many jobs were started from this address. Come again in {retry_after_s} seconds."
    return Problem(429, "too_many_jobs", detail, retry_after_s=retry_after_s)


def invalid(*faults: Fault) -> Problem:
    """422: the request could be read but not accepted."""
    detail = "; ".join(f"{fault.place or 'body'}: {fault.detail}" for fault in faults)
    return Problem(422, "invalid_request", detail, faults=[asdict(fault) for fault in faults])
