"""The files of results: what each is called, how it is written, and who hears that it is complete. Nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract.job import ArtifactKind
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.table import write as write_angles
from gpu_worker.ergonomics.alone import judged_alone
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.report.build import report_of
from gpu_worker.report.catalogue import Language
from gpu_worker.report.content import ClipReport, Report
from gpu_worker.report.document import write_document
from gpu_worker.report.rows_csv import write_rows
from gpu_worker.report.workbook import write_workbook
from gpu_worker.verdict import entered

Finished = Callable[[ArtifactKind, Path], None]


@dataclass(frozen=True)
class Files:
    """A set of results, `<stem>.<kind>` in a folder."""

    folder: Path
    stem: str
    finished: Finished
    """Hears of each file as soon as it is complete."""

    def write(self, kind: ArtifactKind, how: Callable[[Path], object]) -> None:
        """Let `how` write the file of this kind, then hand it out."""
        path = self.folder / f"{self.stem}.{kind}"
        how(path)
        self.finished(kind, path)


def write_verdict(angles: AngleSeries, analysis: Analysis, files: Files) -> ShiftAssessment:
    """What was measured of a clip and what follows from it, as numbers; the assessment of the clip alone.

    Raises JobFailed for inputs that do not fit the clip.
    """
    files.write(ArtifactKind.ANGLES, lambda path: write_angles(angles, path))
    with entered():
        judged, alone = judged_alone(analysis)
    text = judged.model_dump_json(indent=1)
    files.write(ArtifactKind.ANALYSIS, lambda path: path.write_text(text, encoding="utf-8"))
    return alone


def write_clip_reports(clip: ClipReport, alone: ShiftAssessment, files: Files, language: Language) -> None:
    """The reports of one clip, from the assessment of it alone."""
    write_reports(report_of(files.stem, [clip], alone), files, language)


def write_reports(report: Report, files: Files, language: Language) -> None:
    """Workbook, document and rows."""
    files.write(ArtifactKind.WORKBOOK, lambda path: write_workbook(report, path, language))
    files.write(ArtifactKind.DOCUMENT, lambda path: write_document(report, path, language))
    files.write(ArtifactKind.ROWS, lambda path: write_rows(report, path, language))
