"""The page's headers: what it may talk to, and what cannot be smuggled into its policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.headers import NotAnOrigin, content_security_policy, write_headers


def test_page_may_talk_to_itself_and_its_storage_only() -> None:
    policy = dict(rule.split(" ", 1) for rule in content_security_policy("https://a1.r2.example.com").split("; "))
    for kind in ("connect", "img", "media"):
        assert policy[f"{kind}-src"] == "'self' blob: https://a1.r2.example.com"
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert "style-src" not in policy
    assert "unsafe" not in " ".join(policy.values())


def test_headers_file_covers_page_and_assets(tmp_path: Path) -> None:
    write_headers(tmp_path, "http://127.0.0.1:8787")
    page, assets = (tmp_path / "_headers").read_text().split("\n\n")
    assert page.startswith("/*\n  Content-Security-Policy: default-src 'self'; ")
    assert "  Referrer-Policy: no-referrer" in page
    assert assets == "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    assert all(len(line) < 2000 for line in page.splitlines())


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "storage.example.com",
        "https://a/b",
        "https://a; script-src *",
        "https://a\nX: y",
        "https://*",
        "javascript:x",
    ],
)
def test_what_is_no_origin_is_refused(wrong: str) -> None:
    with pytest.raises(NotAnOrigin):
        content_security_policy(wrong)


@given(st.text())
def test_nothing_can_add_a_rule(text: str) -> None:
    try:
        policy = content_security_policy(text)
    except NotAnOrigin:
        return
    assert policy.count(";") == content_security_policy("https://a").count(";")
    assert "\n" not in policy
