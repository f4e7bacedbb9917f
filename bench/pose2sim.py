"""Body recovery against Pose2Sim's calibrated cameras: `python -m bench.pose2sim FOLDER --weights CACHE`.

FOLDER holds `Calib.qca.txt`, `balancing.trc`, `cam03.mp4` and `cam04.mp4` of the Pose2Sim single-person demo (BSD-3;
the videos also lie in the `pose2sim` wheel). No parameter of ours is chosen on these cameras. The reference is itself
triangulated without markers, a few centimetres good. Joints are root-aligned in the calibrated camera frame; nothing is
rotated or scaled, because a fitted rotation hides gravity and lean; PA-MPJPE (fitted) stands beside it.
"""

from __future__ import annotations

import argparse
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.background import Background, Segments
from gpu_worker.body.gravity import ASSUMED_LEVEL
from gpu_worker.body.model import load_body
from gpu_worker.body.solver import fit
from gpu_worker.body.upright import estimate_gravity
from gpu_worker.motion import Gravity
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.pose.track import PoseTrack
from gpu_worker.video.clip import Frame
from gpu_worker.video.reader import open_video

Array = NDArray[np.float64]

# TRC marker, body joint, landmark
_POINTS = (
    ("LShoulder", 16, 11),
    ("RShoulder", 17, 12),
    ("LElbow", 18, 13),
    ("RElbow", 19, 14),
    ("LWrist", 20, 15),
    ("RWrist", 21, 16),
    ("LHip", 1, 23),
    ("RHip", 2, 24),
    ("LKnee", 4, 25),
    ("RKnee", 5, 26),
    ("LAnkle", 7, 27),
    ("RAnkle", 8, 28),
)
_HINGES = {"elbow": ((0, 2, 4), (1, 3, 5)), "knee": ((6, 8, 10), (7, 9, 11))}
_FIXED_POINT = 64.0
"""The calibration file counts in 1/64 of a pixel."""
_BLOCK_S = 0.25
"""Frames closer than this share their errors; the bootstrap draws blocks of this length."""


@dataclass(frozen=True)
class Camera:
    """One calibrated camera; world axes x, y level and z up, metres."""

    rotation: Array
    """(3, 3) world to our camera frame (x right, y up, z to the viewer)."""
    position: Array
    """(3,)"""
    focal_px: float

    def gravity(self) -> Gravity:
        """Pitch and roll of this camera, from where the world's up is in its frame."""
        up = self.rotation[:, 2]
        pitch, roll = np.degrees([-np.arcsin(up[2]), np.arctan2(-up[0], up[1])])
        return Gravity(float(pitch), float(roll), 0.0, 0.0, "given")


@dataclass(frozen=True)
class Row:
    """What one camera and one method scored."""

    camera: str
    method: str
    mpjpe_mm: float
    mpjpe_90: tuple[float, float]
    pa_mpjpe_mm: float
    elbow_deg: float
    knee_deg: float
    trunk_true_gravity_deg: float
    trunk_level_deg: float
    trunk_own_gravity_deg: float
    gravity_error_deg: float
    gravity_sigma_deg: float


def cameras(calibration: Path) -> dict[str, Camera]:
    """All cameras of a Qualisys calibration file by serial."""
    found = {}
    for node in ET.parse(calibration).getroot().iter("camera"):
        turn, lens = node.find("transform"), node.find("intrinsic")
        assert turn is not None
        assert lens is not None
        rotation = np.array([[float(turn.attrib[f"r{a}{b}"]) for b in (1, 2, 3)] for a in (1, 2, 3)])
        position = np.array([float(turn.attrib[k]) for k in "xyz"]) / 1e3
        focal = float(lens.attrib["focalLengthU"]) / _FIXED_POINT
        found[str(node.get("serial"))] = Camera(rotation, position, focal)
    return found


