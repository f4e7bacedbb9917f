"""Body recovery against rendered ground truth: `python -m bench.synthetic --split scoring --weights CACHE`.

Renders the takes of a split, runs the detector and the fit as the pipeline does, and scores them beside the raw world
landmarks. Joints are root-aligned in the camera frame, nothing fitted; PA-MPJPE stands beside it. Angles are scored
against gravity twice: with the true camera tilt and with our own. `--sweep` films one motion from many sides instead.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.agreement import mean
from bench.rendering import Filming, Take, Truth, takes
from gpu_worker import motion as motion_file
from gpu_worker.angles.compute import angles
from gpu_worker.angles.joints import SIDES
from gpu_worker.body.background import Background
from gpu_worker.body.gravity import to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.solver import fit
from gpu_worker.body.track import BodyTrack
from gpu_worker.body.upright import estimate_gravity
from gpu_worker.hidden import hidden_limbs
from gpu_worker.motion import Gravity, Motion
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.pose.estimator import PoseEstimator
from gpu_worker.pose.track import PoseTrack
from gpu_worker.video.clip import Frame

Array = NDArray[np.float64]

# body joint, landmark
_POINTS = (
    (16, 11),
    (17, 12),
    (18, 13),
    (19, 14),
    (20, 15),
    (21, 16),
    (1, 23),
    (2, 24),
    (4, 25),
    (5, 26),
    (7, 27),
    (8, 28),
)
_JOINTS = [joint for joint, _ in _POINTS]
_LANDMARKS = [landmark for _, landmark in _POINTS]
SIGNALS = (
    "trunk_inclination",
    "trunk_flexion",
    "neck_flexion",
    "arm_elevation_gravity_left",
    "arm_elevation_gravity_right",
    "elbow_flexion_left",
    "elbow_flexion_right",
    "knee_flexion_left",
    "knee_flexion_right",
)


_TILTS = ((-30, 0), (-20, 0), (0, 0), (15, 0), (30, 0), (-10, -30), (-10, -10), (-10, 10), (-10, 30))
"""Pitch and roll of the sweep's cameras, degrees, beside −10 and 0."""


@dataclass(frozen=True)
class Score:
    """What one method scored on one take; angles in degrees, NaN where a method does not give them."""

    take: str
    method: str
    seen: float
    mpjpe_mm: float
    pa_mpjpe_mm: float
    acceleration_mm_s2: float
    angles: dict[str, float]
    """Mean absolute error by signal, true gravity for the raw landmarks and `fit`, our own for `fit, own gravity`."""
    bias: dict[str, float]
    """Mean signed error by signal."""
    share: dict[str, float]
    """Share of the frames that counted, by signal: what was unseen or hidden did not."""


@dataclass(frozen=True)
class Recovered:
    """What the pipeline made of one take."""

    pose: PoseTrack
    body: BodyTrack
    gravity: Gravity


def recover(filming: Filming, estimator: PoseEstimator, body: Body, *, corrected: bool = True) -> Recovered:
    """Detector and fit on the rendered frames, as `gpu_worker.pipeline` runs them."""
    background = Background()
    pose = estimate(_shown_to(background, filming.frames()), filming.clip, estimator)
    track = fit(pose, body, corrected=corrected)
    return Recovered(pose, track, estimate_gravity(track, background.segments()).gravity)


def _shown_to(background: Background, frames: Iterable[Frame]) -> Iterator[Frame]:
    for frame in frames:
        background.add(frame.image)
        yield frame


def motion_of(filming: Filming, found: Recovered, gravity: Gravity) -> Motion:
    """What the pipeline would have written for this take with this gravity."""
    return to_motion(
        found.body,
        gravity,
        quality="medium",
        video_name=filming.take.name,
        video_sha256="",
        video_frames=len(filming.truth.times_s),
        video_duration_s=filming.take.seconds,
    )


