"""What is wrong with an entry, in the reader's language: where it is, what may stand there, an example."""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from contract.failures import JobFailed
from contract.inputs import ROW_PATTERN, Inputs
from gpu_worker.angles.catalogue import BY_NAME
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.catalogue import Catalogue

MESSAGES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "literal_error": "choice",
    "float_type": "number", "float_parsing": "number", "finite_number": "number",
    "int_type": "whole-number", "int_parsing": "whole-number", "int_from_float": "whole-number",
    "bool_type": "true-false", "bool_parsing": "true-false",
    "string_type": "text", "path_type": "text",
    "string_too_short": "empty", "too_short": "empty",
    "string_too_long": "too-long", "too_long": "too-long",
    "tuple_type": "list", "list_type": "list",
    "model_type": "object", "dict_type": "object",
    "date_type": "date", "date_parsing": "date",
    "date_from_datetime_parsing": "date", "date_from_datetime_inexact": "date",
    "datetime_type": "moment", "datetime_parsing": "moment", "datetime_from_date_parsing": "moment",
    "timezone_aware": "moment", "datetime_object_invalid": "moment",
    "greater_than": "above", "greater_than_equal": "at-least", "less_than": "below", "less_than_equal": "at-most",
}  # fmt: skip
"""pydantic's kind of error -> the end of its message in the catalogue, `wrong-…`."""
LIMITS = ("gt", "ge", "lt", "le", "max_length")
SYSTEM_REASONS = {
    os.strerror(errno.ENOENT): "reason-missing",
    os.strerror(errno.EACCES): "reason-denied",
    os.strerror(errno.EPERM): "reason-denied",
    os.strerror(errno.EISDIR): "reason-folder",
    os.strerror(errno.ENOTDIR): "reason-no-folder",
    os.strerror(errno.ENOSPC): "reason-full",
    os.strerror(errno.EROFS): "reason-read-only",
}
"""What the operating system objects to -> its message in the catalogue; anything else stays as it is."""
ROOTS: dict[str, type[BaseModel]] = {model.__name__: model for model in (Inputs, Settings)}


@dataclass(frozen=True)
class Problem:
    """One thing to mend: its stable code, and a sentence that begins with its place."""

    code: str
    text: str


def problems(reason: PydanticCustomError | ValidationError, words: Catalogue, model: Any = None) -> tuple[Problem, ...]:
    """Everything `reason` objects to; `model` is what was read, where it is none of `ROOTS`."""
    if isinstance(reason, PydanticCustomError):
        return (Problem(reason.type, refusal_text(reason.type, reason.context or {}, words)),)
    root = ROOTS.get(reason.title, model)
    errors = reason.errors(include_url=False)
    # A list whose only item is wrong is also told to be empty.
    inside = {error["loc"][:-depth] for error in errors for depth in range(1, len(error["loc"]))}
    told = (error for error in errors if error["type"] != "too_short" or error["loc"] not in inside)
    return tuple(dict.fromkeys(_problem(error, root, words) for error in told))


def refusal_text(code: str, values: dict[str, Any], words: Catalogue) -> str:
    """The sentence of a refusal of the contract, with the nearest name there is where one was misspelt."""
    written = {name: _written(value, words) for name, value in values.items()}
    text = words.text(f"refusal-{code.replace('_', '-')}", **written)
    if code != "signal_unknown":
        return text
    return text + _nearest(values["name"], list(BY_NAME), words)


def reasons(failed: JobFailed, words: Catalogue) -> tuple[str, ...]:
    """What exactly made a job fail, a sentence each; none where the sentence of the failure says it all."""
    cause, detail = failed.__cause__, failed.detail
    if isinstance(cause, ValidationError):
        return tuple(problem.text for problem in problems(cause, words))
    if isinstance(detail, PydanticCustomError):
        return tuple(problem.text for problem in problems(detail, words))
    return (detail,) if detail else ()


def _written(value: Any, words: Catalogue) -> str:
    """A value of a sentence: decimals as the language writes them, and what the operating system says in its words."""
    if isinstance(value, float):
        return words.number(value)
    message = SYSTEM_REASONS.get(str(value))
    return str(value) if message is None else words.text(message)


