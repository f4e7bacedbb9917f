"""Lets the decoder work while the networks do, and the artist while the encoder does."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.05


@contextmanager
def ahead(items: Iterable[T], depth: int = 3) -> Generator[Iterator[T], None, None]:
    """Iterate `items` in a thread of their own, at most `depth` ahead of who reads them.

    An error of `items` reaches the reader in its place. On leaving the block the thread has ended, also when not
    everything was read.
    """
    queue: Queue[tuple[T | None, BaseException | None]] = Queue(depth)
    stop = Event()
    thread = Thread(target=_fill, args=(items, queue, stop), name="decode-ahead", daemon=True)
    thread.start()
    try:
        yield _drain(queue)
    finally:
        stop.set()
        thread.join()


def _fill(items: Iterable[T], queue: Queue[tuple[T | None, BaseException | None]], stop: Event) -> None:
    try:
        for item in items:
            if not _put(queue, (item, None), stop):
                return
        _put(queue, (None, StopIteration()), stop)
    except BaseException as error:  # the reader's thread is where it belongs
        _put(queue, (None, error), stop)


def _put(queue: Queue[T], entry: T, stop: Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(entry, timeout=_POLL_S)
            return True
        except Full:
            continue
    return False


def _drain(queue: Queue[tuple[T | None, BaseException | None]]) -> Iterator[T]:
    while True:
        item, error = queue.get()
        if isinstance(error, StopIteration):
            return
        if error is not None:
            raise error
        assert item is not None
        yield item
