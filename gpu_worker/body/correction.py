"""A learnt model of the detector's errors: landmarks in, less biased ones and their spread out.

The detector guesses depth from one view and is wrong in ways that depend on the view (straight knees seen from the
front come out bent by 20°). Three small networks, trained on renders of the open body in independent random poses
(`bench/fit_renders.py`, `bench/fit_learn.py`), see a frame's world landmarks along the viewing ray, its pixels and
visibilities, and say where the body's points lie, in space and in the picture, and how sure that is. Where the three
disagree the correction fades to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpu_worker.spilled import Mapped, Rows, Spilled, pieces

Array = NDArray[np.float64]

WEIGHTS = Path(__file__).with_name("correction.npz")
NETWORKS = 3
POINTS: tuple[int, ...] = (0, 2, 5, *range(7, 33))
"""The 29 landmarks that the networks see, as BlazePose numbers them."""
OUTPUTS = 9
"""A network's numbers for a point: shift (3) and log spread (3) in space, shift (2) and log spread in the picture."""
MIRROR = np.array([POINTS.index({2: 5, 5: 2, 0: 0}.get(k, k + 1 if k % 2 else k - 1)) for k in POINTS])
"""For each place in `POINTS` that of the same point of the other body half."""
_HIPS, _SHOULDERS = ([POINTS.index(k) for k in pair] for pair in ((23, 24), (11, 12)))
BONES = np.array(
    [
        [POINTS.index(a), POINTS.index(b)]
        for a, b in (
            (11, 13), (13, 15), (12, 14), (14, 16), (23, 25), (25, 27), (24, 26), (26, 28),
            (11, 12), (23, 24), (11, 23), (12, 24),
        )
    ]
)  # fmt: skip
"""Limbs and trunk: pairs of places in `POINTS`. Their mean length is the networks' unit of length."""
_FLIPPED = np.where(np.isin(np.arange(OUTPUTS), (0, 6)), -1.0, 1.0)
"""Signs of the outputs in the mirror."""
_VISIBILITY_WEIGHT = 0.5
_DISAGREEMENT, _PIXEL_DISAGREEMENT = 0.25, 0.2
"""Spread of the three networks, in units of `Frames`, at which half of a correction is left."""
_WORLD_SPREAD, _PIXEL_SPREAD = 1.5, 0.6
"""What the learnt spreads are multiplied by, chosen on the rendered tuning split: guesses of depth err alike over many
frames and landmarks, places in the picture do not."""
_LEAST_SIGMA, _MOST_SIGMA = 0.02, 0.4
_LIMBS = (
    (((11, 12), (13, 14)), ((13, 14), (15, 16)), ((17, 18), (19, 20), (21, 22))),
    (((23, 24), (25, 26)), ((25, 26), (27, 28)), ((29, 30), (31, 32))),
)
"""Arms and legs: upper bone, lower bone, and what moves along with the lower bone's end; left and right."""
_BONES = sum(len(bones) for *bones, _ in _LIMBS)
_PIECE = 512
"""Frames that are corrected together."""
_FULL_LENGTH = 0.8
"""Quantile of a bone's lengths over a clip that is taken for its length."""


@dataclass(frozen=True)
class Corrected:
    """Where the points of the body lie; T frames, points in the order of `POINTS`."""

    world: Rows[np.float64]
    """(T, 29, 3) along the viewing ray, metres, relative to the hips, camera frame."""
    sigma: Rows[np.float64]
    """(T, 29, 3) one standard deviation: right, up, towards the viewer."""
    pixels: Rows[np.float64]
    """(T, 29, 2) in the picture."""
    pixel_sigma: Rows[np.float64]
    """(T, 29) one standard deviation of each of the two, pixels."""


