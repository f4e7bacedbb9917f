"""Reads what a person measured without seeing our results.

Stopwatch: CSV with `row,start_s,end_s`, one line for each stretch in which the legal row held; the header line
`# observed START END` (seconds, optional) says what was watched, else from the first start to the last end.
Goniometer: CSV with `time_s,signal,value_deg`; signals are named as in `.angles.csv`, with or without `_deg`.
A table parted by semicolons, as spreadsheets write it where the comma marks decimals, is read with decimal commas.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract.base import refusal
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.ergonomics.nv361.rules import ROWS

STOPWATCH = ("row", "start_s", "end_s")
GONIOMETER = ("time_s", "signal", "value_deg")
"""Columns of the two records."""


@dataclass(frozen=True)
class Stopwatch:
    """Stretches in which each row held, seconds of the clip."""

    start_s: float
    end_s: float
    rows: Mapping[str, tuple[tuple[float, float], ...]]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(N,) moments that stand for the time that was watched."""
        return np.linspace(self.start_s, self.end_s, 1001)

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

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(N,) moments of all signals."""
        return np.concatenate([times for times, _ in self.signals.values()])


def read_stopwatch(text: str) -> Stopwatch:
    """Parse a stopwatch record. Raises ValueError that names the line for anything that is not as described."""
    stretches: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, line in _lines(text, STOPWATCH):
        if line["row"] not in ROWS:
            raise refusal("record_row", "line {line}: there is no row '{row}'", line=number, row=line["row"])
        start, end = _number(line, "start_s", number), _number(line, "end_s", number)
        if end <= start:
            raise refusal("record_order", "line {line}: the stretch ends before it starts", line=number)
        stretches[line["row"]].append((start, end))
    every = [edge for found in stretches.values() for stretch in found for edge in stretch]
    watched = _observed(text)
    if watched is None and not every:
        raise _empty(STOPWATCH)
    start, end = watched or (min(every), max(every))
    return Stopwatch(start, end, {row: tuple(found) for row, found in stretches.items()})


def read_goniometer(text: str) -> Goniometer:
    """Parse a goniometer record. Raises ValueError that names the line for anything that is not as described."""
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, line in _lines(text, GONIOMETER):
        name = line["signal"].removesuffix("_deg")
        if name not in BY_NAME:
            raise refusal("record_signal", "line {line}: there is no signal '{name}'", line=number, name=name)
        found[name].append((_number(line, "time_s", number), _number(line, "value_deg", number)))
    if not found:
        raise _empty(GONIOMETER)
    signals = {}
    for name, pairs in found.items():
        ordered = np.array(sorted(pairs), dtype=np.float64)
        signals[name] = (ordered[:, 0], ordered[:, 1])
    return Goniometer(signals)


def _empty(columns: tuple[str, ...]) -> ValueError:
    return refusal("record_empty", "the file has no lines below {columns}", columns=",".join(columns))


def _lines(text: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number in the file and cells of every line that is no comment, below a header with `columns`."""
    numbered = [(k, line) for k, line in enumerate(text.splitlines(), start=1) if line.strip(" ;,") and line[0] != "#"]
    if not numbered:
        raise _empty(columns)
    mark = ";" if ";" in numbered[0][1] else ","
    header, *below = (
        [cell.strip() for cell in cells] for cells in csv.reader((x for _, x in numbered), delimiter=mark)
    )
    if missing := sorted(set(columns) - set(header)):
        sentence = "line {line}: no column {missing}; the header is {columns}"
        lacking, wanted = ", ".join(missing), ",".join(columns)
        raise refusal("record_columns", sentence, line=numbered[0][0], missing=lacking, columns=wanted)
    for (number, _), cells in zip(numbered[1:], below, strict=True):
        if len(cells) != len(header):
            sentence = "line {line}: {cells} cells below {columns} columns"
            raise refusal("record_cells", sentence, line=number, cells=len(cells), columns=len(header))
        if mark == ";":
            cells = [cell.replace(",", ".") for cell in cells]
        yield number, dict(zip(header, cells, strict=True))


def _number(line: dict[str, str], column: str, number: int) -> float:
    found = line[column]
    try:
        value = float(found)
    except ValueError:
        sentence = "line {line}: {column} '{found}' is no number"
        raise refusal("record_number", sentence, line=number, column=column, found=found) from None
    if not math.isfinite(value):
        raise refusal("record_number", "line {line}: {column} is not finite", line=number, column=column, found=found)
    return value


def _observed(text: str) -> tuple[float, float] | None:
    """First and last second watched, from the line `# observed START END`; None where there is none."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip(" ;,").split()
        if words[:2] == ["#", "observed"]:
            try:
                start, end = map(float, words[2:])
            except ValueError:
                start, end = math.nan, math.nan
            if not start < end < math.inf:
                raise refusal("record_observed", "line {line}: # observed START END", line=number)
            return start, end
    return None
