"""Problem details (RFC 9457): every error the API answers has a stable code and a sentence."""

from __future__ import annotations

from http import HTTPStatus


class Problem(Exception):
    """Raised by whoever handles a request; answered as `application/problem+json`."""

    def __init__(self, status: int, code: str, detail: str, **extra: str | int) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.extra = status, str(code), detail, extra

    def body(self) -> dict[str, str | int]:
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


def invalid(detail: str) -> Problem:
    """422: the request could be read but not accepted."""
    return Problem(422, "invalid_request", detail)
