"""`.motion.npz`: the body's motion in the gravity frame. Angles, methods and reports read only this file.

Gravity frame: Y up (against gravity), metres, right-handed. Heading 0 is the camera's horizontal view direction: the
person who faces the camera looks along +Z, the camera looks along -Z. With a level camera it equals the camera frame.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from contract.base import refusal
from gpu_worker.npz import Streamed, save_npz
from gpu_worker.spilled import Mapped, Rows, Spilled, pieces

SCHEMA_VERSION = 4
READABLE = (2, 3, 4)
"""Version 3 is the same without the lens, version 2 also without what the video alone says of gravity."""
_QUATERNIONS = "rotations_wxyz"
_TOGETHER = "together"
JOINTS = 55


GravitySource = Literal["assumed_level", "estimated", "given"]
"""Where a tilt is from: nothing was known, the video, a person."""


@dataclass(frozen=True)
class Gravity:
    """Where down is, as the camera sees it. Degrees; the sigmas are one standard deviation."""

    pitch_deg: float
    """Camera pitch: positive looks up, negative looks down."""
    roll_deg: float
    """Camera roll: positive turns the camera clockwise as its operator sees it."""
    pitch_sigma_deg: float
    roll_sigma_deg: float
    source: GravitySource

    def camera_to_gravity(self) -> NDArray[np.float64]:
        """The (3, 3) rotation that takes camera-frame vectors (x right, y up, z to the viewer) to the gravity frame."""
        p, r = np.radians([self.pitch_deg, self.roll_deg])
        pitch = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
        roll = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
        return np.asarray(pitch @ roll)


@dataclass(frozen=True)
class GravityEstimate:
    """The camera's tilt as the video shows it, whatever the user stated."""

    gravity: Gravity
    sources: Mapping[str, Gravity]
    """What each source says alone: `lines`, `balance`, where there was any."""
    disagrees: bool
    """Two sources contradict each other by more than three sigma: a person should draw one vertical line."""


@dataclass(frozen=True)
class Lens:
    """The pinhole camera the body was recovered with, principal point at the centre; pixels of the upright picture."""

    focal_px: float
    width: int
    height: int


@dataclass(frozen=True)
class Motion:
    """One person's motion over T sampled frames. Frames without a person hold NaN."""

    times_s: NDArray[np.float64]
    """(T,) presentation times from the container, seconds."""
    frame_index: NDArray[np.int64]
    """(T,) positions in the video stream."""
    seen: NDArray[np.bool_]
    """(T,) True where the person was found."""
    joints: Rows[np.floating[Any]]
    """(T, 55, 3) SMPL-X joints, gravity frame, metres, relative to the camera's position."""
    rotations: Rows[np.float64]
    """(T, 55, 3, 3) global joint rotations, rest pose to gravity frame."""
    rest_joints: NDArray[np.float64]
    """(55, 3) joints of this body in the rest pose: what angles are corrected with."""
    hands_seen: NDArray[np.bool_]
    """(T, 2) left, right: hand landmarks were good enough for wrist angles."""
    joint_sigma_deg: NDArray[np.floating[Any]]
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
    video_lost_s: float = 0.0
    """Seconds of the video that could not be decoded, against what its container promises."""
    error_model: str = ""
    """Error factors of the angles as JSON (`gpu_worker/angles/errors.py` has the form); empty: the shipped ones."""
    estimate: GravityEstimate | None = None
    """What the video alone says of `gravity`; None where nothing was estimated."""
    lens: Lens | None = None
    """None where the file is older than version 4."""

    @property
    def tilt_disputed(self) -> bool:
        """True where the video contradicts itself about the camera's tilt and nobody stated both of its angles."""
        if self.estimate is None or not self.estimate.disagrees:
            return False
        # An angle that was not stated keeps the estimate's sigma.
        seen, used = self.estimate.gravity, self.gravity
        return seen.pitch_sigma_deg == used.pitch_sigma_deg or seen.roll_sigma_deg == used.roll_sigma_deg


def save(motion: Motion, target: Path | BinaryIO) -> None:
    """Write `motion` as a compressed npz without pickles; equal motions give equal bytes.

    Rotations are stored as single-precision quaternions `rotations_wxyz` (T, 55, 4), lengths and sigmas in single
    precision: a third of the size, and 0.00001° is far below any error of the method.
    """
    arrays: dict[str, NDArray[np.generic] | Streamed] = {"schema_version": np.array(SCHEMA_VERSION)}
    count = len(motion.times_s)
    for field in fields(Motion):
        value = getattr(motion, field.name)
        if field.name in ("gravity", "lens"):
            arrays |= _part_arrays(field.name, value)
        elif field.name == "estimate":
            arrays |= _estimate_arrays(value)
        elif field.name == "rotations":
            blocks = (_quaternions(motion.rotations[piece]) for piece in pieces(count))
            arrays[_QUATERNIONS] = Streamed(count, (JOINTS, 4), np.float32, blocks)
        elif field.name == "joints":
            places = (motion.joints[piece] for piece in pieces(count))
            arrays[field.name] = Streamed(count, (JOINTS, 3), np.float32, places)
        else:
            single = field.name == "joint_sigma_deg"
            arrays[field.name] = np.asarray(value, dtype=np.float32) if single else np.asarray(value)
    save_npz(target, arrays)


