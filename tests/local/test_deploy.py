"""What `scripts/deploy` would do, without an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.deploy import SECRETS, VARS, DeployFailed, commands, read_settings

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {name: f"value-of-{name.lower()}" for name in (*VARS, *SECRETS)}


def test_secrets_never_stand_on_a_command_line() -> None:
    spoken = " ".join(part for command in commands(SETTINGS, create=True) for part in command.arguments)
    assert not any(SETTINGS[name] in spoken for name in SECRETS)
    assert all(SETTINGS[name] in spoken for name in VARS)


def test_events_of_uploads_reach_the_queue_the_worker_consumes() -> None:
    rule = next(c.arguments for c in commands(SETTINGS, create=True) if "notification" in c.arguments)
    queue = rule[rule.index("--queue") + 1]
    assert f'queue = "{queue}"' in (ROOT / "wrangler.toml").read_text()
    assert rule[rule.index("--prefix") + 1] == "uploads/"


def test_what_is_there_already_is_left_alone_without_create() -> None:
    assert [c.arguments[0] for c in commands(SETTINGS, create=False)] == ["deploy", "secret"]


def test_missing_settings_are_named(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("# nothing\nSTORAGE_BUCKET=poloha\n")
    with pytest.raises(DeployFailed, match="RUNPOD_API_KEY"):
        read_settings(file)
    with pytest.raises(DeployFailed, match="Copy"):
        read_settings(tmp_path / "none")


def test_the_example_names_every_setting(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    filled = "\n".join(line + "x" * 16 if line.endswith("=") else line for line in example.splitlines())
    file = tmp_path / "env"
    file.write_text(filled)
    assert read_settings(file)["STORAGE_BUCKET"] == "poloha"


@pytest.mark.parametrize(("name", "value"), [("STORAGE_BUCKET", "another"), ("LINK_KEYS", "short")])
def test_a_setting_that_would_deploy_a_broken_system_is_refused(name: str, value: str, tmp_path: Path) -> None:
    file = tmp_path / "env"
    settings = {**SETTINGS, "STORAGE_BUCKET": "poloha", name: value}
    file.write_text("".join(f"{key}={text}\n" for key, text in settings.items()))
    with pytest.raises(DeployFailed, match=name):
        read_settings(file)