def markers(trc: Path) -> tuple[list[str], Array]:
    """Names and (T, M, 3) positions in the world frame, metres; the file's axes are (z, x, y) → (x, y, z)."""
    lines = trc.read_text().splitlines()
    names = [n for n in lines[3].split("\t")[2:] if n.strip()]
    rows = [[float(x) if x.strip() else np.nan for x in line.split("\t")] for line in lines[5:] if line.strip()]
    values = np.array([row[2 : 2 + 3 * len(names)] for row in rows]).reshape(len(rows), len(names), 3)
    return names, values[..., [2, 0, 1]]


def score(camera: str, method: str, ours: Array, truth: Array, true: Gravity, own: Gravity, times_s: Array) -> Row:
    """Compare (T, 12, 3) camera-frame joints in the order of `_POINTS`."""
    a, b = (x - x[:, 6:8].mean(1, keepdims=True) for x in (ours, truth))
    distance = 1e3 * np.linalg.norm(a - b, axis=-1).mean(1)
    up = true.camera_to_gravity()[1]
    leans = _inclination(truth, up)

    def lean_error(with_up: Array) -> float:
        return float(np.abs(_inclination(ours, with_up) - leans).mean())

    def hinge_error(name: str) -> float:
        errors = [np.abs(_bend(a[:, list(three)]) - _bend(b[:, list(three)])) for three in _HINGES[name]]
        return float(np.mean(errors))

    own_up = own.camera_to_gravity()[1]
    return Row(
        camera=camera,
        method=method,
        mpjpe_mm=float(distance.mean()),
        mpjpe_90=_block_interval(distance, times_s),
        pa_mpjpe_mm=float(
            np.mean([1e3 * np.linalg.norm(_procrustes(x, y) - y, axis=-1).mean() for x, y in zip(a, b, strict=True)])
        ),
        elbow_deg=hinge_error("elbow"),
        knee_deg=hinge_error("knee"),
        trunk_true_gravity_deg=lean_error(up),
        trunk_level_deg=lean_error(np.array([0.0, 1.0, 0.0])),
        trunk_own_gravity_deg=lean_error(own_up),
        gravity_error_deg=float(np.degrees(np.arccos(np.clip(up @ own_up, -1, 1)))),
        gravity_sigma_deg=float(np.hypot(own.pitch_sigma_deg, own.roll_sigma_deg)),
    )


def _inclination(points: Array, up: Array) -> Array:
    """(T,) degrees between the line from hips to shoulders and `up`."""
    trunk = points[:, 0:2].mean(1) - points[:, 6:8].mean(1)
    angle: Array = np.degrees(np.arccos(np.clip(trunk @ up / np.linalg.norm(trunk, axis=-1), -1, 1)))
    return angle


