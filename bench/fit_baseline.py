"""Our fit beside the scheme of the original system, on the same clips in one run: `python -m bench.fit_baseline`.

The original moved every frame's pose and its own betas by 250 Adam steps on the mean squared distance of the joints,
all frames of a clip in one batch, and evaluated the whole body, surface included, at each step (as `smplx` does), in
float32. We also time that scheme without the surface, which is kinder than the original was. Landmarks come from
`fit_scenes`' scoring families, which no parameter was chosen on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bench.fit_scenes import SCORING, Scene, scene
from gpu_worker.body import rotation
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.skeleton import PARENTS
from gpu_worker.body.solver import fit

Array = NDArray[np.float64]

_JOINTS = [16, 17, 18, 19, 20, 21, 1, 2, 4, 5, 7, 8]
_LANDMARKS = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
_TRUNK = (0, 12)
ADAM_STEPS = 250
_ADAM_RATE = 0.05


@dataclass(frozen=True)
class Row:
    """Means over all clips."""

    method: str
    ms_per_frame: float
    mpjpe_mm: float
    trunk_deg: float
    elbow_deg: float
    knee_deg: float
    jitter_mm: float
    """Mean second difference of the joints from frame to frame."""


def adam(clip: Scene, body: Body, surface: bool) -> Array:
    """(T, 55, 3) joints, camera frame, of the original's scheme."""
    world = torch.from_numpy(clip.track.world[:][:, _LANDMARKS]).float()
    pose = torch.zeros(len(world), 55, 3)
    pose[:, [16, 17], 2] = torch.tensor([-1.2, 1.2])
    pose[:, 0, 1] = torch.from_numpy(_heading(clip.track.world[:].astype(np.float64))).float()
    move = torch.zeros(len(world), 3)
    betas = torch.zeros(len(world), 10)
    unknowns = [pose.requires_grad_(), move.requires_grad_(), betas.requires_grad_()]
    optimiser = torch.optim.Adam(unknowns, lr=_ADAM_RATE)
    for _ in range(ADAM_STEPS):
        optimiser.zero_grad()
        joints, extra = _evaluate(body, pose, move, betas, surface)
        loss = (joints[:, _JOINTS] - world).square().mean() + 0.0 * extra
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        found: Array = _evaluate(body, pose, move, betas, False)[0].double().numpy()
    return found


def _heading(world: Array) -> Array:
    """(T,) yaw of the hips: without it the scheme does not find a person who is turned away."""
    across = world[:, 23] - world[:, 24]
    yaw: Array = np.arctan2(-across[:, 2], across[:, 0])
    return yaw


def _evaluate(body: Body, pose: Tensor, move: Tensor, betas: Tensor, surface: bool) -> tuple[Tensor, Tensor]:
    """Joints (T, 55, 3), and a number that depends on the surface when that is evaluated."""
    local = rotation.exp(pose + 1e-9)
    rest = body.rest_template.float() + (betas @ body.rest_basis.float().reshape(-1, 10).T).reshape(-1, 55, 3)
    rotations, positions = [local[:, 0]], [rest[:, 0]]
    for joint in range(1, 55):
        parent = PARENTS[joint]
        step = (rotations[parent] @ (rest[:, joint] - rest[:, parent])[..., None])[..., 0]
        rotations.append(rotations[parent] @ local[:, joint])
        positions.append(positions[parent] + step)
    turned, placed = torch.stack(rotations, 1), torch.stack(positions, 1)
    joints = placed + move[:, None]
    if not surface:
        return joints, joints.new_zeros(())
    shift = placed - (turned @ rest[..., None])[..., 0]
    shaped = body.template.float() + (betas @ body.shape_basis.float().reshape(-1, 10).T).reshape(len(pose), -1, 3)
    blended = body.weights.float() @ torch.cat([turned.flatten(2), shift], -1)
    turns = blended[..., :9].reshape(*shaped.shape, 3)
    vertices = (turns @ shaped[..., None])[..., 0] + blended[..., 9:]
    return joints, vertices.mean()


