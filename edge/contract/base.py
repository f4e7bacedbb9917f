"""What every record of the contract is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

JobId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="128 random bits, base64url without padding")]


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds and a Z: one form everywhere, so that equal moments are equal strings."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[AwareDatetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]


class Strict(BaseModel):
    """Base of every record: unknown fields are refused, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refusal(code: str, sentence: str, **values: str | int | float) -> PydanticCustomError:
    """Why an entry cannot be used, to be raised by a validator or by whoever finds out later; a ValueError.

    code: stable; reports have a sentence for it in each language. sentence: in English, with `values` in braces.
    """
    return PydanticCustomError(code, sentence, values)
