"""Everything the template reads: words, figures and pictures of all pages, in one language."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from gpu_worker.report.bounds import flattened_words, is_flattened
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.curves import Curve, drawn, shares
from gpu_worker.report.document import charts, sections, summary
from gpu_worker.report.document.clips import clip_facts
from gpu_worker.report.document.log import log_lines
from gpu_worker.report.document.methods import blocks
from gpu_worker.report.document.provenance import how_lines, provenance_lines, setting_lines
from gpu_worker.report.entered import entered_lines
from gpu_worker.report.moments import MOST, chosen_of, moment_text, worth_telling
from gpu_worker.report.texts import assumed_text, clock, duration, method_name, signal_text, warning_text

WORDS = (
    "verdict-heading", "top-rows", "top-rows-none", "heat-heading", "heat-note", "legend-not-assessed",
    "summary-statement", "field-signature", "observed-heading", "operations-heading", "operation-name",
    "operation-minutes", "operation-pieces", "operation-piece-seconds", "operation-workers", "operation-observed",
    "assumed-heading", "entered-heading", "warnings-heading",
    "assumed-none", "moments-heading", "moments-none", "moments-further", "rows-heading", "row-posture", "row-kind",
    "row-mode", "row-status", "row-minutes", "row-interval", "row-category", "unclassified-heading",
    "unclassified-none", "zones-heading", "methods-heading", "methods-none", "how-heading",
    "settings-heading", "settings-star", "provenance-heading", "log-heading", "log-none", "log-when", "log-who",
    "log-what", "log-before", "log-after", "log-reason",
)  # fmt: skip
"""Messages the template asks for by name."""
PICTURES = 3
"""Pictures of worst moments that there is room for with each clip; never fewer than one clip alone has."""


def page_data(report: Report, words: Catalogue, folder: Path) -> dict[str, Any]:
    """The template's data; charts and pictures are written into `folder`."""
    found = report.assessment
    (folder / "figure.svg").write_text(charts.body_figure(summary.part_categories(report), words), encoding="utf-8")
    title = words.text("report-title")
    flat, shown = flattened_words(report, words), _shown(report)
    return {
        "language": words.language,
        "words": {message: words.text(message) for message in WORDS},
        "title": title,
        "author": report.header.evaluated_by or "Poloha",
        "subtitle": f"{report.title} · {words.text('report-subtitle')}",
        "running_title": f"{title} · {report.title}",
        "number_line": words.number_line(report.number, report.revision),
        "page_words": words.text("report-page", page="{page}", pages="{pages}"),
        "footer": words.text("statement-scope"),
        "header": summary.header(report, words),
        "verdict": summary.verdict(report, words),
        "keys": summary.key_figures(report, words),
        "top": summary.top_rows(report, words),
        "legend": [words.text("legend-category", category=k) for k in (1, 2, 3)],
        "signatures": summary.signatures(report, words),
        "clips": [clip_facts(clip, words) for clip in report.clips],
        "operations": sections.operation_lines(report, words),
        "unobserved": _unobserved(found.unobserved_minutes, words),
        "assumed": [assumed_text(name, words) for name in sections.assumed(report)],
        "entered": [
            line + report.of_clip(clip) for clip in report.clips for line in entered_lines(clip.analysis.inputs, words)
        ],
        "warnings": [warning_text(name, words) for name in sections.warnings(report)],
        "moments": [_tile(clip, number, report, words, folder) for clip, number in shown],
        "further": [line for clip in range(len(report.clips)) for line in _further(clip, shown, report, words)],
        "rows_intro": sections.rows_intro(report, words),
        "rows": sections.row_lines(report, words),
        "unclassified": sections.unclassified_lines(report, words),
        "zones_intro": sections.zones_intro(report, words),
        "curves": [line for clip in report.clips for line in _curves(clip, report, words, folder)],
        "methods_note": words.text("methods-flattened", signals=flat) if flat else "",
        "methods": [line for clip in report.clips for line in _methods(clip, report, words, folder)],
        "how": how_lines(report, words),
        "settings": setting_lines(report, words),
        "provenance": provenance_lines(report, words),
        "log_note": words.text("log-revision", revision=report.revision),
        "log": log_lines(report, words),
        "statements": [words.text(message) for message in sections.STATEMENTS],
    }


def _unobserved(minutes: float, words: Catalogue) -> str:
    return words.text("unobserved-words", minutes=words.number(minutes, 0)) if minutes > 0 else ""


