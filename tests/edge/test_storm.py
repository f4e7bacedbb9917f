"""Whatever fails, whoever is killed: every job ends, once, and leaves nothing under way. A seed repeats its storm."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import access
import log
from contract import keys
from contract.job import JobState
from runpod_api import Answer
from tests.edge.storm import Storm


@pytest.fixture
def storm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Storm:
    """The storm of a seed."""
    storm = Storm(seed=getattr(request, "param", 0))
    monkeypatch.setattr(access, "new_id", storm.new_id)
    monkeypatch.setattr(log, "error", storm.logged)
    return storm


@pytest.mark.parametrize("storm", range(60), indirect=True)
def test_every_job_ends_and_nothing_stays_under_way(storm: Storm) -> None:
    for _ in range(3):
        storm.upload()
    storm.every_day()
    storm.meddle(6)
    asyncio.run(storm.pass_time(days=8.5))
    assert storm.wrong == []
    assert storm.unended == []
    assert storm.letters == 0
    assert [key for key in storm.objects if key.startswith(keys.ACTIVE)] == []
    assert [run.state for run in storm.at_runpod.values() if not run.over] == []
    for job_id, moves in storm.moves.items():
        last = moves[-1]
        assert [move.state for move in moves].count(JobState.COMPLETED) <= 1
        assert all(artifact.key in storm.objects for artifact in last.artifacts)
        if last.state is JobState.DELETED:
            assert [key for key in storm.objects if job_id in key] == [keys.status(job_id)]
        runs = [run for run, job in storm.runs.items() if job == job_id]
        assert len(runs) <= 8 * last.attempt


def test_no_runs_are_asked_for_while_nobody_can_note_them(storm: Storm) -> None:
    """The bucket takes no writes for an hour, as R2 did on 2025-03-21, from just before a run's id is to be noted."""
    storm.fault_rate = 0.0
    job_id = storm.upload()
    fetch = storm.fetch

    async def then_no_writes(*asked: Any) -> Answer:
        storm.writes_fail = (storm.elapsed_s, 3600.0)
        return await fetch(*asked)

    storm.fetch = then_no_writes  # type: ignore[method-assign]
    asyncio.run(storm.pass_time(days=1 / 24))
    assert len(storm.runs) == 1
    assert storm.letters < 10
    storm.fetch = fetch  # type: ignore[method-assign]
    asyncio.run(storm.pass_time(days=8.5))
    assert storm.moves[job_id][-1].ended
    assert len(storm.runs) <= 3
