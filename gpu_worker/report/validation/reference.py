"""Reads what a person measured without seeing our results.

Stopwatch: CSV with `row,start_s,end_s`, one line for each stretch in which the legal row held; the header line
`# observed START END` (seconds, optional) says what was watched, else from the first start to the last end.
Goniometer: CSV with `time_s,signal,value_deg`; signals are named as in `.angles.csv` without `_deg`.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.ergonomics.nv361.rules import ROWS


@dataclass(frozen=True)
class Stopwatch:
    """Stretches in which each row held, seconds of the clip."""

    start_s: float
    end_s: float
    rows: Mapping[str, tuple[tuple[float, float], ...]]

    def mask(self, row: str, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(T,) True where `row` held at `times_s`."""
        held = np.zeros(len(times_s), dtype=np.bool_)
        for start, end in self.rows.get(row, ()):
            held |= (times_s >= start) & (times_s < end)
        return held

    def seconds(self, row: str) -> float:
        """Time in `row`; stretches that overlap count once."""
        total, last = 0.0, -math.inf
        for start, end in sorted(self.rows.get(row, ())):
            total += max(0.0, end - max(start, last))
            last = max(last, end)
        return total


@dataclass(frozen=True)
class Goniometer:
    """Angles at times: signal -> (times in seconds, degrees), both (N,), in order of time."""

    signals: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


def read_stopwatch(text: str) -> Stopwatch:
    """Parse a stopwatch record. Raises ValueError that names the line for anything that is not as described."""
    stretches: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, line in _lines(text, ("row", "start_s", "end_s")):
        if line["row"] not in ROWS:
            raise ValueError(f"line {number}: there is no row {line['row']!r}")
        start, end = _number(line, "start_s", number), _number(line, "end_s", number)
        if end <= start:
            raise ValueError(f"line {number}: the stretch ends before it starts")
        stretches[line["row"]].append((start, end))
    every = [edge for found in stretches.values() for stretch in found for edge in stretch]
    start, end = _observed(text) or (min(every, default=0.0), max(every, default=0.0))
    return Stopwatch(start, end, {row: tuple(found) for row, found in stretches.items()})


def read_goniometer(text: str) -> Goniometer:
    """Parse a goniometer record. Raises ValueError that names the line for anything that is not as described."""
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, line in _lines(text, ("time_s", "signal", "value_deg")):
        found[line["signal"]].append((_number(line, "time_s", number), _number(line, "value_deg", number)))
    signals = {}
    for name, pairs in found.items():
        ordered = np.array(sorted(pairs), dtype=np.float64)
        signals[name] = (ordered[:, 0], ordered[:, 1])
    return Goniometer(signals)


def _lines(text: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number in the file and cells of every line that is no comment, below a header with `columns`."""
    numbered = [(k, line) for k, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"]
    if not numbered:
        raise ValueError("the file has no lines")
    header = [name.strip() for name in next(csv.reader([numbered[0][1]]))]
    if missing := set(columns) - set(header):
        raise ValueError(f"line {numbered[0][0]}: no column {', '.join(sorted(missing))}")
    for number, line in numbered[1:]:
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if len(cells) != len(header):
            raise ValueError(f"line {number}: {len(cells)} cells below {len(header)} columns")
        yield number, dict(zip(header, cells, strict=True))


def _number(line: dict[str, str], column: str, number: int) -> float:
    try:
        value = float(line[column])
    except ValueError:
        raise ValueError(f"line {number}: {column} {line[column]!r} is no number") from None
    if not math.isfinite(value):
        raise ValueError(f"line {number}: {column} is not finite")
    return value


def _observed(text: str) -> tuple[float, float] | None:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if words[:2] == ["#", "observed"]:
            if len(words) != 4:
                raise ValueError(f"line {number}: # observed START END")
            return float(words[2]), float(words[3])
    return None
