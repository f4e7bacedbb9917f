"""Settings as an operator gives them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from settings import Settings

GIVEN = {
    "STORAGE_ENDPOINT": "https://abc.r2.cloudflarestorage.com/",
    "STORAGE_BUCKET": "poloha",
    "STORAGE_ACCESS_KEY_ID": "id",
    "STORAGE_SECRET_ACCESS_KEY": "the storage secret",
    "RUNPOD_ENDPOINT_ID": "ep-1",
    "RUNPOD_API_KEY": "the runpod key",
    "PUBLIC_URL": "https://poloha.example",
    "LINK_KEYS": "newest-secret-123456, older-secret-123456",
    "LEASE_S": "",
}


def test_strings_of_the_environment_become_values() -> None:
    settings = Settings.read({**GIVEN, "LOOK_S": "5"}.get)
    assert (settings.storage_endpoint, settings.look_s, settings.lease_s) == (GIVEN["STORAGE_ENDPOINT"][:-1], 5, 45)
    assert [key.get_secret_value() for key in settings.link_keys] == ["newest-secret-123456", "older-secret-123456"]


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings.read(GIVEN.get))
    assert all(secret not in shown for secret in ("the storage secret", "the runpod key", "newest-secret"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "poloha.example"),
        ("LINK_KEYS", "hunter2"),
        ("LOOK_S", "-77"),
        ("TTL_S", "never"),
    ],
)
def test_a_setting_that_cannot_work_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name.lower()) as refused:
        Settings.read({**GIVEN, name: value}.get)
    assert not value or value not in str(refused.value)