@dataclass(frozen=True)
class Frames:
    """A detector's frames, made comparable: no place, no size, no focal length, the trunk upright in the picture."""

    world: Array
    """(T, 29, 3) right, up, towards the viewer; mean bone length one, hips at the origin."""
    pixels: Array
    """(T, 29, 2) right, up; root mean square distance from the hips one, hips at the origin."""
    visibility: Array
    """(T, 29)"""
    size: Array
    """(T,) metres a mean bone has."""
    spread: Array
    """(T,) pixels that are one in `pixels`."""
    middle: Array
    """(T, 2) the hips in the picture, pixels."""
    turn: Array
    """(T, 2, 2) takes the picture's right and up to the trunk's."""

    @classmethod
    def of(cls, image: Array, world: Array, visibility: Array) -> Frames:
        """From a track's image (T, 33, 2), world (T, 33, 3) and visibility (T, 33)."""
        pixels = image[:, POINTS]
        middle = pixels[:, _HIPS].mean(1)
        pixels = (pixels - middle[:, None]) * [1, -1]
        turn = _upright(pixels[:, _SHOULDERS].mean(1))
        points = centred(world[:, POINTS])
        size = bone_length(points)
        spread = np.sqrt(np.square(pixels).sum(-1).mean(1)).clip(1.0)
        return cls(
            turned(points, turn) / size[:, None, None],
            turned(pixels, turn) / spread[:, None, None],
            visibility[:, POINTS],
            size,
            spread,
            middle,
            turn,
        )

    def features(self) -> Array:
        """(T, 174) what the networks see."""
        parts = (self.world, self.pixels, _VISIBILITY_WEIGHT * self.visibility)
        return np.concatenate([part.reshape(len(self.size), -1) for part in parts], axis=1)

    def mirrored_features(self) -> Array:
        """(T, 174) the same with left and right exchanged."""
        world, pixels = mirrored_points(self.world), mirrored_points(self.pixels)
        parts = (world, pixels, _VISIBILITY_WEIGHT * self.visibility[:, MIRROR])
        return np.concatenate([part.reshape(len(self.size), -1) for part in parts], axis=1)

    def in_picture(self, pixels: Array) -> Array:
        """(T, 29, 2) pixels of the picture of points given as `pixels`."""
        back = turned(pixels * self.spread[:, None, None], self.turn.swapaxes(-1, -2))
        placed: Array = back * [1, -1] + self.middle[:, None]
        return placed


def _upright(trunk: Array) -> Array:
    """(T, 2, 2) rotations that turn a direction (T, 2), right and up, to straight up."""
    x, y = (trunk / np.linalg.norm(trunk, axis=-1, keepdims=True).clip(1e-9)).T
    turn: Array = np.stack([np.stack([y, -x], -1), np.stack([x, y], -1)], -2)
    return turn


def turned(points: Array, turn: Array) -> Array:
    """(T, 29, 2 or 3) points turned about the line of sight by (T, 2, 2)."""
    flat = points[..., :2] @ turn.swapaxes(-1, -2)
    out: Array = np.concatenate([flat, points[..., 2:]], axis=-1)
    return out


def centred(points: Array) -> Array:
    """(T, 29, 3) with the middle of the hips at the origin."""
    moved: Array = points - points[:, _HIPS].mean(1, keepdims=True)
    return moved


def bone_length(points: Array) -> Array:
    """(T,) mean length of limbs and trunk of (T, 29, 3) points, metres."""
    bones = points[:, BONES[:, 0]] - points[:, BONES[:, 1]]
    mean: Array = np.linalg.norm(bones, axis=-1).mean(1).clip(1e-3)
    return mean


def mirrored_points(points: Array) -> Array:
    """(T, 29, 2 or 3) points with left and right exchanged."""
    flipped: Array = points[:, MIRROR] * np.array([-1.0, 1.0, 1.0])[: points.shape[-1]]
    return flipped


def correct(
    image: Rows[np.floating[Any]], world: Rows[np.floating[Any]], visibility: Rows[np.floating[Any]]
) -> Corrected:
    """Corrected landmarks of T frames of one clip, in files; arguments as in `PoseTrack`, all finite."""
    points = len(POINTS)
    whole = [Spilled(shape, np.float64) for shape in ((points, 3), (points, 3), (points, 2), (points,))]
    lengths = [np.zeros((2, _BONES, 0))]
    for piece in pieces(len(image), _PIECE):
        seen = (values[piece].astype(np.float64) for values in (image, world, visibility))
        found = _correct(Frames.of(*seen))
        for rows, values in zip(whole, found, strict=True):
            rows.append(values)
        lengths.append(_lengths(found[0]))
    of_bones = full_length(np.concatenate(lengths, axis=-1))
    raw, *others = whole
    return Corrected(Mapped(raw, lambda points: stretched(points, of_bones)), *others)


