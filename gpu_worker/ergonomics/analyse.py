"""`analyse(angles, inputs, settings)`: one clip's angles in, everything that can be said of its postures out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from contract.inputs import Inputs
from gpu_worker.angles import gains
from gpu_worker.angles.errors import ErrorModel, shipped
from gpu_worker.angles.exposure import degree_minutes, movements, percentiles
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.smoothing import COARSE_BELOW_HZ
from gpu_worker.angles.timing import sample_rate_hz
from gpu_worker.angles.zones import original_zones
from gpu_worker.ergonomics import reba, rula
from gpu_worker.ergonomics.analysis import Analysis, OffsetLeftOut, Signature, Statistic
from gpu_worker.ergonomics.counted import Counted
from gpu_worker.ergonomics.effort import effort
from gpu_worker.ergonomics.given import Given, assumed_names, corrected, corrected_shares, given, long_use, parts_of
from gpu_worker.ergonomics.lifts import lifts
from gpu_worker.ergonomics.nv361.draw import with_draws
from gpu_worker.ergonomics.nv361.observe import Clip, TrackStates, all_tracks, clip_of, observe, track_states
from gpu_worker.ergonomics.nv361.rows import Seen, entered_time, row_times, taken_together, unclassified
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.observed import Alternative, RowTime
from gpu_worker.ergonomics.occupancy import occupy
from gpu_worker.ergonomics.posture_scores import owas_codes, reba_scores, rula_scores
from gpu_worker.ergonomics.readings import Readings
from gpu_worker.ergonomics.score_time import owas_result, scored_method
from gpu_worker.ergonomics.scoring import rules_sha256
from gpu_worker.ergonomics.settings import Settings, with_inputs
from gpu_worker.ergonomics.signals import SIDES, in_frame, signal
from gpu_worker.ergonomics.standards_time import iso_parts, machine_parts
from gpu_worker.ergonomics.worst import AnyPart, worst_moments

RULE_FILES = ("nv361", "rula", "reba", "owas", "iso11226", "en1005_4", "niosh", "ranges_of_motion")
SIDED = ("arm_elevation_gravity", "arm_flexion", "arm_abduction", "elbow_flexion", "hip_flexion", "knee_flexion")
STATISTICS = (
    "trunk_flexion",
    "trunk_side_bend",
    "trunk_twist",
    "head_flexion",
    "neck_flexion",
    "neck_side_bend",
    "neck_twist",
    *(f"{name}_{side}" for name in SIDED for side in SIDES),
)
"""Signals whose percentiles, holds and movements are reported."""
SCORED_SUPPORTS = ("trunk", "arm_left", "arm_right")
SCORED_INPUTS = (
    *assumed_names("load"),
    *assumed_names("coupling"),
    "activity",
    *(name for part in SCORED_SUPPORTS for name in assumed_names(f"support_{part}")),
)


def signature(video_name: str = "", video_sha256: str = "", quality: str = "", program: str = "poloha") -> Signature:
    """What a clip was analysed from, with the hashes of the rule files."""
    hashes = {**{name: rules_sha256(name) for name in RULE_FILES}, "gains": gains.sha256()}
    return Signature(
        program=program, rules_sha256=hashes, video_name=video_name, video_sha256=video_sha256, quality=quality
    )


def analyse(
    angles: AngleSeries,
    inputs: Inputs | None = None,
    settings: Settings | None = None,
    *,
    made_from: Signature | None = None,
    errors: ErrorModel | None = None,
) -> Analysis:
    """Every method over one clip.

    `inputs.settings` overrides `settings`; `errors` says how far angles may be off (default: the shipped model).
    Raises ValueError for a correction of a signal that does not exist, or a setting that does not exist.
    """
    told = inputs or Inputs()
    chosen = with_inputs(settings or Settings(), told)
    seen = corrected(angles, told)
    facts = given(told, angles.times_s)
    clip = clip_of(seen, facts)
    readings = Readings(seen, chosen)
    tracks = all_tracks(readings, chosen)
    observations = with_draws(observe(clip, tracks, told, chosen), clip, readings, tracks, chosen, errors or shipped())
    assumed, parts = frozenset(facts.assumed), parts_of([told])
    together = taken_together(observations)
    rows = row_times(together, chosen, assumed, parts)
    frames = facts.counted
    counted = Counted(clip.line, frames, float(clip.span_s[frames].sum()), chosen.dwell_s)
    pressed = effort(readings, frames, chosen)
    rula_sides, reba_sides = (score(seen, facts, pressed, chosen) for score in (rula_scores, reba_scores))
    codes = owas_codes(seen, facts, chosen)
    lifted = tuple(lifts(seen, told, chosen))
    iso = tuple(iso_parts(readings, facts, frames, chosen))
    machine = tuple(machine_parts(readings, facts, frames, long_use(told), chosen))
    standards: dict[str, Sequence[AnyPart]] = {"iso11226": iso, "en1005_4": machine}
    lacking = [*(name for name in SCORED_INPUTS if name in assumed), *_unseen_parts(seen)]
    return Analysis(
        signature=made_from or signature(),
        inputs=told,
        settings=chosen,
        assumed=facts.assumed,
        support_entered=_support_entered(facts, clip.span_s),
        duration_s=float(clip.span_s.sum()),
        observed_s=together.observed_s,
        unknown_s=together.unknown_s,
        excluded_s=float(clip.span_s[facts.excluded].sum()),
        warnings=(
            *_warnings(together.unknown_share, chosen, facts, seen.times_s),
            *(("lift_not_seen",) if len(lifted) < len(told.lifts) else ()),
        ),
        offsets=dict(angles.offsets),
        offsets_left_out={
            name: OffsetLeftOut(degrees=left.degrees, reason=left.reason) for name, left in angles.left_out.items()
        },
        observations=observations,
        rows=_with_row_corrections(rows, together, told),
        original_rows=_original_rows(angles, told, facts, chosen, assumed, parts, rows),
        unclassified=unclassified(together, chosen),
        alternatives=tuple(_alternatives(clip, readings, tracks, told, chosen, assumed, parts)),
        rula=scored_method("RULA", rula_sides, rula.RULES.action_levels, counted, lacking),
        reba=scored_method("REBA", reba_sides, reba.RULES.action_levels, counted, lacking),
        owas=owas_result(codes, counted, [name for name in assumed_names("load") if name in assumed]),
        iso11226=tuple(part.result for part in iso),
        en1005_4=tuple(part.result for part in machine),
        niosh=lifted,
        original_zones=original_zones(seen, frames),
        statistics=tuple(_statistics(readings, frames, counted.total_s, chosen)),
        worst_moments=worst_moments(
            seen, counted, tracks, observations, rula_sides, reba_sides, codes, standards, lifted
        ),
    )


def _warnings(unknown_share: float, settings: Settings, facts: Given, times_s: NDArray[np.float64]) -> Iterator[str]:
    """Keys of the report's catalogue."""
    if unknown_share > settings.unknown_refuse:
        yield "too_much_unknown"
    elif unknown_share > settings.unknown_warn:
        yield "much_unknown"
    if not (facts.operation >= 0).all():
        yield "time_outside_segments"
    if not sample_rate_hz(times_s) >= COARSE_BELOW_HZ:
        yield "coarse_rate"


