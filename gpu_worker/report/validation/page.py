"""The validation as pages to print and as figures to keep."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gpu_worker.report.catalogue import Catalogue, Language, catalogue
from gpu_worker.report.document.typesetting import typeset
from gpu_worker.report.texts import duration, row_name, row_text, signal_words
from gpu_worker.report.validation.agreement import LEAST_PAIRS, BlandAltman
from gpu_worker.report.validation.compare import Validation
from gpu_worker.report.validation.plot import agreement_plot, decimals

WORDS = (
    "validation-heading", "validation-rows", "validation-angles", "validation-name", "validation-ours",
    "validation-reference", "validation-kappa", "validation-lines", "row-posture",
)  # fmt: skip


def as_json(validation: Validation) -> str:
    """All figures as JSON text; unknown ones are null."""

    def figure(value: float) -> float | None:
        return value if math.isfinite(value) else None

    def agreement(found: BlandAltman) -> dict[str, Any]:
        low, high = found.limits
        return {
            "pairs": found.pairs,
            "bias": figure(found.bias),
            "limit_low": figure(low),
            "limit_high": figure(high),
            "mean_absolute": figure(found.mean_absolute),
        }

    document = {
        "name": validation.name,
        "observed_s": validation.observed_s,
        "left_out": asdict(validation.left_out),
        "corrections_applied": False,
        "rows": [
            {"row": row.row, "ours_s": row.ours_s, "reference_s": row.reference_s, "kappa": figure(row.kappa)}
            for row in validation.rows
        ],
        "row_minutes": None if validation.row_minutes is None else agreement(validation.row_minutes),
        "angles": {name: agreement(found) for name, found in sorted(validation.angles.items())},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_validation(validation: Validation, target: Path, language: Language) -> None:
    """Write `validation` to `target` as a PDF: κ per row, a Bland–Altman plot of minutes and of each angle."""
    words = catalogue(language)
    with tempfile.TemporaryDirectory(prefix="poloha-validation-") as name:
        folder = Path(name)
        target.write_bytes(typeset("validation.typ", _data(validation, words, folder), folder, None))


def _data(validation: Validation, words: Catalogue, folder: Path) -> dict[str, Any]:
    title = words.text("validation-heading")
    watched = [duration(validation.observed_s, words)] if validation.row_minutes is not None else []
    plots = []
    if validation.row_minutes is not None:
        plots.append(
            _plot("rows", words.text("validation-rows"), validation.row_minutes, "\N{NO-BREAK SPACE}min", words, folder)
        )
    for signal, found in sorted(validation.angles.items()):
        plots.append(_plot(signal, signal_words(signal, words), found, "°", words, folder))
    return {
        "language": words.language,
        "words": {message: words.text(message) for message in WORDS},
        "title": title,
        "author": "Poloha",
        "subtitle": " · ".join((validation.name, *watched)),
        "running_title": title,
        "number_line": validation.name,
        "compared": " ".join(_compared(validation, words)),
        "page_words": words.text("report-page", page="{page}", pages="{pages}"),
        "footer": words.text("statement-scope"),
        "rows": [
            [
                row_name(row.row, words),
                row_text(row.row, words),
                duration(row.ours_s, words),
                duration(row.reference_s, words),
                words.number(row.kappa, 2),
            ]
            for row in validation.rows
        ],
        "plots": plots,
    }


def _compared(validation: Validation, words: Catalogue) -> Iterator[str]:
    """What the figures rest on, and what they leave out."""
    left_out = validation.left_out
    yield words.text("validation-judged")
    if left_out.seconds > 0:
        yield words.text("validation-left-out", time=duration(left_out.seconds, words))
    if left_out.readings:
        yield words.text("validation-readings-left-out", readings=left_out.readings)
    if left_out.rows:
        yield words.text("validation-rows-left-out", rows=", ".join(row_name(row, words) for row in left_out.rows))
    if left_out.corrections:
        yield words.text("validation-corrections", corrections=left_out.corrections)


def _plot(stem: str, name: str, found: BlandAltman, unit: str, words: Catalogue, folder: Path) -> dict[str, str]:
    picture = f"agreement-{stem}.svg"
    (folder / picture).write_text(agreement_plot(found, unit.strip(), words), encoding="utf-8")
    return {"name": name, "picture": picture, "line": " ".join(_figures(found, unit, words))}


def _figures(found: BlandAltman, unit: str, words: Catalogue) -> Iterator[str]:
    """The figures of agreement as sentences; of limits that are not known, why."""
    digits = max(2, decimals(found))

    def written(value: float) -> str:
        return f"{words.number(value, digits)}{unit}"

    if found.pairs == 0:
        yield words.text("validation-no-pairs")
        return
    yield words.text(
        "validation-words", pairs=found.pairs, bias=written(found.bias), absolute=written(found.mean_absolute)
    )
    low, high = found.limits
    if found.pairs < LEAST_PAIRS:
        yield words.text("validation-no-limits", least=LEAST_PAIRS)
    else:
        yield words.text("validation-limits", low=words.number(low, digits), high=written(high))
