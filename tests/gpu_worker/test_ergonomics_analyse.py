"""One clip: faults of the original program, time that is unknown, inputs, corrections, what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

from contract.inputs import (
    ActivityEntry,
    Correction,
    CouplingEntry,
    Exclusion,
    Inputs,
    Lift,
    LoadEntry,
    LogRewritten,
    Segment,
    check_append_only,
)
from gpu_worker.angles.compute import angles as measured
from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics import analysis as analysis_model
from gpu_worker.ergonomics import assessment as assessment_model
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis, Moment
from gpu_worker.ergonomics.method_results import LiftResult, ScoredMethod
from gpu_worker.ergonomics.moment_order import METHODS
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.report.moments import worth_telling
from gpu_worker.verdict import summary
from tests.gpu_worker.acted import acted
from tests.gpu_worker.moving_body import Pose

QUICK = Settings(draws=0)
WHEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FOLDER = Path(analysis_model.__file__).parent


def seconds(analysis: Analysis, row: str) -> float:
    """Seconds in one row of the law."""
    return next(time.seconds for time in analysis.rows if time.row == row)


def component(method: ScoredMethod, name: str, side: str) -> dict[int, float]:
    """Seconds per score of a component."""
    found = next(c for c in method.components if c.component == name and c.side == side)
    return {time.score: time.seconds for time in found.scores}


def test_left_and_right_arm_are_never_swapped() -> None:
    left = analyse(
        acted({"arm_elevation_gravity_left": [(0, 61, 70)], "arm_flexion_left": [(0, 61, 70)]}), settings=QUICK
    )
    assert (seconds(left, "lhk.2"), seconds(left, "phk.2")) == (pytest.approx(60), 0)
    assert component(left.rula, "upper_arm", "left").keys() == {3}
    assert component(left.rula, "upper_arm", "right").keys() == {1}


def test_mirrored_movements_give_mirrored_results() -> None:
    script = {
        "arm_elevation_gravity_left": [(5, 25, 70.0)],
        "arm_flexion_left": [(5, 25, 70.0)],
    }
    mirrored = {name.replace("_left", "_right"): stretches for name, stretches in script.items()}
    left, right = (analyse(acted(acts, seconds=50), settings=QUICK) for acts in (script, mirrored))
    assert seconds(left, "lhk.2") == seconds(right, "phk.2")
    assert [s.mean for s in left.rula.sides[:2]] == [s.mean for s in reversed(right.rula.sides[:2])]
    assert [s.mean for s in left.reba.sides[:2]] == [s.mean for s in reversed(right.reba.sides[:2])]
    assert left.rula.headline_side == "left"


def test_arms_raised_sideways_count_as_raised() -> None:
    sideways = acted(
        {
            f"arm_{name}_{side}": [(0, 61, 80)]
            for name in ("elevation", "elevation_gravity", "abduction")
            for side in ("left", "right")
        }
        | {f"arm_flexion_{side}": [(0, 61, float("nan"))] for side in ("left", "right")}
    )
    analysis = analyse(sideways, settings=QUICK)
    for side in ("left", "right"):
        # 45 to 90 degrees score 3, and one point for abduction.
        assert component(analysis.rula, "upper_arm", side).keys() == {4}
        assert component(analysis.reba, "upper_arm", side).keys() == {4}


def test_reaching_overhead_does_not_wrap_to_reaching_back() -> None:
    overhead = acted({"arm_flexion_left": [(0, 61, 190)], "arm_elevation_left": [(0, 61, 170)]})
    assert component(analyse(overhead, settings=QUICK).rula, "upper_arm", "left").keys() == {4}


def test_leaning_back_is_not_leaning_forward() -> None:
    back = analyse(acted({"trunk_flexion": [(0, 61, -45)]}), settings=QUICK)
    assert seconds(back, "trup.2") == pytest.approx(60)
    assert seconds(back, "trup.6") == 0


def test_missed_frames_are_unknown_and_never_normal() -> None:
    analysis = analyse(acted({"trunk_flexion": [(0, 61, 65)]}, unseen=[(20, 40)]), settings=QUICK)
    assert analysis.unknown_s == pytest.approx(20, abs=0.2)
    assert analysis.observed_s + analysis.unknown_s == pytest.approx(60)
    assert seconds(analysis, "trup.1") == pytest.approx(40, abs=0.2)
    assert next(t.share for t in analysis.rows if t.row == "trup.1") == pytest.approx(1.0)
    assert analysis.rula.sides[0].unknown_s == pytest.approx(20, abs=0.2)
    assert "too_much_unknown" in analysis.warnings


def test_an_arm_that_was_hidden_is_not_assessed() -> None:
    hidden = acted({})
    blind = {
        name: np.full_like(v, np.nan)
        for name, v in hidden.signals.items()
        if name.startswith("arm_") and name.endswith("_left")
    }
    series = AngleSeries(**{**vars(hidden), "signals": {**hidden.signals, **blind}})
    rows = {time.row: time for time in analyse(series, settings=QUICK).rows}
    assert rows["lhk.2"].status == "not_assessed"
    assert rows["lhk.2"].share is None
    assert rows["phk.2"].status == "measured"


def test_irregular_sampling_does_not_change_minutes() -> None:
    even = acted({"trunk_flexion": [(20, 40, 65)]}, rate_hz=20)
    rng = np.random.default_rng(5)
    kept = np.sort(rng.choice(len(even.times_s), len(even.times_s) // 2, replace=False))
    fields = {name: getattr(even, name)[kept] for name in ("times_s", "frame_index", "seen", "posture")}
    maps = {name: {k: v[kept] for k, v in getattr(even, name).items()} for name in ("signals", "sigma")}
    thinned = AngleSeries(**fields, **maps, offsets={})
    assert seconds(analyse(thinned, settings=QUICK), "trup.1") == pytest.approx(20, abs=0.5)


def test_few_pictures_a_second_are_flagged_as_coarse() -> None:
    assert "coarse_rate" in analyse(acted({}, rate_hz=5), settings=QUICK).warnings
    assert "coarse_rate" not in analyse(acted({}, rate_hz=12), settings=QUICK).warnings


def test_load_counts_where_it_was_entered() -> None:
    told = Inputs(load=(LoadEntry(kg=12, start_s=0, end_s=30),))
    analysis = analyse(acted({}), told, QUICK)
    assert {t.score: round(t.seconds) for t in analysis.owas.load} == {1: 30, 2: 30}
    assert "load" in analyse(acted({}), settings=QUICK).owas.assumed
    assert "load" not in analysis.owas.assumed


def test_grip_and_unstable_base_raise_reba() -> None:
    plain = analyse(acted({"elbow_flexion_left": [(0, 61, 80)]}), settings=QUICK).reba.sides[0].highest
    told = Inputs(
        coupling=(CouplingEntry(coupling="unacceptable"),),
        activity=(ActivityEntry(rapid_changes_or_unstable_base=True),),
    )
    harder = analyse(acted({"elbow_flexion_left": [(0, 61, 80)]}), told, QUICK).reba.sides[0].highest
    assert plain is not None
    assert harder is not None
    assert harder > plain


def test_a_posture_held_over_a_minute_adds_a_point() -> None:
    held = analyse(acted({}, seconds=90), settings=QUICK)
    moving = acted(
        {
            "arm_elevation_left": [(t, t + 5, 15) for t in range(0, 90, 10)],
            "arm_elevation_right": [(t, t + 5, 15) for t in range(0, 90, 10)],
            "trunk_flexion": [(t, t + 5, 15) for t in range(0, 90, 10)],
        },
        seconds=90,
    )
    assert held.reba.sides[0].highest == (analyse(moving, settings=QUICK).reba.sides[0].scores[0].score + 1)


def test_operations_are_told_apart_by_segments() -> None:
    told = Inputs(
        segments=(
            Segment(start_s=0, end_s=30, operation="drilling"),
            Segment(start_s=30, end_s=50, operation="sorting", pieces=4),
        ),
    )
    analysis = analyse(acted({"trunk_flexion": [(0, 30, 65)]}), told, QUICK)
    drilling, sorting = analysis.observations
    assert (drilling.operation, round(drilling.observed_s), sorting.pieces, round(sorting.observed_s)) == (
        "drilling",
        30,
        4,
        20,
    )
    static = {o.operation: {r.region: r.static_s for r in o.regions}["trunk_over_60"] for o in analysis.observations}
    assert static == {"drilling": pytest.approx(30, abs=0.11), "sorting": 0}
    assert "time_outside_segments" in analysis.warnings


def test_an_excluded_stretch_leaves_the_analysis_and_the_original_stays() -> None:
    told = Inputs(
        exclusions=(Exclusion(who="J. N.", when=WHEN, reason="somebody else walked in", start_s=0, end_s=30),)
    )
    analysis = analyse(acted({"trunk_flexion": [(10, 50, 65)]}), told, QUICK)
    assert seconds(analysis, "trup.1") == pytest.approx(20, abs=0.11)
    assert analysis.excluded_s == pytest.approx(30, abs=0.11)
    assert analysis.original_rows is not None
    assert next(t.seconds for t in analysis.original_rows if t.row == "trup.1") == pytest.approx(40, abs=0.11)
    assert analysis.inputs.exclusions[0].who == "J. N."


def test_a_corrected_angle_replaces_the_measured_one_and_the_original_stays() -> None:
    told = Inputs(
        corrections=(
            Correction(
                who="J. N.",
                when=WHEN,
                reason="the bench hid the hips",
                start_s=10,
                end_s=30,
                signal="trunk_flexion",
                value_deg=65,
            ),
        )
    )
    analysis = analyse(acted({"trunk_flexion": [(10, 30, 50)]}), told, QUICK)
    assert seconds(analysis, "trup.1") == pytest.approx(20, abs=0.11)
    assert analysis.original_rows is not None
    assert next(t.seconds for t in analysis.original_rows if t.row == "trup.6") == pytest.approx(20, abs=0.11)


def test_a_correction_into_unseen_time_leaves_it_unknown() -> None:
    def corrected_until(end_s: float) -> Analysis:
        entry = {"who": "x", "when": WHEN, "reason": "y", "start_s": 5, "end_s": end_s}
        angle = {**entry, "signal": "arm_elevation_gravity_right", "value_deg": 65}
        return analyse(unseen, Inputs.model_validate({"corrections": [angle, {**entry, "posture": "sitting"}]}), QUICK)

    unseen = acted({}, seconds=20, unseen=[(9, 9.7)])
    before, inside = corrected_until(9), corrected_until(9.5)
    regions = {region.region: region for region in inside.observations[0].regions}
    assert regions["arm_over_60_right"].unknown_s == pytest.approx(inside.unknown_s)
    assert inside.unknown_s > 0.6
    assert inside.observations == before.observations
    assert inside.en1005_4 == before.en1005_4
    assert seconds(inside, "phk.1") + seconds(inside, "phk.3") == seconds(before, "phk.1") + seconds(before, "phk.3")


def test_a_correction_gives_a_hidden_limb_its_angle() -> None:
    measured = acted({}, seconds=20)
    signals = dict(measured.signals)
    hidden = (measured.times_s >= 5) & (measured.times_s < 9)
    signals["arm_elevation_gravity_right"] = np.where(hidden, np.nan, signals["arm_elevation_gravity_right"])
    told = Correction(
        who="x", when=WHEN, reason="y", start_s=5, end_s=9, signal="arm_elevation_gravity_right", value_deg=65
    )
    series = replace(measured, signals=signals)
    before, after = (analyse(series, Inputs(corrections=log), QUICK) for log in ((), (told,)))

    def unknown_s(analysis: Analysis) -> float:
        return next(r.unknown_s for r in analysis.observations[0].regions if r.region == "arm_over_60_right")

    assert unknown_s(before) == pytest.approx(4, abs=0.11)
    assert unknown_s(after) == 0


def test_segments_may_touch_but_not_overlap() -> None:
    def told(second_start: float) -> Inputs:
        first, second = {"start_s": 0, "end_s": 2}, {"start_s": second_start, "end_s": 5}
        return Inputs.model_validate({"segments": [{**second, "operation": "b"}, {**first, "operation": "a"}]})

    assert len(told(2).segments) == 2
    with pytest.raises(ValidationError, match=r"a from 0.0 to 2.0 s and b from 1.5 to 5.0 s") as refused:
        told(1.5)
    assert refused.value.errors()[0]["type"] == "segments_overlap"


def test_a_correction_of_a_signal_that_does_not_exist_is_refused() -> None:
    told = Inputs(
        corrections=(Correction(who="x", when=WHEN, reason="y", start_s=0, end_s=1, signal="tail", value_deg=1),)
    )
    with pytest.raises(ValueError, match="tail"):
        analyse(acted({}), told, QUICK)


def test_a_corrected_row_of_a_clip_that_video_does_not_show_has_its_seconds() -> None:
    told = Inputs(corrections=(Correction(who="x", when=WHEN, reason="timed on site", row="dk.5", share=0.1),))
    (line,) = (time for time in analyse(acted({}), told, QUICK).rows if time.row == "dk.5")
    assert (line.status, line.share) == ("entered", 0.1)
    assert (line.seconds, line.observed_s) == (pytest.approx(6), pytest.approx(60))


def test_the_log_of_corrections_only_grows() -> None:
    first = Exclusion(who="x", when=WHEN, reason="a", row="trup.1")
    second = Exclusion(who="x", when=WHEN, reason="b", row="trup.2")
    before = Inputs(exclusions=(first,))
    check_append_only(before, Inputs(exclusions=(first, second)))
    with pytest.raises(LogRewritten):
        check_append_only(before, Inputs(exclusions=(second,)))
    with pytest.raises(LogRewritten):
        check_append_only(before, Inputs())


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown_field": 1},
        {"load": [{"kg": -1}]},
        {"segments": [{"start_s": 5, "end_s": 5, "operation": "a"}]},
        {"operations": [{"name": "a", "minutes": 5, "pieces": 5}]},
        {"operations": [{"name": "a"}, {"name": "a"}]},
        {"rows": [{"row": "trup.12", "minutes": 1}]},
        {"rows": [{"row": "trup.1"}]},
        {"exclusions": [{"who": "x", "when": "2026-11-23T12:00:00Z", "reason": "", "row": "trup.1"}]},
        {"exclusions": [{"who": "x", "when": "2026-11-23T12:00:00", "reason": "no time zone", "row": "trup.1"}]},
        {"corrections": [{"who": "x", "when": "2026-11-23T12:00:00Z", "reason": "r", "signal": "trunk_flexion"}]},
        {"shift": {"minutes": 30, "breaks": [{"minutes": 30, "meal": True}]}},
    ],
)
def test_inputs_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Inputs.model_validate(wrong)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        analyse(acted({}), Inputs(settings={"static_seconds": 3}))


def test_a_chosen_setting_is_used_and_stored() -> None:
    analysis = analyse(acted({}), Inputs(settings={"static_s": 3.0, "draws": 0}))
    assert analysis.settings.static_s == 3.0


def test_only_meal_breaks_shorten_the_work_time() -> None:
    told = Inputs.model_validate(
        {"shift": {"minutes": 510, "breaks": [{"minutes": 30, "meal": True}, {"minutes": 15}]}}
    )
    assert told.shift is not None
    assert told.shift.work_minutes == 480


def lifted(**told: float) -> LiftResult:
    """The manual's first example, its hands 40 cm away as the video shows, or as somebody measured."""
    reach = {f"hand_reach_{side}_m": [(0, 61, 0.4)] for side in ("left", "right")}
    task = {"vertical_cm": 30, "travel_cm": 60, "asymmetry_deg": 0, "lifts_per_min": 1, "hours": 2, "coupling": "fair"}
    lift = Lift.model_validate({"start_s": 10, "end_s": 12, "load_kg": 10, **task, **told})
    (found,) = analyse(acted(reach), Inputs(lifts=(lift,)), QUICK).niosh
    return found


