"""Sheets of plain figures: zones, spread, holds, time series, settings."""

from __future__ import annotations

import math

import numpy as np

from gpu_worker.ergonomics.nv361.rules import REGIONS, TRACKS
from gpu_worker.ergonomics.result import Hold
from gpu_worker.report.bounds import flattened_words, is_flattened
from gpu_worker.report.curves import drawn, shares
from gpu_worker.report.document.clips import camera_lines, offset_lines, range_words
from gpu_worker.report.document.log import log_lines
from gpu_worker.report.document.provenance import provenance_lines, setting_lines, settings_of
from gpu_worker.report.document.sections import assumed as assumed_inputs
from gpu_worker.report.entered import entered_lines
from gpu_worker.report.texts import assumed_text, operation_name, region_text, signal_text, signal_words
from gpu_worker.report.workbook.sheet import Book, Heading, Worksheet

MOST_SAMPLES = 20_000
"""Lines of the time series; longer ones are thinned, and the sheet says so."""
HEAD = 3
"""Sheet row of the column headings."""
SPREAD = (
    ("spread-p10", "degrees"),
    ("spread-p50", "degrees"),
    ("spread-p90", "degrees"),
    ("spread-p95", "degrees"),
    ("spread-p99", "degrees"),
    ("spread-longest", "one"),
    ("spread-holds", "integer"),
    ("spread-movements", "one"),
    ("spread-dose", "one"),
)
"""Figures of an angle's spread and how each is written."""


def write_zones(book: Book, sheet: Worksheet) -> None:
    """Share of time in each zone of every clip."""
    book.title(sheet, book.text("book-zones"))
    columns = (
        Heading(book.text("hold-clip"), 28),
        Heading(book.text("zone-signal"), 48),
        Heading(book.text("zone-from"), 12, "column_figure"),
        Heading(book.text("zone-to"), 12, "column_figure"),
        Heading(book.text("zone-level"), 18),
        Heading(book.text("zone-share"), 14, "column_figure"),
    )
    book.table(sheet, HEAD, columns, fixed=2)
    row = HEAD + 1
    for clip in book.report.clips:
        for curve in drawn(clip.judged):
            for zone, share in zip(curve.zones, shares(curve, clip.judged), strict=True):
                sheet.write_string(row, 0, clip.name, book.form("text"))
                name = signal_text(curve.name, curve.side, book.words)
                if is_flattened(curve.signal) and zone.level > 0:
                    name = book.text("zone-at-least", signal=name)
                sheet.write_string(row, 1, name, book.form("text"))
                for column, bound in ((2, zone.low), (3, zone.high)):
                    if math.isfinite(bound):
                        sheet.write_number(row, column, bound, book.form("whole_degrees"))
                sheet.write_string(row, 4, book.text(f"zone-level-{zone.level}"), book.fills[zone.level + 1])
                sheet.write_number(row, 5, float(share), book.form("percent"))
                row += 1


def write_spread(book: Book, sheet: Worksheet) -> None:
    """Percentiles, holds and movements of each angle of every clip."""
    book.title(sheet, book.text("book-spread"))
    columns = (
        Heading(book.text("hold-clip"), 28),
        Heading(book.text("zone-signal"), 30),
        *(Heading(book.text(message), 17, "column_figure") for message, _ in SPREAD),
    )
    book.table(sheet, HEAD, columns, fixed=2)
    row = HEAD
    for clip in book.report.clips:
        for figure in clip.analysis.statistics:
            row += 1
            sheet.write_string(row, 0, clip.name, book.form("text"))
            sheet.write_string(row, 1, signal_words(figure.signal, book.words), book.form("text"))
            numbers = (
                figure.percentile_10, figure.percentile_50, figure.percentile_90, figure.percentile_95,
                figure.percentile_99, figure.longest_hold_s, figure.holds, figure.movements_per_min,
                figure.degree_minutes,
            )  # fmt: skip
            for column, (number, (_, form)) in enumerate(zip(numbers, SPREAD, strict=True), start=2):
                if number is not None and math.isfinite(number):
                    sheet.write_number(row, column, number, book.form(form))


def write_holds(book: Book, sheet: Worksheet) -> None:
    """Every static posture with its time."""
    book.title(sheet, book.text("holds-heading"))
    columns = (
        Heading(book.text("hold-clip"), 28),
        Heading(book.text("operation-name"), 24),
        Heading(book.text("row-posture"), 44),
        Heading(book.text("hold-start"), 11, "column_figure"),
        Heading(book.text("hold-end"), 11, "column_figure"),
        Heading(book.text("hold-seconds"), 11, "column_figure"),
        Heading(book.text("hold-angle"), 16, "column_figure"),
    )
    book.table(sheet, HEAD, columns)
    row = HEAD + 1
    for clip in book.report.clips:
        for observation in clip.analysis.observations:
            for hold in observation.holds:
                sheet.write_string(row, 0, clip.name, book.form("text"))
                sheet.write_string(row, 1, operation_name(observation.operation, book.words), book.form("text"))
                sheet.write_string(row, 2, region_text(hold.region, book.words), book.form("wrapped"))
                for column, figure in enumerate((hold.start_s, hold.end_s, hold.seconds), start=3):
                    sheet.write_number(row, column, figure, book.form("one"))
                _mean(book, sheet, row, hold)
                row += 1
    if row == HEAD + 1:
        sheet.write_string(row, 0, book.text("book-no-holds"), book.form("note"))


