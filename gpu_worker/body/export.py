"""`.smplx.npz`: the body's parameters for `smplx`, Blender's SMPL-X add-ons and AMASS readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.body import rotation
from gpu_worker.body.track import BodyTrack
from gpu_worker.motion import JOINTS, Gravity
from gpu_worker.npz import Streamed, save_npz
from gpu_worker.spilled import Spilled, gathered, pieces

SCHEMA_VERSION = 1

Array = NDArray[np.float64]


def save_smplx(body: BodyTrack, gravity: Gravity, target: Path | BinaryIO) -> None:
    """Write the parameters in the gravity frame: Y up, metres, axis-angle in radians, joints in SMPL-X order.

    `poses` (T, 165) and `trans` (T, 3) are what `smplx` takes with `flat_hand_mean=True`. Animation programs cannot
    read gaps, so a frame without a person repeats the last seen one (or the first) there; `seen` (T,) says which frames
    are real, and no number of an analysis comes from this file. With the open body, `betas` are zero and its own shape
    is `openbody_betas`, because the two models' shapes are not interchangeable.
    """
    held = _held(body.seen)
    translation = translation_in_gravity_frame(body, gravity)[held]
    smplx = body.body_model == "smplx"

    poses = _spilled_poses(body, gravity, held)

    def some(columns: slice) -> Streamed:
        width = len(range(*columns.indices(3 * JOINTS)))
        blocks = (poses[piece][:, columns] for piece in pieces(len(poses)))
        return Streamed(len(poses), (width,), np.float64, blocks)

    arrays: dict[str, NDArray[Any] | Streamed] = {
        "schema_version": np.array(SCHEMA_VERSION),
        "gender": np.array("neutral"),
        "surface_model_type": np.array("smplx"),
        "mocap_frame_rate": np.array(_frame_rate(body.times_s)),
        "mocap_time_length": np.array(float(np.ptp(body.times_s))),
        "num_betas": np.array(len(body.betas)),
        "betas": body.betas if smplx else np.zeros_like(body.betas),
        "poses": some(slice(None)),
        "root_orient": some(slice(3)),
        "pose_body": some(slice(3, 66)),
        "pose_jaw": some(slice(66, 69)),
        "pose_eye": some(slice(69, 75)),
        "pose_hand": some(slice(75, None)),
        "trans": translation,
        "times_s": body.times_s,
        "frame_index": body.frame_index,
        "seen": body.seen,
        "up_axis": np.array("y"),
        "gravity_pitch_deg": np.array(gravity.pitch_deg),
        "gravity_roll_deg": np.array(gravity.roll_deg),
        "gravity_source": np.array(gravity.source),
        "focal_px": np.array(body.focal_px),
        "body_model": np.array(body.body_model),
        "body_sha256": np.array(body.body_sha256),
    }
    if not smplx:
        arrays["openbody_betas"] = body.betas
    save_npz(target, arrays)


def root_in_gravity_frame(root: Array, gravity: Gravity) -> Array:
    """(T, 3) axis-angle of the pelvis in the gravity frame from that in the camera frame; nothing else turns."""
    turned = torch.from_numpy(gravity.camera_to_gravity()) @ rotation.exp(torch.from_numpy(root))
    return np.asarray(rotation.log(turned).numpy())


def translation_in_gravity_frame(body: BodyTrack, gravity: Gravity) -> Array:
    """(T, 3). The pelvis's rotation turns about the pelvis, so R·(p + t) = p + t′ with p the pelvis at rest."""
    pelvis = body.rest_joints[0]
    return np.asarray((body.translation + pelvis) @ gravity.camera_to_gravity().T - pelvis)


def _spilled_poses(body: BodyTrack, gravity: Gravity, frames: NDArray[np.int64]) -> Spilled[np.float64]:
    """(N, 165) poses of the frames with these numbers, worked out once for the several arrays they are written to."""
    poses = Spilled((3 * JOINTS,), np.float64)
    for piece in pieces(len(frames)):
        poses.append(_poses(body, gravity, frames[piece]))
    return poses


def _poses(body: BodyTrack, gravity: Gravity, frames: NDArray[np.int64]) -> Array:
    """(N, 165) poses of the frames with these numbers (N,)."""
    poses = gathered(body.poses, frames).astype(np.float64)
    poses[:, 0] = root_in_gravity_frame(poses[:, 0], gravity)
    return poses.reshape(len(frames), -1)


def _held(seen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(T,) index of the last seen frame up to each one; the first seen frame before that."""
    last = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), -1))
    return np.where(last < 0, int(np.argmax(seen)), last)


def _frame_rate(times_s: Array) -> float:
    """Frames a second at which players, who know of even steps only, take as long as the clip."""
    return float((len(times_s) - 1) / np.ptp(times_s)) if len(times_s) > 1 else 1.0
