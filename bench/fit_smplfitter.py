"""Our fit beside PyPI `smplfitter`, on the clips of `fit_baseline`: `python -m bench.fit_smplfitter`.

smplfitter (MIT) is no dependency of Poloha. It needs only what is there already, so install it without any:
`pip install --no-deps smplfitter==0.6.0`.

The two solve different problems. smplfitter turns a dense surface in correspondence with the body's (here every 13th
vertex and all 55 joints) into parameters, frame by frame in closed form. Ours takes 29 landmarks and their pixels and
solves over time. So each is measured on the input that it is made for, with the same white noise on every true point,
and smplfitter also on our 29 points. Both share one shape over a clip and run on the same number of threads; ours in
float64, smplfitter in float32, its own choice. Ours keeps the noise it expects of a detector, 30 to 60 mm.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench.fit_baseline import Row, measure, report
from bench.fit_scenes import SCORING, Scene, scene
from gpu_worker.body import rotation
from gpu_worker.body.markers import markers
from gpu_worker.body.model import OPEN_BODY, Body, load_body
from gpu_worker.body.skeleton import PARENTS
from gpu_worker.body.solver import fit
from gpu_worker.pose.track import LANDMARKS, PoseTrack

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

VERTEX_STEP = 13
"""Every 13th vertex: 1,056 of them, as many as smplfitter's own subset of 1,024, about."""
ITERATIONS = 3
"""Of smplfitter, which calls 1 to 4 reasonable; 1 is its default."""


@dataclass(frozen=True)
class Targets:
    """One clip's true points with noise, camera frame, metres."""

    track: PoseTrack
    """Our 29 landmarks in space, and in the picture."""
    vertices: Array
    """(T, V, 3)"""
    joints: Array
    """(T, 55, 3)"""


def targets(clip: Scene, body: Body, vertices: Indices, noise_m: float, seed: int) -> Targets:
    """What either method is given of a clip; `vertices` are the indices of those that are seen."""
    rng = np.random.default_rng(seed)
    surface = _surface(clip, body, vertices)
    points = _landmarks(clip, body)

    def noisy(x: Array) -> Array:
        return x + rng.normal(0, noise_m, x.shape)

    return Targets(_track(clip, noisy(points), noisy(points)), noisy(surface), noisy(clip.joints))


def _surface(clip: Scene, body: Body, vertices: Indices) -> Array:
    """(T, V, 3) true vertices."""
    part = replace(
        body, template=body.template[vertices], shape_basis=body.shape_basis[vertices], weights=body.weights[vertices]
    )
    turned = torch.from_numpy(clip.rotations)
    local = turned.clone()
    local[:, 1:] = turned[:, list(PARENTS[1:])].transpose(-1, -2) @ turned[:, 1:]
    return part.vertices(clip.betas, rotation.log(local).numpy(), clip.joints[:, 0] - body.rest_joints(clip.betas)[0])


def _landmarks(clip: Scene, body: Body) -> Array:
    """(T, 33, 3) our markers where they truly are; NaN for the four landmarks that have none."""
    marks = markers(body)
    rest = body.rest_joints(clip.betas)
    joint = marks.joint.numpy()
    offsets = marks.template.numpy() + marks.basis.numpy() @ clip.betas - rest[joint]
    points = np.full((len(clip.joints), LANDMARKS, 3), np.nan)
    points[:, marks.landmark.numpy()] = clip.joints[:, joint] + np.einsum(
        "tmij,mj->tmi", clip.rotations[:, joint], offsets
    )
    return points


def _track(clip: Scene, in_space: Array, in_picture: Array) -> PoseTrack:
    """A track as the detector would give it; the two noises are independent."""
    for missing, near in ((1, 2), (3, 2), (4, 5), (6, 5)):
        in_space[:, missing], in_picture[:, missing] = in_space[:, near], in_picture[:, near]
    middle = np.array(clip.track.size) / 2
    scaled = clip.focal_px * in_picture[..., :2] / -in_picture[..., 2:]
    hips = in_space[:, 23:25].mean(1, keepdims=True)
    ray = rotation.between(*_axes(hips[:, 0])).numpy()
    return replace(clip.track, image=middle + scaled * [1, -1], world=(in_space - hips) @ ray)


def _axes(hips: Array) -> tuple[torch.Tensor, torch.Tensor]:
    """The camera's axis and the direction from the hips to the camera: a detector's crop looks along the latter."""
    towards = torch.from_numpy(-hips / np.linalg.norm(hips, axis=-1, keepdims=True))
    axis = torch.zeros_like(towards)
    axis[:, 2] = 1
    return axis, towards


