"""What a job has cost: every run that RunPod reports, once, whatever the order and however often it reports."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.job import Attempt, JobOptions, JobRecord, MotionSource, Parent

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPORTS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abc"), st.floats(0, 1e5)), max_size=30)


def record() -> JobRecord:
    motion = MotionSource(key="results/x", name="a.mp4", sha256="0" * 64, bytes=9)
    return JobRecord(
        job_id="j" * 22,
        token_sha256="0" * 64,
        options=JobOptions(),
        created_at=NOW,
        parent=Parent(job_id="p" * 22, motion=motion),
        attempts=tuple(Attempt(number=number, intended_at=NOW) for number in (1, 2, 3, 4)),
    )


def told(reports: list[tuple[int, str, float]]) -> JobRecord:
    found = record()
    for number, run, seconds in reports:
        entry = found.attempt(number)
        assert entry is not None
        found = found.with_attempt(entry.with_spend(f"{run}{number}", seconds))
        found = JobRecord.model_validate_json(found.model_dump_json())
    return found


@given(REPORTS, st.randoms())
def test_a_job_costs_the_sum_of_its_runs_whatever_the_order(
    reports: list[tuple[int, str, float]], order: random.Random
) -> None:
    longest: dict[tuple[int, str], float] = {}
    for number, run, seconds in reports:
        longest[number, run] = max(longest.get((number, run), 0.0), seconds)
    shuffled = order.sample(reports, len(reports))
    for found in (told(reports), told(shuffled), told(reports + shuffled)):
        assert found.spend_s == pytest.approx(sum(longest.values()))
        assert found.spend_s == pytest.approx(sum(attempt.spend_s for attempt in found.attempts))


@given(REPORTS.filter(bool))
def test_a_report_never_makes_a_job_cheaper(reports: list[tuple[int, str, float]]) -> None:
    assert told(reports).spend_s >= told(reports[:-1]).spend_s - 1e-6