def _shown(report: Report) -> tuple[tuple[int, int], ...]:
    """Clip and index of the moments that have a tile of their own, by method, the worst of each first.

    Where there are pictures, a moment without one stands among the further ones.
    """
    most = max(MOST, PICTURES * len(report.clips))
    chosen = chosen_of([clip.analysis.worst_moments for clip in report.clips], most)
    pictured = tuple(one for one in chosen if one[1] in report.clips[one[0]].pictures)
    return pictured or chosen


def _tile(index: int, number: int, report: Report, words: Catalogue, folder: Path) -> dict[str, str]:
    """A moment's picture, where there is one, its method, its time and what was seen."""
    clip = report.clips[index]
    moment, picture = clip.analysis.worst_moments[number], ""
    if number in clip.pictures:
        picture = f"moment-{index}-{number}.jpg"
        (folder / picture).write_bytes(clip.pictures[number])
    span = clock(moment.time_s, words)
    if moment.end_s - moment.start_s >= 1:
        span = words.text("moment-time", start=clock(moment.start_s, words), end=clock(moment.end_s, words))
    return {
        "picture": picture,
        "method": method_name(moment.method, words),
        "time": span + report.of_clip(clip),
        "sentence": moment_text(moment, words),
    }


def _further(index: int, shown: Collection[tuple[int, int]], report: Report, words: Catalogue) -> list[list[str]]:
    """Time, method and sentence of a clip's bad moments that have no picture of their own."""
    clip = report.clips[index]
    moments = clip.analysis.worst_moments
    return [
        [
            clock(moments[number].time_s, words) + report.of_clip(clip),
            method_name(moments[number].method, words),
            moment_text(moments[number], words),
        ]
        for number in worth_telling(moments)
        if (index, number) not in shown
    ]


def _curves(clip: ClipReport, report: Report, words: Catalogue, folder: Path) -> list[dict[str, Any]]:
    lines = []
    statistics = {figure.signal: figure for figure in clip.analysis.statistics}
    for curve in drawn(clip.judged):
        stem = f"{report.clips.index(clip)}-{curve.signal}"
        part = shares(curve, clip.judged)
        values = clip.judged.signals[curve.signal]
        bar = charts.share_bar([float(share) for share in part], [zone.level for zone in curve.zones])
        (folder / f"bar-{stem}.svg").write_text(bar, encoding="utf-8")
        chart = charts.time_chart(curve, clip.judged.times_s, values, words)
        (folder / f"chart-{stem}.svg").write_text(chart, encoding="utf-8")
        figure = statistics.get(curve.signal)
        spread = ""
        if figure is not None:
            spread = words.text(
                "spread-words",
                median=words.degrees(figure.percentile_50),
                high=words.degrees(figure.percentile_95),
                hold=duration(figure.longest_hold_s, words),
                movements=words.number(figure.movements_per_min, 1),
            )
        lines.append(
            {
                "name": _curve_name(curve, words) + report.of_clip(clip),
                "spread": spread,
                "bar": f"bar-{stem}.svg",
                "chart": f"chart-{stem}.svg",
                "zones": _zone_words(curve, part, words),
            }
        )
    return lines


def _curve_name(curve: Curve, words: Catalogue) -> str:
    """The angle's name, marked where its time away from neutral is only a lower bound."""
    name = signal_text(curve.name, curve.side, words)
    return words.text("zone-at-least", signal=name) if is_flattened(curve.signal) else name


def _zone_words(curve: Curve, part: np.ndarray[tuple[int], np.dtype[np.float64]], words: Catalogue) -> list[Any]:
    lines = []
    for zone, share in zip(curve.zones, part, strict=True):
        if np.isinf(zone.low):
            bounds = f"< {words.degrees(zone.high)}"
        elif np.isinf(zone.high):
            bounds = f"> {words.degrees(zone.low)}"
        else:
            bounds = words.text("zone-bounds", low=words.degrees(zone.low), high=words.degrees(zone.high))
        lines.append({"level": zone.level, "words": f"{bounds}: {words.percent(float(share), 1)}"})
    return lines


def _methods(clip: ClipReport, report: Report, words: Catalogue, folder: Path) -> list[dict[str, Any]]:
    lines = []
    for number, block in enumerate(blocks(clip.analysis, words)):
        bar = ""
        if sum(block.shares) > 0:
            bar = f"method-{report.clips.index(clip)}-{number}.svg"
            (folder / bar).write_text(charts.share_bar(block.shares, block.levels), encoding="utf-8")
        lines.append(
            {
                "name": block.name + report.of_clip(clip),
                "headline": block.headline,
                "bar": bar,
                "lines": list(block.lines),
            }
        )
    return lines
