"""Arrays with a row for every frame of a clip that take no memory: they lie in a file and are read a stretch at a time.

A long clip's joints and rotations would be the largest thing a worker holds, and nothing needs all of them at once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

PIECE = 1024
"""Frames that are worked on together where a whole clip is gone through."""

Scalar_co = TypeVar("Scalar_co", bound=np.generic, covariant=True)
Scalar = TypeVar("Scalar", bound=np.generic)


class Rows(Protocol[Scalar_co]):
    """What array and file have in common: T rows, of which a stretch or one can be had as an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | int, /) -> NDArray[Scalar_co]: ...


class Spilled(Generic[Scalar]):
    """Rows of one shape and type in a temporary file without a name, which goes when nothing refers to it any more."""

    def __init__(self, shape: tuple[int, ...], dtype: type[Scalar]) -> None:
        """`shape` of one row."""
        self._shape, self._dtype = shape, np.dtype(dtype)
        self._row_bytes = self._dtype.itemsize * int(np.prod(shape))
        self._file = tempfile.TemporaryFile(prefix="poloha-rows-")  # noqa: SIM115 (closed with the last reference)
        self._count = 0

    def append(self, rows: NDArray[Any]) -> None:
        """Add (N, *shape) rows behind those there are. Raises ValueError for another shape."""
        if rows.shape[1:] != self._shape:
            raise ValueError(f"rows of {rows.shape[1:]} for {self._shape}")
        self._file.write(np.ascontiguousarray(rows, self._dtype).data)
        self._count += len(rows)

    def place(self, at: NDArray[np.int64], rows: NDArray[Any]) -> None:
        """Add rows (N, *shape) as numbers `at` (N,), NaN in between.

        Raises ValueError where they do not rise or do not lie behind the rows there are.
        """
        for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(at) != 1) + 1):
            if len(run):
                first = int(at[run[0]])
                if first < self._count:
                    raise ValueError(f"row {first} is there already")
                self.fill(first)
                self.append(rows[run])

    def fill(self, count: int) -> None:
        """Add rows of NaN until there are `count`."""
        for gap in pieces(count - self._count):
            self.append(np.full((gap.stop - gap.start, *self._shape), np.nan))

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: slice | int, /) -> NDArray[Scalar]:
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self._count)
            if step != 1:
                raise IndexError("rows of a file are read without gaps")
            return self._read(start, max(start, stop))
        start = range(self._count)[rows]
        return np.asarray(self._read(start, start + 1)[0])

    def _read(self, start: int, stop: int) -> NDArray[Scalar]:
        self._file.flush()
        content = bytearray((stop - start) * self._row_bytes)
        if os.preadv(self._file.fileno(), [content], start * self._row_bytes) < len(content):
            raise OSError("a temporary file was cut short")
        return np.frombuffer(content, self._dtype).reshape(stop - start, *self._shape)


class Mapped(Generic[Scalar]):
    """Rows that are worked out of others, (…, *shape) to (…, *shape), each time they are read."""

    def __init__(self, rows: Rows[Any], how: Callable[[NDArray[Any]], NDArray[Scalar]]) -> None:
        self._rows, self._how = rows, how

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: slice | int, /) -> NDArray[Scalar]:
        return self._how(self._rows[rows])


def gathered(rows: Rows[Scalar], at: NDArray[np.int64]) -> NDArray[Scalar]:
    """(N, …) the rows numbered `at` (N,), in any order, without reading those between them."""
    wanted, back = np.unique(at, return_inverse=True)
    runs = np.split(wanted, np.flatnonzero(np.diff(wanted) > 1) + 1)
    return np.concatenate([rows[:0], *(rows[int(run[0]) : int(run[-1]) + 1] for run in runs if len(run))])[back]


def pieces(count: int, length: int = PIECE) -> Iterator[slice]:
    """Slices that together cover `count` rows, in order."""
    return (slice(start, min(start + length, count)) for start in range(0, count, length))
