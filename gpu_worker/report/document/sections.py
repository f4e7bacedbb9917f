"""What was observed, the rows, and how it was done: words of the pages after the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.inputs import Shift
from gpu_worker.ergonomics.analyse import STATISTICS
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import RowMinutes
from gpu_worker.ergonomics.camera import CameraResult, Tilt
from gpu_worker.ergonomics.conclusion import remarks
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.bounds import flattened_words, minutes_words
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.tested import DOUBTFUL_SHARE, FACING_DEG, FAR_M, NEAR_M, UNSEEN_SHARE
from gpu_worker.report.texts import (
    LEAST_TOLD_S,
    duration,
    operation_name,
    part_text,
    region_text,
    row_name,
    row_part,
    row_text,
    sentence_text,
    setting_text,
    signal_words,
)

LEAST_OFFSET_DEG = 0.5
"""Smaller offsets of the neutral posture, and those of further angles, stand only in the table of angles."""
HOW = ("how-method", "how-clauses", "how-decision", "how-guard", "how-uncertainty", "how-range", "how-deviations")
STATEMENTS = ("statement-scope", "statement-screening", "statement-copy")


def clip_facts(clip: ClipReport, words: Catalogue) -> dict[str, Any]:
    """One video: how long, how well seen, how the camera stood, which offsets were taken off."""
    analysis = clip.analysis
    facts = [
        (words.text("clip-length"), duration(analysis.duration_s, words)),
        (words.text("clip-observed"), duration(analysis.observed_s, words)),
        (words.text("clip-unknown"), _part_of(analysis.unknown_s, analysis.duration_s, words)),
        (words.text("clip-excluded"), duration(analysis.excluded_s, words)),
        *camera_lines(analysis.camera, words),
        (words.text("clip-quality"), analysis.signature.quality or words.text("not-given")),
        (words.text("provenance-body"), clip.body_model),
    ]
    notes = [range_words(clip, words), *(f"{label}: {text}" for label, text in offset_lines(analysis, words))]
    return {"name": clip.name, "sha256": analysis.signature.video_sha256, "facts": facts, "notes": notes}


def _part_of(seconds: float, whole_s: float, words: Catalogue) -> str:
    """A length of time with its share of the whole, where it is long enough to have one."""
    length = duration(seconds, words)
    return f"{length} ({words.percent(seconds / whole_s, 1)})" if seconds >= LEAST_TOLD_S else length


def offset_lines(analysis: Analysis, words: Catalogue) -> list[tuple[str, str]]:
    """Neutral offsets of the angles that are reported: those subtracted, then those left out, by reason."""
    left_out: dict[str, dict[str, float]] = {}
    for name, left in analysis.offsets_left_out.items():
        left_out.setdefault(left.reason, {})[name] = left.degrees
    lines = [(words.text("clip-offsets"), _offsets(analysis.offsets, words) or words.text("clip-offsets-none"))]
    for reason, offsets in sorted(left_out.items()):
        label = words.text("clip-offsets-left-out", reason=words.text(f"offset-{reason.replace('_', '-')}"))
        lines += [(label, text)] if (text := _offsets(offsets, words)) else []
    return lines


def _offsets(offsets: Mapping[str, float], words: Catalogue) -> str:
    return "; ".join(
        f"{signal_words(name, words)} {words.degrees(offsets[name], 1)}"
        for name in STATISTICS
        if abs(offsets.get(name, 0.0)) >= LEAST_OFFSET_DEG
    )


def range_words(clip: ClipReport, words: Catalogue) -> str:
    """Whether the clip lies in the range that the method was tested in, and where not."""
    if not clip.outside_range:
        return words.text("clip-in-range")
    outside = "; ".join(words.text(f"range-{reason}") for reason in clip.outside_range)
    return f"{words.text('clip-out-of-range')} {outside}."


def camera_lines(camera: CameraResult | None, words: Catalogue) -> list[tuple[str, str]]:
    """The camera's tilt and where it is from, what the video says where that is another one, and the lens."""
    if camera is None:
        return [(words.text("clip-tilt"), words.text("not-given"))]
    source = words.text(f"gravity-{camera.source.replace('_', '-')}")
    lines = [(words.text("clip-tilt"), f"{_tilt(camera, words)} ({source})")]
    if camera.estimate is not None:
        lines.append((words.text("tilt-estimate"), _tilt(camera.estimate, words)))
    lines += [(words.text(f"tilt-by-{name}"), _tilt(said, words)) for name, said in camera.contradicting.items()]
    if camera.lens is not None:
        lens = words.text(
            "clip-lens-words",
            focal=words.number(camera.lens.focal_px, 0),
            width=str(camera.lens.width),
            height=str(camera.lens.height),
        )
        lines.append((words.text("clip-lens"), lens))
    return lines


def _tilt(tilt: Tilt, words: Catalogue) -> str:
    return words.text(
        "clip-tilt-words",
        pitch=words.degrees(tilt.pitch_deg),
        pitchsigma=words.degrees(tilt.pitch_sigma_deg),
        roll=words.degrees(tilt.roll_deg),
        rollsigma=words.degrees(tilt.roll_sigma_deg),
    )


