"""The commands and what may be said with each, with their help in the reader's language."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from contract.job import Quality
from gpu_worker import examples
from gpu_worker.report.catalogue import LANGUAGES, Catalogue, Language, catalogue

DEFAULT: Language = "en"


def read(arguments: list[str] | None) -> argparse.Namespace:
    """What was said on the command line, `sys.argv` without `arguments`. Ends the program as argparse does."""
    said = sys.argv[1:] if arguments is None else arguments
    return _parser(catalogue(_language(said))).parse_args(said)


def _language(said: list[str]) -> Language:
    """The language that was asked for anywhere, known before anything else is read; a wrong one is refused later."""
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    early.add_argument("--language", choices=LANGUAGES, default=DEFAULT)
    try:
        chosen: Language = early.parse_known_args(said)[0].language
    except argparse.ArgumentError:
        return DEFAULT
    return chosen


class _Help(argparse.HelpFormatter):
    """argparse's own words in the reader's language, too."""

    def __init__(self, prog: str, words: Catalogue) -> None:
        super().__init__(prog)
        self._words = words

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        start = f"{self._words.text('help-usage')}: " if prefix is None else prefix
        super().add_usage(usage, actions, groups, start)


class _Parser(argparse.ArgumentParser):
    """A parser whose help is in the words of a catalogue."""

    def __init__(self, words: Catalogue, **settings: Any) -> None:
        super().__init__(add_help=False, formatter_class=partial(_Help, words=words), **settings)
        self._positionals.title, self._optionals.title = words.text("help-positionals"), words.text("help-options")
        self.add_argument("-h", "--help", action="help", help=words.text("help-help"))


def _parser(words: Catalogue) -> argparse.ArgumentParser:
    text, folder = words.text, words.text("help-unit-folder")
    parser = _Parser(words, prog="python -m gpu_worker", description=text("help-about"))
    parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT, help=text("help-language"))
    commands = parser.add_subparsers(dest="command")

    def command(name: str) -> _Parser:
        about = text(f"help-command-{name}")
        return commands.add_parser(name, words=words, help=about, description=about)

    analyse, report, assess, compare, validate, example = (
        command(name) for name in ("analyse", "report", "assess", "compare", "validate", "example")
    )
    _say_how_to_analyse(analyse, words)
    report.add_argument("motion", type=Path)
    assess.add_argument("shift", type=Path, help=text("help-shift"))
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    validate.add_argument("motion", type=Path)
    validate.add_argument("--stopwatch", type=Path, metavar="CSV", help=text("help-stopwatch"))
    validate.add_argument("--goniometer", type=Path, metavar="CSV", help=text("help-goniometer"))
    example.add_argument("kind", choices=examples.KINDS, help=text("help-kind"))
    for with_inputs in (analyse, report, validate):
        with_inputs.add_argument("--inputs", type=Path, metavar="JSON", help=text("help-inputs"))
    example.add_argument("-o", "--out", type=Path, default=Path(), metavar=folder, help=text("help-example-out"))
    for judging in (analyse, report, assess, compare, validate):
        judging.add_argument("-o", "--out", type=Path, required=True, metavar=folder, help=text("help-out"))
    for any_command in (analyse, report, assess, compare, validate, example):
        # Not given here, what was given before the command holds.
        any_command.add_argument("--language", choices=LANGUAGES, default=argparse.SUPPRESS, help=text("help-language"))
    return parser


def _say_how_to_analyse(command: argparse.ArgumentParser, words: Catalogue) -> None:
    text, degrees = words.text, words.text("help-unit-degrees")
    command.add_argument("video", type=Path)
    command.add_argument(
        "--quality", choices=list(Quality), default=Quality.MEDIUM, type=Quality, help=text("help-quality")
    )
    command.add_argument("--person", type=int, metavar="N", help=text("help-person"))
    command.add_argument(
        "--height", type=float, dest="height_m", metavar=text("help-unit-metres"), help=text("help-height")
    )
    command.add_argument("--pitch", type=float, dest="camera_pitch_deg", metavar=degrees, help=text("help-pitch"))
    command.add_argument("--roll", type=float, dest="camera_roll_deg", metavar=degrees, help=text("help-roll"))
    command.add_argument(
        "--focal", type=float, dest="focal_px", metavar=text("help-unit-pixels"), help=text("help-focal")
    )
    command.add_argument("--no-blur", action="store_false", dest="blur_faces", help=text("help-no-blur"))
    command.add_argument("--no-overlay", action="store_false", dest="overlay", help=text("help-no-overlay"))
    command.add_argument("--checkpoints", type=Path, metavar=text("help-unit-folder"), help=text("help-checkpoints"))
