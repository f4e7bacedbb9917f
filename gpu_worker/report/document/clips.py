"""What a report says of each video: how well it was seen, how the camera stood, which offsets were taken off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpu_worker.ergonomics.analyse import STATISTICS
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.camera import CameraResult, Tilt
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.content import ClipReport
from gpu_worker.report.texts import LEAST_TOLD_S, duration, operation_name, quality_text, signal_words

LEAST_OFFSET_DEG = 0.5
"""Smaller offsets of the neutral posture, and those of further angles, stand only in the table of angles."""


def clip_facts(clip: ClipReport, words: Catalogue) -> dict[str, Any]:
    """One video: how long, how well seen, how the camera stood, which offsets were taken off."""
    analysis = clip.analysis
    facts = [
        (words.text("clip-operations"), _operations(analysis, words)),
        (words.text("clip-worker"), _worker(analysis)),
        (words.text("clip-length"), duration(analysis.duration_s, words)),
        (words.text("clip-observed"), duration(analysis.observed_s, words)),
        (words.text("clip-unknown"), _part_of(analysis.unknown_s, analysis.duration_s, words)),
        (words.text("clip-excluded"), duration(analysis.excluded_s, words)),
        *camera_lines(analysis.camera, words),
        (words.text("clip-quality"), quality_text(analysis.signature.quality, words)),
        (words.text("provenance-body"), clip.body_model),
    ]
    notes = [range_words(clip, words), *(f"{label}: {text}" for label, text in offset_lines(analysis, words))]
    return {"name": clip.name, "sha256": analysis.signature.video_sha256, "facts": facts, "notes": notes}


def _operations(analysis: Analysis, words: Catalogue) -> str:
    """The operations a clip shows."""
    return ", ".join(operation_name(observation.operation, words) for observation in analysis.observations)


def _worker(analysis: Analysis) -> str:
    """The worker's letter, with the pseudonym where there is one."""
    pseudonym = analysis.inputs.person.pseudonym
    return f"{analysis.inputs.worker} ({pseudonym})" if pseudonym else analysis.inputs.worker


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