def test_a_lift_is_judged_as_a_range() -> None:
    lift = lifted()
    assert lift.weight_limit_best_kg == pytest.approx(9.3, abs=0.05)
    assert lift.weight_limit_kg.low < 9.3 < lift.weight_limit_kg.high
    assert lift.lifting_index is not None
    assert lift.lifting_index.low < 10 / 9.3 < lift.lifting_index.high


def test_measured_lengths_of_a_lift_are_not_off_by_what_video_is() -> None:
    lift = lifted(horizontal_cm=40)
    assert lift.weight_limit_kg.low == lift.weight_limit_kg.high == lift.weight_limit_best_kg
    assert "height" in lifted().assumed
    assert "height" not in lift.assumed


def test_a_lift_whose_hands_were_not_seen_is_not_dropped_silently() -> None:
    hidden = acted({}, unseen=[(5, 15)])
    analysis = analyse(hidden, Inputs(lifts=(Lift(start_s=10, load_kg=10),)), QUICK)
    assert analysis.niosh == ()
    assert "lift_not_seen" in analysis.warnings


def test_distances_of_a_lift_are_read_from_the_body() -> None:
    hands = acted(
        {f"hand_reach_{side}_m": [(0, 61, 0.4)] for side in ("left", "right")}
        | {f"hand_height_{side}_m": [(0, 11, 0.3), (11, 60, 0.9)] for side in ("left", "right")}
    )
    (lift,) = analyse(hands, Inputs(lifts=(Lift(start_s=10, end_s=12, load_kg=10),)), QUICK).niosh
    assert (lift.horizontal_cm, lift.vertical_cm, lift.travel_cm) == (
        pytest.approx(40),
        pytest.approx(30),
        pytest.approx(60),
    )
    assert "height" in lift.assumed


