"""Error model of the angles from rendered clips: `python -m bench.error_model --weights CACHE --json model.json`.

Fits the four parts of every angle's error on the tuning split, with true gravity, and then counts on the scoring split
how often the 90 % interval of minutes in an original zone holds the true minutes: with the fitted model and with the
shipped one. The written model goes into `.motion.npz` as `error_model`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.rendering import Filming, Take, takes
from bench.synthetic import recover
from gpu_worker.angles.compute import angles
from gpu_worker.angles.error_fit import Pair, fit_errors
from gpu_worker.angles.errors import ErrorModel, as_json, shipped
from gpu_worker.angles.uncertainty import zone_minutes
from gpu_worker.angles.zones import PARTS
from gpu_worker.body.gravity import to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.pose.estimate import load_estimator
from gpu_worker.pose.estimator import PoseEstimator

WORTH_SCORING = 0.01
"""Zones with less than this share of the time, truly and as measured, say nothing."""


@dataclass(frozen=True)
class Coverage:
    """How often intervals held the truth."""

    held: int
    zones: int
    mean_width_s: float

    @property
    def share(self) -> float:
        """Share of the zones whose interval held the truth; NaN without zones."""
        return self.held / self.zones if self.zones else float("nan")


def measured(take: Take, estimator: PoseEstimator, body: Body) -> Pair:
    """True and recovered angles of one take, gravity as it really was."""
    filming = Filming(take, body)
    truth = filming.truth
    motion = to_motion(
        recover(filming, estimator, body).body, truth.gravity, quality="medium", video_name=take.name, video_sha256="",
        video_frames=len(truth.times_s), video_duration_s=take.seconds,
    )  # fmt: skip
    return Pair(truth=angles(truth.motion(), smoothed=False), measured=angles(motion))


def coverage(pairs: Sequence[Pair], model: ErrorModel) -> Coverage:
    """Intervals of minutes in the original zones against the truth."""
    held, widths = 0, []
    for number, pair in enumerate(pairs):
        for _, signal, edges in PARTS:
            rng = np.random.default_rng(number)
            found = zone_minutes(pair.measured, signal, edges, rng, model)
            true = zone_minutes(pair.truth, signal, edges, rng, model, draws=1).minutes
            least = WORTH_SCORING * sum(true)
            for low, high, minutes, real in zip(found.low, found.high, found.minutes, true, strict=True):
                if max(minutes, real) > least:
                    # A tenth of a second is a frame's worth of time.
                    held += low - 0.1 / 60 <= real <= high + 0.1 / 60
                    widths.append(60 * (high - low))
    return Coverage(held, len(widths), float(np.mean(widths)) if widths else float("nan"))


def table(model: ErrorModel) -> str:
    """The fitted terms, a line an angle, beside what is shipped."""
    lines = [f"{'angle':14} {'clip':>6} {'view':>6} {'slow':>6} {'(s)':>5} {'white':>6} {'all':>6} {'shipped':>8}"]
    for name, terms in sorted(model.terms.items()):
        whole = float(np.hypot(terms.lasting, terms.white))
        old = shipped().terms[name]
        parts = f"{terms.clip:6.2f} {terms.view:6.2f} {terms.slow:6.2f} {terms.slow_s:5.1f} {terms.white:6.2f}"
        lines.append(f"{name:14} {parts} {whole:6.2f} {float(np.hypot(old.lasting, old.white)):8.2f}")
    return "\n".join(lines)


def main() -> None:
    """Fit on the tuning split, check on the scoring split, print both, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-family", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--weights", type=Path, default=Path(".cache/models"))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    body, estimator = load_body(None), load_estimator(chosen.weights)
    pairs: dict[str, list[Pair]] = {}
    for split in ("tuning", "scoring"):
        pairs[split] = []
        for take in takes(split, chosen.per_family, chosen.seconds):
            pairs[split].append(measured(take, estimator, body))
            print(f"{split} {take.name}", flush=True)
    model = fit_errors(
        pairs["tuning"], "synthetic", f"Fitted to {len(pairs['tuning'])} rendered clips with true gravity."
    )
    print(table(model))
    for each in (model, shipped()):
        found = coverage(pairs["scoring"], each)
        print(
            f"{each.name}: 90 % intervals hold the truth in {100 * found.share:.0f} % of {found.zones} zones, "
            f"mean width {found.mean_width_s:.1f} s of {chosen.seconds:.0f} s"
        )
    if chosen.json:
        chosen.json.write_text(as_json(model) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