def scores(filming: Filming, found: Recovered) -> list[Score]:
    """The raw landmarks and the fit, both against the truth."""
    truth, name = filming.truth, filming.take.name
    true_angles = angles(truth.motion(), smoothed=False).signals
    world = found.pose.world[:].astype(np.float64)
    raw, fitted = world[:, _LANDMARKS], found.body.joints[:][:, _JOINTS].astype(np.float64)
    made = [_score(name, "raw landmarks", truth, raw, _raw_angles(world, truth.gravity), true_angles)]
    for method, gravity in (("fit", truth.gravity), ("fit, own gravity", found.gravity)):
        motion = motion_of(filming, found, gravity)
        measured = angles(motion).signals
        made.append(_score(name, method, truth, fitted, measured, true_angles))
        clear = _without_hidden_arms(motion, measured)
        made.append(_score(name, f"{method}, arms seen", truth, fitted, clear, true_angles))
    return made


def _without_hidden_arms(motion: Motion, measured: Mapping[str, Array]) -> dict[str, Array]:
    """The signals, NaN where their arm was hidden; hidden legs have none anyway."""
    clear = dict(measured)
    hidden = hidden_limbs(motion.joint_sigma_deg)
    for side in SIDES:
        for name in (f"arm_elevation_gravity_{side.name}", f"elbow_flexion_{side.name}"):
            clear[name] = np.where(hidden[f"arm_{side.name}"], np.nan, measured[name])
    return clear


def _score(
    take: str, method: str, truth: Truth, points: Array, measured: Mapping[str, Array], true_angles: Mapping[str, Array]
) -> Score:
    reference = truth.joints[:, _JOINTS]
    aligned, true = points - _root(points), reference - _root(reference)
    seen: NDArray[np.bool_] = np.asarray(np.isfinite(aligned).all((1, 2)))
    distance = np.linalg.norm(aligned[seen] - true[seen], axis=-1)
    step = np.diff(truth.times_s).mean()
    jerkiness = np.linalg.norm(np.diff(aligned - true, 2, axis=0), axis=-1)[seen[2:] & seen[1:-1] & seen[:-2]]
    errors = {n: measured[n] - true_angles[n] for n in SIGNALS if n in measured}
    return Score(
        take=take,
        method=method,
        seen=float(seen.mean()),
        mpjpe_mm=1e3 * float(distance.mean()),
        pa_mpjpe_mm=1e3 * float(np.mean([_procrustes(a, b) for a, b in zip(aligned[seen], true[seen], strict=True)])),
        acceleration_mm_s2=1e3 * float(jerkiness.mean() / step**2),
        angles={n: mean(np.abs(e)) for n, e in errors.items()},
        bias={n: mean(e) for n, e in errors.items()},
        share={n: float(np.isfinite(e).mean()) for n, e in errors.items()},
    )


def _root(points: Array) -> Array:
    root: Array = points[:, [_JOINTS.index(1), _JOINTS.index(2)]].mean(1, keepdims=True)
    return root


def _procrustes(points: Array, reference: Array) -> float:
    """Mean distance in metres after the best similarity transform (Schönemann 1966)."""
    a, b = points - points.mean(0), reference - reference.mean(0)
    u, singular, vt = np.linalg.svd(a.T @ b)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    scale = (singular * sign).sum() / (a**2).sum()
    return float(np.linalg.norm(scale * a @ (u * sign) @ vt - b, axis=1).mean())


def _raw_angles(world: Array, gravity: Gravity) -> dict[str, Array]:
    """What one reads off the landmarks without a body: lines between them against true gravity."""
    points = world @ gravity.camera_to_gravity().T
    middle = {name: (points[:, a] + points[:, b]) / 2 for name, a, b in (("hip", 23, 24), ("shoulder", 11, 12))}
    trunk = middle["shoulder"] - middle["hip"]
    up, down = np.array([0.0, 1.0, 0.0]), np.array([0.0, -1.0, 0.0])
    lateral = points[:, 23] - points[:, 24]
    forward = np.cross(lateral, up)
    found = {
        "trunk_inclination": _between(trunk, up),
        "trunk_flexion": np.degrees(np.arctan2((trunk * _unit(forward)).sum(-1), trunk[:, 1])),
    }
    for side, (shoulder, elbow, wrist, hip, knee, ankle) in {
        "left": (11, 13, 15, 23, 25, 27),
        "right": (12, 14, 16, 24, 26, 28),
    }.items():
        upper, fore = points[:, elbow] - points[:, shoulder], points[:, wrist] - points[:, elbow]
        thigh, shank = points[:, knee] - points[:, hip], points[:, ankle] - points[:, knee]
        found[f"arm_elevation_gravity_{side}"] = _between(upper, down)
        found[f"elbow_flexion_{side}"] = _between(upper, fore)
        found[f"knee_flexion_{side}"] = _between(thigh, shank)
    return found


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _between(one: Array, other: Array) -> Array:
    angle: Array = np.degrees(np.arccos(np.clip((_unit(one) * _unit(other)).sum(-1), -1, 1)))
    return angle


