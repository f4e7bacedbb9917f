"""Train the correction of the detector's world landmarks: `python -m bench.fit_learn SAMPLES.npz… --out WEIGHTS.npz`.

SAMPLES come from `bench.fit_renders`. A fifth of the rendered clips is never trained on and is what the table shows.
Deterministic on one machine and thread count.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gpu_worker.body.correction import NETWORKS, POINTS, Frames, bone_length, centred, mirrored_points

Array = NDArray[np.float64]

_HIDDEN = 256
_DROPOUT = 0.25
_STEPS = 2600
_BATCH = 128
_RATE, _DECAY = 2e-3, 0.02
_INPUT_NOISE = 0.05
_HELD_OUT = 5
"""One clip in so many is held out."""
_THINNED = 6
"""One held-out sample in so many goes to the tests."""


@dataclass(frozen=True)
class Samples:
    """What the detector saw and what was true, along the viewing ray, in mean bone lengths."""

    frames: Frames
    truth: Array
    """(T, 29, 3)"""
    true_size: Array
    """(T,) metres of the true mean bone."""
    clip: NDArray[np.int64]
    facing: Array
    """(T,) 1 towards the camera, −1 away."""

    @classmethod
    def load(cls, files: list[Path]) -> Samples:
        """Samples of all files, one after the other."""
        parts = [dict(np.load(file)) for file in files]
        data = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        truth = centred(data["truth"])
        size = bone_length(truth)
        frames = Frames.of(data["image"], data["world"], data["visibility"])
        return cls(frames, truth / size[:, None, None], size, data["clip"], data["facing"])

    def part(self, index: NDArray[np.bool_]) -> Samples:
        """Some of them."""
        f = self.frames
        frames = Frames(f.world[index], f.pixels[index], f.visibility[index], f.size[index])
        return Samples(frames, self.truth[index], self.true_size[index], self.clip[index], self.facing[index])


def train(samples: Samples, seed: int, mean: Array, scale: Array) -> nn.Sequential:
    """One network: shift (3) and log spread (3) of every point, by the likelihood of Laplace-distributed errors."""
    torch.manual_seed(seed)
    both = (samples.frames, samples.frames.mirrored())
    x = torch.from_numpy((np.concatenate([f.features() for f in both]) - mean) / scale).float()
    shift = np.concatenate([samples.truth - both[0].world, mirrored_points(samples.truth) - both[1].world])
    y = torch.from_numpy(shift).float()
    network = nn.Sequential(
        nn.Linear(x.shape[1], _HIDDEN),
        nn.ReLU(),
        nn.Dropout(_DROPOUT),
        nn.Linear(_HIDDEN, _HIDDEN),
        nn.ReLU(),
        nn.Dropout(_DROPOUT),
        nn.Linear(_HIDDEN, 6 * len(POINTS)),
    )
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=_STEPS)
    for _ in range(_STEPS):
        chosen = torch.randint(len(x), (_BATCH,))
        loss = _loss(network(x[chosen] + _INPUT_NOISE * torch.randn(_BATCH, x.shape[1])), y[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return network.eval()


def _loss(out: Tensor, target: Tensor) -> Tensor:
    shift, log_sigma = out.reshape(len(out), len(POINTS), 2, 3).unbind(2)
    error = (shift - target).abs()
    # The plain distance keeps gradients alive for points whose spread the likelihood would let grow.
    loss: Tensor = (2**0.5 * error * (-log_sigma).exp() + log_sigma).mean() + 5 * error.mean()
    return loss


def save(networks: list[nn.Sequential], mean: Array, scale: Array, calibration: float, out: Path) -> None:
    """Write what `gpu_worker.body.correction` reads; weights in float16."""
    arrays: dict[str, NDArray[Any]] = {"mean": mean, "scale": scale, "calibration": np.array(calibration)}
    for n, network in enumerate(networks):
        linear = [layer for layer in network if isinstance(layer, nn.Linear)]
        for k, layer in enumerate(linear):
            arrays[f"weight_{n}_{k}"] = layer.weight.detach().numpy().T.astype(np.float16)
            arrays[f"bias_{n}_{k}"] = layer.bias.detach().numpy().astype(np.float16)
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


def write_held_out(files: list[Path], out: Path) -> None:
    """Every few held-out samples, small enough to be committed."""
    parts = [dict(np.load(file)) for file in files]
    clip = np.concatenate([part["clip"] for part in parts])
    chosen = np.flatnonzero(clip % _HELD_OUT == 0)[::_THINNED]
    kinds = {"image": np.float32, "world": np.float32, "visibility": np.float16, "truth": np.float32}
    arrays = {name: np.concatenate([part[name] for part in parts])[chosen].astype(kind) for name, kind in kinds.items()}
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


def predict(network: nn.Sequential, frames: Frames, mean: Array, scale: Array) -> Array:
    """(T, 29, 6) of one network, no dropout."""
    x = torch.from_numpy((frames.features() - mean) / scale).float()
    with torch.no_grad():
        out: Array = network(x).double().numpy().reshape(len(x), len(POINTS), 6)
    return out


def report(name: str, points: Array, held: Samples) -> None:
    """One line: error of the twelve main joints, and the bias of straight knees seen from the front."""
    main = [POINTS.index(k) for k in (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)]
    error = 1e3 * np.linalg.norm(points - held.truth, axis=-1)[:, main].mean(1) * held.true_size
    chains = ((23, 25, 27), (24, 26, 28))
    bend = [np.stack([_bend(x, chain) for chain in chains]) for x in (points, held.truth)]
    straight = (bend[1] < 20) & (held.facing > 0.6)
    lean = [x[:, [POINTS.index(11), POINTS.index(12)]].mean(1) for x in (points, held.truth)]
    unit = [v / np.linalg.norm(v, axis=-1, keepdims=True) for v in lean]
    trunk = np.degrees(np.arccos((unit[0] * unit[1]).sum(-1).clip(-1, 1)))
    front = held.facing > 0.6
    knee = (bend[0] - bend[1])[straight].mean()
    print(
        f"{name:12}{error.mean():7.0f} mm{np.abs(bend[0] - bend[1]).mean():8.1f}° knee{trunk.mean():8.1f}° trunk"
        f"   from the front: straight knee bias {knee:5.1f}°, trunk {trunk[front].mean():5.1f}°"
    )


def _bend(points: Array, chain: tuple[int, int, int]) -> Array:
    a, b, c = (points[:, POINTS.index(k)] for k in chain)
    cosine = ((b - a) * (c - b)).sum(-1) / np.linalg.norm(b - a, axis=-1) / np.linalg.norm(c - b, axis=-1)
    angle: Array = np.degrees(np.arccos(cosine.clip(-1, 1)))
    return angle


def main() -> None:
    """Train three networks, show the held-out table, write the weights."""
    parser = argparse.ArgumentParser(description="Train the correction of the detector's world landmarks.")
    parser.add_argument("samples", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, help="also write a few samples nothing was trained on, for the tests")
    options = parser.parse_args()
    samples = Samples.load(options.samples)
    held_out = samples.clip % _HELD_OUT == 0
    learn, held = samples.part(~held_out), samples.part(held_out)
    features = learn.frames.features()
    mean, scale = features.mean(0), features.std(0) + 1e-3
    networks = [train(learn, seed, mean, scale) for seed in range(NETWORKS)]
    outputs = np.stack([predict(network, held.frames, mean, scale) for network in networks])
    shift, log_sigma = outputs[..., :3].mean(0), outputs[..., 3:].mean(0)
    found = centred(held.frames.world + shift)
    calibration = float(np.median(np.abs(found - held.truth) / np.exp(log_sigma)) / 0.6745)
    print(f"{len(learn.clip)} samples to learn from, {len(held.clip)} held out; spread × {calibration:.2f}")
    report("detector", held.frames.world, held)
    report("corrected", found, held)
    save(networks, mean, scale, calibration, options.out)
    if options.held_out:
        write_held_out(options.samples, options.held_out)


if __name__ == "__main__":
    main()
