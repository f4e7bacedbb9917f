"""What the Worker is told by its environment: vars of wrangler.toml and secrets, read once per invocation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

PUT_LIMIT_BYTES = 100_000_000


def _comma_separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _without_slash(value: Any) -> Any:
    return value.rstrip("/") if isinstance(value, str) else value


Url = Annotated[str, BeforeValidator(_without_slash), Field(pattern=r"^https?://[^\s?#]+$")]
LinkKey = Annotated[SecretStr, Field(min_length=16)]


class Settings(BaseModel):
    """Every setting under its name in the environment, lower case. Durations are seconds."""

    # a setting that is wrong may be a secret, so errors name it but do not show it
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    storage_endpoint: Url
    storage_bucket: str = Field(min_length=3)
    storage_region: str = "auto"
    storage_access_key_id: str = Field(min_length=1)
    storage_secret_access_key: SecretStr = Field(min_length=1)
    runpod_api_base: Url = "https://api.runpod.ai"
    runpod_endpoint_id: str = Field(pattern=r"^[\w-]+$")
    runpod_api_key: SecretStr = Field(min_length=1)
    public_url: Url
    link_keys: Annotated[tuple[LinkKey, ...], BeforeValidator(_comma_separated), Field(min_length=1)]
    lease_s: float = Field(default=45, gt=0)
    look_s: int = Field(default=60, ge=1, le=43_200)
    retry_s: int = Field(default=5, ge=1, le=600, description="first delay of a message that failed; doubles each time")
    execution_timeout_s: int = Field(default=86_400, ge=5, le=604_800)
    ttl_s: int = Field(default=172_800, ge=10, le=604_800)
    upload_url_s: int = Field(default=21_600, ge=1, le=604_800)
    upload_grace_s: int = Field(default=900, ge=0, description="a PUT may begin when its URL ends; it needs this long")
    status_url_s: int = Field(default=604_800, ge=1, le=604_800)
    link_s: int = Field(default=3_600, ge=1, le=604_800)

    @classmethod
    def read(cls, lookup: Callable[[str], str | None]) -> Settings:
        """Settings from `lookup(NAME)`, which answers None or "" for what is not set. Raises ValidationError."""
        found = {name: lookup(name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in found.items() if value not in (None, "")})
