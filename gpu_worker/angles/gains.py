"""How much of a movement one camera recovers: the gain of each angle, as measured on takes whose truth is known.

A gain is the slope of the found angle on the true one: at 0.5 a turn by 40° is found as 20°. Angles whose gain lies
below `least` are *flattened*: time in postures away from neutral is then a lower bound. `gains.json` holds the measured
values with their source; `python -m bench.gains` measures them anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from gpu_worker.angles.catalogue import BY_NAME


@dataclass(frozen=True)
class Gains:
    """Measured gains by quantity (`Quantity.name`); a quantity that is missing was not measured."""

    source: str
    command: str
    """What measured them."""
    least: float
    """Below this gain an angle is flattened."""
    gains: Mapping[str, float]

    def flattened(self, signals: Iterable[str]) -> tuple[str, ...]:
        """The quantities among `signals` (…_left and …_right included) that come out flattened, each once, in order."""
        quantities = (BY_NAME[name].quantity.name for name in signals if name in BY_NAME)
        return tuple(name for name in dict.fromkeys(quantities) if self.gains.get(name, 1.0) < self.least)


@cache
def shipped() -> Gains:
    """The gains that come with the program."""
    return parse(_file().decode())


def sha256() -> str:
    """Digest of the shipped gains, for reports."""
    return hashlib.sha256(_file()).hexdigest()


def parse(text: str) -> Gains:
    """Gains from their JSON. Raises TypeError for a field too many or too few, ValueError for an unknown quantity."""
    found = Gains(**json.loads(text))
    unknown = set(found.gains) - {signal.quantity.name for signal in BY_NAME.values()}
    if unknown:
        raise ValueError(f"gains of unknown angles: {sorted(unknown)}")
    return found


def as_json(gains: Gains) -> str:
    """The gains as `parse` reads them and as they are committed."""
    return json.dumps(asdict(gains), indent=2, ensure_ascii=False) + "\n"


def _file() -> bytes:
    return files(__package__).joinpath("gains.json").read_bytes()
