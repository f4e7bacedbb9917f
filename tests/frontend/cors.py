"""Cross-origin rules as R2 applies them, read from the committed file: the local simulator allows everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

COMMITTED = Path(__file__).parents[2] / "local" / "cors.json"


@dataclass(frozen=True)
class CorsRule:
    """One rule of the file `wrangler r2 bucket cors set` takes."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]
    max_age_s: int

    def allows(self, origin: str, method: str, headers: list[str]) -> bool:
        """Whether a page of `origin` may send this request."""
        return (
            any(fnmatchcase(origin, pattern) for pattern in self.origins)
            and method in self.methods
            and all(header in self.headers for header in headers)
        )


def committed_rules() -> tuple[CorsRule, ...]:
    """The rules of `local/cors.json`."""
    return tuple(
        CorsRule(
            origins=tuple(rule["allowed"]["origins"]),
            methods=tuple(rule["allowed"]["methods"]),
            headers=tuple(rule["allowed"]["headers"]),
            exposed=tuple(rule["exposeHeaders"]),
            max_age_s=rule["maxAgeSeconds"],
        )
        for rule in json.loads(COMMITTED.read_text())["rules"]
    )


def preflight(rules: tuple[CorsRule, ...], request: Mapping[str, str]) -> dict[str, str] | None:
    """Headers of the answer to a preflight with these request headers; None where it is refused."""
    origin, method = request.get("Origin", ""), request.get("Access-Control-Request-Method", "")
    asked = request.get("Access-Control-Request-Headers", "")
    headers = [header.strip().lower() for header in asked.split(",") if header.strip()]
    rule = next((rule for rule in rules if rule.allows(origin, method, headers)), None)
    if rule is None:
        return None
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": ", ".join(rule.methods),
        "Access-Control-Allow-Headers": ", ".join(headers),
        "Access-Control-Max-Age": str(rule.max_age_s),
        "Vary": "Origin",
    }


def answered(rules: tuple[CorsRule, ...], origin: str | None, method: str) -> dict[str, str]:
    """Headers that go with an answer to a cross-origin request; none where no rule allows it."""
    rule = next((rule for rule in rules if origin and rule.allows(origin, method, [])), None)
    if rule is None or origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(rule.exposed),
        "Vary": "Origin",
    }
