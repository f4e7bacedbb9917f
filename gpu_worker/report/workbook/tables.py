"""Sheets of plain figures: zones, holds, time series, settings."""

from __future__ import annotations

import math

import numpy as np

from gpu_worker.ergonomics.nv361.rules import REGIONS, TRACKS
from gpu_worker.ergonomics.result import Hold
from gpu_worker.report.bounds import flattened_words, is_flattened
from gpu_worker.report.curves import drawn, shares
from gpu_worker.report.document.sections import assumed as assumed_inputs
from gpu_worker.report.document.sections import camera_lines, log_lines, provenance_lines, setting_lines
from gpu_worker.report.texts import assumed_text, region_text, signal_text, signal_words
from gpu_worker.report.workbook.sheet import Book, Worksheet

MOST_SAMPLES = 20_000
"""Lines of the time series; longer ones are thinned, and the sheet says so."""
SPREAD = ("hold-clip", "zone-signal", "spread-p10", "spread-p50", "spread-p90", "spread-p95", "spread-p99",
          "spread-longest", "spread-holds", "spread-movements", "spread-dose")  # fmt: skip


def write_zones(book: Book, sheet: Worksheet) -> None:
    """Share of time in each zone, and the spread of each angle, of every clip."""
    book.title(sheet, book.text("zones-heading"))
    names = ("hold-clip", "zone-signal", "zone-from", "zone-to", "zone-level", "zone-share")
    book.columns(sheet, 3, names, (28, 30, 12, 12, 18, 14))
    row = 4
    for clip in book.report.clips:
        for curve in drawn(clip.angles):
            for zone, share in zip(curve.zones, shares(curve, clip.angles), strict=True):
                sheet.write_string(row, 0, clip.name, book.form("text"))
                name = signal_text(curve.name, curve.side, book.words)
                if is_flattened(curve.signal) and zone.level > 0:
                    name = book.text("zone-at-least", signal=name)
                sheet.write_string(row, 1, name, book.form("text"))
                for column, bound in ((2, zone.low), (3, zone.high)):
                    if math.isfinite(bound):
                        sheet.write_number(row, column, bound, book.form("integer"))
                sheet.write_string(row, 4, book.text(f"zone-level-{zone.level}"), book.form("text"))
                sheet.write_number(row, 5, float(share), book.form("percent"))
                row += 1
    _spread(book, sheet, row + 2)


def _spread(book: Book, sheet: Worksheet, row: int) -> None:
    for column, message in enumerate(SPREAD):
        sheet.write_string(row, column, book.text(message), book.form("column"))
    sheet.set_column(6, len(SPREAD) - 1, 14)
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
            for column, number in enumerate(numbers, start=2):
                if number is not None and math.isfinite(number):
                    sheet.write_number(row, column, number, book.form("integer" if column == 8 else "one"))


def write_holds(book: Book, sheet: Worksheet) -> None:
    """Every static posture with its time."""
    book.title(sheet, book.text("holds-heading"))
    names = ("hold-clip", "operation-name", "row-posture", "hold-start", "hold-end", "hold-seconds", "hold-angle")
    book.columns(sheet, 3, names, (28, 24, 44, 11, 11, 11, 14))
    row = 4
    for clip in book.report.clips:
        for observation in clip.analysis.observations:
            for hold in observation.holds:
                sheet.write_string(row, 0, clip.name, book.form("text"))
                sheet.write_string(row, 1, observation.operation, book.form("text"))
                sheet.write_string(row, 2, region_text(hold.region, book.words), book.form("wrapped"))
                for column, figure in enumerate((hold.start_s, hold.end_s, hold.seconds), start=3):
                    sheet.write_number(row, column, figure, book.form("one"))
                _mean(book, sheet, row, hold)
                row += 1


def _mean(book: Book, sheet: Worksheet, row: int, hold: Hold) -> None:
    """The hold's angle; of the ends of a range the share of it that was used, of a posture class nothing."""
    track = TRACKS[REGIONS[hold.region].track]
    if track.combine == "percent_of_range":
        sheet.write_number(row, 6, hold.mean / 100, book.form("percent"))
    elif track.track != "posture":
        sheet.write_number(row, 6, hold.mean, book.form("one"))


def write_series(book: Book, sheet: Worksheet) -> None:
    """Angles over time; empty cells where the person was not seen."""
    clips = book.report.clips
    longest = sum(len(clip.angles.times_s) for clip in clips)
    step = max(1, math.ceil(longest / MOST_SAMPLES))
    book.title(sheet, book.text("sheet-series"), book.text("book-series-note", step=step) if step > 1 else "")
    names = [curve.signal for curve in {c.signal: c for clip in clips for c in drawn(clip.angles)}.values()]
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(names) + 1, 13)
    headings = [book.text("hold-clip"), book.text("book-time"), *(signal_words(name, book.words) for name in names)]
    for column, heading in enumerate(headings):
        sheet.write_string(3, column, heading, book.form("column"))
    row = 4
    for clip in clips:
        columns = [clip.angles.signals[name] for name in names]
        for sample in range(0, len(clip.angles.times_s), step):
            sheet.write_string(row, 0, clip.name, book.form("text"))
            sheet.write_number(row, 1, float(clip.angles.times_s[sample]), book.form("three"))
            for column, values in enumerate(columns, start=2):
                if np.isfinite(values[sample]):
                    sheet.write_number(row, column, float(values[sample]), book.form("one"))
            row += 1
    sheet.set_row(3, 45)
    sheet.freeze_panes(4, 2)


def write_settings(book: Book, sheet: Worksheet) -> None:
    """What the result rests on: settings, assumed inputs, videos, software, the experts' log."""
    report, words = book.report, book.words
    book.title(sheet, book.text("sheet-settings"))
    book.columns(sheet, 3, ("setting-name", "setting-value"), (44, 90))
    row = _block(book, sheet, 4, "", setting_lines(report, words))
    assumed = [("", assumed_text(name, words)) for name in assumed_inputs(report)]
    row = _block(book, sheet, row + 1, "assumed-heading", assumed)
    clips = [
        line
        for clip in report.clips
        for line in (
            (clip.name, clip.analysis.signature.video_sha256),
            *camera_lines(clip.analysis.camera, words),
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
    _block(book, sheet, row + 1, "log-heading", log)


def _block(book: Book, sheet: Worksheet, row: int, heading: str, lines: list[tuple[str, str]]) -> int:
    if heading:
        sheet.write_string(row, 0, book.text(heading), book.form("heading"))
        row += 1
    for offset, (label, text) in enumerate(lines):
        sheet.write_string(row + offset, 0, label, book.form("text"))
        sheet.write_string(row + offset, 1, text, book.form("wrapped"))
    return row + len(lines)
