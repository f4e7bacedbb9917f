"""Who may do what: callers, job tokens, and signatures in URLs that others call back.

Secrets are compared in constant time. Each purpose has a key of its own, derived from a secret of LINK_KEYS; all
secrets listed there verify and the first one signs, so that one can be replaced without cutting off what is under way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field


def new_id() -> str:
    """128 random bits, base64url: 22 characters. Job ids and job tokens."""
    return secrets.token_urlsafe(16)


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, stored_digest: str) -> bool:
    """True when `token` is the one whose digest was stored."""
    return hmac.compare_digest(digest(token), stored_digest)


def bearer(authorization: str | None) -> str | None:
    """The token of an `Authorization: Bearer …` header, None where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def caller(address: str | None) -> str:
    """Who counts as one caller: an IPv4 address, or the /64 that a household or company gets of IPv6."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


@dataclass(frozen=True)
class LinkSigner:
    """Signs what our own URLs say for one purpose."""

    purpose: str
    secrets: Sequence[str] = field(repr=False)

    def sign(self, *parts: str | int) -> str:
        """The signature of `parts`, base64url without padding."""
        return self._signature(self.secrets[0], parts)

    def verify(self, signature: str, *parts: str | int) -> bool:
        """True when any of the secrets made this signature."""
        # every secret is tried, so that the time does not tell which one matched
        found = [hmac.compare_digest(self._signature(s, parts).encode(), signature.encode()) for s in self.secrets]
        return any(found)

    def _signature(self, secret: str, parts: Sequence[str | int]) -> str:
        key = hmac.new(secret.encode(), f"poloha link {self.purpose}".encode(), hashlib.sha256).digest()
        message = "\n".join(str(part) for part in parts).encode()
        return base64.urlsafe_b64encode(hmac.new(key, message, hashlib.sha256).digest()).rstrip(b"=").decode()