def test_both_readings_of_a_frame_are_stored() -> None:
    # The trunk is bent: the arm hangs against gravity, but stands away from the thorax.
    bent = acted({"arm_elevation_left": [(0, 61, 65)], "arm_elevation_gravity_left": [(0, 61, 10)]})
    analysis = analyse(bent, settings=QUICK)
    assert seconds(analysis, "lhk.2") == 0
    other = next(a for a in analysis.alternatives if a.setting == "arm_frame")
    assert next(t.seconds for t in other.rows if t.row == "lhk.2") == pytest.approx(60)


def test_a_largest_angle_is_told_at_the_time_at_which_the_table_holds_it() -> None:
    series = acted({})
    trunk = series.signals["trunk_flexion"]
    for start in range(0, 600, 40):
        trunk[start : start + 4] = -167, -120, -93, -40
    peaks = [m for m in analyse(series, settings=QUICK).worst_moments if m.part == "trunk" and m.kind == "peak"]
    told = [m for m in peaks if m.values["angle_deg"]]
    assert {m.method for m in told} == {"nv361", "en1005_4"}
    for moment in told:
        assert moment.values["angle_deg"] == -93
        assert trunk[np.searchsorted(series.times_s, moment.time_s - 1e-6)] == -93


def test_a_largest_angle_is_kept_in_one_direction() -> None:
    series = acted({})
    series.signals["trunk_flexion"][300:304] = -170, -175, 175, 170
    moments = analyse(series, settings=QUICK).worst_moments
    peaks = [m for m in moments if m.values.get("track") == "trunk_sagittal"]
    assert all(m.values["angle_deg"] == 0 for m in peaks), "three samples make 0.2 s"


