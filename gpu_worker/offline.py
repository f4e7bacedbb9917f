"""The chain after body recovery, from files to files: what an expert runs again with other inputs and no video."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contract import keys
from contract.base import refusal
from contract.failures import JobFailed
from contract.header import ReportHeader, filmed_ahead
from contract.inputs import Inputs, LogLength
from contract.job import ArtifactKind
from gpu_worker.entry_time import NO_LOG
from gpu_worker.ergonomics.assessment import ClipWarnings
from gpu_worker.motion import Motion
from gpu_worker.report.build import clip_report, shift_report
from gpu_worker.report.catalogue import Language
from gpu_worker.report.comparison import compare
from gpu_worker.report.comparison.page import write_comparison
from gpu_worker.report.content import ClipReport
from gpu_worker.report.validation.compare import refuse_elsewhere, validate
from gpu_worker.report.validation.page import as_json, write_validation
from gpu_worker.report.validation.reference import read_goniometer, read_stopwatch
from gpu_worker.results import Files, write_clip_reports, write_reports, write_verdict
from gpu_worker.tilt import restated
from gpu_worker.userfiles import (
    fitting,
    naming,
    read_assessment,
    read_inputs,
    read_motion,
    read_record,
    read_shift,
    refuse_twice,
)
from gpu_worker.verdict import judge, measure

MOTION_ENDING = f".{ArtifactKind.MOTION}"
ASSESSMENT_ENDING = ".assessment.json"
FILMED_AHEAD = "filmed_ahead"
"""Warning: the date of filming lies in the future."""


@dataclass(frozen=True)
class Outcome:
    """What a command made."""

    written: tuple[Path, ...]
    warnings: tuple[str, ...] = ()
    """Of the analysis or assessment, as keys of the report's catalogue."""
    clip_warnings: tuple[ClipWarnings, ...] = ()
    """Of the clips of a shift."""


def header_warnings(header: ReportHeader) -> tuple[str, ...]:
    """What this machine's clock says against what was entered; the clock may be the one that is wrong."""
    return (FILMED_AHEAD,) if filmed_ahead(header, datetime.now(UTC)) else ()


def stem_of(motion: Path) -> str:
    """The name the other results of a motion file have."""
    return motion.name.removesuffix(MOTION_ENDING) if motion.name.endswith(MOTION_ENDING) else keys.stem(motion.name)


def report_clip(motion: Path, entered: Path | None, out: Path, language: Language) -> Outcome:
    """Angles, analysis and reports of one motion file into `out`, with the inputs in the file `entered`.

    Raises Unusable for a file that cannot be used, and for inputs that do not fit the clip.
    """
    inputs = read_inputs(entered)
    written: list[Path] = []
    files = Files(out, stem_of(motion), lambda kind, path: written.append(path))
    with fitting(entered, inputs):
        clip = _judged(motion, inputs)
        write_clip(clip, files, language)
    return Outcome(tuple(written), (*clip.analysis.warnings, *header_warnings(inputs.report)))


def _judged(path: Path, inputs: Inputs) -> ClipReport:
    """A motion file, turned to the camera tilt that `inputs` states, and judged by them; a failure names the file."""
    try:
        return clip_of(restated(read_motion(path), inputs.camera), inputs)
    except JobFailed as error:
        error.add_note(str(path))
        raise


def clip_of(motion: Motion, inputs: Inputs, inherited: LogLength = NO_LOG) -> ClipReport:
    """A clip judged by `inputs`, see `measure`. Raises JobFailed for inputs that do not fit the clip."""
    measured = measure(motion, inputs, inherited)
    return clip_report(judge(motion, measured, inputs), measured, motion)


def write_clip(clip: ClipReport, files: Files, language: Language) -> None:
    """Every file of one judged clip."""
    alone = write_verdict(clip.angles, clip.analysis, files)
    write_clip_reports(clip, alone, files, language)


def assess_shift(file: Path, out: Path, language: Language) -> Outcome:
    """The assessment of a shift and its reports into `out`.

    Raises what `report_clip` raises, Unusable also where clips and shift do not belong together.
    """
    told = read_shift(file)
    motions = [file.parent / entry.motion for entry in told.clips]
    with naming(file):
        refuse_twice(motions)
    clips = []
    for number, (motion, entry) in enumerate(zip(motions, told.clips, strict=True)):
        with fitting(file, entry.inputs, ("clips", number, "inputs")):
            clips.append(_judged(motion, entry.inputs))
    with naming(file, content=told):
        report = shift_report(told.title, clips, told.shift)
    stem = keys.stem(file.name)
    assessment = out / f"{stem}{ASSESSMENT_ENDING}"
    assessment.write_text(report.assessment.model_dump_json(indent=1), encoding="utf-8")
    written = [assessment]
    write_reports(report, Files(out, stem, lambda kind, path: written.append(path)), language)
    warnings = (*report.assessment.warnings, *header_warnings(report.header))
    return Outcome(tuple(written), warnings, report.assessment.clip_warnings)


def compare_shifts(before: Path, after: Path, out: Path, language: Language) -> Outcome:
    """Set one `.assessment.json` against another: JSON and a page. Raises Unusable."""
    old, new = read_assessment(before), read_assessment(after)
    names = tuple(path.name.removesuffix(ASSESSMENT_ENDING) for path in (before, after))
    found = compare(old, new, (names[0], names[1]))
    stem = f"{names[0]}-{names[1]}.comparison"
    data, page = out / f"{stem}.json", out / f"{stem}.pdf"
    data.write_text(found.model_dump_json(indent=1), encoding="utf-8")
    write_comparison(found, page, language)
    return Outcome((data, page))


def validate_clip(
    motion: Path,
    entered: Path | None,
    out: Path,
    language: Language,
    *,
    stopwatch: Path | None,
    goniometer: Path | None,
) -> Outcome:
    """A clip against a person's blind record: JSON and a page. Raises as `report_clip` does."""
    if stopwatch is None and goniometer is None:
        raise refusal("nothing_to_validate", "there is no record to compare with")
    timed, measured = read_record(stopwatch, read_stopwatch), read_record(goniometer, read_goniometer)
    inputs, stem = read_inputs(entered), stem_of(motion)
    with fitting(entered, inputs):
        clip = _judged(motion, inputs)
    for path, record in ((stopwatch, timed), (goniometer, measured)):
        if path is not None and record is not None:
            with naming(path):
                refuse_elsewhere(record, clip.angles)
    found = validate(stem, clip.angles, clip.analysis, stopwatch=timed, goniometer=measured)
    data, page = out / f"{stem}.validation.json", out / f"{stem}.validation.pdf"
    data.write_text(as_json(found), encoding="utf-8")
    write_validation(found, page, language)
    return Outcome((data, page))
