"""The ergonomic targets on rendered ground truth: `python -m bench.ergonomics FOLDER [--json FILE]`.

FOLDER holds the true and the found motion of every take, as `python -m bench.synthetic --split scoring --keep FOLDER`
leaves them. Both go through the product's own chain to zones, legal rows and categories, and are compared. A zone is
scored where the truth is in it for more than 1 % of the time or that close (2 sigma) to its edge; a row where the truth
is in it for more than 1 % of the time filmed or its minutes are within 2 sigma of a limit between categories.

Nothing filmed for less than three minutes is ever called certain: `--least 180` repeats short takes, as work in cycles
repeats, so that certainty can be scored too. Errors repeat with them, which is stricter than new ones in every cycle.
`--errors 0.5` asks what the same rules would say if every angle erred half as much: how good angles must be.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from bench.agreement import Confusion, Share, mean, percentile
from bench.ergonomic_targets import SEED, SHIFTS, Result, Shifts, Zones, compare
from bench.shift_agreement import Agreement, RowVerdict
from bench.take_agreement import EDGES, AngleError, RowSeconds, ZoneAgreement, read_takes

TARGETS_DEG = {
    "trunk flexion": (6.0, 4.0),
    "arm elevation": (8.0, 5.0),
    "neck flexion": (9.0, 6.0),
    "elbow flexion": (8.0, 5.0),
    "knee flexion": (8.0, 5.0),
}
"""Mean absolute error: target and goal."""


def lines(result: Result) -> Iterator[str]:
    """The tables, line by line."""
    yield f"{len(result.takes)} takes, {len(result.composed.shifts)} composed shifts"
    yield ""
    yield from _angle_lines(result.angles)
    yield ""
    yield from _zone_lines(result.zones)
    yield f"worst zone p90 of composed shifts {result.composed_worst_zone_p90:.1f} points"
    yield ""
    yield from _row_lines(result)
    yield ""
    held = result.holds
    yield f"holds > 4 s: {held.true} true, {held.found} found, {held.both} both; F1 {held.f1:.2f} (target 0.8)"
    for kind, shifts in (("one take, 480 min", result.one_take), ("composed shifts", result.composed)):
        yield ""
        yield from _shift_lines(kind, shifts)


def _angle_lines(errors: Mapping[str, AngleError]) -> Iterator[str]:
    yield f"{'angle':24} {'MAE':>6} {'target':>7} {'goal':>5} {'bias':>7} {'gain':>6}"
    for name, error in errors.items():
        target = "{:6.0f}° {:4.0f}°".format(*TARGETS_DEG[name]) if name in TARGETS_DEG else f"{'–':>7} {'–':>5}"
        yield f"{name:24} {error.mean_absolute:5.1f}° {target} {error.bias:6.1f}° {error.gain:6.2f}"


def _zone_lines(found: Zones) -> Iterator[str]:
    head = f"{'zone':24} {'scored':>7} {'true s':>8} {'found s':>8} {'|error|':>8} {'p90':>6}"
    yield head + "   percentage points"
    for part, edges in EDGES.items():
        bounds = ["", *(f"{edge:g}" for edge in edges), ""]
        for number, (low, high) in enumerate(pairwise(bounds)):
            scored = [z for z in found.scored if z.part == part and z.zone == number]
            off = [abs(zone.error) for zone in scored]
            seconds = f"{sum(z.true_s for z in scored):8.1f} {sum(z.found_s for z in scored):8.1f}"
            name, share = f"{part} {low}…{high}", f"{mean(off):8.1f} {percentile(off, 90):6.1f}"
            yield f"{name:24} {len(scored):7} {seconds} {share}"
    yield (
        f"worst zone p90 {found.worst_zone_p90:.1f} points (target 5); largest error of any scored zone "
        f"{found.any_zone_p90:.1f}; {found.left_out} zones found though not scored"
    )
    yield f"90 % intervals hold the true time in {_share(found.covered)} of scored zones (target 85 to 95 %)"


def _row_lines(result: Result) -> Iterator[str]:
    yield f"{'row':14} {'takes':>6} {'true s':>8} {'found s':>8} {'|error| s':>10} {'κ of time':>10}"
    for row in dict.fromkeys(row.row for row in result.rows):
        of_row = [r for r in result.rows if r.row == row]
        off = mean(abs(r.found_s - r.true_s) for r in of_row)
        sums = f"{sum(r.true_s for r in of_row):8.1f} {sum(r.found_s for r in of_row):8.1f}"
        yield f"{row:14} {len(of_row):6} {sums} {off:10.2f} {result.row_kappas[row]:10.2f}"


def _shift_lines(kind: str, shifts: Shifts) -> Iterator[str]:
    scored = f"{len(shifts.rows)} scored rows, {shifts.left_out} rows alarmed unscored"
    yield f"{kind}: {len(shifts.shifts)} shifts, {scored}"
    yield from _agreement_lines("category of rows", shifts.by_row)
    yield from _agreement_lines("category of jobs", shifts.by_job)
    yield (
        f"  90 % intervals hold the true minutes in {_share(shifts.covered)} of scored rows (target 85 to 95 %), "
        f"{_share(shifts.covered_exactly)} without the allowance of a frame"
    )


def _agreement_lines(what: str, found: Agreement) -> Iterator[str]:
    yield f"  {what:18} {'agree':>16} {'κ':>6} {'κ²':>6} {'false safe':>11} {'false alarm':>12}"
    for name, table in (("ours", found.confusion), ("always category 1", found.confusion.always_safe())):
        kappas = f"{table.kappa():6.2f} {table.kappa(2):6.2f}"
        yield f"    {name:16} {_share(table.agreement):>16} {kappas} {table.false_safe:11} {table.false_alarm:12}"
    cells = "; ".join(f"truth {n}: {' '.join(map(str, row))}" for n, row in enumerate(found.confusion.counts, 1))
    yield f"    found 1 2 3 where {cells}; unanswered {found.unanswered}"
    yield f"    called certain and wrong: {_share(found.certain_wrong)} (target at most 5 %)"
    yield f"    read 'at least': {_share(found.false_safe_open)} of the false safe, {_share(found.open)} of all answers"


def _share(share: Share) -> str:
    return f"{100 * share.value:.0f} % ({share.hits}/{share.total})" if share.total else "none"


def as_json(result: Result) -> str:
    """All figures and every single comparison behind them; what is not a number is null."""
    found: dict[str, object] = {
        "takes": result.takes,
        "angles": {name: asdict(error) for name, error in result.angles.items()},
        "zones": {
            "worst_zone_p90": result.zones.worst_zone_p90,
            "composed_worst_zone_p90": result.composed_worst_zone_p90,
            "any_zone_p90": result.zones.any_zone_p90,
            "covered": asdict(result.zones.covered),
            "found_unscored": result.zones.left_out,
            "each": [_plain(zone) | {"interval_s": zone.interval_s.model_dump()} for zone in result.zones.zones],
        },
        "row_seconds": [_plain(row) for row in result.rows],
        "row_kappas": dict(result.row_kappas),
        "holds": asdict(result.holds) | {"f1": result.holds.f1},
        "one_take_shifts": _shifts_json(result.one_take),
        "composed_shifts": _shifts_json(result.composed),
    }
    return json.dumps(_without_nan(found), indent=1, ensure_ascii=False) + "\n"


def _shifts_json(shifts: Shifts) -> dict[str, object]:
    return {
        "rows": _agreement_json(shifts.by_row),
        "jobs": _agreement_json(shifts.by_job),
        "covered": asdict(shifts.covered),
        "covered_exactly": asdict(shifts.covered_exactly),
        "alarmed_unscored": shifts.left_out,
        "each": [
            {
                "name": shift.name,
                "operations": shift.operations,
                "minutes": shift.minutes,
                "true_category": shift.true_category,
                "found_category": shift.found_category,
                "certain": shift.certain,
                "scored_rows": [
                    _plain(row) | {"interval": row.interval.model_dump() if row.interval else None}
                    for row in shift.rows
                    if row.scored
                ],
            }
            for shift in shifts.shifts
        ],
    }


def _agreement_json(found: Agreement) -> dict[str, object]:
    tables = {"ours": found.confusion, "always_category_1": found.confusion.always_safe()}
    return {
        **{name: _confusion_json(table) for name, table in tables.items()},
        "certain_wrong": asdict(found.certain_wrong),
        "false_safe_open": asdict(found.false_safe_open),
        "open": asdict(found.open),
        "unanswered": found.unanswered,
    }


def _confusion_json(table: Confusion) -> dict[str, object]:
    return {
        "truth_by_found": table.counts,
        "agreement": table.agreement.value,
        "kappa_linear": table.kappa(),
        "kappa_quadratic": table.kappa(2),
        "false_safe": table.false_safe,
        "false_alarm": table.false_alarm,
    }


def _plain(item: ZoneAgreement | RowSeconds | RowVerdict) -> dict[str, object]:
    return dict(vars(item))


def _without_nan(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value


def main() -> None:
    """Compare a folder of takes and print the tables; `--json` keeps every comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shifts", type=int, default=SHIFTS, help="how many random shifts to compose")
    parser.add_argument("--seed", type=int, default=SEED, help="of the random shifts")
    parser.add_argument("--least", type=float, default=0.0, metavar="SECONDS", help="repeat takes until they last this")
    parser.add_argument(
        "--errors", type=float, default=1.0, metavar="SHARE", help="leave so much of the angles' errors"
    )
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    result = compare(read_takes(chosen.folder, chosen.least, chosen.errors), chosen.shifts, chosen.seed)
    print("\n".join(lines(result)))
    if chosen.json:
        chosen.json.write_text(as_json(result), encoding="utf-8")


if __name__ == "__main__":
    main()