def operation_lines(report: Report, words: Catalogue) -> list[list[str]]:
    """Table cells of the operations."""
    return [
        [
            operation_name(operation.name, words),
            words.number(operation.minutes, 1) + (f" ({words.text('status-assumed')})" if operation.assumed else ""),
            words.number(operation.seconds_per_piece, 1),
            ", ".join(operation.workers) or words.text("key-unobserved"),
            duration(operation.observed_s, words) if operation.workers else words.number(None),
        ]
        for operation in report.assessment.operations
    ]


def row_lines(report: Report, words: Catalogue) -> list[dict[str, Any]]:
    """One line per legal row; the first of each section carries the section's name."""
    lines: list[dict[str, Any]] = []
    last = ""
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
                "category": row.category,
                "category_words": words.number(row.category, 0),
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
    flat = flattened_words(report, words)
    return f"{intro} {words.text('rows-at-least', signals=flat)}" if flat else intro


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


def how_lines(report: Report, words: Catalogue) -> list[str]:
    """How it was done, one paragraph each; the decision rule says whether it has a guard band."""
    share = report.assessment.settings.decision_share
    guard = words.text("how-guard", share=words.percent(share)) if share > 0 else words.text("how-no-guard")
    tested = words.text(
        "how-range",
        facing=words.degrees(FACING_DEG),
        near=words.number(NEAR_M, 1),
        far=words.number(FAR_M, 0),
        doubtful=words.percent(DOUBTFUL_SHARE),
        unseen=words.percent(UNSEEN_SHARE),
    )
    special = {"how-guard": guard, "how-range": tested}
    return [special[message] if message in special else words.text(message) for message in HOW]


@dataclass(frozen=True)
class ChosenSetting:
    """A setting as it was chosen for this report."""

    name: str
    value: object
    changed: bool
    """It is not the default."""


def settings_of(report: Report) -> list[ChosenSetting]:
    """Every setting, in their order."""
    chosen, default = report.assessment.settings.model_dump(), Settings().model_dump()
    return [ChosenSetting(name, value, value != default[name]) for name, value in chosen.items()]


def setting_lines(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Every setting with its value; a star marks those that are not the default."""

    def written(value: object) -> str:
        if isinstance(value, bool):
            return words.text("yes" if value else "no")
        if isinstance(value, float):
            return f"{value:g}".replace(".", words.decimal_mark)
        if isinstance(value, str):
            return setting_text(value, words)
        return ", ".join(map(written, value)) if isinstance(value, tuple) else str(value)

    return [
        (
            words.text(f"setting-of-{setting.name.replace('_', '-')}"),
            written(setting.value) + (" *" if setting.changed else ""),
        )
        for setting in settings_of(report)
    ]


def provenance_lines(report: Report, words: Catalogue) -> list[tuple[str, str]]:
    """Program, body models, rule files and weights with their digests, each once."""
    lines: dict[tuple[str, str], None] = {}
    for clip in report.clips:
        signature = clip.analysis.signature
        lines[words.text("provenance-software"), signature.program] = None
        lines[f"{words.text('provenance-body')} {clip.body_model}", clip.body_sha256] = None
        for name, digest in clip.weights_sha256.items():
            lines[words.text("provenance-weights", name=name), digest] = None
        for name, digest in signature.rules_sha256.items():
            lines[words.text("provenance-rules", name=name), digest] = None
    return list(lines)


def log_lines(report: Report, words: Catalogue) -> list[list[str]]:
    """The experts' log: when, who, what, before, after, why."""
    entries = [*report.assessment.exclusions, *report.assessment.corrections]
    lines = []
    for entry in sorted(entries, key=lambda e: e.when):
        what, before, after = _change(entry, report, words)
        lines.append([f"{entry.when:%Y-%m-%d %H:%M}", entry.who, what, before, after, entry.reason])
    return lines


def _change(entry: Any, report: Report, words: Catalogue) -> tuple[str, str, str]:
    """What an entry of the log is about, the value before and the value after."""
    stretch = ""
    if entry.start_s is not None:
        stretch = f" {words.number(entry.start_s, 1)}–{words.number(entry.end_s, 1)} s"
    if entry.row is not None:
        row = next(row for row in report.assessment.rows if row.row == entry.row)
        after = words.text("row-excluded") if row.excluded else words.number(row.minutes, 1)
        return row_name(entry.row, words) + stretch, words.number(row.original_minutes, 1), after
    signal, posture = getattr(entry, "signal", None), getattr(entry, "posture", None)
    if signal is not None:
        return signal_words(signal, words) + stretch, words.text("log-measured"), words.degrees(entry.value_deg, 1)
    if posture is not None:
        return words.text("log-posture") + stretch, words.text("log-measured"), words.text(f"posture-{posture}")
    return words.text("log-stretch") + stretch, words.text("log-measured"), words.text("row-excluded")