def test_worst_moments_show_the_longest_hold_and_the_highest_peak() -> None:
    analysis = analyse(acted({"trunk_flexion": [(5, 15, 65), (20, 45, 66), (50, 52, 80)]}), settings=QUICK)
    trunk = [m for m in analysis.worst_moments if m.method == "nv361" and m.part == "trunk"]
    holds, peaks = [m for m in trunk if m.kind == "hold"], [m for m in trunk if m.kind == "peak"]
    assert holds[0].values["seconds"] == pytest.approx(25, abs=0.11)
    assert 20 <= holds[0].time_s <= 45
    assert peaks[0].values["angle_deg"] == 80
    assert 50 <= peaks[0].time_s < 52
    assert {m.method for m in analysis.worst_moments} >= {"nv361", "rula", "reba", "owas", "iso11226"}


def test_worst_moments_come_by_method_and_the_worst_of_each_first() -> None:
    acting = {"trunk_flexion": [(5, 25, 50), (30, 36, 65), (40, 42, 80)], "arm_retroflexion_left": [(50, 51, 30)]}
    found = analyse(acted(acting), settings=QUICK).worst_moments
    methods = list(dict.fromkeys(moment.method for moment in found))
    assert methods == [name for name in METHODS if name in methods]
    law = [m for m in found if m.method == "nv361"]
    assert [(m.kind, m.part) for m in law[:3]] == [("hold", "trunk"), ("peak", "trunk"), ("peak", "trunk")]
    assert law[0].values["region"] == "trunk_over_60", (
        "six seconds of what is unacceptable before twenty of what is not"
    )
    assert law[1].values == {"track": "trunk_sagittal", "zone": "over_60", "angle_deg": 80.0}
    for method in ("rula", "reba", "owas"):
        scores = [(m.values["score"], m.values["seconds"]) for m in found if m.method == method]
        assert scores == sorted(scores, reverse=True), method


