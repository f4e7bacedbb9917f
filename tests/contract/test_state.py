"""Properties of the state machine: what no order of moves, crashes and late comers may bring about."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contract import state
from contract.failures import Failure, FailureCode
from contract.job import AUTOMATIC_ATTEMPTS, END_STATES, JobState, JobStatus, Lease, Stage, VideoFacts
from contract.state import AUTOMATIC, OWNER, IllegalTransition, Superseded

JOB = "j" * 22
START = datetime(2026, 1, 1, tzinfo=UTC)
VIDEO = VideoFacts(name="walk.mp4", bytes=5)
LEASE_S = 45.0
LOST = Failure.of(FailureCode.WORKER_LOST)
LEASES = [Lease(run_id=f"run-{run}", nonce=f"nonce-{run}-{call}") for run in (1, 2) for call in (1, 2)]

Move = Callable[[JobStatus, datetime], JobStatus]


@dataclass
class Walk:
    """A status and how it came about: every accepted move with whether its owner asked for it."""

    status: JobStatus
    now: datetime = START
    taken: list[tuple[JobState, JobState, bool]] = field(default_factory=list)

    def move(self, decide: Move, *, by_owner: bool = False) -> bool:
        """Make a move where it is allowed; False where it was refused, which must leave no trace."""
        before = self.status
        try:
            after = decide(before, self.now)
        except (IllegalTransition, Superseded):
            assert self.status == before
            return False
        self.taken.append((before.state, after.state, by_owner))
        assert after.revision == before.revision + 1
        assert after.updated_at >= before.updated_at
        assert after.attempt >= before.attempt
        assert (after.job_id, after.created_at) == (before.job_id, before.created_at)
        self.status = after
        return True


class AnyOrder(RuleBasedStateMachine):
    """Edge, several workers and the owner, each doing what it likes whenever it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(state.create(JOB, VIDEO, START))
        self.newest: Lease | None = None

    @rule(seconds=st.floats(-5, 100))
    def time_passes(self, seconds: float) -> None:
        self.walk.now += timedelta(seconds=seconds)

    @rule(attempt=st.integers(1, 8))
    def edge_queues(self, attempt: int) -> None:
        if self.walk.move(lambda s, now: state.queue(s, attempt, now)):
            assert self.walk.status.attempt <= self.walk.status.attempt_limit
            self.newest = None

    @rule(attempt=st.integers(1, 8), lease=st.sampled_from(LEASES))
    def worker_claims(self, attempt: int, lease: Lease) -> None:
        before = self.walk.status
        if self.walk.move(lambda s, now: state.claim(s, attempt, lease, now, LEASE_S)):
            held = before.lease
            assert held is None or held.run_id == lease.run_id or state.silent(before, self.walk.now, LEASE_S)
            self.newest = lease

    @rule(attempt=st.integers(1, 8), lease=st.sampled_from(LEASES), progress=st.floats(0, 1))
    def worker_reports(self, attempt: int, lease: Lease, progress: float) -> None:
        before = self.walk.status
        if self.walk.move(
            lambda s, now: state.report(s, attempt, lease.nonce, now, stage=Stage.POSE, progress=progress)
        ):
            assert (lease, attempt) == (self.newest, before.attempt)
            assert self.walk.status.progress >= before.progress

    @rule(attempt=st.integers(1, 8), lease=st.sampled_from(LEASES), succeeds=st.booleans())
    def worker_ends(self, attempt: int, lease: Lease, succeeds: bool) -> None:
        before = self.walk.status

        def end(status: JobStatus, now: datetime) -> JobStatus:
            if succeeds:
                return state.complete(status, attempt, lease.nonce, now, [])
            return state.fail_as_worker(status, attempt, lease.nonce, now, LOST)

        if self.walk.move(end):
            assert (lease, attempt) == (self.newest, before.attempt)

    @rule()
    def edge_fails(self) -> None:
        self.walk.move(lambda s, now: state.fail(s, now, LOST))

    @rule()
    def edge_expires(self) -> None:
        self.walk.move(state.expire)

    @rule(move=st.sampled_from([state.cancel, state.retry, state.delete]))
    def owner_decides(self, move: Move) -> None:
        if self.walk.move(move, by_owner=True):
            self.newest = None

    @invariant()
    def only_listed_moves_were_made(self) -> None:
        for source, target, by_owner in self.walk.taken:
            assert target in (OWNER if by_owner else AUTOMATIC)[source]
            assert by_owner or source not in END_STATES

    @invariant()
    def what_is_shown_fits_the_state(self) -> None:
        status = self.walk.status
        assert (status.failure is not None) == (status.state in {JobState.FAILED, JobState.CANCELLED})
        assert (status.stage is not None) == (status.state is JobState.PROCESSING)
        assert JobStatus.model_validate_json(status.model_dump_json()).revision == status.revision
        if status.state is JobState.PROCESSING:
            assert status.lease == self.newest
        if status.state is JobState.DELETED:
            assert "walk" not in status.model_dump_json()