def _bend(three: Array) -> Array:
    """(T,) degrees by which the middle one of (T, 3, 3) points is bent; straight is 0."""
    a, b = three[:, 1] - three[:, 0], three[:, 2] - three[:, 1]
    cosine = (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    angle: Array = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angle


def _procrustes(a: Array, b: Array) -> Array:
    """`a` moved, turned and scaled onto `b`, both (J, 3)."""
    ma, mb = a.mean(0), b.mean(0)
    u, s, vt = np.linalg.svd((a - ma).T @ (b - mb))
    sign = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    fitted: Array = (s * sign).sum() / np.square(a - ma).sum() * (a - ma) @ (u * sign) @ vt + mb
    return fitted


def _block_interval(values: Array, times_s: Array) -> tuple[float, float]:
    """90 % interval of the mean, blocks of frames drawn with replacement."""
    block = ((times_s - times_s[0]) / _BLOCK_S).astype(int)
    means = np.array([values[block == k].mean() for k in np.unique(block)])
    rng = np.random.default_rng(0)
    drawn = rng.choice(means, (2000, len(means))).mean(1)
    return float(np.quantile(drawn, 0.05)), float(np.quantile(drawn, 0.95))


def evaluate(folder: Path, tracks: dict[str, PoseTrack], rooms: dict[str, Segments]) -> list[Row]:
    """Raw landmarks and the fit, with the height unknown and given, for each camera's track."""
    body, rig = load_body(), cameras(folder / "Calib.qca.txt")
    names, world = markers(folder / "balancing.trc")
    rows = []
    for serial, track in tracks.items():
        camera = rig[serial]
        count = min(len(world), len(track.times_s))
        columns = [names.index(name) for name, _, _ in _POINTS]
        truth = (world[:count, columns] - camera.position) @ camera.rotation.T
        height = _stature(names, world)
        raw = track.world[:count][:, [landmark for _, _, landmark in _POINTS]].astype(np.float64)
        rows.append(score(serial, "raw landmarks", raw, truth, camera.gravity(), ASSUMED_LEVEL, track.times_s[:count]))
        for method, focal, tall in (
            ("fit", None, None),
            ("fit, height given", None, height),
            ("fit, height and focal length given", camera.focal_px, height),
        ):
            found = fit(track, body, focal_px=focal, height_m=tall)
            own = estimate_gravity(found, rooms[serial]).gravity
            ours = found.joints[:count][:, [joint for _, joint, _ in _POINTS]].astype(np.float64)
            rows.append(score(serial, method, ours, truth, camera.gravity(), own, track.times_s[:count]))
    return rows


def _stature(names: list[str], world: Array) -> float:
    """Standing height from the reference's own segment lengths: what somebody would have told us.

    Nose to neck to hips to knees to heels, plus 0.13 m from the nose to the top of the head.
    """
    at = {name: world[:, k] for k, name in enumerate(names)}
    neck, hips = at["Neck"], 0.5 * (at["LHip"] + at["RHip"])
    parts = [at["Nose"][:, 2] - neck[:, 2], np.linalg.norm(neck - hips, axis=-1)]
    for side in "LR":
        chain = [at[f"{side}{name}"] for name in ("Hip", "Knee", "Ankle")]
        leg = sum(np.linalg.norm(b - a, axis=-1) for a, b in pairwise(chain))
        parts.append(0.5 * leg)
    return float(np.median(sum(parts))) + 0.13 + 0.08


def main() -> None:
    """Print the table and write JSON."""
    parser = argparse.ArgumentParser(description="Body recovery on Pose2Sim's calibrated cameras.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="cache of the detector's weights")
    parser.add_argument("--cameras", nargs="+", default=["cam03", "cam04"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    estimator = load_estimator(options.weights)
    tracks, rooms = {}, {}
    for serial in options.cameras:
        background = Background()
        with open_video(options.folder / f"{serial}.mp4", serial) as video:
            tracks[serial] = estimate(_through(background, video.frames()), video.clip, estimator)
        rooms[serial] = background.segments()
    rows = evaluate(options.folder, tracks, rooms)
    report(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _through(background: Background, frames: Iterable[Frame]) -> Iterator[Frame]:
    for frame in frames:
        background.add(frame.image)
        yield frame


def report(rows: list[Row]) -> None:
    """Print one line a row."""
    head = f"{'camera':7}{'method':36}{'MPJPE [90 %]':>20}{'PA':>6}{'elbow':>7}{'knee':>6}"
    print(f"{head}  trunk: true gravity, level, own; gravity error")
    for r in rows:
        interval = f"{r.mpjpe_mm:.0f} [{r.mpjpe_90[0]:.0f}–{r.mpjpe_90[1]:.0f}]"
        hinges = f"{r.elbow_deg:6.1f}°{r.knee_deg:5.1f}°"
        trunk = f"{r.trunk_true_gravity_deg:5.1f}°{r.trunk_level_deg:6.1f}°{r.trunk_own_gravity_deg:6.1f}°"
        gravity = f"{r.gravity_error_deg:5.1f}° ± {r.gravity_sigma_deg:.1f}°"
        print(f"{r.camera:7}{r.method:36}{interval:>20}{r.pa_mpjpe_mm:6.0f}{hinges} {trunk}  {gravity}")


if __name__ == "__main__":
    main()
