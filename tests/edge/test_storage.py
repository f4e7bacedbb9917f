"""The bucket behind R2's binding, where the local simulator is more patient than R2."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from storage import PreconditionFailed, R2Store


@dataclass
class Binding:
    """R2's binding: refuses as often as it is told to, with R2's own words."""

    refusals: list[str]
    exists: bool = False
    puts: int = 0
    pauses: list[float] = field(default_factory=list)

    async def put(self, key: str, text: str, options: dict[str, Any]) -> Any:
        self.puts += 1
        if self.refusals:
            raise RuntimeError(self.refusals.pop(0))
        return None if self.exists else SimpleNamespace(etag="etag")

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


TOO_FAST = "put: Reduce your concurrent request rate for the same object. (10058)"


def test_a_write_too_soon_after_another_is_made_again() -> None:
    binding = Binding([TOO_FAST, TOO_FAST])
    assert asyncio.run(R2Store(binding, binding.pause).create("key", "{}")) == "etag"
    assert binding.puts == 3
    assert all(pause > 1 for pause in binding.pauses)


def test_a_write_that_somebody_else_made_meanwhile_is_refused() -> None:
    binding = Binding([TOO_FAST], exists=True)
    with pytest.raises(PreconditionFailed):
        asyncio.run(R2Store(binding, binding.pause).create("key", "{}"))


@pytest.mark.parametrize("refusals", [[TOO_FAST] * 10, ["put: We encountered an internal error. (10001)"]])
def test_other_refusals_are_left_to_the_next_delivery(refusals: list[str]) -> None:
    binding = Binding(refusals)
    with pytest.raises(RuntimeError, match=r"10058|10001"):
        asyncio.run(R2Store(binding, binding.pause).create("key", "{}"))
    assert binding.puts <= 4