class SmplFitter:
    """`smplfitter` on the open body."""

    def __init__(self, vertices: Indices, joint_weights: Array, iterations: int = ITERATIONS) -> None:
        """`vertices` (V,) are the indices it sees; `joint_weights` (55,) zero where a joint is not given."""
        from smplfitter.pt import BodyFitter, BodyModel  # type: ignore[import-not-found]

        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "SMPLX_NEUTRAL.npz").symlink_to(OPEN_BODY)
            with np.load(OPEN_BODY) as file:
                np.save(root / "kid_template.npy", np.zeros_like(file["v_template"]))
            model = BodyModel("smplx", "neutral", model_root=folder, num_betas=10, vertex_subset=vertices)
        self._model, self._fitter = model, BodyFitter(model)
        self._iterations = iterations
        self._weights = torch.from_numpy(joint_weights).float()

    def __call__(self, vertices: Array, joints: Array) -> Array:
        """(T, 55, 3) joints of the fitted body."""
        frames = len(vertices)
        with torch.inference_mode():
            found = self._fitter.fit(
                torch.from_numpy(vertices).float(),
                torch.from_numpy(joints).float(),
                vertex_weights=torch.ones(frames, vertices.shape[1]),
                joint_weights=self._weights.expand(frames, -1),
                num_iter=self._iterations,
                share_beta=True,
                requested_keys=["pose_rotvecs", "shape_betas", "trans"],
            )
            posed = self._model(found["pose_rotvecs"], found["shape_betas"], found["trans"], return_vertices=False)
        placed: Array = posed["joints"].double().numpy()
        return placed


def rows(body: Body, clips: list[Scene], noise_m: float) -> list[Row]:
    """Both methods on all clips."""
    dense = np.arange(0, len(body.template), VERTEX_STEP)
    given = {id(clip): targets(clip, body, dense, noise_m, seed) for seed, clip in enumerate(clips)}

    def ours(clip: Scene) -> Array:
        return fit(given[id(clip)].track, body, corrected=False).joints[:].astype(np.float64)

    def theirs(iterations: int) -> Callable[[Scene], Array]:
        solver = SmplFitter(dense, np.ones(55), iterations)
        return lambda clip: solver(given[id(clip)].vertices, given[id(clip)].joints)

    surface = f"smplfitter, {len(dense)} vertices and 55 joints"
    solvers: dict[str, Callable[[Scene], Array]] = {
        "the noisy joints themselves": lambda clip: given[id(clip)].joints,
        "ours, 29 points and pixels": ours,
        f"{surface}, {ITERATIONS} iterations": theirs(ITERATIONS),
        f"{surface}, 1 iteration": theirs(1),
        "smplfitter, our 29 points": _on_landmarks(body, given),
    }
    for solve in solvers.values():
        solve(clips[0])
    return [measure(name, clips, solve) for name, solve in solvers.items()]


def _on_landmarks(body: Body, given: dict[int, Targets]) -> Callable[[Scene], Array]:
    """smplfitter on our markers: those that lie on a joint as joints, those of the surface as vertices."""
    marks = markers(body)
    rest, template = body.rest_template.numpy(), body.template.numpy()
    to_joint = np.linalg.norm(marks.template.numpy()[:, None] - rest, axis=-1)
    to_vertex = np.linalg.norm(marks.template.numpy()[:, None] - template, axis=-1)
    on_joint = to_joint.min(1) < 1e-9
    landmark, joint = marks.landmark.numpy(), to_joint.argmin(1)
    weights = np.zeros(55)
    weights[joint[on_joint]] = 1
    solver = SmplFitter(to_vertex[~on_joint].argmin(1), weights)

    def solve(clip: Scene) -> Array:
        track = given[id(clip)].track
        hips = clip.joints[:, 1:3].mean(1, keepdims=True)
        points = track.world[:] @ rotation.between(*_axes(hips[:, 0])).numpy().transpose(0, 2, 1)
        joints = np.zeros((len(points), 55, 3))
        joints[:, joint[on_joint]] = points[:, landmark[on_joint]]
        return solver(points[:, landmark[~on_joint]], joints)

    return solve


def main() -> None:
    """Print the table and write JSON."""
    parser = argparse.ArgumentParser(description="Our fit beside smplfitter, white noise on true points.")
    parser.add_argument("--seeds", type=int, default=1, help="clips per scoring family")
    parser.add_argument("--noise-mm", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if find_spec("smplfitter") is None:
        raise SystemExit("smplfitter is not installed; it needs: pip install --no-deps smplfitter==0.6.0")
    torch.set_num_threads(options.threads)
    body = load_body()
    times = np.arange(0, 30, 1 / 12)
    clips = [scene(body, family, seed, times_s=times) for family in SCORING for seed in range(options.seeds)]
    with threadpool_limits(limits=options.threads):
        found = rows(body, clips, options.noise_mm / 1e3)
    report(found, options.json)


if __name__ == "__main__":
    main()