class AnyOrderOfAReanalysis(AnyOrder):
    """The same for a job that waits for no upload."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(state.create_queued(JOB, VIDEO, START))

    @invariant()
    def it_never_waits_for_an_upload(self) -> None:
        assert self.walk.status.state not in (JobState.AWAITING_UPLOAD, JobState.EXPIRED)
        assert self.walk.status.attempt >= 1


TestAnyOrder = AnyOrder.TestCase
TestAnyOrderOfAReanalysis = AnyOrderOfAReanalysis.TestCase


def processing() -> JobStatus:
    """A job under the first lease."""
    queued = state.queue(state.create(JOB, VIDEO, START), 1, START)
    return state.claim(queued, 1, LEASES[0], START, LEASE_S)


@pytest.mark.parametrize("end", sorted(END_STATES))
def test_nothing_automatic_leaves_an_end_state(end: JobState) -> None:
    status = processing().model_copy(update={"state": end})
    moves: list[Move] = [
        lambda s, now: state.queue(s, 2, now),
        lambda s, now: state.claim(s, 1, LEASES[0], now, LEASE_S),
        lambda s, now: state.report(s, 1, LEASES[0].nonce, now, stage=Stage.BODY, progress=1),
        lambda s, now: state.complete(s, 1, LEASES[0].nonce, now, []),
        lambda s, now: state.fail_as_worker(s, 1, LEASES[0].nonce, now, LOST),
        lambda s, now: state.fail(s, now, LOST),
        state.expire,
    ]
    for move in moves:
        with pytest.raises((IllegalTransition, Superseded)):
            move(status, START)


def test_the_same_run_delivered_again_takes_over_at_once() -> None:
    taken = state.claim(processing(), 1, LEASES[1], START, LEASE_S)
    assert taken.lease == LEASES[1]
    with pytest.raises(Superseded):
        state.report(taken, 1, LEASES[0].nonce, START, stage=Stage.POSE, progress=0.5)


@given(st.floats(0, 200))
def test_another_run_takes_over_only_from_a_silent_worker(silence_s: float) -> None:
    held, later = processing(), START + timedelta(seconds=silence_s)
    if later - START > timedelta(seconds=LEASE_S):
        assert state.claim(held, 1, LEASES[2], later, LEASE_S).lease == LEASES[2]
    else:
        with pytest.raises(Superseded):
            state.claim(held, 1, LEASES[2], later, LEASE_S)


def test_automatic_attempts_have_a_budget_and_the_owner_renews_it() -> None:
    status = state.create(JOB, VIDEO, START)
    for attempt in range(1, AUTOMATIC_ATTEMPTS + 1):
        status = state.queue(status, attempt, START)
    with pytest.raises(IllegalTransition):
        state.queue(status, AUTOMATIC_ATTEMPTS + 1, START)
    again = state.retry(state.fail(status, START, LOST), START)
    assert (again.attempt, again.attempt_limit) == (AUTOMATIC_ATTEMPTS + 1, 2 * AUTOMATIC_ATTEMPTS)


@given(st.lists(st.sampled_from(LEASES), min_size=1, max_size=4), st.integers(0, 3))
def test_a_write_whose_answer_was_lost_is_known_again_and_nobody_elses_is(leases: list[Lease], writes: int) -> None:
    mine = processing()
    for _ in range(writes):
        mine = state.report(mine, 1, LEASES[0].nonce, START, stage=Stage.POSE, progress=0.1)
    assert state.is_my_write(JobStatus.model_validate_json(mine.model_dump_json()), mine)
    theirs = mine
    for lease in leases:
        with suppress(Superseded):
            theirs = state.claim(theirs, 1, lease, START + timedelta(seconds=100), LEASE_S)
    assert not state.is_my_write(theirs, mine)


def test_a_write_of_edge_under_the_same_lease_is_not_taken_for_mine() -> None:
    before = processing()
    mine = state.complete(before, 1, LEASES[0].nonce, START, [])
    theirs = state.fail(before, START, LOST)
    assert (theirs.lease, theirs.revision) == (mine.lease, mine.revision)
    assert not state.is_my_write(theirs, mine)


def test_a_heartbeat_from_a_clock_that_runs_ahead_hides_no_death() -> None:
    status = processing()
    assert not state.silent(status, START - timedelta(seconds=LEASE_S), LEASE_S)
    assert state.silent(status, START - timedelta(days=1), LEASE_S)


def test_a_clock_that_runs_behind_does_not_turn_time_back() -> None:
    status = processing()
    earlier = START - timedelta(seconds=10)
    shown = state.report(status, 1, LEASES[0].nonce, earlier, stage=Stage.POSE, progress=0.5)
    assert shown.updated_at == status.updated_at
