"""Rendered ground truth: a synthetic worker in a synthetic room, filmed by a synthetic phone.

The tuning split and the scoring split differ in kind: other motions, limbs outside the fit's shape space, looser
clothes, other rooms, lenses with distortion, things in the way. Only `TUNING` may be looked at when a parameter is
chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from bench.fit_scenes import LENGTHENED, SCORING, TUNING, poses
from bench.people import Person, forward, person
from gpu_worker.body import rotation
from gpu_worker.body.model import Body
from gpu_worker.motion import Gravity, Motion
from gpu_worker.report import kernels
from gpu_worker.video.clip import Clip, Frame

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

SIZE = (960, 720)
FPS = 12.0
_MIDDLE, _LOWEST = 0.95, 0.3
"""Metres above the floor: a person's middle, at which the camera looks, and the lowest camera."""
_LIGHT = np.array([0.35, 0.85, 0.4]) / np.linalg.norm([0.35, 0.85, 0.4])


@dataclass(frozen=True)
class Take:
    """One clip to render: what happens, who does it, and how it is filmed. Degrees, metres."""

    family: str
    seed: int
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    focal_px: float
    distance_m: float
    distortion: float
    """First radial coefficient of the lens; 0 is a pinhole."""
    occluder: bool
    odd: bool
    """The scoring split's kind of body, clothes and room."""
    seconds: float = 8.0
    size: tuple[int, int] = SIZE
    """Width and height of the picture in pixels."""
    fps: float = FPS
    aside_m: float = 0.35
    """How far from the picture's middle the person may stand."""

    @property
    def name(self) -> str:
        """Unique within a split."""
        return f"{self.family}-{self.seed}"


def takes(split: str, per_family: int, seconds: float = 8.0) -> list[Take]:
    """The clips of a split; the same arguments give the same clips."""
    odd = split == "scoring"
    families = SCORING if odd else TUNING
    made = []
    for order, family in enumerate(families):
        for seed in range(per_family):
            rng = np.random.default_rng([odd, order, seed])
            yaw, pitch, roll = rng.uniform(-180, 180), rng.uniform(-30, 15), rng.uniform(-10, 10)
            focal = max(SIZE) * rng.uniform(*((0.62, 1.3) if odd else (0.72, 1.05)))
            distance = rng.uniform(2.8, 5.0)
            made.append(
                Take(
                    family=family,
                    seed=seed,
                    yaw_deg=float(yaw),
                    pitch_deg=above_floor(float(pitch), float(distance)),
                    roll_deg=float(roll),
                    focal_px=float(focal),
                    distance_m=float(distance),
                    distortion=float(rng.uniform(-0.12, 0.02)) if odd else 0.0,
                    occluder=odd and bool(rng.integers(2)),
                    odd=odd,
                    seconds=seconds * LENGTHENED.get(family, 1.0),
                )
            )
    return made


def above_floor(pitch_deg: float, distance_m: float) -> float:
    """The pitch, or less of it, so that a camera that looks at the person's middle stays `_LOWEST` above the floor."""
    return min(pitch_deg, float(np.degrees(np.arctan((_MIDDLE - _LOWEST) / distance_m))))


@dataclass(frozen=True)
class Truth:
    """What really happened, in the camera frame, at every frame."""

    times_s: Array
    joints: Array
    """(T, 55, 3) metres."""
    rotations: Array
    """(T, 55, 3, 3) rest pose to camera frame."""
    rest_joints: Array
    gravity: Gravity
    focal_px: float
    stature_m: float

    def motion(self) -> Motion:
        """The true motion in the gravity frame, as body recovery would write it."""
        turn = self.gravity.camera_to_gravity()
        count = len(self.times_s)
        return Motion(
            times_s=self.times_s,
            frame_index=np.arange(count, dtype=np.int64),
            seen=np.ones(count, np.bool_),
            joints=self.joints @ turn.T,
            rotations=turn @ self.rotations,
            rest_joints=self.rest_joints,
            hands_seen=np.zeros((count, 2), np.bool_),
            joint_sigma_deg=np.zeros((count, 55)),
            gravity=self.gravity,
            body_model="openbody",
            body_sha256="",
            quality="medium",
            video_name="synthetic",
            video_sha256="",
            video_frames=count,
            video_duration_s=float(self.times_s[-1]),
        )


