"""Error model of the angles from takes with known truth: `python -m bench.error_model FOLDER … [--json FILE]`.

FOLDERs are the tuning split as `python -m bench.synthetic --split tuning --keep FOLDER` leaves it; gravity is the true
one. Prints the four parts of every angle's error beside the shipped ones, and how often the 90 % interval of minutes in
a zone holds the true minutes in takes the model was not fitted to: those of `--held-out`, else each family of work by a
model fitted to the others. FILE is `gpu_worker/angles/error_model.json`; the model is written with its provenance.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.kept import Kept, takes_in
from gpu_worker import __version__
from gpu_worker.angles.error_fit import fit_errors, fitted_entries
from gpu_worker.angles.errors import ErrorModel, as_file, shipped
from gpu_worker.angles.uncertainty import zone_minutes

WORTH_SCORING = 0.01
"""Zones with less than this share of the time, truly and as measured, say nothing."""
_BOTH_WAYS = (-20.0, -10.0, 10.0, 20.0)
ZONES: Mapping[str, tuple[float, ...]] = {
    "trunk_flexion": (-5.0, 40.0, 60.0),
    "trunk_side_bend": _BOTH_WAYS,
    "trunk_twist": _BOTH_WAYS,
    "head_flexion": (-15.0, -5.0, 25.0, 40.0),
    "neck_flexion": (-15.0, 25.0, 60.0),
    "neck_side_bend": (-15.0, -5.0, 5.0, 15.0),
    "neck_twist": (-15.0, -5.0, 5.0, 15.0),
    **{f"arm_elevation_gravity_{side}": (40.0, 60.0) for side in ("left", "right")},
    **{f"elbow_flexion_{side}": (60.0, 100.0) for side in ("left", "right")},
    **{f"knee_flexion_{side}": (30.0, 60.0) for side in ("left", "right")},
}
"""Borders of the law, of RULA's lower arm and of REBA's legs, degrees."""
Fitted = Callable[[Kept], ErrorModel]
"""The model to judge a take with: one that was not fitted to it."""


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


def coverage(takes: Sequence[Kept], fitted: Fitted) -> dict[str, Coverage]:
    """Intervals of minutes against the truth by signal, and of all signals together under `all`."""
    held: dict[str, list[bool]] = {name: [] for name in (*ZONES, "all")}
    widths: dict[str, list[float]] = {name: [] for name in held}
    for number, take in enumerate(takes):
        model = fitted(take)
        pair = take.pair(model)
        for signal, edges in ZONES.items():
            rng = np.random.default_rng(number)
            found = zone_minutes(pair.measured, signal, edges, rng, model)
            true = zone_minutes(pair.truth, signal, edges, rng, model, draws=1).minutes
            least = WORTH_SCORING * sum(true)
            for low, high, minutes, real in zip(found.low, found.high, found.minutes, true, strict=True):
                if max(minutes, real) > least:
                    for name in (signal, "all"):
                        # A tenth of a second is a frame's worth of time.
                        held[name].append(low - 0.1 / 60 <= real <= high + 0.1 / 60)
                        widths[name].append(60 * (high - low))
    return {
        name: Coverage(sum(hits), len(hits), float(np.mean(widths[name])) if hits else float("nan"))
        for name, hits in held.items()
    }


def of_other_families(takes: Sequence[Kept]) -> Fitted:
    """Models each fitted to all families but the take's own. Raises ValueError for takes of a single family."""
    families = sorted({take.family for take in takes})
    if len(families) < 2:
        raise ValueError("takes of one family of work: name another folder with --held-out")
    models = {family: _fit([t for t in takes if t.family != family], "") for family in families}
    return lambda take: models[take.family]


def _fit(takes: Sequence[Kept], source: str) -> ErrorModel:
    return fit_errors([take.pair() for take in takes], f"fitted-{len(takes)}", source)


def table(model: ErrorModel) -> str:
    """The fitted terms, a line an angle, beside what is shipped."""
    lines = [f"{'angle':14} {'clip':>6} {'view':>6} {'slow':>6} {'(s)':>5} {'white':>6} {'all':>6} {'shipped':>8}"]
    for name, terms in sorted(model.terms.items()):
        whole = float(np.hypot(terms.lasting, terms.white))
        old = shipped().terms[name]
        parts = f"{terms.clip:6.2f} {terms.view:6.2f} {terms.slow:6.2f} {terms.slow_s:5.1f} {terms.white:6.2f}"
        lines.append(f"{name:14} {parts} {whole:6.2f} {float(np.hypot(old.lasting, old.white)):8.2f}")
    return "\n".join(lines)


def coverage_table(fitted: Mapping[str, Coverage], wide: Mapping[str, Coverage]) -> str:
    """Coverage by signal, fitted and shipped."""
    lines = [f"{'90 % intervals':28} {'zones':>6} {'fitted':>8} {'width s':>8} {'shipped':>8} {'width s':>8}"]
    for name, mine in fitted.items():
        theirs = wide[name]
        lines.append(
            f"{name:28} {mine.zones:6} {100 * mine.share:6.0f} % {mine.mean_width_s:8.1f}"
            f" {100 * theirs.share:6.0f} % {theirs.mean_width_s:8.1f}"
        )
    return "\n".join(lines)


def source_words(takes: Sequence[Kept], folders: Sequence[Path], found: Coverage, *, crossed: bool) -> str:
    """Where a fitted model is from, for its file."""
    pairs = [take.pair() for take in takes]
    entries = fitted_entries(pairs)
    kept = sorted(set(shipped().terms) - entries)
    families = ", ".join(sorted({take.family for take in takes}))
    seconds = sum(float(take.truth.times_s[-1]) for take in takes)
    others = "families left out in turn" if crossed else "other takes"
    return (
        f"python -m bench.error_model {' '.join(folder.name for folder in folders)}: fitted by poloha {__version__} "
        f"to {len(takes)} rendered takes of {seconds:.0f} s in all ({families}) with true gravity. 90 % intervals "
        f"held the truth in {100 * found.share:.0f} % of {found.zones} zones of {others}. Gravity's own uncertainty "
        f"is added per clip. Entries without enough frames stay those of {shipped().name}: {', '.join(kept) or 'none'}."
    )


def main() -> None:
    """Fit, check on takes held out, print both, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--held-out", nargs="+", type=Path, metavar="FOLDER", help="takes to check the intervals on")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    takes = takes_in(chosen.folders)
    model = _fit(takes, "")
    held_out = takes_in(chosen.held_out) if chosen.held_out else takes
    fitted = coverage(held_out, (lambda _: model) if chosen.held_out else of_other_families(takes))
    print(table(model))
    print()
    print(coverage_table(fitted, coverage(held_out, lambda _: shipped())))
    if chosen.json:
        source = source_words(takes, chosen.folders, fitted["all"], crossed=not chosen.held_out)
        chosen.json.write_text(as_file(ErrorModel(model.name, source, model.terms)), encoding="utf-8")


if __name__ == "__main__":
    main()
