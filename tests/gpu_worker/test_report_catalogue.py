"""Both languages say the same things, and say all of them."""

from __future__ import annotations

import ast
import re
from importlib import resources
from pathlib import Path
from typing import get_args

import pytest
from fluent.syntax import FluentParser, visitor
from fluent.syntax import ast as ftl
from hypothesis import given
from hypothesis import strategies as st

import contract
import gpu_worker
import gpu_worker.report
from contract.job import Quality
from gpu_worker import arguments, terminal
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.ergonomics import conclusion
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.catalogue import LANGUAGES, Catalogue, Language, catalogue
from gpu_worker.report.texts import duration, quality_text, row_name, row_text, signal_words

REPORT = Path(str(resources.files(gpu_worker.report)))
SPEAKERS = (*REPORT.rglob("*.py"), Path(conclusion.__file__), Path(terminal.__file__), Path(arguments.__file__))
"""Modules that name messages."""
IDENTIFIER = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")


class _Variables(visitor.Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, set[str]]:
    """Message -> its variables."""
    source = (REPORT / "catalogue" / f"{language}.ftl").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ftl.Junk), entry.content
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice in {language}"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def asked_for() -> tuple[set[str], set[str]]:
    """Messages the code names, and beginnings of those it puts together."""
    whole: set[str] = {"yes", "no"}
    begun: set[str] = set()
    for path in SPEAKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and IDENTIFIER.match(node.value):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                text = str(node.values[0].value)
                if re.match(r"^[a-z-]+-$", text):
                    begun.add(text)
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
                begun |= {str(node.left.value)} if str(node.left.value).endswith("-") else set()
    for path in (REPORT / "document").glob("*.typ"):
        whole |= set(re.findall(r"words\.([a-z0-9-]+)", path.read_text(encoding="utf-8")))
    return whole, begun


def test_both_languages_have_the_same_messages_with_the_same_variables() -> None:
    assert messages("cs") == messages("en")


def test_every_message_the_code_asks_for_is_there() -> None:
    there = set(messages("en"))
    families = {name.split("-")[0] for name in there}
    wanted = {name for name in asked_for()[0] if name.split("-")[0] in families}
    assert wanted - there == set()


def refusals() -> dict[str, set[str]]:
    """Code of every refusal in the program, and the values its sentence is given; `**` where they are put together."""
    found: dict[str, set[str]] = {}
    for root in (contract, gpu_worker):
        for path in Path(str(resources.files(root))).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refusal":
                    code = node.args[0]
                    assert isinstance(code, ast.Constant), f"{path}: a refusal's code is put together"
                    found[str(code.value)] = {keyword.arg or "**" for keyword in node.keywords}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_in_both_languages(language: str) -> None:
    said = messages(language)
    given = {f"refusal-{code.replace('_', '-')}": values for code, values in refusals().items()}
    assert {name for name in said if name.startswith("refusal-")} == set(given)
    assert {name for name, values in given.items() if not said[name] <= values and "**" not in values} == set()


def test_no_message_is_left_over() -> None:
    whole, begun = asked_for()
    families = {start for start in begun if start not in ("row-", "method-", "moment-", "side-")}
    families |= {"side-", "moment-", "method-", "mode-", "region-", "track-"}
    left = {name for name in messages("en") if name not in whole and not name.startswith(tuple(families))}
    assert left == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_law_has_words_and_a_name(language: str) -> None:
    words = Catalogue(language)  # type: ignore[arg-type]
    names = {row_name(row.id, words) for row in RULES.rows}
    assert len(names) == 52
    assert all(len(row_text(row.id, words)) > 10 for row in RULES.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_region_and_track_an_analysis_can_name_has_words(language: str) -> None:
    words = catalogue(language)
    for region in RULES.regions:
        stem = re.sub(r"_(left|right)$", "", region.region).replace("_", "-")
        assert words.text(f"region-{stem}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_signal_that_can_be_corrected_or_offset_has_a_name(language: Language) -> None:
    names = [signal_words(signal, catalogue(language)) for signal in BY_NAME]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tier_has_a_name(language: Language) -> None:
    assert {f"quality-{tier}" for tier in Quality} <= messages(language).keys()
    assert quality_text("of tomorrow", catalogue(language)) == "of tomorrow"
    assert quality_text("", catalogue(language)) == catalogue(language).text("not-given")


def test_missing_message_and_missing_value_are_errors() -> None:
    with pytest.raises(KeyError, match="nothing-here"):
        catalogue("en").text("nothing-here")
    with pytest.raises(KeyError, match="verdict-category"):
        catalogue("en").text("verdict-category")


def test_numbers_are_written_as_the_language_writes_them() -> None:
    cs, en = catalogue("cs"), catalogue("en")
    assert (cs.number(-12.34), en.number(-12.34)) == ("−12,3", "−12.3")
    assert (cs.percent(0.125, 1), en.percent(0.125, 1)) == ("12,5\N{NO-BREAK SPACE}%", "12.5%")
    assert cs.degrees(42.4) == "42°"
    assert cs.number(None) == cs.number(float("nan")) == "–"
    assert duration(3900, cs) == "1\N{NO-BREAK SPACE}h 5\N{NO-BREAK SPACE}min"
    gap = "\N{NO-BREAK SPACE}"
    assert [duration(seconds, cs) for seconds in (0.0, 0.04, 0.06)] == [f"0{gap}s", f"<{gap}0,1{gap}s", f"0,1{gap}s"]
    assert cs.text("compare-better", count=3).startswith("3 řádky")
    assert cs.text("compare-better", count=5).startswith("5 řádků")


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_written_number_reads_back_as_the_rounded_one(value: float, digits: int) -> None:
    written = catalogue("cs").number(value, digits)
    assert float(written.replace("−", "-").replace(",", ".")) == round(float(f"{value:.{digits}f}"), digits)
    assert written not in ("−0", "−0,0", "−0,00", "−0,000")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_and_every_choice_has_a_name(language: Language) -> None:
    words = catalogue(language)
    for name, field in Settings.model_fields.items():
        assert words.has(f"setting-of-{name.replace('_', '-')}"), name
        choices = get_args(field.annotation) if isinstance(field.default, str) else field.default
        for choice in choices if isinstance(choices, tuple) else ():
            assert words.has(f"setting-is-{choice.replace('_', '-').replace(' ', '-')}"), (name, choice)
