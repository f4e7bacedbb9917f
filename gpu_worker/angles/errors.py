"""The error model of the angles: how far each may be off, and on which time scale.

Four independent normal parts per angle: constant over the clip, constant over a view (front, oblique, side, back), slow
(AR(1) with a time constant), and white (new in every frame). The shipped values are conservative figures, not a fit;
`error_model.json` names their source, and a fitted model of the same form replaces it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from gpu_worker.angles.series import AngleSeries
from gpu_worker.motion import Motion


@dataclass(frozen=True)
class ErrorTerms:
    """One standard deviation of each part, in the angle's unit."""

    clip: float
    view: float
    slow: float
    slow_s: float
    """Time constant of the slow part, seconds."""
    white: float
    relative: float = 0.0
    """Standard deviation of a scale error, as a share of the value (lengths only)."""

    @property
    def lasting(self) -> float:
        """Standard deviation of all parts but the white one, in a single frame."""
        return float((self.clip**2 + self.view**2 + self.slow**2) ** 0.5)


@dataclass(frozen=True)
class ErrorModel:
    """Error terms by entry name (`Quantity.error`), with the model's source."""

    name: str
    source: str
    terms: Mapping[str, ErrorTerms]


@cache
def shipped() -> ErrorModel:
    """The conservative model that comes with the program."""
    return parse(files(__package__).joinpath("error_model.json").read_text(encoding="utf-8"))


def parse(text: str) -> ErrorModel:
    """An error model from its JSON. Raises KeyError or TypeError where an entry is malformed."""
    raw = json.loads(text)
    return ErrorModel(raw["name"], raw["source"], {name: ErrorTerms(**terms) for name, terms in raw["terms"].items()})


def as_json(model: ErrorModel) -> str:
    """The model as `parse` reads it, on one line."""
    return json.dumps(asdict(model), sort_keys=True)


def as_file(model: ErrorModel) -> str:
    """The model as it is committed: a line an entry, two decimals of a degree, three of a metre or share."""
    lines = []
    for name, terms in model.terms.items():
        digits = 2 if max(terms.lasting, terms.white) >= 1 else 3
        parts = {part: round(value, digits) for part, value in asdict(terms).items() if part != "relative" or value}
        lines.append(f"    {json.dumps(name)}: {json.dumps(parts)}")
    head = f'  "name": {json.dumps(model.name)},\n  "source": {json.dumps(model.source, ensure_ascii=False)},\n'
    return "{\n" + head + '  "terms": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def of(measured: Motion | AngleSeries) -> ErrorModel:
    """The model that came with the motion (and went on with its angles), else the shipped one."""
    return parse(measured.error_model) if measured.error_model else shipped()
