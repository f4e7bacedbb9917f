"""Train the correction of the detector's landmarks: `python -m bench.fit_learn FOLDER --out FILE`.

FOLDER holds the samples of `bench.fit_renders`. A tenth of the rendered clips is never trained on and is what the table
shows. Deterministic on one machine and thread count.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gpu_worker.body.correction import (
    BONES,
    NETWORKS,
    OUTPUTS,
    POINTS,
    Frames,
    bone_length,
    centred,
    mirrored_points,
    turned,
)
from gpu_worker.npz import save_npz

Array = NDArray[np.float64]

_HIDDEN = (640, 448)
_DROPOUT = 0.05
_BATCH = 256
_RATE, _DECAY = 1.5e-3, 0.03
_INPUT_NOISE = 0.02
"""On the standardised inputs: pictures differ from renders."""
_HELD_OUT = 10
"""One clip in so many is held out."""
_FOR_TESTS = 240
"""Held-out samples that go to the tests."""
_POINT_LOSS, _BONE_LOSS = 4.0, 6.0


@dataclass(frozen=True)
class Samples:
    """What the detector saw and what was true, in the units and axes of `Frames`."""

    frames: Frames
    truth: Array
    """(T, 29, 3) mean bone length one, hips at the origin."""
    true_pixels: Array
    """(T, 29, 2) as `Frames.pixels`."""
    true_size: Array
    """(T,) metres of the true mean bone."""
    clip: NDArray[np.int64]
    facing: Array
    """(T,) 1 towards the camera, −1 away."""

    @classmethod
    def load(cls, folder: Path) -> Samples:
        """Samples of all files in a folder, one after the other. Raises FileNotFoundError where there is none."""
        data = _read(folder)
        frames = Frames.of(*(data[name].astype(np.float64) for name in ("image", "world", "visibility")))
        truth = centred(data["truth"].astype(np.float64))
        size = bone_length(truth)
        pixels = (data["true_image"] - frames.middle[:, None]) * [1, -1] / frames.spread[:, None, None]
        return cls(
            frames,
            turned(truth, frames.turn) / size[:, None, None],
            turned(pixels, frames.turn),
            size,
            data["clip"],
            data["facing"],
        )

    def part(self, index: NDArray[np.bool_]) -> Samples:
        """Some of them."""
        frames = Frames(**{f.name: getattr(self.frames, f.name)[index] for f in fields(Frames)})
        truth, pixels, size = (array[index] for array in (self.truth, self.true_pixels, self.true_size))
        return Samples(frames, truth, pixels, size, self.clip[index], self.facing[index])

    def shifts(self) -> Array:
        """(T, 29, 5) what the networks should say: from the detector to the truth, in space and in the picture."""
        return np.concatenate([self.truth - self.frames.world, self.true_pixels - self.frames.pixels], -1)

    def both_sides(self) -> tuple[Array, Array]:
        """Inputs (2T, 174) and shifts (2T, 29, 5), as they are and in the mirror."""
        x = np.concatenate([self.frames.features(), self.frames.mirrored_features()])
        shifts = self.shifts()
        mirrored = np.concatenate([mirrored_points(shifts[..., :3]), mirrored_points(shifts[..., 3:])], -1)
        return x, np.concatenate([shifts, mirrored])


def _read(folder: Path) -> dict[str, NDArray[Any]]:
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise FileNotFoundError(f"no samples in {folder}; make them with python -m bench.fit_renders")
    parts = [dict(np.load(file)) for file in files]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def train(x: Tensor, y: Tensor, seed: int, steps: int) -> nn.Sequential:
    """One network from inputs (T, 174) and shifts (T, 29, 5), errors taken as Laplace-distributed."""
    torch.manual_seed(seed)
    network = _network(x.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        chosen = torch.randint(len(x), (_BATCH,))
        loss = _loss(network(x[chosen] + _INPUT_NOISE * torch.randn(_BATCH, x.shape[1])), y[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return network.eval()


def _network(inputs: int) -> nn.Sequential:
    first, second = _HIDDEN
    return nn.Sequential(
        nn.Linear(inputs, first),
        nn.ReLU(),
        nn.Dropout(_DROPOUT),
        nn.Linear(first, second),
        nn.ReLU(),
        nn.Dropout(_DROPOUT),
        nn.Linear(second, OUTPUTS * len(POINTS)),
    )


def _loss(out: Tensor, target: Tensor) -> Tensor:
    """Likelihood of points in space and picture, plus plain distances of points and bones.

    The plain distance keeps gradients alive for points whose spread the likelihood would let grow; angles depend on
    bones, whose two ends err alike.
    """
    said = out.reshape(len(out), len(POINTS), OUTPUTS)
    error, pixel_error = said[..., :3] - target[..., :3], said[..., 6:8] - target[..., 3:]
    likelihood = _laplace(error, said[..., 3:6]).mean() + _laplace(pixel_error, said[..., 8:9]).mean()
    bones = error[:, BONES[:, 0]] - error[:, BONES[:, 1]]
    plain = _POINT_LOSS * (error.abs().mean() + pixel_error.abs().mean()) + _BONE_LOSS * bones.abs().mean()
    total: Tensor = likelihood + plain
    return total


def _laplace(error: Tensor, log_sigma: Tensor) -> Tensor:
    out: Tensor = 2**0.5 * error.abs() * (-log_sigma).exp() + log_sigma
    return out


def save(networks: list[nn.Sequential], mean: Array, scale: Array, calibration: Array, out: Path) -> None:
    """Write what `gpu_worker.body.correction` reads; weights in float16."""
    arrays: dict[str, NDArray[Any]] = {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "calibration": calibration,
    }
    for n, network in enumerate(networks):
        linear = [layer for layer in network if isinstance(layer, nn.Linear)]
        for k, layer in enumerate(linear):
            arrays[f"weight_{n}_{k}"] = layer.weight.detach().numpy().T.astype(np.float16)
            arrays[f"bias_{n}_{k}"] = layer.bias.detach().numpy().astype(np.float16)
    save_npz(out, arrays)


def write_held_out(folder: Path, out: Path) -> None:
    """Every few held-out samples, small enough to be committed."""
    data = _read(folder)
    held = np.flatnonzero(data["clip"] % _HELD_OUT == 0)
    chosen = held[:: max(1, len(held) // _FOR_TESTS)][:_FOR_TESTS]
    save_npz(out, {name: array[chosen] for name, array in data.items() if name not in ("clip", "facing")})


def answers(networks: list[nn.Sequential], x: Tensor) -> Array:
    """(networks, T, 29, 9) without dropout."""
    with torch.no_grad():
        said = [network(x).double().numpy().reshape(len(x), len(POINTS), OUTPUTS) for network in networks]
    return np.stack(said)


_CHAINS = {"elbow": ((11, 13, 15), (12, 14, 16)), "knee": ((23, 25, 27), (24, 26, 28))}


def report(name: str, points: Array, pixels: Array, held: Samples) -> None:
    """One line: errors of the twelve main joints, hinges and trunk; bias of straight knees seen from the front."""
    main = [POINTS.index(k) for k in (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)]
    error = 1e3 * np.linalg.norm(points - held.truth, axis=-1)[:, main].mean(1) * held.true_size
    in_picture = 100 * np.linalg.norm(pixels - held.true_pixels, axis=-1)[:, main].mean()
    bends = {k: [np.stack([_bend(x, c) for c in v]) for x in (points, held.truth)] for k, v in _CHAINS.items()}
    hinges = [f"{np.abs(found - true).mean():6.1f}° {k}" for k, (found, true) in bends.items()]
    front = held.facing > 0.6
    knee, true_knee = bends["knee"]
    bias = (knee - true_knee)[(true_knee < 20) & front].mean()
    trunk = _between(points, held.truth, (23, 24), (11, 12))
    twist = np.abs(_twist(points) - _twist(held.truth))
    print(
        f"{name:10}{error.mean():6.0f} mm {in_picture:5.1f} %{''.join(hinges)}{trunk.mean():6.1f}° trunk"
        f"{np.minimum(twist, 360 - twist).mean():6.1f}° twist   from the front: straight knee bias {bias:5.1f}°,"
        f" trunk {trunk[front].mean():5.1f}°",
        flush=True,
    )


def _middle(points: Array, pair: tuple[int, int]) -> Array:
    middle: Array = points[:, [POINTS.index(k) for k in pair]].mean(1)
    return middle


def _between(found: Array, true: Array, low: tuple[int, int], high: tuple[int, int]) -> Array:
    lines = [_middle(x, high) - _middle(x, low) for x in (found, true)]
    a, b = (v / np.linalg.norm(v, axis=-1, keepdims=True) for v in lines)
    angle: Array = np.degrees(np.arccos((a * b).sum(-1).clip(-1, 1)))
    return angle


def _twist(points: Array) -> Array:
    """(T,) degrees from the hips' line to the shoulders' line about the trunk."""
    up = _middle(points, (11, 12)) - _middle(points, (23, 24))
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    lines = []
    for left, right in ((23, 24), (11, 12)):
        across = points[:, POINTS.index(left)] - points[:, POINTS.index(right)]
        lines.append(across - (across * up).sum(-1, keepdims=True) * up)
    hips, shoulders = lines
    turned: Array = np.degrees(np.arctan2((np.cross(hips, shoulders) * up).sum(-1), (hips * shoulders).sum(-1)))
    return turned


def _bend(points: Array, chain: tuple[int, int, int]) -> Array:
    a, b, c = (points[:, POINTS.index(k)] for k in chain)
    cosine = ((b - a) * (c - b)).sum(-1) / np.linalg.norm(b - a, axis=-1) / np.linalg.norm(c - b, axis=-1)
    angle: Array = np.degrees(np.arccos(cosine.clip(-1, 1)))
    return angle


def main() -> None:
    """Train the networks, show the held-out table, write the weights."""
    parser = argparse.ArgumentParser(description="Train the correction of the detector's landmarks.")
    parser.add_argument("samples", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=14000)
    parser.add_argument("--held-out", type=Path, help="also write a few samples nothing was trained on, for the tests")
    options = parser.parse_args()
    samples = Samples.load(options.samples)
    held_out = samples.clip % _HELD_OUT == 0
    learn, held = samples.part(~held_out), samples.part(held_out)
    inputs, shifts = learn.both_sides()
    mean, scale = inputs.mean(0), inputs.std(0) + 1e-3
    x, y = (torch.from_numpy(array).float() for array in ((inputs - mean) / scale, shifts))
    networks = [train(x, y, seed, options.steps) for seed in range(NETWORKS)]
    said = answers(networks, torch.from_numpy((held.frames.features() - mean) / scale).float()).mean(0)
    points, pixels = centred(held.frames.world + said[..., :3]), held.frames.pixels + said[..., 6:8]
    spread, pixel_spread = np.exp(said[..., 3:6]), np.exp(said[..., 8:9])
    errors = (np.abs(points - held.truth) / spread, np.abs(pixels - held.true_pixels) / pixel_spread)
    calibration = np.array([float(np.median(error)) / 0.6745 for error in errors])
    print(f"{len(learn.clip)} samples to learn from, {len(held.clip)} held out; spreads × {calibration.round(2)}")
    report("detector", held.frames.world, held.frames.pixels, held)
    report("corrected", points, pixels, held)
    save(networks, mean, scale, calibration, options.out)
    if options.held_out:
        write_held_out(options.samples, options.held_out)


if __name__ == "__main__":
    main()