def stored(motion: Motion) -> Motion:
    """The motion as its file holds it, so that judging it now and judging the file later give the same.

    What is large lies in files of its own: a long clip's memory is that of its angles.
    """
    joints, quaternions = Spilled((JOINTS, 3), np.float32), Spilled((JOINTS, 4), np.float32)
    for piece in pieces(len(motion.times_s)):
        joints.append(motion.joints[piece])
        quaternions.append(_quaternions(motion.rotations[piece]))
    sigma = np.asarray(motion.joint_sigma_deg, np.float32)
    return replace(motion, joints=joints, rotations=Mapped(quaternions, _matrices), joint_sigma_deg=sigma)


def load(source: Path | BinaryIO | bytes) -> Motion:
    """Read a `.motion.npz`. Raises ValueError for a schema version that is not in `READABLE`."""
    with np.load(io.BytesIO(source) if isinstance(source, bytes) else source, allow_pickle=False) as data:
        version = int(data["schema_version"])
        if version not in READABLE:
            readable = ", ".join(map(str, READABLE))
            sentence = "motion schema {version}; this program reads {readable}"
            raise refusal("motion_version", sentence, version=version, readable=readable)
        gravity = Gravity(**_part(data, "gravity", Gravity))
        values = {f.name: data[f.name] for f in fields(Motion) if f.name in data.files}
        rotations = Mapped(data[_QUATERNIONS], _matrices)
        estimate = _estimate(data) if version > 2 else None
        lens = Lens(**_part(data, "lens", Lens)) if "lens_focal_px" in data.files else None
    scalars = {name: value.item() if value.ndim == 0 else value for name, value in values.items()}
    return Motion(gravity=gravity, rotations=rotations, estimate=estimate, lens=lens, **scalars)


def _part_arrays(name: str, value: Gravity | Lens | None) -> dict[str, NDArray[np.generic]]:
    """One array per field, `<name>_<field>`; none where there is no value."""
    return {} if value is None else {f"{name}_{f.name}": np.array(getattr(value, f.name)) for f in fields(value)}


def _part(data: NpzFile, name: str, kind: type[Gravity | Lens]) -> dict[str, Any]:
    return {f.name: data[f"{name}_{f.name}"].item() for f in fields(kind)}


def _estimate_arrays(estimate: GravityEstimate | None) -> dict[str, NDArray[np.generic]]:
    """Names (K,) and angles (K, 4): pitch, roll and their sigmas, all sources together first; K = 0 without any."""
    found = {} if estimate is None else {_TOGETHER: estimate.gravity, **estimate.sources}
    angles = [(g.pitch_deg, g.roll_deg, g.pitch_sigma_deg, g.roll_sigma_deg) for g in found.values()]
    return {
        "gravity_seen_by": np.array(list(found), dtype="U16"),
        "gravity_seen_deg": np.array(angles, dtype=np.float64).reshape(-1, 4),
        "gravity_disagrees": np.array(estimate is not None and estimate.disagrees),
    }


def _estimate(data: NpzFile) -> GravityEstimate | None:
    names, angles = data["gravity_seen_by"].tolist(), data["gravity_seen_deg"].tolist()
    found = {name: Gravity(p, r, ps, rs, "estimated") for name, (p, r, ps, rs) in zip(names, angles, strict=True)}
    if not found:
        return None
    return GravityEstimate(found.pop(_TOGETHER), found, bool(data["gravity_disagrees"]))


def _quaternions(m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(…, 4) unit quaternions w, x, y, z with w ≥ 0 of (…, 3, 3) rotations; NaN stays NaN."""
    x, y, z = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    # Four times the outer product of the quaternion with itself: any row is the quaternion times one of its parts,
    # and the row with the largest part loses no precision.
    rows = [[1 + x + y + z, a, b, c], [a, 1 + x - y - z, d, e], [b, d, 1 - x + y - z, f], [c, e, f, 1 - x - y + z]]
    outer = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    largest = np.argmax(np.diagonal(outer, axis1=-2, axis2=-1), axis=-1)
    row = np.take_along_axis(outer, largest[..., None, None], axis=-2)[..., 0, :]
    row = np.where(row[..., :1] < 0, -row, row)
    return np.asarray(row / np.linalg.norm(row, axis=-1, keepdims=True))


def _matrices(quaternions: NDArray[np.float32]) -> NDArray[np.float64]:
    """(…, 3, 3) rotations of (…, 4) quaternions w, x, y, z of any length."""
    result = np.empty((*quaternions.shape[:-1], 3, 3))
    double = quaternions.astype(np.float64)
    w, x, y, z = np.moveaxis(double / np.linalg.norm(double, axis=-1, keepdims=True), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            result[..., i, j] = entry
    return result
