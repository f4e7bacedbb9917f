"""What was observed and the rows: words of the pages after the summary."""

from __future__ import annotations

from typing import Any

from contract.inputs import Shift
from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.conclusion import level_of, remarks
from gpu_worker.ergonomics.nv361.limits import shift_limits
from gpu_worker.report.bounds import category_words, flattened_words, minutes_words
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.shares import pieces_entered
from gpu_worker.report.texts import (
    duration,
    operation_name,
    part_text,
    region_text,
    row_name,
    row_part,
    row_text,
    sentence_text,
)

STATEMENTS = ("statement-scope", "statement-screening", "statement-copy")


def operation_lines(report: Report, words: Catalogue) -> list[list[str]]:
    """Table cells of the operations."""
    pieces = pieces_entered(report)
    return [
        [
            operation_name(operation.name, words),
            words.number(operation.minutes, 1) + (f" ({words.text('status-assumed')})" if operation.assumed else ""),
            words.number(pieces.get(operation.name), 0),
            words.number(operation.seconds_per_piece, 1),
            ", ".join(operation.workers) or words.text("key-unobserved"),
            duration(operation.observed_s, words) if operation.workers else words.number(None),
        ]
        for operation in report.assessment.operations
    ]


def row_lines(report: Report, words: Catalogue) -> list[dict[str, Any]]:
    """One line per legal row; the first of each section carries the section's name."""
    lines: list[dict[str, Any]] = []
    limits, last = shift_limits(report.assessment.limits.work_minutes), ""
    for row in report.assessment.rows:
        part, said = row_part(row.row), remark_words(row, report, words)
        lines.append(
            {
                "section": part_text(part, words) if part != last else "",
                "no": row.row.split(".")[1],
                "posture": row_text(row.row, words) + (f" ({said})" if said else ""),
                "kind": row.type,
                "mode": words.text(f"mode-{row.mode}"),
                "status": words.text(f"status-{row.status.replace('_', '-')}"),
                "minutes": minutes_words(row, words),
                "interval": _interval(row, words),
                "category": level_of(row, limits),
                "category_words": category_words(row, limits, words),
            }
        )
        last = part
    return lines


def _interval(row: RowMinutes, words: Catalogue) -> str:
    if row.interval is None:
        return words.number(None)
    return f"{words.number(row.interval.low, 1)}–{words.number(row.interval.high, 1)}"


def remark_words(row: RowMinutes, report: Report, words: Catalogue) -> str:
    """What has to be said of a row beside its minutes; may be empty."""
    return "; ".join(sentence_text(remark, words) for remark in remarks(row, report.assessment.unknown_share))


def unclassified_lines(report: Report, words: Catalogue) -> list[str]:
    """Postures no row takes, with the nearest stricter one."""
    return [
        words.text(
            "unclassified-words",
            posture=region_text(left.region, words),
            mode=words.text(f"mode-{left.mode}"),
            minutes=words.number(left.minutes, 1),
            row=row_name(left.nearest_stricter, words),
        )
        for left in report.assessment.unclassified
    ]


def rows_intro(report: Report, words: Catalogue) -> str:
    """The limits of this shift in one sentence, and what "≥" means where it stands."""
    limits = report.assessment.limits
    intro = words.text(
        "rows-intro",
        work=words.number(limits.work_minutes, 0),
        factor=words.number(limits.factor, 3),
        ppone=limits.pp_category_1,
        pptwo=limits.pp_category_2,
        none=limits.n_category_1,
        ntwo=limits.n_category_2,
    )
    said, flat = [intro], flattened_words(report, words)
    if flat:
        said.append(words.text("rows-at-least", signals=flat))
    if any(row.seen_minutes for row in report.assessment.rows):
        said.append(words.text("rows-seen"))
    return " ".join(said)


def zones_intro(report: Report, words: Catalogue) -> str:
    """What the charts of angles show, and why a row's minutes may differ from a zone's share."""
    return words.text("zones-intro", dwell=words.number(report.assessment.settings.dwell_s, 1))


def assumed(report: Report) -> tuple[str, ...]:
    """Names of assumed inputs; what was entered for the shift is not assumed although no clip came with it."""
    shift = report.assessment.shift
    given = {"operations"} if shift.operations else set()
    given |= {"shift"} if shift.shift != Shift() else set()
    return tuple(name for name in report.assessment.assumed if name not in given)


def warnings(report: Report) -> tuple[str, ...]:
    """Names of the warnings of the shift, then of its clips, each once."""
    of_clips = [warning for clip in report.clips for warning in clip.analysis.warnings]
    return tuple(dict.fromkeys([*report.assessment.warnings, *of_clips]))
