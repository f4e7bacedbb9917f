"""The chain after body recovery, from files to files: what an expert runs again with other inputs and no video."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from contract import keys
from contract.base import Strict
from contract.inputs import Inputs, Name, ShiftInputs
from contract.job import ArtifactKind
from gpu_worker import motion as motion_file
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.motion import Motion
from gpu_worker.report.build import clip_report, shift_report
from gpu_worker.report.catalogue import Language
from gpu_worker.report.comparison import compare
from gpu_worker.report.comparison.page import write_comparison
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.validation.compare import validate
from gpu_worker.report.validation.page import as_json, write_validation
from gpu_worker.report.validation.reference import read_goniometer, read_stopwatch
from gpu_worker.results import Files, write_clip_reports, write_reports, write_verdict
from gpu_worker.tilt import restated
from gpu_worker.verdict import judge, measure

MOTION_ENDING = f".{ArtifactKind.MOTION}"


class ClipFile(Strict):
    """One clip of a shift: its motion file, beside the shift file unless the path is absolute, and what was entered."""

    motion: Path
    inputs: Inputs = Inputs()


class ShiftFile(Strict):
    """`shift.json`: the clips of one shift, and what holds for all of them."""

    title: Name
    clips: tuple[ClipFile, ...] = Field(min_length=1, max_length=500)
    shift: ShiftInputs = ShiftInputs()


def read_inputs(path: Path | None) -> Inputs:
    """Inputs from a JSON file, none where there is no path. Raises OSError and pydantic.ValidationError."""
    return Inputs() if path is None else Inputs.model_validate_json(path.read_bytes())


def stem_of(motion: Path) -> str:
    """The name the other results of a motion file have."""
    return motion.name.removesuffix(MOTION_ENDING) if motion.name.endswith(MOTION_ENDING) else keys.stem(motion.name)


def report_clip(
    motion: Path, inputs: Inputs, out: Path, language: Language, pictures: Mapping[int, bytes] | None = None
) -> list[Path]:
    """Angles, analysis and reports of one motion file into `out`; the paths written.

    Raises JobFailed for inputs that do not fit the clip, ValueError for a file of another schema.
    """
    written: list[Path] = []
    files = Files(out, stem_of(motion), lambda kind, path: written.append(path))
    write_clip(clip_of(_read(motion, inputs), inputs, pictures), files, language)
    return written


def _read(path: Path, inputs: Inputs) -> Motion:
    """The stored motion, turned to the camera tilt that `inputs` states."""
    return restated(motion_file.load(path), inputs.camera)


def clip_of(motion: Motion, inputs: Inputs, pictures: Mapping[int, bytes] | None = None) -> ClipReport:
    """A clip judged by `inputs`. Raises JobFailed for inputs that do not fit the clip."""
    measured = measure(motion, inputs)
    return clip_report(judge(motion, measured, inputs), measured, motion, pictures=pictures)


def write_clip(clip: ClipReport, files: Files, language: Language) -> None:
    """Every file of one judged clip."""
    write_verdict(clip.angles, clip.analysis, files)
    write_clip_reports(clip, files, language)


def assess_shift(file: Path, out: Path, language: Language) -> list[Path]:
    """The assessment of a shift and its reports into `out`; the paths written.

    Raises what `report_clip` raises, and ValueError where clips and shift do not belong together.
    """
    told = ShiftFile.model_validate_json(file.read_bytes())
    clips = [clip_of(_read(file.parent / entry.motion, entry.inputs), entry.inputs) for entry in told.clips]
    report: Report = shift_report(told.title, clips, told.shift)
    stem = keys.stem(file.name)
    assessment = out / f"{stem}.assessment.json"
    assessment.write_text(report.assessment.model_dump_json(indent=1), encoding="utf-8")
    written = [assessment]
    write_reports(report, Files(out, stem, lambda kind, path: written.append(path)), language)
    return written


def compare_shifts(before: Path, after: Path, out: Path, language: Language) -> list[Path]:
    """Set one `.assessment.json` against another: JSON and a page; the paths written."""
    old, new = (ShiftAssessment.model_validate_json(path.read_bytes()) for path in (before, after))
    names = tuple(path.name.removesuffix(".assessment.json") for path in (before, after))
    found = compare(old, new, (names[0], names[1]))
    stem = f"{names[0]}-{names[1]}.comparison"
    data, page = out / f"{stem}.json", out / f"{stem}.pdf"
    data.write_text(found.model_dump_json(indent=1), encoding="utf-8")
    write_comparison(found, page, language)
    return [data, page]


def validate_clip(
    motion: Path, inputs: Inputs, out: Path, language: Language, *, stopwatch: Path | None, goniometer: Path | None
) -> list[Path]:
    """A clip against a person's blind record: JSON and a page; the paths written. Raises ValueError naming the line."""
    clip, stem = clip_of(_read(motion, inputs), inputs), stem_of(motion)
    found = validate(
        stem,
        clip.angles,
        clip.analysis,
        stopwatch=read_stopwatch(stopwatch.read_text(encoding="utf-8-sig")) if stopwatch else None,
        goniometer=read_goniometer(goniometer.read_text(encoding="utf-8-sig")) if goniometer else None,
    )
    data, page = out / f"{stem}.validation.json", out / f"{stem}.validation.pdf"
    data.write_text(as_json(found), encoding="utf-8")
    write_validation(found, page, language)
    return [data, page]