def _correct(frames: Frames) -> tuple[Array, Array, Array, Array]:
    """The same of a few frames, in the order of `Corrected`, with bones of whatever length the networks say."""
    model = _model()
    mean, apart = model.answers(frames.features(), frames.mirrored_features())
    shift, shift_sigma = _faded(mean[..., :3], mean[..., 3:6], apart[..., :3], _DISAGREEMENT)
    in_picture, pixel_sigma = _faded(mean[..., 6:8], mean[..., 8:9], apart[..., 6:8], _PIXEL_DISAGREEMENT)
    size = frames.size[:, None, None]
    back = frames.turn.swapaxes(-1, -2)
    # Variances turn with the squares of the rotation's elements.
    sigma = np.sqrt(turned(np.square(shift_sigma), np.square(back)))
    return (
        centred(turned(frames.world + shift, back)) * size,
        _WORLD_SPREAD * model.calibration[0] * sigma * size,
        frames.in_picture(frames.pixels + in_picture),
        _PIXEL_SPREAD * model.calibration[1] * pixel_sigma[..., 0] * frames.spread[:, None],
    )


def full_length(lengths: Array) -> Array:
    """(bones,) how long each bone of one person is, from its lengths in a clip (side, bones, T).

    The mean of several guesses of a bone's direction is shorter than the bone. So each bone gets the length that one in
    five of its sightings exceeds, both sides together.
    """
    return np.array([np.quantile(np.concatenate([*of_bone]), _FULL_LENGTH) for of_bone in lengths.swapaxes(0, 1)])


def stretched(before: Array, lengths: Array) -> Array:
    """Points (T, 29, 3) with bones of these lengths (bones,), in the order of `_LIMBS`, each in its direction."""
    points, longest = before.copy(), iter(lengths)
    for *bones, attached in _LIMBS:
        of_limb = [next(longest) for _ in bones]
        for side in (0, 1):
            shift = np.zeros((len(points), 3))
            for (upper, lower), length in zip(bones, of_limb, strict=True):
                a, b = POINTS.index(upper[side]), POINTS.index(lower[side])
                longer = length / _length(before, (upper, lower), side).clip(1e-3) - 1
                shift = shift + longer[:, None] * (before[:, b] - before[:, a])
                points[:, b] += shift
            for pair in attached:
                points[:, POINTS.index(pair[side])] += shift
    return points


def _lengths(points: Array) -> Array:
    """(side, bones, T) lengths of the bones of `_LIMBS`."""
    return np.array([[_length(points, bone, side) for *bones, _ in _LIMBS for bone in bones] for side in (0, 1)])


def _length(points: Array, bone: tuple[tuple[int, int], tuple[int, int]], side: int) -> Array:
    upper, lower = (POINTS.index(pair[side]) for pair in bone)
    length: Array = np.linalg.norm(points[:, lower] - points[:, upper], axis=-1)
    return length


def _faded(shift: Array, log_sigma: Array, apart: Array, half: float) -> tuple[Array, Array]:
    """Shift and spread, given how far the networks lie apart; at `half` half of the shift is left."""
    disagreement = np.linalg.norm(apart, axis=-1, keepdims=True)
    sigma = np.hypot(np.exp(log_sigma).clip(_LEAST_SIGMA, _MOST_SIGMA), disagreement)
    return shift / (1 + np.square(disagreement / half)), sigma


@dataclass(frozen=True)
class _Model:
    mean: Array
    scale: Array
    networks: tuple[tuple[tuple[Array, Array], ...], ...]
    """Weights and biases of each network, layer by layer."""
    calibration: Array
    """(2,) what the spreads in space and in the picture are multiplied by."""

    def answers(self, features: Array, mirrored: Array) -> tuple[Array, Array]:
        """(T, 29, 9) mean and spread of what the networks say of T frames and their mirror images."""
        said = 0.5 * (self.run(features) + self.run(mirrored)[:, :, MIRROR] * _FLIPPED)
        return said.mean(0), said.std(0)

    def run(self, features: Array) -> Array:
        """(networks, T, 29, 9) what each says, in units of `Frames`."""
        x = (features - self.mean) / self.scale
        return np.stack([_run(x, layers).reshape(len(x), len(POINTS), OUTPUTS) for layers in self.networks])


def _run(x: Array, layers: tuple[tuple[Array, Array], ...]) -> Array:
    *hidden, (last, last_bias) = layers
    for weight, bias in hidden:
        x = np.maximum(x @ weight + bias, 0)
    out: Array = x @ last + last_bias
    return out


@cache
def _model() -> _Model:
    with np.load(WEIGHTS, allow_pickle=False) as data:
        arrays: dict[str, Any] = {name: data[name].astype(np.float64) for name in data.files}
    depth = sum(name.startswith("weight_0_") for name in arrays)
    networks = tuple(
        tuple((arrays[f"weight_{n}_{k}"], arrays[f"bias_{n}_{k}"]) for k in range(depth)) for n in range(NETWORKS)
    )
    return _Model(arrays["mean"], arrays["scale"], networks, arrays["calibration"])
