"""`.motion.npz`: the body's motion in the gravity frame. Angles, methods and reports read only this file.

Gravity frame: Y up (against gravity), metres, right-handed. Heading 0 is the camera's horizontal view direction: the
person who faces the camera looks along +Z, the camera looks along -Z. With a level camera it equals the camera frame.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Gravity:
    """Where down is, as the camera sees it. Degrees; the sigmas are one standard deviation."""

    pitch_deg: float
    """Camera pitch: positive looks up, negative looks down."""
    roll_deg: float
    """Camera roll: positive turns the camera clockwise as its operator sees it."""
    pitch_sigma_deg: float
    roll_sigma_deg: float
    source: str
    """`assumed_level`, `estimated` or `given`."""

    def camera_to_gravity(self) -> NDArray[np.float64]:
        """The (3, 3) rotation that takes camera-frame vectors (x right, y up, z to the viewer) to the gravity frame."""
        p, r = np.radians([self.pitch_deg, self.roll_deg])
        pitch = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
        roll = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
        return np.asarray(pitch @ roll)


@dataclass(frozen=True)
class Motion:
    """One person's motion over T sampled frames. Frames without a person hold NaN."""

    times_s: NDArray[np.float64]
    """(T,) presentation times from the container, seconds."""
    frame_index: NDArray[np.int64]
    """(T,) positions in the video stream."""
    seen: NDArray[np.bool_]
    """(T,) True where the person was found."""
    joints: NDArray[np.float64]
    """(T, 55, 3) SMPL-X joints, gravity frame, metres, relative to the camera's position."""
    rotations: NDArray[np.float64]
    """(T, 55, 3, 3) global joint rotations, rest pose to gravity frame."""
    rest_joints: NDArray[np.float64]
    """(55, 3) joints of this body in the rest pose: what angles are corrected with."""
    hands_seen: NDArray[np.bool_]
    """(T, 2) left, right: hand landmarks were good enough for wrist angles."""
    joint_sigma_deg: NDArray[np.float64]
    """(T, 55) one standard deviation of each global joint rotation, degrees."""
    gravity: Gravity
    body_model: str
    body_sha256: str
    quality: str
    """The tier the clip was sampled at."""
    video_name: str
    video_sha256: str
    video_frames: int
    """Frames decoded in all."""
    video_duration_s: float
    error_model: str = ""
    """Error factors of the angles as JSON (`gpu_worker/angles/errors.py` has the form); empty: the shipped ones."""


def save(motion: Motion, target: Path | BinaryIO) -> None:
    """Write `motion` as a compressed npz without pickles; equal motions give equal bytes."""
    arrays: dict[str, NDArray[np.generic]] = {"schema_version": np.array(SCHEMA_VERSION)}
    for field in fields(Motion):
        value = getattr(motion, field.name)
        if field.name == "gravity":
            for part in fields(Gravity):
                arrays[f"gravity_{part.name}"] = np.array(getattr(value, part.name))
        else:
            arrays[field.name] = np.asarray(value)
    np.savez_compressed(target, **arrays)  # type: ignore[arg-type]


def load(source: Path | BinaryIO | bytes) -> Motion:
    """Read a `.motion.npz`. Raises ValueError when the schema version is not ours."""
    with np.load(io.BytesIO(source) if isinstance(source, bytes) else source, allow_pickle=False) as data:
        version = int(data["schema_version"])
        if version != SCHEMA_VERSION:
            raise ValueError(f"motion schema {version}; this program reads {SCHEMA_VERSION}")
        gravity = Gravity(**{part.name: data[f"gravity_{part.name}"].item() for part in fields(Gravity)})
        values = {f.name: data[f.name] for f in fields(Motion) if f.name in data.files}
    scalars = {name: value.item() if value.ndim == 0 else value for name, value in values.items()}
    return Motion(gravity=gravity, **scalars)
