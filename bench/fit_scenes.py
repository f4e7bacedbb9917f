"""Synthetic work: the open body moves in front of a camera, and a detector's landmarks are imitated. No pictures.

Two splits that differ in kind: `TUNING` families may be used to choose parameters, `SCORING` families never are.
Body frame and camera frame as in `gpu_worker.body`; all randomness comes from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator  # type: ignore[import-untyped]
from scipy.signal import lfilter  # type: ignore[import-untyped]

from gpu_worker.body import kinematics, rotation
from gpu_worker.body.markers import markers
from gpu_worker.body.model import Body
from gpu_worker.body.skeleton import INDEX, PARENTS
from gpu_worker.motion import Gravity
from gpu_worker.pose.track import LANDMARKS, PoseTrack

Array = NDArray[np.float64]
Pose = dict[str, tuple[float, float, float]]

_ARMS_DOWN: Pose = {"left_shoulder": (0, -6, -70), "left_elbow": (0, -14, 0)}
_POSES: dict[str, Pose] = {
    "stand": _ARMS_DOWN,
    "stoop": {
        "pelvis": (43, 0, 0),
        "spine1": (17, 0, 0),
        "spine2": (17, 0, 0),
        "spine3": (11, 0, 0),
        "neck": (-17, 0, 0),
        "left_hip": (-57, 6, 7),
        "left_knee": (34, 0, 0),
        "left_ankle": (-20, 0, 0),
        "left_shoulder": (0, -57, -52),
        "left_elbow": (0, -14, 0),
    },
    "squat": {
        "pelvis": (26, 0, 0),
        "spine1": (11, 0, 0),
        "spine2": (9, 0, 0),
        "neck": (-17, 0, 0),
        "left_hip": (-100, 14, 14),
        "left_knee": (115, 0, 0),
        "left_ankle": (-40, 0, 0),
        "left_shoulder": (0, -46, -52),
        "left_elbow": (0, -17, 0),
    },
    "carry": {
        "left_shoulder": (6, -20, -66),
        "left_elbow": (0, -86, 0),
        "left_knee": (9, 0, 0),
        "left_hip": (-6, 0, 0),
    },
    "twist": {
        "spine1": (3, 14, 0),
        "spine2": (3, 14, 0),
        "spine3": (3, 14, 0),
        "left_shoulder": (6, -20, -66),
        "left_elbow": (0, -86, 0),
    },
    "overhead": {
        "neck": (-17, 0, 0),
        "left_collar": (0, 0, 11),
        "left_shoulder": (0, -23, 57),
        "left_elbow": (0, -34, 0),
        "spine2": (-5, 0, 0),
    },
    "reach": {"pelvis": (12, 0, 0), "left_hip": (-12, 0, 0), "left_shoulder": (0, -75, -5), "left_elbow": (0, -10, 0)},
    "sit": {
        "left_hip": (-86, 8, 6),
        "left_knee": (86, 0, 0),
        "spine1": (9, 0, 0),
        "left_shoulder": (0, -34, -60),
        "left_elbow": (0, -75, 0),
        "neck": (14, 0, 0),
    },
    "sit_lean": {
        "pelvis": (17, 0, 0),
        "left_hip": (-97, 8, 6),
        "left_knee": (86, 0, 0),
        "spine1": (14, 0, 0),
        "spine2": (9, 0, 0),
        "left_shoulder": (0, -63, -46),
        "left_elbow": (0, -40, 0),
        "neck": (9, 0, 0),
    },
    "side": {"spine1": (0, 0, -14), "spine2": (0, 0, -12), **_ARMS_DOWN},
    "kneel": {"left_hip": (-11, 8, 3), "left_knee": (100, 0, 0), "left_ankle": (30, 0, 0), **_ARMS_DOWN},
    "half_up": {"left_shoulder": (0, -60, 0), "left_elbow": (0, -80, 0), "neck": (6, 10, 0)},
    "low": {
        "pelvis": (28, 0, 0),
        "spine1": (12, 0, 0),
        "spine2": (10, 0, 0),
        "neck": (8, 0, 0),
        "left_hip": (-42, 8, 4),
        "left_knee": (104, 0, 0),
        "left_ankle": (28, 0, 0),
        "left_shoulder": (0, -70, -48),
        "left_elbow": (0, -35, 0),
    },
    "turned": {
        "spine1": (4, 10, -4),
        "spine2": (4, 10, -4),
        "spine3": (4, 8, 0),
        "neck": (10, 12, 0),
        "left_shoulder": (0, -48, -20),
        "left_elbow": (0, -60, 0),
    },
}
_HOLD = "hold"
"""As a key pose: the one before, swaying."""
_HELD = (_HOLD,) * 3
TUNING: dict[str, tuple[str, ...]] = {
    "lifting": ("stand", "stoop", "stoop", "carry", "twist", "carry", "squat", "carry", "stand"),
    "shelf": ("stand", "carry", "overhead", "overhead", "carry", "twist", "stand", "stoop", "stand"),
    "bench": ("stand", "reach", "carry", "reach", "twist", "half_up", "stand", "reach", "stand"),
    "holding": ("stand", "stoop", *_HELD, "stand", "reach", *_HELD, "stand"),
}
SCORING: dict[str, tuple[str, ...]] = {
    "seated": ("sit", "sit_lean", "sit", "sit_lean", "sit_lean", "sit", "sit"),
    "floor": ("stand", "kneel", "kneel", "squat", "kneel", "stand", "side", "stand"),
    "ceiling": ("stand", "half_up", "overhead", "half_up", "side", "overhead", "stand"),
    "held": ("stand", "low", *_HELD, "stand", "turned", *_HELD, "stand"),
}
LENGTHENED = {"holding": 3.0, "held": 3.0}
"""Families that hold postures for longer than 4 s, and how much longer their takes are."""


@dataclass(frozen=True)
class Scene:
    """A clip with its truth, all in the camera frame."""

    name: str
    track: PoseTrack
    joints: Array
    """(T, 55, 3) metres."""
    rotations: Array
    """(T, 55, 3, 3)."""
    focal_px: float
    stature_m: float
    gravity: Gravity
    betas: Array
    """(10,)"""


@dataclass(frozen=True)
class Detector:
    """How the imitated detector errs. Lengths in metres; slow errors are first-order autoregressive over time."""

    depth: float = 0.045
    lateral: float = 0.018
    pixel_share: float = 0.006
    slow_s: float = 0.6
    lean_to_camera_deg: float = 8.0
    """Turns the world landmarks of a frontal person towards the camera, as measured on real footage."""
    scale: float = 0.07
    """Standard deviation of the logarithm of the clip's world scale."""
    definition: float = 0.015
    """Metres by which each landmark lies elsewhere on this person than on ours, the whole clip through."""


