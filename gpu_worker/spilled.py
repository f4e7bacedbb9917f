"""What there is of every frame of a clip takes no memory: it lies in a file and is read a stretch or a signal at once.

A long clip's landmarks, joints, rotations and angles would be the largest thing a worker holds, and nothing needs all
of them at once. `Spilled` has a row for each frame and is read by stretches, `Columns` has signals and is read by name.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

PIECE = 512
"""Frames that are worked on together where a whole clip is gone through."""

Scalar_co = TypeVar("Scalar_co", bound=np.generic, covariant=True)
Scalar = TypeVar("Scalar", bound=np.generic)
Name = TypeVar("Name")

Array = NDArray[np.float64]


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
        rows = np.empty((stop - start, *self._shape), self._dtype)
        _read(self._file.fileno(), rows, start * self._row_bytes)
        return rows


class Mapped(Generic[Scalar]):
    """Rows that are worked out of others, (…, *shape) to (…, *shape), each time they are read."""

    def __init__(self, rows: Rows[Any], how: Callable[[NDArray[Any]], NDArray[Scalar]]) -> None:
        self._rows, self._how = rows, how

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: slice | int, /) -> NDArray[Scalar]:
        return self._how(self._rows[rows])


class Columns(Mapping[Name, Array]):
    """Signals (T,) of one clip by name, in a temporary file without a name; each is read when it is asked for."""

    def __init__(self, names: Iterable[Name], count: int) -> None:
        """`count` frames; what is not written yet is 0."""
        self._number = {name: number for number, name in enumerate(names)}
        self._count = count
        self._file = tempfile.TemporaryFile(prefix="poloha-columns-")  # noqa: SIM115 (closed with the last reference)
        self._file.truncate(self._place(len(self._number), 0))

    @classmethod
    def of(cls, values: Mapping[Name, Array], how: Callable[[Name, Array], Array]) -> Columns[Name]:
        """What `how` makes of each of the signals."""
        made = cls(values, len(next(iter(values.values()), ())))
        for name in values:
            made.write([name], slice(None), how(name, values[name])[None])
        return made

    def read(self, names: Iterable[Name], frames: slice) -> Array:
        """(N, F) some signals over a stretch."""
        start, stop, _ = frames.indices(self._count)
        wanted = list(names)
        values = np.empty((len(wanted), stop - start))
        for name, row in zip(wanted, values, strict=True):
            _read(self._file.fileno(), row, self._place(self._number[name], start))
        return values

    def write(self, names: Iterable[Name], frames: slice, values: Array) -> None:
        """Put in some signals (N, F) over a stretch. Raises ValueError for another shape."""
        start, stop, _ = frames.indices(self._count)
        for name, row in zip(names, values, strict=True):
            if row.shape != (stop - start,):
                raise ValueError(f"a signal of {row.shape} for {stop - start} frames")
            _write(self._file.fileno(), np.ascontiguousarray(row, np.float64), self._place(self._number[name], start))

    def _place(self, number: int, frame: int) -> int:
        return (number * self._count + frame) * np.dtype(np.float64).itemsize

    def __getitem__(self, name: Name) -> Array:
        return np.asarray(self.read([name], slice(None))[0])

    def __iter__(self) -> Iterator[Name]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)


class Picked(Generic[Scalar]):
    """Some of other rows, by their numbers (N,)."""

    def __init__(self, rows: Rows[Scalar], at: NDArray[np.int64]) -> None:
        self._rows, self._at = rows, at

    def __len__(self) -> int:
        return len(self._at)

    def __getitem__(self, rows: slice | int, /) -> NDArray[Scalar]:
        return gathered(self._rows, self._at[rows]) if isinstance(rows, slice) else self._rows[int(self._at[rows])]


def _read(file: int, target: NDArray[Any], at: int) -> None:
    """Fill `target` from byte `at` on."""
    if target.size and os.preadv(file, [target.data.cast("B")], at) < target.nbytes:
        raise OSError("a temporary file was cut short")


def _write(file: int, values: NDArray[Any], at: int) -> None:
    """Put `values` at byte `at`."""
    if os.pwrite(file, values.data, at) < values.nbytes:
        raise OSError("a temporary file could not be written to its end")


def gathered(rows: Rows[Scalar], at: NDArray[np.int64]) -> NDArray[Scalar]:
    """(N, …) the rows numbered `at` (N,), in any order, without reading those between them."""
    wanted, back = np.unique(at, return_inverse=True)
    runs = np.split(wanted, np.flatnonzero(np.diff(wanted) > 1) + 1)
    return np.concatenate([rows[:0], *(rows[int(run[0]) : int(run[-1]) + 1] for run in runs if len(run))])[back]


def pieces(count: int, length: int = PIECE) -> Iterator[slice]:
    """Slices that together cover `count` rows, in order."""
    return (slice(start, min(start + length, count)) for start in range(0, count, length))
