"""Presigned URLs: AWS Signature Version 4 in the query string, standard library only (boto3 does not fit in a Worker).

After "Authenticating Requests: Using Query Parameters" of the Amazon S3 API reference. The payload is not signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_MAX_S = 604_800
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Presigner:
    """Signs for one bucket of one store, path style: `<endpoint>/<bucket>/<key>`."""

    endpoint: str
    bucket: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)

    def url(
        self,
        method: str,
        key: str,
        now: datetime,
        expires_s: int,
        *,
        headers: Mapping[str, str] = _NOTHING,
        query: Mapping[str, str] = _NOTHING,
    ) -> str:
        """A URL that allows `method` on `key` for `expires_s` seconds (at most 7 days) from `now` (aware, UTC).

        `headers` are signed, so that the caller must send them with exactly these values.
        """
        if not 1 <= expires_s <= _MAX_S:
            raise ValueError(f"a presigned URL lives 1 to {_MAX_S} seconds, not {expires_s}")
        base = urlsplit(self.endpoint)
        path = f"{base.path.rstrip('/')}/{_quoted(self.bucket)}/{quote(key, safe='/~')}"
        signed = {"host": base.netloc} | {name.lower(): " ".join(value.split()) for name, value in headers.items()}
        names = ";".join(sorted(signed))
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        parameters = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.access_key_id}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(expires_s),
            "X-Amz-SignedHeaders": names,
        }
        pairs = {_quoted(name): _quoted(value) for name, value in parameters.items()}
        canonical = "\n".join(
            [
                method,
                path,
                "&".join(f"{name}={pairs[name]}" for name in sorted(pairs)),
                *(f"{name}:{signed[name]}" for name in sorted(signed)),
                "",
                names,
                "UNSIGNED-PAYLOAD",
            ]
        )
        to_sign = "\n".join([_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.new(self._signing_key(stamp[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
        asked = "&".join(f"{name}={value}" for name, value in pairs.items())
        return f"{base.scheme}://{base.netloc}{path}?{asked}&X-Amz-Signature={signature}"

    def _signing_key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_access_key}".encode()
        for step in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, step.encode(), hashlib.sha256).digest()
        return key


def attachment(name: str) -> str:
    """`response-content-disposition` that saves the object as `name`, also where it is not ASCII (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
