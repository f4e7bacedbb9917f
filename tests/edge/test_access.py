"""Tokens and signatures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import LinkSigner, bearer, digest, matches, new_id
from contract import keys

PARTS = st.lists(st.text("abc123-_", min_size=1, max_size=8), min_size=1, max_size=3)


def test_ids_fit_the_contract_and_do_not_repeat() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(keys.parse_upload(keys.upload(job_id, "a.mp4")).job_id == job_id for job_id in made)


def test_a_token_is_known_by_its_digest_only() -> None:
    token = new_id()
    assert matches(token, digest(token))
    assert not matches(new_id(), digest(token))
    assert token not in digest(token)


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer abc", "abc"), ("Basic abc", None), ("Bearer ", None), ("", None), (None, None)],
)
def test_only_a_bearer_token_counts(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


@given(parts=PARTS, others=PARTS)
def test_a_signature_holds_for_what_was_signed_and_nothing_else(parts: list[str], others: list[str]) -> None:
    signer = LinkSigner("webhook", ["a secret"])
    assert signer.verify(signer.sign(*parts), *parts)
    assert signer.verify(signer.sign(*parts), *others) == (parts == others)
    assert not LinkSigner("another purpose", ["a secret"]).verify(signer.sign(*parts), *parts)


def test_a_secret_can_be_replaced_while_links_are_out() -> None:
    before, during, after = (LinkSigner("webhook", secrets) for secrets in (["old"], ["new", "old"], ["new"]))
    out = before.sign("job", 1)
    assert during.verify(out, "job", 1)
    assert not after.verify(out, "job", 1)
    assert after.verify(during.sign("job", 1), "job", 1)
    assert not during.verify("", "job", 1)
    assert not during.verify("é", "job", 1)
