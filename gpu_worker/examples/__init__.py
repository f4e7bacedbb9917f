"""Files to start from: what `python -m gpu_worker example` writes. They are read by the same code as a user's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from contract.base import refusal
from gpu_worker.report.catalogue import Language
from gpu_worker.userfiles import naming

KINDS = {"work": "json", "shift": "json", "stopwatch": "csv", "goniometer": "csv"}
"""Kind -> ending of its file."""


def write(kind: str, folder: Path, language: Language) -> tuple[Path, ...]:
    """The example of `kind` into `folder`. Raises Unusable where a file of that name is there already."""
    target = folder / f"{kind}.{KINDS[kind]}"
    with naming(target, writing=True):
        try:
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text(kind, language))
        except FileExistsError as error:
            raise refusal("file_exists", "the file is there already") from error
    return (target,)


def text(kind: str, language: Language) -> str:
    """The example of `kind`; its names and notes in `language`."""
    folder = resources.files(__package__).joinpath("data")
    translated = folder.joinpath(f"{kind}.{language}.{KINDS[kind]}")
    chosen = translated if translated.is_file() else folder.joinpath(f"{kind}.{KINDS[kind]}")
    return chosen.read_text(encoding="utf-8")
