"""`.angles.csv`: one row per sampled frame, written and read back.

UTF-8, LF line ends, `#` header lines (format, bandwidth, one line per neutral offset, subtracted or left out), then a
line of column names.
Degrees with two decimals, metres and shares with three, seconds with six; empty where there is no value. The same
series gives the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.catalogue import BY_COLUMN, BY_NAME, SIGNALS, Signal
from gpu_worker.angles.series import AngleSeries, LeftOut
from gpu_worker.spilled import Columns

FORMAT = "# poloha angles 1"
_OFFSET, _LEFT_OUT, _BANDWIDTH, _ERRORS = "# neutral offset", "# neutral left_out", "# bandwidth_hz", "# error_model "
_SIGMA, _FLAG = "_sigma", "flag_"
_TIME_DECIMALS = 6
_CHUNK = 512

Array = NDArray[np.float64]
Bytes = NDArray[np.bytes_]


def write(series: AngleSeries, target: Path) -> None:
    """Write the series to a CSV file."""
    with target.open("wb") as file:
        file.writelines(encoded(series))


def encoded(series: AngleSeries) -> Iterator[bytes]:
    """The bytes of the CSV, piece by piece."""
    known = [signal for signal in SIGNALS if signal.name in series.signals]
    flags = sorted(series.flags)
    names = ["frame", "time_s", "person_seen", *(s.column for s in known), *(_FLAG + f for f in flags), "posture"]
    names += [s.column + _SIGMA for s in known]
    yield "".join(f"{line}\n" for line in [*_header(series), ",".join(names)]).encode()
    places = [_decimals(signal) for signal in known]
    for start in range(0, len(series.times_s), _CHUNK):
        part = slice(start, start + _CHUNK)
        columns: list[Bytes] = [
            series.frame_index[part].astype("S"),
            _fixed(series.times_s[part], _TIME_DECIMALS),
            np.where(series.seen[part], b"1", b"0"),
        ]
        columns += [_fixed(series.signals[s.name][part], d) for s, d in zip(known, places, strict=True)]
        columns += [np.where(series.flags[f][part], b"1", b"0") for f in flags]
        columns.append(np.char.encode(series.posture[part], "utf-8"))
        columns += [_fixed(series.sigma[s.name][part], d) for s, d in zip(known, places, strict=True)]
        yield _joined(columns)


def read(source: Path | bytes) -> AngleSeries:
    """Read a CSV that `write` made. Raises ValueError where the format, a column or a row is not ours."""
    raw = (source if isinstance(source, bytes) else source.read_bytes()).replace(b"\r\n", b"\n")
    head = [line.decode() for line in _header_lines(raw)]
    if not head or head[0] != FORMAT:
        raise ValueError(f"not an angle table: the first line has to be '{FORMAT}'")
    first, _, body = raw.split(b"\n", len(head))[-1].partition(b"\n")
    names = first.decode().split(",")
    unknown = [name for name in names if not _expected(name)]
    if unknown:
        raise ValueError(f"unknown columns: {', '.join(unknown)}")
    cells = _cells(body, names)
    return AngleSeries(
        times_s=cells["time_s"],
        frame_index=cells["frame"].astype(np.int64),
        seen=cells["person_seen"] == 1,
        signals={BY_COLUMN[n].name: cells[n] for n in names if n in BY_COLUMN},
        sigma={BY_COLUMN[n.removesuffix(_SIGMA)].name: cells[n] for n in names if n.endswith(_SIGMA)},
        posture=_words(body, names.index("posture")),
        offsets=_named(head, _OFFSET),
        left_out={name: LeftOut(float(degrees), reason) for name, degrees, reason in _words_of(head, _LEFT_OUT)},
        flags={n.removeprefix(_FLAG): cells[n] == 1 for n in names if n.startswith(_FLAG)},
        bandwidth_hz=_named(head, _BANDWIDTH),
        error_model=next((line.removeprefix(_ERRORS) for line in head if line.startswith(_ERRORS)), ""),
    )


def rounded(series: AngleSeries) -> AngleSeries:
    """The series exactly as a CSV of it reads back, so that an analysis of either gives the same numbers."""

    def all_of(values: Mapping[str, Array]) -> Columns[str]:
        return Columns.of(values, lambda name, found: _round(found, _decimals(BY_NAME[name])))

    return replace(
        series,
        times_s=_round(series.times_s, _TIME_DECIMALS),
        signals=all_of(series.signals),
        sigma=all_of(series.sigma),
        offsets={name: round(value, 2) for name, value in sorted(series.offsets.items())},
        left_out={n: LeftOut(round(left.degrees, 2), left.reason) for n, left in sorted(series.left_out.items())},
        bandwidth_hz={name: round(value, 3) for name, value in sorted(series.bandwidth_hz.items())},
        error_model=json.dumps(json.loads(series.error_model)) if series.error_model else "",
    )


def _round(values: Array, decimals: int) -> Array:
    # Dividing an integer by a power of ten gives the very number that its decimal text is read as; + 0 drops "−0".
    return np.asarray(np.rint(values * 10**decimals) / 10**decimals + 0.0)


def _decimals(signal: Signal) -> int:
    return 2 if signal.quantity.unit == "deg" else 3


def _header_lines(raw: bytes) -> Iterator[bytes]:
    start = 0
    while raw.startswith(b"#", start):
        stop = raw.find(b"\n", start)
        yield raw[start : stop if stop >= 0 else len(raw)]
        start = stop + 1 if stop >= 0 else len(raw)


def _cells(body: bytes, names: list[str]) -> dict[str, Array]:
    """Every column but the posture, NaN where empty."""
    if not body:
        return {name: np.zeros(0) for name in names}
    # Twice, because neighbouring empty cells share a comma.
    filled = body.replace(b",,", b",nan,").replace(b",,", b",nan,").replace(b",\n", b",nan\n")
    if any(line.count(b",") != len(names) - 1 for line in filled.splitlines()):
        raise ValueError("rows of different length")
    numbers = [number for number, name in enumerate(names) if name != "posture"]
    values = np.loadtxt(io.BytesIO(filled), delimiter=",", usecols=numbers, ndmin=2, comments=None)
    return {names[number]: np.ascontiguousarray(column) for number, column in zip(numbers, values.T, strict=True)}


def _words(body: bytes, number: int) -> NDArray[np.str_]:
    return np.array([line.split(b",", number + 1)[number].decode() for line in body.splitlines()], dtype=np.str_)


def _header(series: AngleSeries) -> list[str]:
    lines = [FORMAT]
    lines += [f"{_BANDWIDTH} {name} {value:.3f}" for name, value in sorted(series.bandwidth_hz.items())]
    lines += [f"{_OFFSET} {name} {value:.2f}" for name, value in sorted(series.offsets.items())]
    lines += [f"{_LEFT_OUT} {name} {left.degrees:.2f} {left.reason}" for name, left in sorted(series.left_out.items())]
    if series.error_model:
        lines.append(_ERRORS + json.dumps(json.loads(series.error_model)))
    return lines


def _named(head: list[str], prefix: str) -> dict[str, float]:
    return {name: float(value) for name, value in _words_of(head, prefix)}


def _words_of(head: list[str], prefix: str) -> list[list[str]]:
    """The words behind `prefix` of each line that begins with it."""
    return [line.removeprefix(prefix).split() for line in head if line.startswith(prefix)]


def _expected(name: str) -> bool:
    fixed = name in ("frame", "time_s", "person_seen", "posture") or name.startswith(_FLAG)
    return fixed or name in BY_COLUMN or (name.endswith(_SIGMA) and name.removesuffix(_SIGMA) in BY_COLUMN)


def _fixed(values: Array, decimals: int) -> Bytes:
    """(T,) values as decimal text with a fixed number of digits behind the point, empty where NaN; never "-0"."""
    scale = 10**decimals
    whole = np.rint(np.where(np.isfinite(values), values, 0.0) * scale).astype(np.int64)
    above, below = np.divmod(np.abs(whole), scale)
    digits = int(above.max(initial=1))
    text = np.zeros((len(values), 22), dtype=np.uint8)
    width = len(str(digits))
    text[:, 0] = np.where(whole < 0, ord("-"), 0)
    for place in range(width):
        power = 10 ** (width - 1 - place)
        shown = (above >= power) | (power == 1)
        text[:, 1 + place] = np.where(shown, ord("0") + above // power % 10, 0)
    text[:, 1 + width] = ord(".")
    for place in range(decimals):
        text[:, 2 + width + place] = ord("0") + below // 10 ** (decimals - 1 - place) % 10
    text[~np.isfinite(values)] = 0
    return np.asarray(text.view("S22")[:, 0])


def _joined(columns: list[Bytes]) -> bytes:
    """Rows of the columns, comma between, LF behind; the zero bytes that pad fixed-width text fall out."""
    rows = len(columns[0])
    pieces = []
    for number, column in enumerate(columns):
        width = column.dtype.itemsize
        cells = np.zeros((rows, width + 1), dtype=np.uint8)
        cells[:, :width] = np.ascontiguousarray(column).view(np.uint8).reshape(rows, width)
        cells[:, width] = ord("," if number + 1 < len(columns) else "\n")
        pieces.append(cells)
    flat = np.concatenate(pieces, axis=1).ravel()
    return bytes(flat[flat != 0].tobytes())
