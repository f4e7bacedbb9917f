"""`.report.pdf`: the report to be printed and signed, set by Typst from `template.typ`."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, time
from importlib import resources
from pathlib import Path

import font_source_sans_pro  # type: ignore[import-untyped]
import typst

from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.content import Report
from gpu_worker.report.document.pages import page_data


def write_document(report: Report, target: Path, language: Language) -> None:
    """Write `report` to `target`: a tagged PDF/A-2a with embedded fonts. Equal reports give equal bytes.

    Its time stamp is the evaluation's date, where one was entered.
    """
    words = catalogue(language)
    with tempfile.TemporaryDirectory(prefix="poloha-report-") as name:
        folder = Path(name)
        data = page_data(report, words, folder)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        template = resources.files(__package__).joinpath("template.typ").read_bytes()
        (folder / "main.typ").write_bytes(template)
        compiled = typst.compile(
            folder / "main.typ",
            root=folder,
            font_paths=[Path(font_source_sans_pro.font_directory)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="a-2a",
            timestamp=_stamp(report),
        )
    if not isinstance(compiled, bytes):
        raise TypeError("Typst returned no document")
    target.write_bytes(compiled)


def _stamp(report: Report) -> datetime:
    day = report.header.evaluated_on
    return datetime.fromtimestamp(0, UTC) if day is None else datetime.combine(day, time(), UTC)