def test_movements_through_a_milder_zone_are_no_worst_moments_of_a_part() -> None:
    raised = [(5 + 4 * k, 6.5 + 4 * k, 50.0 if k % 2 else 90.0 + k) for k in range(13)]
    back = [(7 + 8 * k, 7.8 + 8 * k, -20.0) for k in range(6)]
    acting = acted({"arm_elevation_gravity_left": raised, "trunk_flexion": [*back, (11, 12, 40), (19, 20, 42)]})
    moves = [m for m in analyse(acting, settings=QUICK).worst_moments if m.method == "en1005_4" and m.kind == "peak"]
    assert [m.values["angle_deg"] for m in moves if m.part == "arm"] == [102, 100, 98]
    assert {float(m.values["angle_deg"]) > 0 for m in moves if m.part == "trunk"} == {True, False}, "both directions"


def test_an_arm_drawn_back_is_told_as_degrees_past_what_is_tolerated() -> None:
    drawn = [(5 + 4 * k, 6.5 + 4 * k, 30.0) for k in range(9)]
    found = analyse(acted({"arm_retroflexion_left": drawn}), settings=QUICK).worst_moments
    move = next(m for m in found if (m.method, m.part, m.side) == ("en1005_4", "arm_behind", "left"))
    assert move.values["angle_past_deg"] == pytest.approx(30 - Settings().arm_back_tolerance_deg)
    assert "angle_deg" not in move.values


