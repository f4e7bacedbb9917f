"""A learnt model of the detector's errors: world landmarks in, less biased ones and their spread out.

The detector guesses depth from one view and is wrong in ways that depend on the view (straight knees seen from the
front come out bent by 20°). Three small networks, trained on renders of the open body in independent random poses
(`bench/fit_renders.py`, `bench/fit_learn.py`), see a frame's world landmarks along the viewing ray, its pixels and
visibilities, and correct the world landmarks. Where the three disagree the correction fades to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEIGHTS = Path(__file__).with_name("correction.npz")
NETWORKS = 3
POINTS: tuple[int, ...] = (0, 2, 5, *range(7, 33))
"""The 29 landmarks that the networks see, as BlazePose numbers them."""
_MIRROR = np.array(
    [POINTS.index({2: 5, 5: 2, 0: 0}.get(k, k + 1 if k % 2 else k - 1)) for k in POINTS],
)
_HIPS = [POINTS.index(23), POINTS.index(24)]
_BONES = np.array(
    [
        [POINTS.index(a), POINTS.index(b)]
        for a, b in (
            (11, 13),
            (13, 15),
            (12, 14),
            (14, 16),
            (23, 25),
            (25, 27),
            (24, 26),
            (26, 28),
            (11, 12),
            (23, 24),
            (11, 23),
            (12, 24),
        )
    ]
)
_VISIBILITY_WEIGHT = 0.5
_DISAGREEMENT = 0.25
"""Spread of the three networks, in mean bone lengths, at which half of a correction is left."""
_BEYOND_RENDERS = 1.5
"""Spreads were learnt on renders; real pictures differ. Chosen on the rendered tuning split."""
_LEAST_SIGMA, _MOST_SIGMA = 0.02, 0.4


@dataclass(frozen=True)
class Corrected:
    """World landmarks along the viewing ray, metres, relative to the hips."""

    world: Array
    """(T, 29, 3) in the order of `POINTS`."""
    sigma: Array
    """(T, 29, 3) one standard deviation: right, up, towards the viewer."""


@dataclass(frozen=True)
class Frames:
    """A detector's frames, made comparable: no place, no size, no focal length."""

    world: Array
    """(T, 29, 3) mean bone length one, hips at the origin."""
    pixels: Array
    """(T, 29, 2) root mean square distance from the hips one; right, up."""
    visibility: Array
    """(T, 29)"""
    size: Array
    """(T,) metres a mean bone has."""

    @classmethod
    def of(cls, image: Array, world: Array, visibility: Array) -> Frames:
        """From a track's image (T, 33, 2), world (T, 33, 3) and visibility (T, 33)."""
        points = centred(world[:, POINTS])
        size = bone_length(points)
        pixels = image[:, POINTS] * [1, -1]
        pixels = pixels - pixels[:, _HIPS].mean(1, keepdims=True)
        spread = np.sqrt(np.square(pixels).sum(-1).mean(1))
        return cls(
            points / size[:, None, None],
            pixels / np.maximum(spread, 1.0)[:, None, None],
            visibility[:, POINTS],
            size,
        )

    def mirrored(self) -> Frames:
        """Left and right exchanged."""
        pixels, visibility = self.pixels[:, _MIRROR] * [-1, 1], self.visibility[:, _MIRROR]
        return Frames(mirrored_points(self.world), pixels, visibility, self.size)

    def features(self) -> Array:
        """(T, 174) what the networks see."""
        parts = (self.world, self.pixels, _VISIBILITY_WEIGHT * self.visibility)
        return np.concatenate([part.reshape(len(self.size), -1) for part in parts], axis=1)


def centred(points: Array) -> Array:
    """(T, 29, 3) with the middle of the hips at the origin."""
    moved: Array = points - points[:, _HIPS].mean(1, keepdims=True)
    return moved


def bone_length(points: Array) -> Array:
    """(T,) mean length of limbs and trunk of (T, 29, 3) points, metres."""
    bones = points[:, _BONES[:, 0]] - points[:, _BONES[:, 1]]
    mean: Array = np.linalg.norm(bones, axis=-1).mean(1).clip(1e-3)
    return mean


def mirrored_points(points: Array) -> Array:
    """(T, 29, 3) points with left and right exchanged."""
    flipped: Array = points[:, _MIRROR] * [-1, 1, 1]
    return flipped


def correct(image: Array, world: Array, visibility: Array) -> Corrected:
    """Corrected world landmarks of T frames; arguments as in `PoseTrack`, all finite."""
    frames, model = Frames.of(image, world, visibility), _model()
    outputs = []
    for network in range(NETWORKS):
        straight, mirror = (model.run(network, f.features()) for f in (frames, frames.mirrored()))
        shift = 0.5 * (straight[..., :3] + mirrored_points(mirror[..., :3]))
        spread = 0.5 * (straight[..., 3:] + mirror[:, _MIRROR, 3:])
        outputs.append(np.concatenate([shift, spread], -1))
    stacked = np.stack(outputs)
    shift, log_sigma = stacked[..., :3].mean(0), stacked[..., 3:].mean(0)
    disagreement = np.linalg.norm(stacked[..., :3].std(0), axis=-1, keepdims=True)
    keep = 1 / (1 + np.square(disagreement / _DISAGREEMENT))
    sigma = np.hypot(np.exp(log_sigma).clip(_LEAST_SIGMA, _MOST_SIGMA), disagreement)
    size = frames.size[:, None, None]
    return Corrected(centred(frames.world + keep * shift) * size, _BEYOND_RENDERS * model.calibration * sigma * size)


@dataclass(frozen=True)
class _Model:
    mean: Array
    scale: Array
    layers: tuple[tuple[tuple[Array, Array], ...], ...]
    calibration: float

    def run(self, network: int, features: Array) -> Array:
        """(T, 29, 6): shift and logarithm of its spread, in mean bone lengths."""
        x = (features - self.mean) / self.scale
        *hidden, last = self.layers[network]
        for weight, bias in hidden:
            x = np.maximum(x @ weight + bias, 0)
        weight, bias = last
        out: Array = (x @ weight + bias).reshape(len(x), len(POINTS), 6)
        return out


@cache
def _model() -> _Model:
    with np.load(WEIGHTS, allow_pickle=False) as data:
        arrays: dict[str, Any] = {name: data[name].astype(np.float64) for name in data.files}
    depth = sum(name.startswith("weight_0_") for name in arrays)
    layers = tuple(
        tuple((arrays[f"weight_{n}_{k}"], arrays[f"bias_{n}_{k}"]) for k in range(depth)) for n in range(NETWORKS)
    )
    return _Model(arrays["mean"], arrays["scale"], layers, float(arrays["calibration"]))
