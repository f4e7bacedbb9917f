"""`.report.pdf`: the report to be printed and signed, set by Typst from `report.typ`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.document.pages import page_data
from gpu_worker.report.document.typesetting import typeset


def write_document(report: Report, target: Path, language: Language) -> None:
    """Write `report` to `target`: a tagged PDF/A-2a with embedded fonts. Equal reports give equal bytes."""
    with tempfile.TemporaryDirectory(prefix="poloha-report-") as name:
        folder = Path(name)
        data = page_data(report, catalogue(language), folder)
        target.write_bytes(typeset("report.typ", data, folder, report.header.evaluated_on))