class Filming:
    """One take, ready to be rendered frame by frame."""

    def __init__(self, take: Take, body: Body) -> None:
        self.take = take
        self._rng = np.random.default_rng([7, take.odd, take.seed, sum(take.family.encode())])
        self._faces = np.ascontiguousarray(body.faces, np.int32)
        self.worker = self._worker(body)
        self.truth = self._truth()
        self.clip = Clip(take.name, *take.size, take.fps, len(self.truth.times_s), take.seconds, "none", 0)
        self._room = self._background()
        self._map = _lens(take)

    def frames(self) -> Iterator[Frame]:
        """Every picture with its time."""
        for index, time_s in enumerate(self.truth.times_s):
            yield Frame(index, float(time_s), self._picture(index))

    def _worker(self, body: Body) -> Person:
        return person(body, self._rng, odd=self.take.odd)

    def poses(self, times_s: Array, rng: np.random.Generator) -> Array:
        """(T, 55, 3) what happens in the take, axis-angle."""
        return poses({**TUNING, **SCORING}[self.take.family], times_s, rng)

    def _truth(self) -> Truth:
        take, rng = self.take, self._rng
        times = np.arange(0, take.seconds, 1 / take.fps)
        pose = self.poses(times, rng)
        local = rotation.exp(torch.from_numpy(pose)).numpy()
        turned, placed = forward(self.worker.rest_joints, local)
        gravity = Gravity(take.pitch_deg, take.roll_deg, 0.0, 0.0, "given")
        self._to_camera = gravity.camera_to_gravity().T
        spin = rotation.exp(torch.tensor([[0, np.radians(take.yaw_deg), 0]], dtype=torch.float64)).numpy()[0]
        turned, placed = spin @ turned, placed @ spin.T
        for index in range(len(times)):
            lowest = self.worker.pose(turned[index], placed[index])[:, 1].min()
            feet = placed[index, [7, 8, 10, 11]].mean(0)
            placed[index] -= [feet[0], lowest, feet[2]]
        # The camera looks, pitched, past the person's middle, which lies `distance_m` ahead on level ground.
        middle_m = np.tan(np.radians(take.pitch_deg)) * take.distance_m
        self._floor = float(middle_m) - _MIDDLE
        self._shift = np.array([rng.uniform(-take.aside_m, take.aside_m), self._floor, -take.distance_m])
        world = placed + self._shift
        return Truth(
            times, world @ self._to_camera.T, self._to_camera @ turned, self.worker.rest_joints, gravity,
            take.focal_px, self.worker.stature_m,
        )  # fmt: skip

    def _picture(self, index: int) -> Picture:
        canvas, zbuffer = self._room[0].copy(), self._room[1].copy()
        vertices = self.worker.pose(self.truth.rotations[index], self.truth.joints[index])
        normals = kernels.vertex_normals(np.ascontiguousarray(vertices, np.float32), self._faces)
        self._draw(vertices, self._faces, self.worker.colours * self._shade(normals)[:, None], canvas, zbuffer)
        self._add_things(index, canvas, zbuffer)
        return self._exposed(cv2.remap(canvas, *self._map, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    def _shade(self, normals: Floats) -> Floats:
        """(V,) how bright the surface is for camera-frame normals (V, 3)."""
        up = self._to_camera @ _LIGHT
        shade: Floats = 0.45 + 0.55 * np.clip(normals @ up.astype(np.float32), 0, 1)
        return shade

    def _add_things(self, index: int, canvas: Floats, zbuffer: Floats) -> None:
        """Draw what else moves in frame `index`: nothing here."""

    def _exposed(self, canvas: NDArray[Any]) -> Picture:
        """The finished picture: a little blur, a little noise."""
        picture = cv2.GaussianBlur(canvas, (3, 3), 0)
        noisy = picture + self._rng.normal(0, 4, picture.shape)
        finished: Picture = np.clip(noisy, 0, 255).astype(np.uint8)
        return finished

    def _draw(
        self, points: Array, faces: NDArray[np.int32], colours: NDArray[np.floating], canvas: Floats, zbuffer: Floats
    ) -> None:
        depth = -points[:, 2]
        safe = np.where(depth > 0.05, depth, 1.0)
        pixels = np.stack(
            [
                self.take.size[0] / 2 + self.take.focal_px * points[:, 0] / safe,
                self.take.size[1] / 2 - self.take.focal_px * points[:, 1] / safe,
            ],
            1,
        )
        kernels.rasterise(
            pixels.astype(np.float32),
            np.where(depth > 0.05, depth, 0.0).astype(np.float32),
            faces,
            np.ascontiguousarray(colours, np.float32),
            canvas,
            zbuffer,
        )

    def _background(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The room without the person: floor, walls, boxes; an occluder stands before the person's legs."""
        rng, take = self._rng, self.take
        width, height = take.size
        canvas = np.full((height, width, 3), 170, np.float32)
        zbuffer = np.full((height, width), kernels.EMPTY_DEPTH, np.float32)
        floor, back = self._floor, -take.distance_m - rng.uniform(1.5, 3.5)
        tone = rng.uniform(90, 220, 3)
        above = floor < -_LOWEST / 2
        if above:  # who is filmed from below stands on a grating, and what is on it is not seen
            self._grid((-6, floor, back), (12, 0, 0), (0, 0, -back + 2), tone * 0.8, canvas, zbuffer, rng)
        self._grid((-6, floor, back), (12, 0, 0), (0, 4, 0), rng.uniform(90, 230, 3), canvas, zbuffer, rng)
        for _ in range(int(rng.integers(4, 10)) if above else 0):
            extent = rng.uniform(0.2, 1.0, 3)
            corner = (rng.uniform(-4, 4), floor, rng.uniform(back, -take.distance_m - 0.9))
            self._box(corner, tuple(extent), rng.uniform(30, 230, 3), canvas, zbuffer)
        if take.occluder:
            corner = (self._shift[0] + rng.uniform(-0.8, 0.1), floor, -take.distance_m + 0.75)
            self._box(corner, (0.7, rng.uniform(0.35, 0.7), 0.3), rng.uniform(60, 200, 3), canvas, zbuffer)
        return canvas, zbuffer

    def _grid(
        self, corner: tuple[float, float, float], across: tuple[float, float, float], along: tuple[float, float, float],
        colour: Array, canvas: Floats, zbuffer: Floats, rng: np.random.Generator,
    ) -> None:  # fmt: skip
        """A large rectangle of small tiles, drawn from both sides, its tiles of slightly different tones."""
        count = 48
        u, v = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 1, count), indexing="ij")
        points = np.array(corner) + u[..., None] * np.array(across) + v[..., None] * np.array(along)
        tones = colour * (1 + rng.normal(0, 0.05, (count, count, 1)))
        at = np.arange(count * count).reshape(count, count)
        a, b, c, d = at[:-1, :-1].ravel(), at[1:, :-1].ravel(), at[1:, 1:].ravel(), at[:-1, 1:].ravel()
        faces = np.concatenate([np.stack(t, 1) for t in ((a, b, c), (a, c, d), (c, b, a), (d, c, a))])
        seen = points.reshape(-1, 3) @ self._to_camera.T
        self._draw(seen, faces.astype(np.int32), tones.reshape(-1, 3), canvas, zbuffer)

    def _box(
        self, corner: tuple[float, float, float], size: tuple[float, float, float], colour: Array,
        canvas: Floats, zbuffer: Floats,
    ) -> None:  # fmt: skip
        for axis in range(3):
            edges = [np.zeros(3), np.zeros(3)]
            for edge, other in zip(edges, [k for k in range(3) if k != axis], strict=True):
                edge[other] = size[other]
            for end in (0.0, 1.0):
                start = np.array(corner)
                start[axis] += end * size[axis]
                points = np.stack([start, start + edges[0], start + edges[0] + edges[1], start + edges[1]])
                faces = np.array([[0, 1, 2], [0, 2, 3], [2, 1, 0], [3, 2, 0]], np.int32)
                tone = np.tile(colour * (1.0, 1.2, 0.8)[axis], (4, 1))
                self._draw(points @ self._to_camera.T, faces, tone, canvas, zbuffer)


def _lens(take: Take) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel of the distorted picture comes from in the pinhole picture."""
    width, height = take.size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    u, v = (x - width / 2) / take.focal_px, (y - height / 2) / take.focal_px
    # One step of the fixed-point inverse is enough for coefficients this small.
    undistort = 1 / (1 + take.distortion * (u**2 + v**2))
    return (
        (u * undistort * take.focal_px + width / 2).astype(np.float32),
        (v * undistort * take.focal_px + height / 2).astype(np.float32),
    )
