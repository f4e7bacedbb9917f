"""The worker's environment, read once at the top and handed down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

REPOSITORY = Path(__file__).resolve().parent.parent


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_none)]
OptionalSeconds = Annotated[float | None, BeforeValidator(_empty_is_none)]


class Settings(BaseModel):
    """What the analysis needs, with and without a cloud. Field names are the environment's in lower case."""

    # what is wrong is told from an environment that holds secrets: errors name a setting and do not show it
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    poloha_cache: Path = REPOSITORY / ".cache"
    """Where set-up put the detector's weights (`models/` below it)."""
    smplx_model_path: OptionalPath = None
    """The user's SMPLX_NEUTRAL.npz; the open body where it is not set."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks and fit run; auto takes CUDA where there is one."""
    video_decoder: Literal["auto", "cpu"] = "auto"
    """auto lets the GPU decode where networks and fit run on CUDA."""
    checkpoint_calls: int = Field(default=250, ge=1)
    """Answers of the networks in one checkpoint; 250 are about 20 seconds of one person at medium quality."""
    max_video_s: OptionalSeconds = None
    """Refuse longer videos; no limit where it is not set."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises pydantic.ValidationError naming the variable that is wrong."""
        return cls.model_validate({name.lower(): value for name, value in environment.items()})


class WorkerSettings(Settings):
    """What the RunPod worker needs besides: the bucket, and how it shows that it is alive."""

    storage_endpoint: str
    storage_bucket: str
    storage_access_key_id: str
    storage_secret_access_key: SecretStr
    storage_region: str = "auto"
    status_interval_s: float = Field(default=2.0, ge=0)
    """R2 takes about one write a second to one key."""
    closing_interval_s: float = Field(default=1.0, ge=0)
    storage_patience_s: float = Field(default=300.0, gt=0)
    """How long the claim, reads, results and the closing write are tried again while the storage is away or answers
    429 or 5xx; shorter than `stall_s`."""
    lease_s: float = Field(default=45.0, gt=0)
    stall_s: float = Field(default=600.0, gt=0)
    """A stage that makes no progress for this long ends the worker."""