def _problem(error: ErrorDetails, root: Any, words: Catalogue) -> Problem:
    path, kind = _known_part(root, error["loc"])
    if len(path) < len(error["loc"]) and error["type"] not in ("extra_forbidden", "string_pattern_mismatch"):
        code, text = "value", words.text("wrong-value")
    elif error["type"] in MESSAGES or error["type"] == "string_pattern_mismatch":
        code, text = _ordinary(error, kind, words)
    elif words.has(f"refusal-{error['type'].replace('_', '-')}"):
        code, text = error["type"], refusal_text(error["type"], error.get("ctx", {}), words)
    else:
        code, text = "value", words.text("wrong-value")
    whole = error["loc"] if error["type"] in ("extra_forbidden", "missing") else path
    place = place_words(("settings", *whole) if root is Settings else whole, words)
    return Problem(code.replace("-", "_"), f"{place}: {text}" if place else text)


def _ordinary(error: ErrorDetails, kind: Any, words: Catalogue) -> tuple[str, str]:
    """Code and sentence of one of pydantic's own objections."""
    if error["type"] == "string_pattern_mismatch":
        ending = "row" if error.get("ctx", {}).get("pattern") == ROW_PATTERN else "name"
        return ending, words.text(f"wrong-{ending}")
    ending = MESSAGES[error["type"]]
    limit = next((_short(value) for name, value in error.get("ctx", {}).items() if name in LIMITS), "")
    text = words.text(f"wrong-{ending}", limit=limit)
    if ending == "unknown":
        return ending, text + _allowed(str(error["loc"][-1]), _fields(kind), words)
    if ending == "choice":
        return ending, text + _allowed(str(error["input"]), _choices(kind), words)
    if ending == "object" and _fields(kind):
        return ending, text + _allowed("", _fields(kind), words)
    return ending, text


def _short(value: Any) -> str | int:
    """A limit without a needless ".0"."""
    return f"{value:g}" if isinstance(value, float) else int(value)


def _allowed(written: str, names: Sequence[str], words: Catalogue) -> str:
    listed = words.text("wrong-allowed", names=", ".join(names))
    return f"{_nearest(written, names, words)} {listed}" if names else ""


def _nearest(written: str, names: Sequence[str], words: Catalogue) -> str:
    near = difflib.get_close_matches(written, names, n=1)
    return " " + words.text("wrong-nearest", name=near[0]) if near else ""


def place_words(path: Sequence[str | int], words: Catalogue) -> str:
    """Where in the file, from the outside in; things in a list are counted from 1."""
    parts = [words.text("wrong-item", number=step + 1) if isinstance(step, int) else step for step in path]
    return " › ".join(parts)


def _known_part(root: Any, path: Sequence[str | int]) -> tuple[tuple[str | int, ...], Any]:
    """As much of `path` as names a place in `root`, and the type expected there.

    pydantic adds the alternative it tried to the path of a value that may be of several types.
    """
    kind = root
    for number, step in enumerate(path):
        inner = _inner(kind, step)
        if inner is None:
            return tuple(path[:number]), kind
        kind = inner
    return tuple(path), kind


def _inner(kind: Any, step: str | int) -> Any:
    """The type of what `step` leads to in a value of type `kind`; None where it leads nowhere."""
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, BaseModel) and step in option.model_fields:
            return option.model_fields[str(step)].annotation
        if get_origin(option) is tuple and isinstance(step, int):
            return get_args(option)[0]
        if get_origin(option) is dict:
            return get_args(option)[1]
    return None


def _options(kind: Any) -> Iterator[Any]:
    """The types a value may have, without what limits them."""
    if get_origin(kind) is Annotated:
        yield from _options(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for option in get_args(kind):
            yield from _options(option)
    else:
        yield kind


def _fields(kind: Any) -> list[str]:
    models = [option for option in _options(kind) if isinstance(option, type) and issubclass(option, BaseModel)]
    return list(models[0].model_fields) if models else []


def _choices(kind: Any) -> list[str]:
    return [str(choice) for option in _options(kind) if get_origin(option) is Literal for choice in get_args(option)]