def _support_entered(facts: Given, span_s: NDArray[np.float64]) -> dict[str, float]:
    """Share of the time that counts for which a part's support was entered, of the parts that have an entry."""
    total = float(span_s[facts.counted].sum())
    seconds = {part: float(span_s[facts.counted & told].sum()) for part, told in facts.support_entered.items()}
    return {part: entered / total for part, entered in seconds.items() if entered > 0}


def _unseen_parts(angles: AngleSeries) -> list[str]:
    """Parts that some seen frame does not show, and that RULA and REBA then take as at rest."""
    knees = np.fmax(*(signal(angles, f"knee_flexion_{side}") for side in SIDES))
    unsure = (angles.posture == "") | (np.isnan(knees) & (angles.posture != "sitting"))
    hidden = bool((angles.seen & unsure).any())
    return [*_hands(angles), *(["legs"] if hidden else [])]


def _hands(angles: AngleSeries) -> list[str]:
    """`wrist` where some seen frame has no wrist angle: the wrist was assumed straight there."""
    known = [
        np.isfinite(angles.signals[name])
        for name in ("wrist_flexion_left", "wrist_flexion_right")
        if name in angles.signals
    ]
    return [] if known and all((hand | ~angles.seen).all() for hand in known) else ["wrist"]


def _with_row_corrections(rows: tuple[RowTime, ...], seen: Seen, inputs: Inputs) -> tuple[RowTime, ...]:
    """Rows with an expert's share of the clip in place of the measured one."""
    told = corrected_shares(inputs)
    return tuple(
        entered_time(row.row, told[row.row], seen.observed_s, seen.unknown_s, row.failing_s) if row.row in told else row
        for row in rows
    )


