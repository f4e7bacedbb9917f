"""A body whose joint angles are known, to check what the angle stage makes of it.

Rotations are built from the angles with scipy, independently of the code under test. Frames: x to the subject's left,
y up, z forward in the rest pose; angles in degrees; sides bend and twist to the right positive.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

from gpu_worker.motion import Gravity, Motion

PARENTS = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15]
PARENTS += [20, 25, 26, 20, 28, 29, 20, 31, 32, 20, 34, 35, 20, 37, 38]
PARENTS += [21, 40, 41, 21, 43, 44, 21, 46, 47, 21, 49, 50, 21, 52, 53]
LEVEL = Gravity(0.0, 0.0, 1.0, 1.0, "given")
OUTWARD = {"left": 1.0, "right": -1.0}
ARM = {"left": (16, 18, 20), "right": (17, 19, 21)}
LEG = {"left": (1, 4, 7), "right": (2, 5, 8)}
FINGERS = {"left": range(25, 40), "right": range(40, 55)}


def rest_pose() -> NDArray[np.float64]:
    """(55, 3) T-pose with straight limbs, metres: trunk and legs along y, arms along x."""
    middle = {0: 0.0, 3: 0.0, 6: 0.22, 9: 0.3, 12: 0.5, 15: 0.6, 22: 0.62, 23: 0.65, 24: 0.65}
    joints = np.zeros((55, 3))
    for joint, height in middle.items():
        joints[joint] = (0.0, height, 0.0)
    for side, sign in OUTWARD.items():
        shoulder, elbow, wrist = ARM[side]
        hip, knee, ankle = LEG[side]
        joints[hip], joints[knee], joints[ankle] = ((0.09 * sign, y, 0.0) for y in (-0.08, -0.48, -0.88))
        joints[ankle + 3] = (0.09 * sign, -0.93, 0.13)
        joints[13 if side == "left" else 14] = (0.03 * sign, 0.44, 0.0)
        joints[shoulder], joints[elbow], joints[wrist] = ((x * sign, 0.44, 0.0) for x in (0.18, 0.46, 0.72))
        for number, finger in enumerate(FINGERS[side]):
            joints[finger] = (sign * (0.81 + 0.03 * (number % 3)), 0.44, 0.02 * (2 - number // 3))
    return joints


def turn(axis: str, degrees: ArrayLike, count: int) -> Rotation:
    """`count` rotations about one axis."""
    angles = np.broadcast_to(np.asarray(degrees, dtype=np.float64), count)
    return Rotation.from_euler(axis, angles[:, None], degrees=True)


def swing_to(directions: NDArray[np.float64]) -> Rotation:
    """The smallest rotations from straight down to each direction (T, 3)."""
    down = np.array([0.0, -1.0, 0.0])
    axis = np.cross(np.broadcast_to(down, directions.shape), directions)
    sine = np.linalg.norm(axis, axis=1, keepdims=True)
    angle = np.arctan2(sine[:, 0], directions @ down)
    fallback = np.array([1.0, 0.0, 0.0])
    return Rotation.from_rotvec(np.where(sine > 1e-9, axis / np.maximum(sine, 1e-12), fallback) * angle[:, None])


@dataclass(frozen=True)
class Pose:
    """Angles in degrees, each a number or (T,); a pair is (left, right)."""

    count: int = 1
    yaw: ArrayLike = 0.0
    """Turn about the vertical; 0 faces the camera's back side (z), positive turns to the subject's left."""
    roll: ArrayLike = 0.0
    """The whole body falls to its right."""
    trunk_flexion: ArrayLike = 0.0
    trunk_side: ArrayLike = 0.0
    trunk_twist: ArrayLike = 0.0
    neck_flexion: ArrayLike = 0.0
    neck_side: ArrayLike = 0.0
    neck_twist: ArrayLike = 0.0
    arm_elevation: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    arm_plane: tuple[ArrayLike, ArrayLike] = (90.0, 90.0)
    arm_inward: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    elbow: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    pronation: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    palmar: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    hip: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    knee: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    toes_up: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
    legs_upright: bool = True
    """Legs start from the vertical (True) or turn with the pelvis."""
    rest: NDArray[np.float64] = field(default_factory=rest_pose)

    def rotations(self) -> NDArray[np.float64]:
        """(T, 55, 3, 3) global rotations."""
        n = self.count
        level = turn("y", self.yaw, n) * turn("z", self.roll, n)
        pelvis = level * turn("x", self.trunk_flexion, n)
        spine = pelvis * turn("z", self.trunk_side, n)
        thorax = spine * turn("y", -np.asarray(self.trunk_twist, dtype=np.float64), n)
        head = thorax * self._neck()
        out = np.empty((n, 55, 3, 3))
        for joints, rotation in (((0,), pelvis), ((3, 6), spine), ((9, 12, 13, 14), thorax), ((15, 22, 23, 24), head)):
            out[:, joints] = rotation.as_matrix()[:, None]
        for number, side in enumerate(("left", "right")):
            self._arm(out, thorax, side, number)
            self._leg(out, level if self.legs_upright else pelvis, side, number)
        return out

    def _neck(self) -> Rotation:
        flexion, side = (
            np.radians(np.broadcast_to(np.asarray(a, dtype=np.float64), self.count))
            for a in (self.neck_flexion, self.neck_side)
        )
        up = np.stack([-np.sin(side), np.cos(side) * np.cos(flexion), np.cos(side) * np.sin(flexion)], axis=1)
        return swing_to(-up) * turn("y", -np.asarray(self.neck_twist, dtype=np.float64), self.count)

    def _arm(self, out: NDArray[np.float64], thorax: Rotation, side: str, number: int) -> None:
        sign, n = OUTWARD[side], self.count
        elevation, plane = (
            np.radians(np.broadcast_to(np.asarray(pair[number], dtype=np.float64), n))
            for pair in (self.arm_elevation, self.arm_plane)
        )
        direction = np.stack(
            [sign * np.sin(elevation) * np.cos(plane), -np.cos(elevation), np.sin(elevation) * np.sin(plane)], axis=1
        )
        inward, elbow, pronation, palmar = (
            np.asarray(pair[number], dtype=np.float64)
            for pair in (self.arm_inward, self.elbow, self.pronation, self.palmar)
        )
        upper = thorax * swing_to(direction) * turn("y", -sign * inward, n)
        forearm = upper * turn("x", -elbow, n) * turn("y", -sign * pronation, n)
        hand = forearm * turn("z", -sign * palmar, n)
        hanging = turn("z", sign * 90.0, n)
        shoulder, elbow_joint, wrist = ARM[side]
        out[:, shoulder], out[:, elbow_joint] = (
            (upper * hanging.inv()).as_matrix(),
            (forearm * hanging.inv()).as_matrix(),
        )
        out[:, [wrist, *FINGERS[side]]] = (hand * hanging.inv()).as_matrix()[:, None]

    def _leg(self, out: NDArray[np.float64], base: Rotation, side: str, number: int) -> None:
        hip, knee, toes = (
            np.asarray(pair[number], dtype=np.float64) for pair in (self.hip, self.knee, self.toes_up)
        )  # fmt: skip
        thigh = base * turn("x", -hip, self.count)
        shank = thigh * turn("x", knee, self.count)
        foot = shank * turn("x", -toes, self.count)
        hip_joint, knee_joint, ankle = LEG[side]
        out[:, hip_joint], out[:, knee_joint] = thigh.as_matrix(), shank.as_matrix()
        out[:, [ankle, ankle + 3]] = foot.as_matrix()[:, None]

    def motion(self, times_s: NDArray[np.float64] | None = None, pelvis: ArrayLike = (0.0, 1.0, -4.0)) -> Motion:
        """The pose as a motion; without times the frames stand 1 s apart, so that nothing is filtered."""
        times = np.arange(self.count, dtype=np.float64) if times_s is None else times_s
        return motion_of(self.rotations(), self.rest, times, pelvis)


def motion_of(
    rotations: NDArray[np.float64], rest: NDArray[np.float64], times_s: NDArray[np.float64], pelvis: ArrayLike
) -> Motion:
    """A motion with these global rotations; joints by forward kinematics from `pelvis` (3,) or (T, 3)."""
    count = len(times_s)
    joints = np.empty((count, 55, 3))
    joints[:, 0] = pelvis
    for joint, parent in list(enumerate(PARENTS))[1:]:
        joints[:, joint] = joints[:, parent] + rotations[:, parent] @ (rest[joint] - rest[parent])
    return Motion(
        times_s=np.asarray(times_s, dtype=np.float64),
        frame_index=np.arange(count, dtype=np.int64),
        seen=np.ones(count, dtype=np.bool_),
        joints=joints,
        rotations=rotations,
        rest_joints=rest,
        hands_seen=np.ones((count, 2), dtype=np.bool_),
        joint_sigma_deg=np.full((count, 55), 2.0),
        gravity=LEVEL,
        body_model="test",
        body_sha256="",
        quality="medium",
        video_name="test.mp4",
        video_sha256="",
        video_frames=count,
        video_duration_s=float(times_s[-1]) if count else 0.0,
    )


def unseen(motion: Motion, missing: NDArray[np.bool_]) -> Motion:
    """The motion with no person in the `missing` (T,) frames."""
    nan = np.nan
    return replace(
        motion,
        seen=~missing,
        joints=np.where(missing[:, None, None], nan, motion.joints),
        rotations=np.where(missing[:, None, None, None], nan, motion.rotations),
    )


def mirrored(motion: Motion) -> Motion:
    """The same motion in a mirror: left and right exchanged, x reversed."""
    swap = np.arange(55)
    for left, right in [(1, 2), (4, 5), (7, 8), (10, 11), (13, 14), (16, 17), (18, 19), (20, 21), (23, 24)]:
        swap[[left, right]] = right, left
    swap[25:40], swap[40:55] = np.arange(40, 55), np.arange(25, 40)
    flip = np.diag([-1.0, 1.0, 1.0])
    return replace(
        motion,
        joints=motion.joints[:, swap] @ flip,
        rotations=flip @ motion.rotations[:, swap] @ flip,
        rest_joints=motion.rest_joints[swap] @ flip,
        hands_seen=motion.hands_seen[:, ::-1],
    )