def _mean(book: Book, sheet: Worksheet, row: int, hold: Hold) -> None:
    """The hold's angle; of the ends of a range the share of it that was used, of a posture class nothing."""
    track = TRACKS[REGIONS[hold.region].track]
    if track.combine == "percent_of_range":
        sheet.write_number(row, 6, hold.mean / 100, book.form("percent"))
    elif track.track != "posture":
        sheet.write_number(row, 6, hold.mean, book.form("degrees"))


def write_series(book: Book, sheet: Worksheet) -> None:
    """Angles over time; empty cells where the person was not seen."""
    clips = book.report.clips
    longest = sum(len(clip.angles.times_s) for clip in clips)
    step = max(1, math.ceil(longest / MOST_SAMPLES))
    note = book.text("book-series-unit")
    if step > 1:
        note = f"{note} {book.text('book-series-note', step=step)}"
    book.title(sheet, book.text("sheet-series"), note)
    names = [curve.signal for curve in {c.signal: c for clip in clips for c in drawn(clip.angles)}.values()]
    columns = [
        Heading(book.text("hold-clip"), 28),
        Heading(book.text("book-time"), 13, "column_figure"),
        *(Heading(signal_words(name, book.words), 14, "column_figure") for name in names),
    ]
    book.table(sheet, HEAD, columns, fixed=2)
    row = HEAD + 1
    for clip in clips:
        signals = [clip.angles.signals[name] for name in names]
        for sample in range(0, len(clip.angles.times_s), step):
            sheet.write_string(row, 0, clip.name, book.form("text"))
            sheet.write_number(row, 1, float(clip.angles.times_s[sample]), book.form("three"))
            for column, values in enumerate(signals, start=2):
                if np.isfinite(values[sample]):
                    sheet.write_number(row, column, float(values[sample]), book.form("one"))
            row += 1


def write_settings(book: Book, sheet: Worksheet) -> None:
    """What the result rests on: settings, assumed inputs, videos, software, the experts' log."""
    report, words = book.report, book.words
    book.title(sheet, book.text("sheet-settings"), book.text("settings-star"))
    book.table(sheet, HEAD, (Heading(book.text("setting-name"), 58), Heading(book.text("setting-value"), 90)))
    row = _settings(book, sheet, HEAD + 1)
    entered = [(clip.name, line) for clip in report.clips for line in entered_lines(clip.analysis.inputs, words)]
    row = _block(book, sheet, row + 1, "entered-heading", entered) if entered else row
    assumed = [("", assumed_text(name, words)) for name in assumed_inputs(report)]
    row = _block(book, sheet, row + 1, "assumed-heading", assumed)
    clips = [
        line
        for clip in report.clips
        for line in (
            (clip.name, clip.analysis.signature.video_sha256),
            *camera_lines(clip.analysis.camera, words),
            *offset_lines(clip.analysis, words),
            ("", range_words(clip, words)),
        )
    ]
    row = _block(book, sheet, row + 1, "clips-heading", clips)
    row = _block(book, sheet, row + 1, "provenance-heading", provenance_lines(report, words))
    flat = flattened_words(report, words)
    if flat:
        row = _block(book, sheet, row + 1, "", [("", book.text("rows-at-least", signals=flat))])
    log = [
        (f"{when}, {who}", f"{what}: {before} → {after}. {reason}")
        for when, who, what, before, after, reason in log_lines(report, words)
    ]
    _block(book, sheet, row + 1, "log-heading", log or [("", book.text("log-none"))])


def _settings(book: Book, sheet: Worksheet, row: int) -> int:
    """Every setting, numbers as numbers; the row after the last."""
    for setting, (label, text) in zip(settings_of(book.report), setting_lines(book.report, book.words), strict=True):
        sheet.write_string(row, 0, label, book.form("text"))
        if isinstance(setting.value, int | float) and not isinstance(setting.value, bool):
            sheet.write_number(row, 1, setting.value, book.form("changed_setting" if setting.changed else "setting"))
        else:
            sheet.write_string(row, 1, text, book.form("wrapped"))
        row += 1
    return row


def _block(book: Book, sheet: Worksheet, row: int, heading: str, lines: list[tuple[str, str]]) -> int:
    if heading:
        sheet.write_string(row, 0, book.text(heading), book.form("heading"))
        row += 1
    for offset, (label, text) in enumerate(lines):
        sheet.write_string(row + offset, 0, label, book.form("wrapped"))
        sheet.write_string(row + offset, 1, text, book.form("wrapped"))
    return row + len(lines)
