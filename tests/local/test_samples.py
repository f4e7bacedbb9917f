"""The sample videos: fetched once, verified, with their licences, and clear about what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from gpu_worker.video.reader import open_video
from local import samples

CACHE = Path(os.environ.get("POLOHA_CACHE") or Path(__file__).parents[2] / ".cache") / "samples"


def test_both_samples_play_and_carry_their_licence() -> None:
    found = samples.ensure(CACHE)
    assert [(s.name, s.people) for s in found] == [("balancing", 1), ("two-people", 2)]
    for sample in found:
        with open_video(sample.video, sample.video.name) as video:
            assert video.clip.duration_s > 1
        assert "BSD 3-Clause" in sample.licence.read_text()


def test_a_second_run_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for sample in samples.ensure(CACHE):
        shutil.copytree(sample.video.parent, tmp_path / sample.video.parent.name)
    said: list[str] = []
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert len(samples.ensure(tmp_path, said.append)) == 2
    assert said == []


def test_offline_the_error_says_so_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    assert samples.main([str(tmp_path / "samples")]) == 1
    assert "connect to PyPI" in capsys.readouterr().err
    assert list((tmp_path / "samples").iterdir()) == []