def _vector(pose: Pose, mirror: bool) -> Array:
    out = np.zeros((55, 3))
    for name, turn in pose.items():
        out[INDEX[name]] = np.radians(turn)
        if name.startswith("left_"):
            out[INDEX["right_" + name.removeprefix("left_")]] = np.radians(turn) * [1, -1, -1]
    if mirror:
        out *= [1, -1, -1]
    return out


def poses(family: tuple[str, ...], times_s: Array, rng: np.random.Generator) -> Array:
    """(T, 55, 3) smooth motion through the family's key poses, with personal variation; who holds a pose sways."""
    keys: list[Array] = []
    for name in family:
        if name == _HOLD:
            sway = np.radians(rng.normal(0, 1, (55, 3))) * (np.arange(55) < 22)[:, None]
            keys.append(keys[-1] + sway.reshape(-1))
            continue
        key = _vector(_POSES[name], mirror=name in ("twist", "side") and bool(rng.integers(2)))
        key[:22] += np.radians(rng.normal(0, 4, (22, 3))) * (np.arange(22) > 0)[:, None]
        key[[INDEX["left_knee"], INDEX["right_knee"]]] *= [1, 0.2, 0.2]
        keys.append(key.reshape(-1))
    at = np.linspace(0, times_s[-1], len(keys))
    wobble = np.zeros(len(at))
    wobble[1:-1] = rng.uniform(-0.2, 0.2, len(at) - 2) * at[1]
    moved: Array = PchipInterpolator(at + wobble, np.stack(keys))(times_s)
    return moved.reshape(-1, 55, 3)


def scene(
    body: Body,
    family: str,
    seed: int,
    *,
    times_s: Array | None = None,
    size: tuple[int, int] = (1280, 720),
    detector: Detector | None = None,
    yaw_deg: float | None = None,
) -> Scene:
    """One clip of `family`; angle of view, tilt, body and detector errors follow from `seed`."""
    rng = np.random.default_rng([seed, sum(family.encode())])
    times = np.arange(0, 10, 1 / 12) if times_s is None else times_s
    pose = poses({**TUNING, **SCORING}[family], times, rng)
    betas = rng.normal(0, 0.7, 10)
    yaw = np.radians(rng.uniform(-180, 180) if yaw_deg is None else yaw_deg)
    gravity = Gravity(rng.normal(-10, 8), rng.normal(0, 3), 0.0, 0.0, "given")
    focal = float(max(size) * 30 / 36 * np.exp(rng.normal(0, 0.12)))
    how = detector or Detector()
    joints, rotations, points = _pose_in_camera(body, betas, pose, yaw, gravity, rng, how.definition)
    track = _detect(points, times, focal, size, how, rng)
    return Scene(family, track, joints, rotations, focal, body.stature(betas), gravity, betas)