def measure(method: str, clips: list[Scene], solve: Callable[[Scene], Array]) -> Row:
    """Run a method over all clips and score it."""
    spent, scores = 0.0, []
    for clip in clips:
        begun = time.perf_counter()
        joints = solve(clip)
        spent += time.perf_counter() - begun
        scores.append(_score(joints, clip.joints, clip.gravity.camera_to_gravity()[1]))
    frames = sum(len(clip.track.times_s) for clip in clips)
    return Row(method, 1e3 * spent / frames, *(float(x) for x in np.mean(scores, axis=0)))


def _score(ours: Array, truth: Array, up: Array) -> tuple[float, float, float, float, float]:
    a, b = (x[:, _JOINTS] - x[:, 1:3].mean(1, keepdims=True) for x in (ours, truth))
    bends = [np.abs(_bend(a[:, k]) - _bend(b[:, k])).mean() for k in ([0, 2, 4], [1, 3, 5], [6, 8, 10], [7, 9, 11])]
    return (
        float(1e3 * np.linalg.norm(a - b, axis=-1).mean()),
        float(np.abs(_lean(ours, up) - _lean(truth, up)).mean()),
        float(np.mean(bends[:2])),
        float(np.mean(bends[2:])),
        float(1e3 * np.linalg.norm(np.diff(a, 2, axis=0), axis=-1).mean()),
    )


def _lean(joints: Array, up: Array) -> Array:
    trunk = joints[:, _TRUNK[1]] - joints[:, _TRUNK[0]]
    angle: Array = np.degrees(np.arccos(np.clip(trunk @ up / np.linalg.norm(trunk, axis=-1), -1, 1)))
    return angle


def _bend(three: Array) -> Array:
    a, b = three[:, 1] - three[:, 0], three[:, 2] - three[:, 1]
    cosine = (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    angle: Array = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angle


def report(rows: list[Row], target: Path | None) -> None:
    """Print the table, and write `target` as JSON if there is one."""
    wide = max(len(row.method) for row in rows) + 2
    print(f"{'method':{wide}}{'ms/frame':>10}{'MPJPE':>8}{'trunk':>8}{'elbow':>8}{'knee':>8}{'jitter':>9}")
    for row in rows:
        angles = f"{row.trunk_deg:7.1f}°{row.elbow_deg:7.1f}°{row.knee_deg:7.1f}°"
        print(f"{row.method:{wide}}{row.ms_per_frame:10.1f}{row.mpjpe_mm:8.1f}{angles}{row.jitter_mm:9.1f}")
    if target:
        target.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def main() -> None:
    """Print the table and write JSON."""
    parser = argparse.ArgumentParser(description="Our fit beside 250 Adam iterations per clip.")
    parser.add_argument("--seeds", type=int, default=2, help="clips per scoring family")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu", help="where ours runs; the other rows stay on the CPU")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    body = load_body()
    times = np.arange(0, 30, 1 / 12)
    clips = [scene(body, family, seed, times_s=times) for family in SCORING for seed in range(options.seeds)]
    fit(scene(body, "lifting", 0, times_s=times[:24]).track, body, device=options.device, corrected=False)

    def fitted(clip: Scene) -> Array:
        return fit(clip.track, body, device=options.device, corrected=False).joints[:].astype(np.float64)

    ours = measure("ours", clips, fitted)
    joints_only = measure("250 Adam, joints only", clips, lambda clip: adam(clip, body, surface=False))
    # The surface does not enter the loss, so it changes the time alone; a short clip keeps the memory small.
    short = scene(body, "seated", 0, times_s=times[:16])
    timed = measure("250 Adam, as the original", [short], lambda clip: adam(clip, body, surface=True))
    rows = [ours, joints_only, replace(joints_only, method=timed.method, ms_per_frame=timed.ms_per_frame)]
    report(rows, options.json)


if __name__ == "__main__":
    main()
