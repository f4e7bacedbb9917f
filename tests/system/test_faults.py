"""What goes wrong in the field ends with the right code, and nothing else breaks."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from contract import keys
from contract.failures import FailureCode
from contract.job import JobState, Stage
from local.client import Client, Created, Refused, Watch
from local.edge import BUCKET, EVENTS
from local.stack import Stack
from local.waiting import wait_until

PATIENCE_S = 120
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def empty_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few seconds of a wall, without anybody."""
    path = tmp_path_factory.mktemp("videos") / "empty room.mp4"
    rng = np.random.default_rng(1)
    wall = np.linspace(90, 160, 320)[None, :, None] * np.ones((240, 1, 3))
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for _ in range(50):
            picture = np.clip(wall + rng.normal(0, 2, wall.shape), 0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture(scope="module")
def turned_away(stack: Stack, empty_room: Path) -> tuple[Created, Watch]:
    """The empty room, sent the whole way."""
    return _send(Client(stack.url), stack, empty_room)


@pytest.fixture
def every_event_twice(stack: Stack) -> Iterator[None]:
    stack.edge.relay(double=1.0)
    yield
    stack.edge.relay(double=0.0)


def _send(client: Client, stack: Stack, video: Path) -> tuple[Created, Watch]:
    created = client.create(video.name, video.stat().st_size, "video/mp4")
    client.put(created, video)
    return created, client.watch(created, check=stack.check)


def _code(watch: Watch) -> FailureCode:
    assert watch.last.state is JobState.FAILED
    assert watch.last.failure is not None
    return watch.last.failure.code


def _runs(stack: Stack, created: Created) -> list[dict[str, object]]:
    return [job for job in stack.runpod.jobs() if job["input"]["job_id"] == created.job_id]


def test_a_text_file_named_mp4_is_unreadable(client: Client, stack: Stack, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("This is no video. " * 100)
    created, watch = _send(client, stack, text)
    assert _code(watch) is FailureCode.VIDEO_UNREADABLE
    assert not watch.last.failure.retryable if watch.last.failure else False
    assert client.view(created).artifacts == ()


def test_an_empty_file_is_refused_before_it_is_sent(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.create("empty.mp4", 0, "video/mp4")
    assert refused.value.code == FailureCode.UPLOAD_INCOMPLETE


def test_fewer_bytes_than_announced_are_refused_by_the_storage(client: Client, tmp_path: Path) -> None:
    nothing = tmp_path / "cut.mp4"
    nothing.write_bytes(b"")
    created = client.create(nothing.name, 1000, "video/mp4")
    with pytest.raises(Refused):
        client.put(created, nothing)


def test_a_zero_length_object_ends_as_incomplete(client: Client, stack: Stack) -> None:
    created = client.create("lost.mp4", 1000, "video/mp4")
    stack.edge.objects.put(keys.upload(created.job_id, "lost.mp4"), b"")
    assert _code(client.watch(created)) is FailureCode.UPLOAD_INCOMPLETE
    assert _runs(stack, created) == []


def test_a_video_without_a_person_says_so(stack: Stack, turned_away: tuple[Created, Watch]) -> None:
    created, watch = turned_away
    assert _code(watch) is FailureCode.NO_PERSON_FOUND
    assert stack.edge.objects.list(f"{keys.RESULTS}{created.job_id}/") == []


@pytest.mark.usefixtures("every_event_twice")
def test_an_event_that_comes_twice_starts_one_run(client: Client, stack: Stack, empty_room: Path) -> None:
    created, watch = _send(client, stack, empty_room)
    assert _code(watch) is FailureCode.NO_PERSON_FOUND
    assert len(_runs(stack, created)) == 1


def test_an_event_that_comes_again_after_the_end_changes_nothing(
    client: Client, stack: Stack, empty_room: Path, turned_away: tuple[Created, Watch]
) -> None:
    created, watch = turned_away
    key = keys.upload(created.job_id, empty_room.name)
    stored = stack.edge.objects.head(key)
    assert stored is not None
    stack.edge.send(EVENTS, [_event(key, stored.size, stored.etag)])
    marker = _erased_stranger(stack)
    wait_until(lambda: stack.edge.objects.head(marker) is None, PATIENCE_S, "the messages to be read")
    assert client.view(created).status == watch.last
    assert len(_runs(stack, created)) == 1


def test_an_object_of_no_job_is_erased_and_nothing_runs(stack: Stack) -> None:
    runs = len(stack.runpod.jobs())
    key = _erased_stranger(stack)
    wait_until(lambda: stack.edge.objects.head(key) is None, PATIENCE_S, "the object to be erased")
    assert len(stack.runpod.jobs()) == runs


@pytest.fixture
def two_warm_workers(client: Client, stack: Stack, empty_room: Path) -> None:
    """So that a second delivery is taken at once."""

    def both_ready() -> bool:
        return sum(worker.ready for worker in stack.runpod.workers()) == 2

    if both_ready():
        return
    jobs = [client.create(empty_room.name, empty_room.stat().st_size, "video/mp4") for _ in range(2)]
    for job in jobs:
        client.put(job, empty_room)
    for job in jobs:
        client.watch(job, check=stack.check)
    wait_until(both_ready, PATIENCE_S, "two workers")


@pytest.mark.usefixtures("two_warm_workers")
def test_a_job_that_two_workers_get_at_once_finishes_once(client: Client, stack: Stack, video: Path) -> None:
    created, watch = _disturb(client, stack, video, stack.runpod.redeliver)
    _assert_finished_once(stack, created, watch)


@pytest.mark.usefixtures("two_warm_workers")
def test_a_worker_killed_in_mid_job_is_replaced_and_the_job_finishes_once(
    client: Client, stack: Stack, video: Path
) -> None:
    def kill(run_id: str) -> None:
        (victim,) = [worker for worker in stack.runpod.workers() if run_id in worker.jobs]
        os.kill(victim.pid, signal.SIGKILL)

    created, watch = _disturb(client, stack, video, kill)
    _assert_finished_once(stack, created, watch)


def _disturb(client: Client, stack: Stack, video: Path, mishap: Callable[[str], None]) -> tuple[Created, Watch]:
    """Send a video; once its work has begun, let the mishap come over its run."""
    created = client.create(video.name, video.stat().st_size, "video/mp4")
    client.put(created, video)
    disturbed: list[str] = []

    def in_mid_job() -> None:
        stack.check()
        if not disturbed and client.view(created).status.stage not in {None, Stage.STARTING}:
            disturbed.append(str(_runs(stack, created)[0]["id"]))
            mishap(disturbed[0])

    watch = client.watch(created, check=in_mid_job)
    assert disturbed
    return created, watch


def _assert_finished_once(stack: Stack, created: Created, watch: Watch) -> None:
    """One run, delivered twice, under two leases; one set of results."""
    assert watch.last.state is JobState.COMPLETED, watch.last.failure
    assert watch.last.attempt == 1
    (run,) = _runs(stack, created)
    assert stack.runpod.job(str(run["id"]))["deliveries"] == 2
    leases = [status.lease for status in watch.history if status.lease]
    assert len({lease.nonce for lease in leases}) == 2
    assert {lease.run_id for lease in leases} == {run["id"]}
    wait_until(lambda: not any(worker.jobs for worker in stack.runpod.workers()), PATIENCE_S, "all work to end")
    stored = {found.key for found in stack.edge.objects.list(f"{keys.RESULTS}{created.job_id}/")}
    assert stored == {artifact.key for artifact in watch.last.artifacts}
    assert len({key.rpartition("/")[0] for key in stored}) == 1


def _erased_stranger(stack: Stack) -> str:
    """Store an object that belongs to no job and announce it; the edge erases it when it reads the message."""
    key = f"{keys.UPLOADS}{secrets.token_urlsafe(16)}/stranger.mp4"
    etag = stack.edge.objects.put(key, b"not asked for")
    stack.edge.send(EVENTS, [_event(key, 13, etag)])
    return key


def _event(key: str, size: int, etag: str) -> dict[str, object]:
    return {
        "account": "local",
        "action": "PutObject",
        "bucket": BUCKET,
        "object": {"key": key, "size": size, "eTag": etag},
        "eventTime": datetime.now(UTC).isoformat(),
    }