def sweep_takes(seconds: float = 6.0) -> list[Take]:
    """One lifting worker from twelve sides, and from two of them with six pitches and five rolls."""
    base = replace(takes("tuning", 1, seconds)[0], pitch_deg=-10.0, roll_deg=0.0, distance_m=4.0)
    sides = [replace(base, yaw_deg=float(yaw)) for yaw in range(-180, 180, 30)]
    tilts = [
        replace(base, yaw_deg=float(yaw), pitch_deg=float(pitch), roll_deg=float(roll))
        for yaw, (pitch, roll) in product((0, 90), _TILTS)
    ]
    return sides + tilts


def table(rows: Iterable[Score]) -> str:
    """Means over takes and the time that counted, two lines a method."""
    by_method: dict[str, list[Score]] = {}
    for row in rows:
        by_method.setdefault(row.method, []).append(row)
    short = [
        n.replace("arm_elevation_gravity", "arm").replace("_flexion", "").replace("trunk_incl", "incl") for n in SIGNALS
    ]
    lines = [f"{'method':28} {'MPJPE':>6} {'PA':>5} {'accel':>6} " + " ".join(f"{n:>11}" for n in short)]
    for method, scored in by_method.items():
        of = [mean(np.array([s.angles.get(n, np.nan) for s in scored])) for n in SIGNALS]
        means = [float(np.mean([getattr(s, n) for s in scored])) for n in ("mpjpe_mm", "pa_mpjpe_mm")]
        jerk = float(np.mean([s.acceleration_mm_s2 for s in scored])) / 1e3
        lines.append(f"{method:28} {means[0]:6.1f} {means[1]:5.1f} {jerk:6.2f} " + " ".join(f"{a:11.1f}" for a in of))
        shares = [float(np.mean([s.share.get(n, 0.0) for s in scored])) for n in SIGNALS]
        lines.append(f"{'  share of the time':48}" + " ".join(f"{100 * a:10.0f}%" for a in shares))
    return "\n".join(lines)


def _keep(filming: Filming, found: Recovered, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, motion in (("truth", filming.truth.motion()), ("found", motion_of(filming, found, found.gravity))):
        motion_file.save(motion, folder / f"{filming.take.name}.{kind}.motion.npz")


def main() -> None:
    """Score a split and print a table; `--json` keeps every take's row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("tuning", "scoring"), default="tuning")
    parser.add_argument("--per-family", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--uncorrected", action="store_true", help="without the learnt correction")
    parser.add_argument("--sweep", action="store_true", help="one motion from many sides")
    parser.add_argument("--weights", type=Path, default=Path(".cache/models"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for every take's true and found motion")
    chosen = parser.parse_args()
    body, estimator = load_body(None), load_estimator(chosen.weights)
    rows: list[Score] = []
    for take in sweep_takes() if chosen.sweep else takes(chosen.split, chosen.per_family, chosen.seconds):
        filming = Filming(take, body)
        found = recover(filming, estimator, body, corrected=not chosen.uncorrected)
        scored = scores(filming, found)
        if chosen.keep:
            _keep(filming, found, chosen.keep)
        rows += scored
        raw, fitted, own = scored[0], scored[1], scored[3]
        print(
            f"{take.name:12} yaw {take.yaw_deg:5.0f} pitch {take.pitch_deg:4.0f} roll {take.roll_deg:4.0f}"
            f"  MPJPE {raw.mpjpe_mm:4.0f} → {fitted.mpjpe_mm:4.0f} mm"
            f"  trunk {raw.angles['trunk_inclination']:5.1f} → {fitted.angles['trunk_inclination']:5.1f}°"
            f"  own gravity {found.gravity.pitch_deg:4.0f} {found.gravity.roll_deg:4.0f}"
            f" → {own.angles['trunk_inclination']:5.1f}°",
            flush=True,
        )
    print(table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
