"""ISO 11226 and EN 1005-4 over a clip: every hold judged, every zone's use resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.exposure import frequency
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics import en1005_4, iso11226
from gpu_worker.ergonomics.given import Given
from gpu_worker.ergonomics.judged import Bad, Judged
from gpu_worker.ergonomics.method_results import MachinePart, StaticPart, ZoneUse
from gpu_worker.ergonomics.occupancy import Occupancy, occupy
from gpu_worker.ergonomics.peaks import furthest
from gpu_worker.ergonomics.readings import Reading, Readings
from gpu_worker.ergonomics.result import Hold
from gpu_worker.ergonomics.scoring import Band
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import SIDES, Combine, signal

Mask = NDArray[np.bool_]
Side = Literal["left", "right", "both"]


@dataclass(frozen=True)
class Zoned:
    """One criterion over T frames."""

    reading: Reading
    states: NDArray[np.int64]
    """(T,) zone by position; -1 unknown."""


def zoned(
    readings: Readings,
    combine: Combine,
    names: Sequence[str],
    bands: Sequence[Band],
    tolerance: float,
    settings: Settings,
) -> Zoned:
    """Zones with hysteresis of one criterion; a border at 0 moves outward by the tolerance."""
    reading = readings.combined(combine, names, settings)
    return Zoned(reading, reading.states(_edges(bands, tolerance), settings))


def _edges(bands: Sequence[Band], tolerance: float) -> tuple[float, ...]:
    """Borders between bands: a value on one belongs to the band that includes it."""
    found = []
    for band in bands[1:]:
        border = band.above if band.above is not None else band.at_least
        assert border is not None
        if border == 0:
            found.append(tolerance if band.above is not None else -tolerance)
        else:
            found.append(border if band.above is not None else float(np.nextafter(border, -np.inf)))
    return tuple(found)


def sided(names: Sequence[str], combine: str) -> Iterator[tuple[Side, tuple[str, ...]]]:
    """The signals of each side: arm and knee signals exist twice."""
    if combine == "percent_of_range" or not names[0].startswith(("arm_", "shoulder_", "knee_")):
        yield "both", tuple(names)
        return
    for side in SIDES:
        yield ("left" if side == "left" else "right"), tuple(f"{name}_{side}" for name in names)


def iso_parts(readings: Readings, given: Given, frames: Mask, settings: Settings) -> Iterator[Judged[StaticPart]]:
    """Every criterion of ISO 11226 on each side."""
    for rule in iso11226.RULES.parts:
        for side, names in sided(rule.signals, rule.combine):
            found = zoned(readings, rule.combine, names, rule.bands, _iso_tolerance(rule.part, settings), settings)
            where = frames & _posture(rule.part, readings.angles)
            yield _iso_part(rule, side, found, where, readings.angles, given, settings)


def _iso_part(
    rule: iso11226.Part, side: Side, found: Zoned, frames: Mask, angles: AngleSeries, given: Given, settings: Settings
) -> Judged[StaticPart]:
    seconds = {"acceptable": 0.0, "not_recommended": 0.0}
    holds: list[tuple[float, float | None, Hold]] = []
    for position, zone in enumerate(rule.zones):
        occupied = occupy(
            (found.states == position) & frames, found.reading.reached, found.reading.line, settings.static_s
        )
        for held in occupied.holds:
            stretch = slice(held.first, held.last + 1)
            mean = float(found.reading.values[stretch].mean())
            support = set(given.supported_in(stretch))
            support |= {"arm"} if f"arm_{side}" in support else set()
            leaning_back = float(np.nanmean(signal(angles, "trunk_flexion")[stretch])) < -settings.back_tolerance_deg
            verdict = iso11226.verdict_in_zone(
                rule.part, position, mean, held.seconds, frozenset(support), leaning_back
            )
            seconds[verdict] += held.seconds
            hold = Hold(
                region=zone.zone, start_s=held.start_s, end_s=held.stop_s, mean=mean, supported=tuple(sorted(support))
            )
            limit = _limit_s(rule, position, mean, verdict)
            holds.append(
                (held.seconds if limit is None else held.seconds / limit if limit > 0 else np.inf, limit, hold)
            )
    bad = [item for item in holds if item[1] is not None]
    worst = max(bad, key=lambda item: (item[0], item[2].seconds), default=None)
    result = StaticPart(
        part=rule.part,
        side=side,
        frame=rule.frame,
        holds=len(holds),
        acceptable_s=seconds["acceptable"],
        not_recommended_s=seconds["not_recommended"],
        longest=max((hold for _, _, hold in holds), key=lambda hold: hold.seconds, default=None),
        worst=None if worst is None else worst[2],
        worst_limit_s=None if worst is None else worst[1],
    )
    return Judged(
        result,
        rule.combine,
        tuple(
            Bad(hold.start_s, hold.end_s, (hold.start_s + hold.end_s) / 2, hold.mean, limit)
            for _, limit, hold in holds
            if limit is not None and hold.seconds > limit
        ),
    )


def _limit_s(rule: iso11226.Part, position: int, mean: float, verdict: iso11226.Verdict) -> float | None:
    """Longest acceptable hold in seconds: 0 where the posture is not recommended at all, None where it is free."""
    if rule.zones[position].verdict == "holding_time" and rule.holding is not None:
        return float(iso11226.longest_on_line_s(rule.holding, mean))
    return 0.0 if verdict == "not_recommended" else None


def _iso_tolerance(part: str, settings: Settings) -> float:
    return {
        "arm_awkward": 0.0,
        "shoulder": settings.shoulder_raised_deg,
        "knee_standing": settings.iso_knee_standing_deg,
    }.get(part, settings.back_tolerance_deg)


def _posture(part: str, angles: AngleSeries) -> Mask:
    """(T,) True in the postures a criterion is about."""
    if part == "knee_standing":
        return np.isin(angles.posture, ("standing", "one_legged"))
    if part == "knee_sitting":
        return np.asarray(angles.posture == "sitting")
    return np.ones(len(angles.posture), dtype=np.bool_)


def machine_parts(
    readings: Readings, given: Given, frames: Mask, long_use: bool | None, settings: Settings
) -> Iterator[Judged[MachinePart]]:
    """Every table of EN 1005-4 on each side. `long_use`: a workplace is used for more than half the shift."""
    for table in en1005_4.RULES.tables:
        for side, names in sided(table.signals, table.combine):
            tolerance = 0.0 if table.part == "arm_behind" else settings.back_tolerance_deg
            found = zoned(readings, table.combine, names, table.bands, tolerance, settings)
            yield _machine_part(table, side, found, frames, given, long_use, settings)


def _machine_part(
    table: en1005_4.Table,
    side: Side,
    found: Zoned,
    frames: Mask,
    given: Given,
    long_use: bool | None,
    settings: Settings,
) -> Judged[MachinePart]:
    observed = float(found.reading.line.weights_s[frames].sum())
    support = f"arm_{side}" if table.support == "arm" else table.support
    supported = given.support[support] if support is not None else np.zeros(len(frames), dtype=np.bool_)
    uses: list[ZoneUse] = []
    bad: list[Bad] = []
    fastest = 0.0
    for position in range(len(table.zones)):
        inside = (found.states == position) & frames
        occupied = occupy(inside, found.reading.reached, found.reading.line, settings.static_s)
        rate = frequency(occupied.stays, observed / 60).per_minute
        if position != _neutral(table):
            fastest = max(fastest, rate)
        for use, refused in _uses(table, position, occupied, found, supported, rate, long_use, settings.dwell_s):
            uses.append(use)
            bad += refused
    result = MachinePart(
        part=table.part,
        side=side,
        frame=table.frame,
        movements_per_min=fastest if observed > 0 else None,
        uses=tuple(uses),
    )
    return Judged(result, table.combine, tuple(bad))


def _neutral(table: en1005_4.Table) -> int:
    """Position of the zone that is acceptable however it is used."""
    return next(n for n, zone in enumerate(table.zones) if zone.zone == 1)


def _uses(
    table: en1005_4.Table,
    position: int,
    occupied: Occupancy,
    found: Zoned,
    supported: Mask,
    rate: float,
    long_use: bool | None,
    dwell_s: float,
) -> Iterator[tuple[ZoneUse, list[Bad]]]:
    """How a zone is used, each with what of it is not acceptable."""
    weights = found.reading.line.weights_s
    dynamic = float(weights[occupied.inside & ~occupied.still].sum())
    if occupied.holds:
        cell = en1005_4.cell(table.part, position, "static")
        seconds = {"acceptable": 0.0, "conditional": 0.0, "not_acceptable": 0.0}
        refused = []
        for held in occupied.holds:
            stretch = slice(held.first, held.last + 1)
            mean = float(found.reading.values[stretch].mean())
            verdict = en1005_4.resolve(
                table.part,
                cell,
                supported=bool(supported[stretch].mean() > 0.5),
                long_use=long_use,
                angle_deg=mean,
                hold_s=held.seconds,
            )
            seconds[verdict] += held.seconds
            if verdict == "not_acceptable":
                limit = en1005_4.longest_s(table.part, cell, mean)
                refused.append(Bad(held.start_s, held.stop_s, (held.start_s + held.stop_s) / 2, mean, limit))
        yield _zone_use(table, position, "static", cell, seconds), refused
    if dynamic > 0:
        use = en1005_4.use_of(rate)
        cell = en1005_4.cell(table.part, position, use)
        moving = occupied.inside & ~occupied.still
        verdict = en1005_4.resolve(
            table.part, cell, supported=bool(supported[moving].mean() > 0.5), long_use=long_use, frequency_per_min=rate
        )
        peaks = _peaks(found.reading, moving, position, rate, dwell_s) if verdict == "not_acceptable" else []
        yield _zone_use(table, position, use, cell, {verdict: dynamic}), peaks


def _peaks(reading: Reading, moving: Mask, zone: int, per_min: float, dwell_s: float) -> list[Bad]:
    """The furthest angles that movements into a zone keep for the dwell."""
    times = reading.line.times_s
    return [
        Bad(
            float(times[peak.first]),
            float(times[peak.last]),
            float(times[peak.at]),
            float(np.copysign(peak.level, reading.values[peak.at])),
            per_min=per_min,
            zone=zone,
        )
        for peak in furthest(np.where(moving, reading.values, np.nan), times, dwell_s)
    ]


def _zone_use(
    table: en1005_4.Table, position: int, use: en1005_4.Use, cell: en1005_4.Cell, seconds: Mapping[str, float]
) -> ZoneUse:
    worst: en1005_4.Verdict = "acceptable"
    if seconds.get("not_acceptable", 0.0) > 0:
        worst = "not_acceptable"
    elif seconds.get("conditional", 0.0) > 0:
        worst = "conditional"
    return ZoneUse(
        zone=table.zones[position].zone,
        use=use,
        seconds=sum(seconds.values()),
        cell=cell,
        verdict=worst,
        not_acceptable_s=seconds.get("not_acceptable", 0.0),
    )
