"""Files a user gives, read so that whatever is wrong with one is told with its name and its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile
from zlib import error as ZlibError

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from contract.base import Strict, refusal
from contract.failures import FailureCode, JobFailed
from contract.header import ReportHeader, refuse_disorder
from contract.inputs import Inputs, Name, ShiftInputs
from gpu_worker import motion as motion_file
from gpu_worker.ergonomics.assessment import ShiftAssessment
from gpu_worker.motion import Motion

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")
NAMED = {"operation_unknown": "operation", "scope_unknown": "operation", "signal_unknown": "signal"}
"""Refusals of a name -> the field it was entered in."""


class ClipFile(Strict):
    """One clip of a shift: its motion file, beside the shift file unless the path is absolute, and what was entered."""

    motion: Path
    inputs: Inputs = Inputs()


class ShiftFile(Strict):
    """`shift.json`: the clips of one shift, and what holds for all of them."""

    title: Name
    clips: tuple[ClipFile, ...] = Field(min_length=1, max_length=500)
    shift: ShiftInputs = ShiftInputs()


class Unusable(Exception):
    """A file that cannot be used, and why: the contract's own refusal, or what pydantic found in it."""

    def __init__(
        self, path: Path, reason: PydanticCustomError | ValidationError, place: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason, self.place = path, reason, place


@contextmanager
def naming(path: Path, *, writing: bool = False, content: BaseModel | None = None) -> Iterator[None]:
    """What is wrong with `path` becomes Unusable, which says which file it is, and where in its `content` if known.

    `writing`: it is to be written.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise Unusable(path, refusal("file_missing", "there is no such file")) from error
    except OSError as error:
        reason = error.strerror or str(error)
        unread = refusal("file_unreadable", "the file cannot be read: {reason}", reason=reason)
        unwritten = refusal("not_written", "the file cannot be written: {reason}", reason=reason)
        raise Unusable(path, unwritten if writing else unread) from error
    except UnicodeDecodeError as error:
        raise Unusable(path, refusal("file_encoding", "the file is no text in UTF-8")) from error
    except json.JSONDecodeError as error:
        sentence = "line {line}, column {column} is no JSON"
        raise Unusable(path, refusal("json_broken", sentence, line=error.lineno, column=error.colno)) from error
    except (PydanticCustomError, ValidationError) as error:
        raise Unusable(path, error, () if content is None else place_of(error, content)) from error


@contextmanager
def fitting(path: Path | None, inputs: Inputs, place: tuple[str | int, ...] = ()) -> Iterator[None]:
    """What does not fit the clip in `inputs`, from `place` in the file `path`, becomes Unusable; no path: it stays."""
    try:
        yield
    except JobFailed as error:
        reason = error.__cause__
        wrong = error.failure.code is FailureCode.INVALID_INPUTS
        if path is None or not wrong or not isinstance(reason, PydanticCustomError | ValidationError):
            raise
        raise Unusable(path, reason, (*place, *place_of(reason, inputs))) from error


def place_of(reason: PydanticCustomError | ValidationError, content: BaseModel) -> tuple[str | int, ...]:
    """Where in `content` the name stands that `reason` objects to; empty where it objects to no name, or says where."""
    field = NAMED.get(reason.type) if isinstance(reason, PydanticCustomError) else None
    if field is None:
        return ()
    name = (reason.context or {})["name"]  # type: ignore[union-attr]
    return next((place for place, value in _leaves(content.model_dump()) if place[-1] == field and value == name), ())


def _leaves(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every single value within, and where it stands."""
    if isinstance(value, dict | list | tuple):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*place, step))
    else:
        yield place, value


def read_inputs(path: Path | None) -> Inputs:
    """Inputs from a JSON file, none where there is no path. Raises Unusable."""
    if path is None:
        return Inputs()
    inputs = _read_json(path, Inputs)
    _refuse_disorder(path, inputs.report, ())
    return inputs


def read_shift(path: Path) -> ShiftFile:
    """A `shift.json`. Raises Unusable."""
    told = _read_json(path, ShiftFile)
    for number, clip in enumerate(told.clips):
        _refuse_disorder(path, clip.inputs.report, ("clips", number, "inputs"))
    _refuse_disorder(path, told.shift.report, ("shift",))
    return told


def _refuse_disorder(path: Path, header: ReportHeader, place: tuple[str | int, ...]) -> None:
    try:
        refuse_disorder(header)
    except PydanticCustomError as reason:
        raise Unusable(path, reason, (*place, "report", "evaluated_on")) from reason


def read_assessment(path: Path) -> ShiftAssessment:
    """What `assess` wrote. Raises Unusable, in one sentence for a file of any other kind or version."""
    with naming(path):
        content = path.read_bytes()
        try:
            return ShiftAssessment.model_validate_json(content)
        except ValidationError as error:
            raise refusal("not_assessment", "this is no .assessment.json of this version") from error


def read_motion(path: Path) -> Motion:
    """A `.motion.npz`. Raises Unusable for a file of another kind or version."""
    with naming(path):
        content = path.read_bytes()
        try:
            return motion_file.load(content)
        except PydanticCustomError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile, ZlibError) as error:
            raise refusal("not_motion", "this is no .motion.npz") from error


def read_text(path: Path) -> str:
    """A text in UTF-8, with or without a byte order mark. Raises Unusable."""
    with naming(path):
        return path.read_text(encoding="utf-8-sig")


def read_record(path: Path | None, parse: Callable[[str], R]) -> R | None:
    """What `parse` makes of a record's text, None where there is no path. Raises Unusable."""
    if path is None:
        return None
    text = read_text(path)
    with naming(path):
        return parse(text)


def refuse_twice(motions: Sequence[Path]) -> None:
    """Refuse a motion that is there twice, under whatever name. Raises Unusable for one that cannot be read."""
    known: set[bytes] = set()
    for path in motions:
        with naming(path):
            digest = hashlib.sha256(path.read_bytes()).digest()
        if digest in known:
            raise refusal("clip_twice", "the motion {motion} is there twice", motion=path.name)
        known.add(digest)


def _read_json(path: Path, model: type[M]) -> M:
    text = read_text(path)
    with naming(path):
        json.loads(text, object_pairs_hook=_each_once)
        return model.model_validate_json(text)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The object, refused where a field stands twice: JSON would silently keep the last one."""
    found = dict(pairs)
    names = [name for name, _ in pairs]
    for name in found:
        if names.count(name) > 1:
            raise refusal("field_doubled", "the field {name} is there twice", name=name)
    return found
