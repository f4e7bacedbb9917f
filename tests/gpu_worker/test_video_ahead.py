"""Decoding ahead changes nothing but the time it takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gpu_worker.video.ahead import ahead


def test_everything_comes_in_order() -> None:
    with ahead(range(100), depth=3) as items:
        assert list(items) == list(range(100))


def test_an_error_of_the_source_comes_after_what_was_before_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ConnectionResetError("storage is gone")

    with ahead(broken()) as items:
        assert next(items) == 1
        with pytest.raises(ConnectionResetError, match="storage is gone"):
            next(items)


def test_no_more_is_held_than_asked_for_and_the_thread_ends_with_the_block() -> None:
    made: list[int] = []
    filled = threading.Event()

    def endless() -> Iterator[int]:
        while True:
            made.append(len(made))
            if len(made) == 5:
                filled.set()
            yield made[-1]

    before = threading.active_count()
    with ahead(endless(), depth=3) as items:
        assert next(items) == 0
        assert filled.wait(10)
        assert len(made) == 5
    assert threading.active_count() == before