def _pose_in_camera(
    body: Body, betas: Array, pose: Array, yaw: float, gravity: Gravity, rng: np.random.Generator, definition: float
) -> tuple[Array, Array, Array]:
    """Joints, rotations and the detector's true points (T, 33, 3); feet stay on one spot, 3–5 m from the camera."""
    placed, turned = body.forward(betas, pose, np.zeros((len(pose), 3)))
    spin = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    to_camera = gravity.camera_to_gravity().T @ spin
    feet = placed[:, [7, 8, 10, 11]].mean(1)
    spot = np.array([rng.uniform(-0.6, 0.6), -0.95, -rng.uniform(3.2, 5.0)])
    marks = markers(body)
    coefficients = torch.from_numpy(betas)
    rest = torch.from_numpy(body.rest_joints(betas))
    offsets = marks.template + marks.basis @ coefficients - rest[marks.joint]
    offsets = offsets + torch.from_numpy(rng.normal(0, definition, offsets.shape))
    local = rotation.exp(torch.from_numpy(pose))
    turned_t, placed_t = kinematics.forward(local, rest, PARENTS)
    ridden = kinematics.ride(turned_t, placed_t, marks.joint, offsets).numpy()
    points = np.full((len(pose), LANDMARKS, 3), np.nan)
    points[:, marks.landmark.numpy()] = ridden
    for missing, near in ((1, 2), (3, 2), (4, 5), (6, 5)):
        points[:, missing] = points[:, near]

    def into_camera(x: Array) -> Array:
        placed_there: Array = (x - feet[:, None]) @ to_camera.T + spot
        return placed_there

    return into_camera(placed), to_camera @ turned, into_camera(points)


def _detect(
    points: Array, times: Array, focal: float, size: tuple[int, int], how: Detector, rng: np.random.Generator
) -> PoseTrack:
    """Landmarks with errors: noise in the picture, depth noise and bias in the world landmarks, relative to the ray."""
    depth = -points[..., 2]
    image = np.stack([size[0] / 2 + focal * points[..., 0] / depth, size[1] / 2 - focal * points[..., 1] / depth], -1)
    person = np.linalg.norm(np.ptp(image, axis=1), axis=-1)
    image = image + _slow(rng, times, how.slow_s, (LANDMARKS, 2)) * how.pixel_share * person[:, None, None]
    hips = points[:, 23:25].mean(1)
    ray = _ray(hips)
    world = (points - hips[:, None]) @ ray
    facing = np.cross(points[:, 11] - points[:, 12], points[:, 11] - points[:, 23])
    facing = (facing / np.linalg.norm(facing, axis=-1, keepdims=True) * ray[:, :, 2]).sum(-1).clip(0, 1)
    lean = np.radians(how.lean_to_camera_deg) * facing
    world[..., 2] += np.sin(lean)[:, None] * world[..., 1].clip(0)
    noise = np.array([how.lateral, how.lateral, how.depth])
    world = world * np.exp(rng.normal(0, how.scale)) + _slow(rng, times, how.slow_s, (LANDMARKS, 3)) * noise
    world -= world[:, 23:25].mean(1, keepdims=True)
    return PoseTrack(
        times_s=times,
        frame_index=np.arange(len(times), dtype=np.int64),
        image=image,
        world=world,
        visibility=np.full(points.shape[:2], 0.95),
        score=np.ones(len(times)),
        seen=np.ones(len(times), np.bool_),
        size=size,
    )


def _ray(hips: Array) -> Array:
    """(T, 3, 3) columns: the axes of a camera that looks straight at the hips."""
    back = -hips / np.linalg.norm(hips, axis=-1, keepdims=True)
    axis = torch.zeros(len(hips), 3, dtype=torch.float64)
    axis[:, 2] = 1
    turn: Array = rotation.between(axis, torch.from_numpy(back)).numpy()
    return turn


def _slow(rng: np.random.Generator, times: Array, constant_s: float, shape: tuple[int, ...]) -> Array:
    """Unit-variance first-order autoregressive noise (T, *shape) at the mean frame rate."""
    keep = float(np.exp(-np.diff(times).mean() / constant_s))
    white = rng.normal(0, np.sqrt(1 - keep**2), (len(times), *shape))
    white[0] = rng.normal(0, 1, shape)
    filtered: Array = lfilter([1.0], [1.0, -keep], white, axis=0)
    return filtered
