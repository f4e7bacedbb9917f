"""Our presigned URLs against botocore's, byte by byte."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from presign import Presigner, attachment

ENDPOINT, BUCKET, REGION, KEY_ID, SECRET = (
    "https://abc123.r2.cloudflarestorage.com",
    "poloha",
    "auto",
    "AKID",
    "s/ecret+",
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1))
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
LIFETIMES = st.integers(1, 604_800)

CLIENT = boto3.client(
    "s3", endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)  # fmt: skip
OURS = Presigner(ENDPOINT, BUCKET, REGION, KEY_ID, SECRET)


def botocores(operation: str, parameters: dict[str, Any], now: datetime, lifetime: int) -> str:
    """What botocore makes of the same request at the same moment."""
    with patch("botocore.auth.get_current_datetime", return_value=now):
        asked = {"Bucket": BUCKET, **parameters}
        return str(CLIENT.generate_presigned_url(operation, Params=asked, ExpiresIn=lifetime))


@given(name=NAMES, moment=MOMENTS, lifetime=LIFETIMES)
def test_a_link_to_read_is_botocores(name: str, moment: datetime, lifetime: int) -> None:
    key = f"results/{name}"
    theirs = botocores("get_object", {"Key": key}, moment, lifetime)
    assert OURS.url("GET", key, moment.replace(tzinfo=UTC), lifetime) == theirs


@given(name=NAMES, moment=MOMENTS)
def test_a_download_under_another_name_is_botocores(name: str, moment: datetime) -> None:
    disposition = attachment(name)
    theirs = botocores("get_object", {"Key": "a b", "ResponseContentDisposition": disposition}, moment, 60)
    query = {"response-content-disposition": disposition}
    assert OURS.url("GET", "a b", moment.replace(tzinfo=UTC), 60, query=query) == theirs


@given(name=NAMES, moment=MOMENTS, size=st.integers(1, 10**8))
def test_an_upload_signed_to_size_and_type_is_botocores(name: str, moment: datetime, size: int) -> None:
    key = f"uploads/{name}"
    asked = {"Key": key, "ContentType": "video/mp4", "ContentLength": size, "IfNoneMatch": "*"}
    headers = {"content-type": "video/mp4", "content-length": str(size), "if-none-match": "*"}
    theirs = botocores("put_object", asked, moment, 3600)
    assert OURS.url("PUT", key, moment.replace(tzinfo=UTC), 3600, headers=headers) == theirs


@pytest.mark.parametrize("lifetime", [0, 604_801])
def test_a_lifetime_no_store_accepts_is_refused(lifetime: int) -> None:
    with pytest.raises(ValueError, match="604800"):
        OURS.url("GET", "key", datetime(2026, 1, 1, tzinfo=UTC), lifetime)


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(OURS)