def test_what_en_1005_4_refuses_is_shown_with_its_longest_hold_and_its_furthest_movement() -> None:
    held = [(start, start + length, 70.0) for start, length in ((5, 8), (20, 20), (50, 6), (60, 7))]
    raised = [(80 + 4 * k, 81.5 + 4 * k, 65 + k) for k in range(9)]
    acting = acted({"trunk_flexion": held, "arm_elevation_gravity_left": raised}, seconds=125)
    analysis = analyse(acting, settings=QUICK)
    found = [moment for moment in analysis.worst_moments if moment.method == "en1005_4"]
    holds = [moment for moment in found if moment.part == "trunk" and moment.kind == "hold"]
    assert [round(float(hold.values["seconds"])) for hold in holds] == [20, 8, 7], "the three longest"
    assert 20 <= holds[0].time_s <= 40
    assert holds[0].values["mean_deg"] == pytest.approx(70)
    moves = [moment for moment in found if (moment.part, moment.side, moment.kind) == ("arm", "left", "peak")]
    assert [moment.values["angle_deg"] for moment in moves] == [73, 71, 69], "apart from each other"
    assert 112 <= moves[0].time_s < 113.5
    assert moves[0].values["per_min"] == pytest.approx(9 / 125 * 60, rel=0.02)


def test_a_hold_that_iso_11226_allows_for_a_while_is_a_worst_moment_only_past_its_limit() -> None:
    analysis = analyse(acted({"trunk_flexion": [(5, 45, 50), (60, 240, 45)]}, seconds=250), settings=QUICK)
    trunk = [m for m in analysis.worst_moments if (m.method, m.part) == ("iso11226", "trunk")]
    assert [(round(m.start_s), round(float(m.values["limit_s"]))) for m in trunk] == [(60, 128)]


