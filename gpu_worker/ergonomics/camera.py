"""How the camera stood and saw: what every angle against gravity, and a vertical line drawn later, rest on."""

from __future__ import annotations

from pydantic import Field

from gpu_worker.ergonomics.result import Result
from gpu_worker.motion import GravitySource


class Tilt(Result):
    """The camera's pitch and roll, degrees; the sigmas are one standard deviation."""

    pitch_deg: float = Field(description="positive looks up, negative looks down")
    roll_deg: float = Field(description="positive is turned clockwise, as the camera's operator sees it")
    pitch_sigma_deg: float
    roll_sigma_deg: float


class LensResult(Result):
    """The pinhole camera the body was recovered with; its principal point is the picture's centre."""

    focal_px: float
    width: int = Field(description="of the upright picture, pixels")
    height: int = Field(description="of the upright picture, pixels")


class CameraResult(Tilt):
    """The tilt that the analysis uses, where it is from, and the lens."""

    source: GravitySource
    estimate: Tilt | None = Field(default=None, description="what the video alone says, where another tilt is used")
    contradicting: dict[str, Tilt] = Field(
        default_factory=dict, description="what lines and balance each say alone, where they contradict each other"
    )
    lens: LensResult | None = Field(default=None, description="None: the motion file is of a version that lacks it")