def _original_rows(
    angles: AngleSeries,
    inputs: Inputs,
    facts: Given,
    settings: Settings,
    assumed: frozenset[str],
    parts: frozenset[str],
    rows: tuple[RowTime, ...],
) -> tuple[RowTime, ...] | None:
    """Rows as measured, before an expert's corrections and exclusions; None where there are none."""
    if not inputs.corrections and not inputs.exclusions:
        return None
    if all(c.row is not None for c in inputs.corrections) and not facts.excluded.any():
        return rows
    untouched = given(inputs.model_copy(update={"exclusions": ()}), angles.times_s)
    clip = clip_of(angles, untouched)
    return row_times(
        taken_together(observe(clip, all_tracks(Readings(angles, settings), settings), inputs, settings)),
        settings,
        assumed,
        parts,
    )


def _alternatives(
    clip: Clip,
    readings: Readings,
    tracks: dict[str, TrackStates],
    inputs: Inputs,
    settings: Settings,
    assumed: frozenset[str],
    parts: frozenset[str],
) -> Iterator[Alternative]:
    """The law's rows with the static threshold and the frames of arm and head read the other way."""
    choices: tuple[tuple[str, object], ...] = (
        ("static_s", 3.0 if settings.static_s != 3.0 else 4.0),
        ("arm_frame", "thorax" if settings.arm_frame == "gravity" else "gravity"),
        ("head_frame", "thorax" if settings.head_frame == "gravity" else "gravity"),
    )
    for name, value in choices:
        other = settings.model_copy(update={name: value})
        moved = {
            track.track: track_states(readings, track, other)
            for track in RULES.tracks
            if any(in_frame(s, other) != in_frame(s, settings) for s in track.signals)
        }
        observations = observe(clip, {**tracks, **moved}, inputs, other)
        rows = row_times(taken_together(observations), other, assumed, parts)
        yield Alternative(setting=name, value=str(value), observations=observations, rows=rows)


def _statistics(
    readings: Readings, frames: NDArray[np.bool_], total_s: float, settings: Settings
) -> Iterator[Statistic]:
    """Signals over the `frames` (T,) that count, which last `total_s` seconds."""
    for name in STATISTICS:
        reading = readings.single(name)
        line = reading.line.within(frames)
        if line.observed_s <= 0:
            continue
        holds = occupy(line.known, reading.reached, line, settings.static_s).holds
        p10, p50, p90, p95, p99 = percentiles(reading.values, line)
        yield Statistic(
            signal=name,
            observed_s=line.observed_s,
            unknown_s=max(total_s - line.observed_s, 0.0),
            percentile_10=p10,
            percentile_50=p50,
            percentile_90=p90,
            percentile_95=p95,
            percentile_99=p99,
            longest_hold_s=max((hold.seconds for hold in holds), default=0.0),
            holds=len(holds),
            movements_per_min=movements(reading.values, line) / (line.observed_s / 60),
            degree_minutes=degree_minutes(reading.values, line),
        )