def test_the_heaviest_lift_for_its_place_is_the_worst_moment_of_niosh() -> None:
    near, far, never = (
        Lift(start_s=second, load_kg=12, vertical_cm=75, horizontal_cm=reach, travel_cm=20, asymmetry_deg=0)
        for second, reach in ((5, 25), (20, 60), (40, 80))
    )
    analysis = analyse(acted({}), Inputs(lifts=(near, far, never)), settings=QUICK)
    lifts = [moment for moment in analysis.worst_moments if moment.method == "niosh"]
    assert [(moment.time_s, moment.sentence) for moment in lifts] == [
        (40, "lift_impossible"), (20, "lift"), (5, "lift"),
    ]  # fmt: skip
    assert float(lifts[1].values["index"]) > float(lifts[2].values["index"])


def test_legs_and_low_postures_have_their_worst_moments_too() -> None:
    kneeling = replace(acted({"knee_flexion_left": [(10, 12, 140)]}), posture=np.array(["standing"] * 601))
    kneeling.posture[300:420] = "kneeling"
    moments = [m for m in analyse(kneeling, settings=QUICK).worst_moments if m.method == "nv361"]
    parts = {(m.part, m.sentence): m for m in reversed(moments)}
    assert parts["legs", "peak_of_track"].time_s == pytest.approx(10, abs=0.01)
    assert float(parts["legs", "peak_of_track"].values["angle_percent"]) > 90
    assert parts["other", "stay_in_region"].values["seconds"] == pytest.approx(12, abs=0.11)
    assert ("other", "hold_in_region") not in parts, "a posture class has no angle to hold"


def test_a_hold_at_the_end_of_a_range_is_told_in_percent_of_the_range() -> None:
    analysis = analyse(acted({"knee_flexion_left": [(10, 30, 140)]}), settings=QUICK)
    hold = next(m for m in analysis.worst_moments if (m.part, m.sentence) == ("legs", "hold_in_region"))
    assert "mean_deg" not in hold.values
    assert float(hold.values["mean_percent"]) > 90


def test_original_zones_sum_to_the_observed_time() -> None:
    analysis = analyse(acted({"trunk_flexion": [(0, 20, 50), (20, 30, -20)]}), settings=QUICK)
    trunk = next(part for part in analysis.original_zones.parts if part.part == "trunk")
    assert [round(zone.seconds) for zone in trunk.zones] == [10, 30, 20, 0]


def test_original_zones_and_the_list_of_jobs_count_only_what_was_judged() -> None:
    left_out = Exclusion(who="J. N.", when=WHEN, reason="somebody else walked in", start_s=0, end_s=20)
    named = Segment(start_s=0, end_s=50, operation="sorting")
    acting = acted({"trunk_flexion": [(0, 20, 70), (20, 35, 50), (51, 61, 70)]}, unseen=[(40, 45)])
    analysis = analyse(acting, Inputs(exclusions=(left_out,), segments=(named,)), QUICK)
    zones = analysis.original_zones
    trunk = next(part for part in zones.parts if part.part == "trunk")
    assert [zone.seconds for zone in trunk.zones] == pytest.approx([0, 10, 15, 0], abs=0.2)
    assert [zone.percent for zone in trunk.zones] == pytest.approx([0, 40, 60, 0], abs=0.5)
    assert trunk.unknown_s == pytest.approx(5, abs=0.2)
    assert trunk.observed_s + trunk.unknown_s == pytest.approx(zones.total_s)
    assert zones.total_s == pytest.approx(30, abs=0.11)
    assert summary(analysis, "openbody").worst_zone_percent["trunk"] == 0


def test_an_analysis_read_back_equals_the_original() -> None:
    analysis = analyse(acted({"trunk_flexion": [(5, 25, 65)]}), settings=Settings(draws=5))
    assert Analysis.model_validate_json(analysis.model_dump_json()) == analysis


def test_analysing_again_gives_the_same_bytes() -> None:
    angles = acted({"trunk_flexion": [(5, 25, 62)], "neck_twist": [(0, 40, 12)]})
    settings = Settings(draws=20)
    assert analyse(angles, settings=settings).model_dump_json() == analyse(angles, settings=settings).model_dump_json()


