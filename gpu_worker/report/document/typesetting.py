"""Turns a template and its data into a PDF, with Typst and embedded fonts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any

import font_source_sans_pro  # type: ignore[import-untyped]
import typst

STYLE = "style.typ"
"""Shared by all templates."""


def typeset(template: str, data: Mapping[str, Any], folder: Path, day: date | None) -> bytes:
    """The PDF/A-2a of `template` (a file beside this one) filled with `data`; pictures it names lie in `folder`.

    The time stamp is `day`, so equal data give equal bytes.
    """
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    for name in (STYLE, template):
        (folder / name).write_bytes(resources.files(__package__).joinpath(name).read_bytes())
    stamp = datetime.fromtimestamp(0, UTC) if day is None else datetime.combine(day, time(), UTC)
    compiled = typst.compile(
        folder / template,
        root=folder,
        font_paths=[Path(font_source_sans_pro.font_directory)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="a-2a",
        timestamp=stamp,
    )
    if not isinstance(compiled, bytes):
        raise TypeError("Typst returned no document")
    return compiled
