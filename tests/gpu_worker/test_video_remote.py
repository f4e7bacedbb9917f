"""Decoding straight from a bucket: whatever the network does, no byte and no frame is lost."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_worker.video.reader import open_video
from gpu_worker.video.remote import RemoteChanged, RemoteFile, RemoteUnavailable
from tests.gpu_worker.faulty_storage import FaultyStorage, storage
from tests.gpu_worker.video_samples import Make, write

BLOCK = 4096


def open_remote(server: FaultyStorage, etag: str | None = '"v1"', block_bytes: int = BLOCK) -> RemoteFile:
    return RemoteFile(server.client(), "b", "k", etag, block_bytes, sleep=lambda _: None)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("video") / "a.mp4", Make(frames=240))


def test_every_frame_is_decoded_under_resets_early_closes_and_503s(video: Path) -> None:
    chance = random.Random(7)

    def fault(_: int) -> str:
        return chance.choice(["ok", "reset", "close", "503"])

    with storage(video.read_bytes(), fault) as server, open_remote(server) as file:
        with open_video(cast(io.BufferedReader, file), "a.mp4") as reader:
            frames = [(f.index, f.time_s) for f in reader.frames()]
        assert reader.lost_s == 0
    with open_video(video, "a.mp4") as reader:
        assert frames == [(f.index, f.time_s) for f in reader.frames()]
    assert len(frames) == 240


def test_a_broken_body_is_read_on_from_where_it_broke(video: Path) -> None:
    content = video.read_bytes()[:BLOCK]
    with storage(content, lambda n: "close" if n == 1 else "ok") as server, open_remote(server) as file:
        assert file.read() == content
        assert server.gets == [f"bytes=0-{BLOCK - 1}", f"bytes={BLOCK // 2}-{BLOCK - 1}"]


CONTENT = random.Random(1).randbytes(5 * BLOCK + 123)


@pytest.fixture(scope="module")
def healthy() -> Iterator[tuple[FaultyStorage, Any]]:
    with storage(CONTENT) as server:
        yield server, server.client()


@settings(max_examples=10)
@given(
    moves=st.lists(st.tuples(st.integers(0, len(CONTENT) + 50), st.integers(0, 3 * BLOCK)), max_size=8),
    block=st.sampled_from([BLOCK, 1 << 20]),
)
def test_reads_anywhere_give_the_bytes_of_the_object(
    healthy: tuple[FaultyStorage, Any], moves: list[tuple[int, int]], block: int
) -> None:
    local = io.BytesIO(CONTENT)
    with RemoteFile(healthy[1], "b", "k", None, block) as file:
        assert file.size == len(CONTENT)
        for place, count in moves:
            assert file.seek(place) == local.seek(place)
            assert file.read(count) == local.read(count)
            assert file.tell() == local.tell()


def test_reading_in_order_asks_for_each_byte_once() -> None:
    with storage(CONTENT) as server, open_remote(server) as file:
        assert b"".join(iter(lambda: file.read(700), b"")) == CONTENT
        assert len(server.gets) == len(set(server.gets)) == 6


@pytest.mark.parametrize("etag", ['"v1"', "v1", None])
def test_the_version_may_be_named_with_or_without_quotes_or_not_at_all(etag: str | None) -> None:
    with storage(CONTENT) as server, open_remote(server, etag) as file:
        assert file.read(10) == CONTENT[:10]


def test_another_version_than_announced_is_refused() -> None:
    with storage(CONTENT) as server, pytest.raises(RemoteChanged):
        open_remote(server, etag='"v0"')


def test_an_object_replaced_while_it_is_read_is_not_mixed() -> None:
    with storage(CONTENT) as server, open_remote(server, etag=None) as file:
        file.read(10)
        server.etag = '"v2"'
        file.seek(4 * BLOCK)
        with pytest.raises(RemoteChanged):
            file.read(10)


def test_a_missing_object_is_a_missing_file() -> None:
    with storage(CONTENT) as server, pytest.raises(FileNotFoundError):
        RemoteFile(server.client(), "b", "other", None)


@pytest.mark.parametrize(("fault", "reason"), [("503", "cannot be read"), ("whole", "ranged requests")])
def test_a_storage_that_never_delivers_is_given_up(fault: str, reason: str) -> None:
    waits: list[float] = []
    with (
        storage(CONTENT, lambda _: fault) as server,
        RemoteFile(server.client(), "b", "k", None, BLOCK, 60.0, sleep=waits.append, clock=lambda: sum(waits)) as file,
        pytest.raises(RemoteUnavailable, match=reason),
    ):
        file.read(10)
    assert waits == sorted(waits)
    assert sum(waits) > 60 if fault == "503" else not waits


def test_a_storage_that_is_away_for_less_than_its_patience_is_waited_for() -> None:
    waits: list[float] = []
    with (
        storage(CONTENT, lambda _: "503" if sum(waits) < 290 else "ok") as server,
        RemoteFile(server.client(), "b", "k", None, BLOCK, sleep=waits.append, clock=lambda: sum(waits)) as file,
    ):
        assert file.read() == CONTENT