def test_the_committed_schemas_are_those_of_the_models() -> None:
    for model, name in ((analysis_model, "analysis"), (assessment_model, "assessment")):
        assert (FOLDER / f"{name}.schema.json").read_text() == model.schema()


def test_a_clip_in_which_nobody_was_seen_still_gives_a_readable_file() -> None:
    analysis = analyse(acted({}, unseen=[(0, 61)]), settings=Settings(draws=3))
    assert Analysis.model_validate_json(analysis.model_dump_json()) == analysis
    assert analysis.observed_s == 0
    assert all(time.share is None for time in analysis.rows)


def test_an_error_of_a_single_frame_is_no_worst_moment() -> None:
    times = np.arange(0, 60, 1 / 12)
    bend = np.where((times > 20) & (times < 23), 70.0, 5.0)
    motion = Pose(count=len(times), trunk_flexion=bend).motion(times)
    rotations = motion.rotations.copy()
    thrown = [120, 264, 500]  # before the bend, within it, after it
    rotations[thrown] = Rotation.from_euler("x", -90, degrees=True).as_matrix() @ rotations[thrown]
    found = analyse(measured(replace(motion, rotations=rotations)), settings=QUICK).worst_moments
    plain = analyse(measured(motion), settings=QUICK).worst_moments

    def bad(moments: tuple[Moment, ...]) -> list[tuple[str, str, int]]:
        """The worst of each part that anything asks for."""
        told = [moments[number] for number in worth_telling(moments)]
        return sorted(
            {(m.method, m.part, round(float(m.values.get("angle_deg", m.values.get("score", 0))))) for m in told}
        )

    assert bad(found) == bad(plain)
    assert ("nv361", "trunk", 70) in bad(found)
    for moment in found:
        if moment.method in ("nv361", "rula", "reba", "owas"):
            assert moment.end_s - moment.start_s >= Settings().dwell_s - 1e-6, moment


THROWN = {
    "trunk_flexion": [(20, 23, 35.0), (40, 40.1, 95.0)],
    "trunk_twist": [(40, 40.1, 50.0)],
    "neck_flexion": [(40, 40.1, 60.0)],
    "arm_elevation_gravity_left": [(40, 40.1, 120.0)],
    "arm_flexion_left": [(40, 40.1, 120.0)],
    **{f"knee_flexion_{side}": [(40, 40.1, 60.0)] for side in ("left", "right")},
}  # fmt: skip
"""Three seconds of bending, and one frame at which everything is thrown off."""


def test_a_thrown_frame_is_no_highest_score() -> None:
    found = analyse(acted(THROWN), settings=QUICK)
    plain = analyse(acted({"trunk_flexion": [(20, 23, 35.0)]}), settings=QUICK)
    for scored, calm in ((found.rula, plain.rula), (found.reba, plain.reba)):
        assert max(time.score for time in scored.sides[0].scores) > max(time.score for time in calm.sides[0].scores)
        assert [side.highest for side in scored.sides] == [side.highest for side in calm.sides]
    assert max(category.score for category in found.owas.categories) > 2
    assert found.owas.highest == 2


def test_the_highest_score_is_that_of_the_worst_moment() -> None:
    flickering = [(10 + 0.2 * k, 10.1 + 0.2 * k, 65.0) for k in range(30)]
    found = analyse(acted({"trunk_flexion": [(10, 16, 40.0), *flickering]}), settings=QUICK)
    for name, side, highest in (
        *(
            (method, side.side, side.highest)
            for method in ("rula", "reba")
            for side in getattr(found, method).sides[:2]
        ),
        ("owas", "both", found.owas.highest),
    ):
        worst = next(m for m in found.worst_moments if (m.method, m.side, m.kind) == (name, side, "peak"))
        assert worst.values["score"] == highest, name
    # The trunk is never less bent than 40° in these six seconds, though never at one score for long.
    assert found.reba.sides[0].highest == analyse(
        acted({"trunk_flexion": [(10, 16, 40.0)]}), settings=QUICK
    ).reba.sides[0].highest  # fmt: skip
