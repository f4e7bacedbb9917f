"""One shift from any number of clips: minutes, category, what is missing, how sure it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.inputs import (
    Break,
    Correction,
    Exclusion,
    Inputs,
    Operation,
    RowEntry,
    Segment,
    Shift,
    ShiftInputs,
    SupportEntry,
)
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.assessment import RowMinutes, ShiftAssessment
from gpu_worker.ergonomics.conclusion import remarks
from gpu_worker.ergonomics.nv361.rows import flattened
from gpu_worker.ergonomics.nv361.rules import RULES
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import Stretch, acted

QUICK = Settings(draws=0)
Script = dict[str, list[Stretch]]
WHEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def clip(script: Script, operation: str = "", worker: str = "A", seconds: float = 60.0, **told: object) -> Analysis:
    """A clip that shows one operation."""
    segments = (Segment(start_s=0, end_s=seconds + 1, operation=operation),) if operation else ()
    inputs = Inputs.model_validate({"segments": segments, "worker": worker, **told})
    return analyse(acted(script, seconds), inputs, QUICK)


def row(assessment: ShiftAssessment, name: str) -> RowMinutes:
    """One row of a shift."""
    return next(r for r in assessment.rows if r.row == name)


def minutes(assessment: ShiftAssessment, name: str) -> float:
    """Minutes of a row that was assessed."""
    found = row(assessment, name).minutes
    assert found is not None
    return found


def complete(**minutes_of: float) -> ShiftInputs:
    """A shift in which every row that video cannot show, or shows less of than there is, was entered by hand."""
    missing = [r.id for r in RULES.rows if r.coverage != "full" or flattened(r, Settings())]
    return ShiftInputs(rows=tuple(RowEntry(row=name, minutes=minutes_of.get(name, 0)) for name in missing))


def test_a_shift_cannot_change_what_only_a_new_analysis_can() -> None:
    seen = clip({})
    assert assess([seen], ShiftInputs(settings={"category_by": "sum"})).settings.category_by == "sum"
    with pytest.raises(ValueError, match="static_s"):
        assess([seen], ShiftInputs(settings={"static_s": 3.0}))


def test_clips_analysed_with_different_settings_raise_a_warning() -> None:
    other = clip({}, settings={"static_s": 3.0})
    assert "settings_differ" in assess([clip({}), other], ShiftInputs()).warnings
    assert "settings_differ" not in assess([clip({}), clip({})], ShiftInputs()).warnings


HALF_BENT: Script = {"trunk_flexion": [(0, 30, 65)]}


def test_minutes_are_the_share_of_each_operation_times_its_minutes() -> None:
    clips = [clip(HALF_BENT, "bending"), clip({}, "walking")]
    shift = ShiftInputs(operations=(Operation(name="bending", minutes=40), Operation(name="walking", minutes=440)))
    assert minutes(assess(clips, shift), "trup.1") == pytest.approx(20, rel=0.01)


def test_several_clips_of_one_operation_are_taken_together() -> None:
    clips = [clip(HALF_BENT, "bending"), clip({}, "bending", seconds=180)]
    shift = ShiftInputs(operations=(Operation(name="bending", minutes=480),))
    # 30 of 240 seconds.
    assert minutes(assess(clips, shift), "trup.1") == pytest.approx(60, rel=0.01)


def test_two_workers_at_one_operation_are_averaged() -> None:
    shift = ShiftInputs(operations=(Operation(name="bending", minutes=100),))
    both = assess([clip(HALF_BENT, "bending", "A"), clip({}, "bending", "B", seconds=600)], shift)
    assert minutes(both, "trup.1") == pytest.approx(25, rel=0.01)
    assert both.operations[0].workers == ("A", "B")
    alone = assess([clip(HALF_BENT, "bending", "B")], shift)
    assert minutes(alone, "trup.1") == pytest.approx(50, rel=0.01)


def test_pieces_per_shift_stand_for_minutes() -> None:
    told = Inputs(segments=(Segment(start_s=0, end_s=61, operation="packing", pieces=2),))
    packing = analyse(acted(HALF_BENT), told, QUICK)
    shift = ShiftInputs(operations=(Operation(name="packing", pieces=400),))
    found = assess([packing], shift)
    # 30 seconds a piece, 400 pieces: 200 minutes, half of them bent.
    assert found.operations[0].minutes == pytest.approx(200, rel=0.01)
    assert minutes(found, "trup.1") == pytest.approx(100, rel=0.01)


def test_pieces_that_no_clip_counted_are_refused() -> None:
    with pytest.raises(ValueError, match="pieces"):
        assess([clip({}, "packing")], ShiftInputs(operations=(Operation(name="packing", pieces=400),)))


def test_a_clip_of_an_operation_the_shift_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="painting"):
        assess([clip({}, "painting")], ShiftInputs(operations=(Operation(name="packing", minutes=400),)))


def test_an_operation_without_video_stays_unobserved() -> None:
    shift = ShiftInputs(operations=(Operation(name="bending", minutes=40), Operation(name="cleaning", minutes=300)))
    found = assess([clip(HALF_BENT, "bending")], shift)
    assert minutes(found, "trup.1") == pytest.approx(20, rel=0.01)
    assert found.unobserved_minutes == pytest.approx(440)
    assert found.at_least
    assert "unobserved_minutes" in found.warnings


def test_a_share_of_an_operation_without_video_is_refused_as_it_would_count_nowhere() -> None:
    told = RowEntry(row="ostatni.3", share=0.2, operation="cleaning")
    work = (Operation(name="bending", minutes=40), Operation(name="cleaning", minutes=300))
    with pytest.raises(ValueError, match="no clip shows"):
        assess([clip(HALF_BENT, "bending")], ShiftInputs(operations=work, rows=(told,)))
    timed = told.model_copy(update={"share": None, "minutes": 60.0})
    assert minutes(assess([clip(HALF_BENT, "bending")], ShiftInputs(operations=work, rows=(timed,))), "ostatni.3") == 60


def test_operations_nobody_timed_share_the_rest_of_the_shift() -> None:
    shift = ShiftInputs(
        shift=Shift(minutes=510, breaks=(Break(minutes=30, meal=True),)),
        operations=(Operation(name="bending"), Operation(name="walking", minutes=400)),
    )
    found = assess([clip(HALF_BENT, "bending"), clip({}, "walking")], shift)
    assert [(o.minutes, o.assumed) for o in found.operations] == [(80, True), (400, False)]
    assert "minutes_assumed" in found.warnings


def test_a_category_from_incomplete_rows_reads_at_least() -> None:
    found = assess([clip({})], ShiftInputs())
    assert (found.category, found.at_least) == (1, True)
    assert row(found, "phk.3").minutes is None
    assert row(found, "phk.3").status == "not_assessed"


def test_entering_the_missing_rows_completes_the_category() -> None:
    found = assess([clip({})], complete())
    assert (found.category, found.at_least) == (1, False)
    found = assess([clip({})], complete(**{"phk.3": 25.0}))
    assert (found.category, found.deciding_rows) == (2, ("phk.3",))
    assert row(found, "phk.3").status == "entered"


def test_what_was_seen_of_an_incomplete_row_counts_at_least() -> None:
    kneeling = clip({"knee_flexion_left": [(0, 30, 130)]})
    found = assess([kneeling], ShiftInputs())
    assert row(found, "dk.1").minutes is None
    assert row(found, "dk.1").seen_minutes == pytest.approx(240, rel=0.01)
    assert found.category == 3
    assert ("count_lower_bounds", "False", 1) in [(r.setting, r.value, r.category) for r in found.readings]


def test_what_was_entered_with_one_clip_alone_is_assumed_for_part_of_the_shift() -> None:
    held = {"support": ({"part": "trunk", "supported": True},), "load": ({"kg": 7},)}
    found = assess([clip({}, worker="A", **held), clip({}, worker="B")], ShiftInputs())
    names = {name for name in found.assumed if name.startswith(("load", "support_trunk", "coupling"))}
    assert names == {"load_partly", "support_trunk_partly", "coupling"}


def test_a_share_entered_for_one_operation_counts_there() -> None:
    shift = ShiftInputs(operations=(Operation(name="assembly", minutes=200), Operation(name="walking", minutes=280)))
    both = ({"row": "dk.5", "share": 0.1, "operation": "assembly"}, {"row": "dk.5", "share": 0, "operation": "walking"})
    found = assess([clip({}, "assembly", rows=both), clip({}, "walking")], shift)
    assert (minutes(found, "dk.5"), row(found, "dk.5").status) == (pytest.approx(20), "entered")
    found = assess([clip({}, "assembly", rows=both[:1]), clip({}, "walking")], shift)
    assert row(found, "dk.5").status == "not_assessed"
    assert row(found, "dk.5").seen_minutes == pytest.approx(20)


@pytest.mark.parametrize("entered", ["assembly", "walking"])
def test_a_row_entered_for_one_operation_and_measured_in_the_others_is_partly_entered(entered: str) -> None:
    shift = ShiftInputs(operations=(Operation(name="assembly", minutes=200), Operation(name="walking", minutes=280)))
    told = ({"row": "trup.3", "share": 0.25, "operation": entered, "note": "timed on site"},)
    line = row(assess([clip({}, "assembly", rows=told), clip({}, "walking")], shift), "trup.3")
    assert (line.status, bool(line.at_least)) == ("partly_entered", True), "flattened where it was measured"
    assert [(said.key, said.values) for said in remarks(line, 0)] == [
        ("row-entry-operation", {"share": 0.25, "operation": entered}),
        ("row-entry-note", {"note": "timed on site"}),
    ]


def test_limits_follow_the_length_of_the_shift() -> None:
    found = assess([clip({})], ShiftInputs(shift=Shift(minutes=540, breaks=(Break(minutes=30, meal=True),))))
    assert (found.limits.work_minutes, found.limits.factor, found.limits.pp_category_2) == (510, 1.05, 168)


def test_minutes_are_compared_unrounded() -> None:
    shift = ShiftInputs(operations=(Operation(name="bending", minutes=40), Operation(name="walking", minutes=440)))
    clips = [clip({"trunk_flexion": [(0, 30.5, 65)]}, "bending"), clip({}, "walking")]
    found = assess(clips, shift)
    assert 20 < minutes(found, "trup.1") < 20.5
    assert row(found, "trup.1").category == 2


def test_too_much_unknown_time_forbids_a_verdict() -> None:
    half_seen = analyse(acted({}, unseen=[(0, 15)]), settings=QUICK)
    found = assess([half_seen], ShiftInputs())
    assert (found.category, found.refused) == (None, "too_much_unknown")
    little = analyse(acted({}, unseen=[(0, 8)]), settings=QUICK)
    found = assess([little], ShiftInputs())
    assert found.category == 1
    assert "much_unknown" in found.warnings


def hidden_head(operation: str, until_s: float, **told: object) -> Analysis:
    return clip({"head_flexion": [(0, until_s, float("nan"))]}, operation, **told)


def test_a_row_unknown_for_too_long_names_the_operations_it_was_unknown_in() -> None:
    clips = [hidden_head("assembly", 18.05), hidden_head("packing", 11), hidden_head("walking", 30)]
    shift = ShiftInputs(
        operations=(
            Operation(name="assembly", minutes=60), Operation(name="packing", minutes=380),
            Operation(name="walking", minutes=40),
        ),
        rows=(RowEntry(row="hlava_krk.1", share=0, operation="walking"),),
    )  # fmt: skip
    found = assess(clips, shift)
    line = row(found, "hlava_krk.2")
    assert (line.status, line.reason) == ("not_assessed", "unknown_time")
    told = [(unknown.operation, unknown.share) for unknown in line.too_unknown]
    assert told == [("assembly", pytest.approx(0.3, abs=0.01)), ("walking", pytest.approx(0.5, abs=0.01))]
    assert [(said.key, said.values["operation"]) for said in remarks(line, found.unknown_share)] == [
        ("row-too-unknown-operation", "assembly"), ("row-too-unknown-operation", "walking"),
    ]  # fmt: skip
    assert [unknown.operation for unknown in row(found, "hlava_krk.1").too_unknown] == ["assembly"], "one was entered"
    assert (row(found, "trup.1").reason, row(found, "trup.1").too_unknown) == (None, ())
    assert (row(found, "phk.3").reason, row(found, "phk.3").too_unknown) == ("partly_in_video", ())


def test_of_two_workers_the_one_of_whom_less_is_known_counts() -> None:
    clips = [hidden_head("assembly", 18.05), hidden_head("assembly", 36, worker="B")]
    line = row(assess(clips, ShiftInputs()), "hlava_krk.1")
    assert [unknown.share for unknown in line.too_unknown] == [pytest.approx(0.6, abs=0.01)]


def test_a_clip_of_nothing_but_one_work_names_no_operation() -> None:
    line = row(assess([hidden_head("", 18.05)], ShiftInputs()), "hlava_krk.1")
    assert [said.key for said in remarks(line, 0)] == ["row-too-unknown"]


@pytest.mark.parametrize(
    "told",
    [
        {"exclusions": [{"who": "J. N.", "when": WHEN, "reason": "other person", "start_s": 0, "end_s": 61}]},
        {"segments": [{"operation": "work", "start_s": 100, "end_s": 200}]},
    ],
    ids=["all excluded", "segment behind the clip"],
)
def test_a_clip_of_which_no_time_counts_gives_no_category(told: dict[str, object]) -> None:
    nothing = analyse(acted({}), Inputs.model_validate(told), QUICK)
    found = assess([nothing], ShiftInputs())
    assert (found.category, found.refused, found.unknown_share) == (None, "too_much_unknown", 1.0)
    assert "too_much_unknown" in nothing.warnings


def test_unknown_time_is_counted_outside_and_inside_the_row() -> None:
    seen = analyse(acted(HALF_BENT, unseen=[(50, 56)]), settings=QUICK)
    bent = row(assess([seen], ShiftInputs()), "trup.1")
    assert bent.unknown_outside == pytest.approx(240, rel=0.01)
    assert bent.unknown_inside == pytest.approx(480 * 36 / 60, rel=0.01)
    assert bent.minutes == pytest.approx(480 * 30 / 54, rel=0.01)


def test_support_entered_for_one_operation_changes_its_rows_only() -> None:
    back: Script = {"trunk_flexion": [(0, 30, -15)]}
    told = (SupportEntry(part="trunk", supported=True),)
    clips = [clip(back, "sitting", support=told), clip(back, "reaching")]
    shift = ShiftInputs(operations=(Operation(name="sitting", minutes=100), Operation(name="reaching", minutes=380)))
    found = assess(clips, shift)
    assert minutes(found, "trup.7") == pytest.approx(50, rel=0.01)
    assert minutes(found, "trup.2") == pytest.approx(190, rel=0.01)


def test_step_two_c_looks_at_the_minutes_at_the_workplace() -> None:
    seldom: Script = {"trunk_flexion": [(5, 8, 65), (205, 208, 65), (405, 408, 65)]}
    long_use = ShiftInputs(operations=(Operation(name="press", minutes=480),))
    found = assess([clip(seldom, "press", seconds=600)], long_use)
    assert row(found, "trup.9").as_n == pytest.approx(minutes(found, "trup.9"))
    short_use = ShiftInputs(operations=(Operation(name="press", minutes=480, workplace_minutes=100),))
    found = assess([clip(seldom, "press", seconds=600)], short_use)
    assert row(found, "trup.9").as_pp == pytest.approx(minutes(found, "trup.9"))


def test_a_setting_that_changes_the_category_is_shown_both_ways() -> None:
    # 150 and 150 minutes in two PP rows at different times: category 2 by row, 3 by sum and by half a shift.
    script: Script = {
        "trunk_flexion": [(0, 18.75, 45)],
        "arm_elevation_gravity_left": [(30, 48.75, 50)],
    }
    found = assess([clip(script, settings={"half_shift_counts": False})], ShiftInputs())
    assert (found.category, found.category_by_row, found.category_by_sum) == (2, 2, 3)
    assert {(r.setting, r.value) for r in found.readings} >= {("category_by", "sum"), ("half_shift_counts", "True")}


def test_an_arm_read_against_the_thorax_is_shown_where_it_changes_the_category() -> None:
    script: Script = {
        "arm_elevation_left": [(0, 30, 65)],
        "arm_elevation_gravity_left": [(0, 30, 10)],
    }
    found = assess([clip(script)], ShiftInputs())
    assert found.category == 1
    assert ("arm_frame", "thorax", 3) in [(r.setting, r.value, r.category) for r in found.readings]


def test_a_frequency_near_its_border_shows_both_rows_and_readings() -> None:
    visits: Script = {"trunk_flexion": [(t + 5.0, t + 8.0, 65) for t in range(0, 240, 28)]}
    shift = ShiftInputs(operations=(Operation(name="press", minutes=480, workplace_minutes=0),))
    found = assess([clip(visits, "press", seconds=240)], shift)
    bent = row(found, "trup.4")
    assert bent.near_border
    assert bent.minutes_if_under_2 == 0
    assert row(found, "trup.9").minutes_if_under_2 == pytest.approx(bent.minutes_if_at_least_2 or 0)
    assert "frequency_at_border" in {r.setting for r in found.readings}


def test_half_the_shift_counts_overlapping_rows_once() -> None:
    # Trunk and head are bent at the same time, a quarter of the shift: the union is a quarter, not a half.
    script: Script = {"trunk_flexion": [(0, 15.5, 50)], "head_flexion": [(0, 15.5, 30)]}
    found = assess([clip(script)], ShiftInputs())
    assert found.union_minutes == pytest.approx(124, rel=0.01)
    assert not found.half_shift_exceeded
    assert found.n_minutes + found.pp_minutes == pytest.approx(248, rel=0.01)


def test_an_expert_corrects_a_row_and_the_original_stays() -> None:
    log = (Correction(who="J. N.", when=WHEN, reason="timed by hand", row="trup.1", minutes=12),)
    found = assess([clip(HALF_BENT)], ShiftInputs(corrections=log))
    corrected = row(found, "trup.1")
    assert (corrected.minutes, corrected.status) == (12, "entered")
    assert corrected.original_minutes == pytest.approx(240, rel=0.01)
    assert found.corrections == log


def test_an_expert_corrects_a_row_within_one_clip() -> None:
    told = [{"who": "J. N.", "when": WHEN, "reason": "seen from the side", "row": "trup.1", "share": 0.25}]
    found = assess([clip(HALF_BENT, corrections=told)], ShiftInputs())
    assert minutes(found, "trup.1") == pytest.approx(120, rel=0.01)
    assert row(found, "trup.1").status == "entered"


def told_share(row_id: str, share: float) -> dict[str, object]:
    """An expert's share of a row in one clip."""
    return {"who": "J. N.", "when": WHEN, "reason": "seen from the side", "row": row_id, "share": share}


def test_a_corrected_share_is_of_the_time_with_the_person_in_sight_though_the_limb_was_hidden() -> None:
    seen = acted({"arm_elevation_gravity_right": [(0, 60, 70)]})
    arm = seen.signals["arm_elevation_gravity_right"]
    hidden = np.where((seen.times_s > 20) & (seen.times_s < 29), np.nan, arm)
    series = replace(seen, signals={**seen.signals, "arm_elevation_gravity_right": hidden})
    found = assess(
        [analyse(series, Inputs.model_validate({"corrections": [told_share("phk.2", 1.0)]}), QUICK)], ShiftInputs()
    )
    assert minutes(found, "phk.2") == pytest.approx(480), "never more than the shift"


def test_a_row_corrected_in_a_clip_keeps_its_measured_minutes_beside_it() -> None:
    found = assess([clip(HALF_BENT, corrections=[told_share("trup.1", 0.25)])], ShiftInputs())
    assert row(found, "trup.1").original_minutes == pytest.approx(240, rel=0.01)
    assert row(found, "trup.2").original_minutes is None


@pytest.mark.parametrize(("entered", "warned"), [(480, False), (481, True)])
def test_minutes_of_a_row_beyond_the_work_of_the_shift_are_warned_of(entered: float, warned: bool) -> None:
    shift = ShiftInputs(rows=(RowEntry(row="dk.3", minutes=entered),))
    assert ("entered_exceed_shift" in assess([clip({})], shift).warnings) is warned


@pytest.mark.parametrize(("minutes", "warned"), [(30, False), (480, True), (500, True)])
def test_breaks_that_leave_no_work_although_they_count_as_work_are_warned_of(minutes: float, warned: bool) -> None:
    shift = ShiftInputs(shift=Shift(minutes=480, breaks=(Break(minutes=minutes),)))
    assert ("breaks_exceed_shift" in assess([clip({})], shift).warnings) is warned


def test_minutes_entered_for_a_row_that_an_expert_left_out_count_nowhere() -> None:
    log = (Exclusion(who="J. N.", when=WHEN, reason="not this job", row="ostatni.3"),)
    found = assess([clip({})], ShiftInputs(rows=(RowEntry(row="ostatni.3", minutes=300),), exclusions=log))
    assert (found.union_minutes, found.half_shift_exceeded, found.category) == (0, False, 1)


def test_a_row_that_video_does_not_show_takes_an_experts_share() -> None:
    for share in (0.1, 0.0):
        found = assess([clip({}, corrections=[told_share("dk.5", share)])], ShiftInputs())
        assert (minutes(found, "dk.5"), row(found, "dk.5").status) == (pytest.approx(480 * share), "entered")
        assert row(found, "dk.5").unknown_inside == pytest.approx(480 * share)


def test_holds_that_are_too_long_are_never_more_than_the_corrected_row() -> None:
    long_hold: Script = {"trunk_flexion": [(0, 300, 50)]}
    found = row(
        assess([clip(long_hold, seconds=600, corrections=[told_share("trup.6", 0.05)])], ShiftInputs()), "trup.6"
    )
    assert (found.as_n, found.as_pp) == (pytest.approx(24), 0)


def test_a_correction_in_one_clip_leaves_the_others_as_they_were_seen() -> None:
    found = assess([clip(HALF_BENT), clip(HALF_BENT, corrections=[told_share("trup.1", 0.0)])], ShiftInputs())
    assert (minutes(found, "trup.1"), row(found, "trup.1").status) == (pytest.approx(120, rel=0.01), "partly_entered")
    unseen = assess([clip({}), clip({}, corrections=[told_share("dk.5", 0.5)])], ShiftInputs())
    assert (row(unseen, "dk.5").status, row(unseen, "dk.5").seen_minutes) == ("not_assessed", pytest.approx(120))


def test_a_frequency_somebody_corrected_is_near_no_border() -> None:
    visits: Script = {"trunk_flexion": [(t + 5.0, t + 8.0, 65) for t in range(0, 240, 28)]}
    entered = ({"row": "trup.4", "share": 0.02},)
    for told in ({"corrections": [told_share("trup.4", 0.02)]}, {"rows": entered}):
        bent = row(assess([clip(visits, seconds=240, **told)], ShiftInputs()), "trup.4")
        assert (bent.minutes, bent.near_border) == (pytest.approx(9.6), False)


KNEELING = acted({}, posture="kneeling")


@pytest.mark.parametrize(
    ("told", "shift", "union"),
    [
        ({"corrections": [told_share("ostatni.3", 0.0)]}, {}, 0),
        ({}, {"corrections": [{**told_share("ostatni.3", 0), "share": None, "minutes": 0}]}, 0),
        ({}, {"rows": [{"row": "ostatni.3", "minutes": 10}]}, 10),
        ({}, {"rows": [{"row": "ostatni.3", "share": 0.05}]}, 24),
    ],
)
def test_half_the_shift_counts_what_was_told_of_a_row_instead_of_what_was_seen(
    told: dict[str, object], shift: dict[str, object], union: float
) -> None:
    seen = analyse(KNEELING, Inputs.model_validate(told), QUICK)
    found = assess([seen], ShiftInputs.model_validate(shift))
    assert (found.union_minutes, found.half_shift_exceeded, found.category) == (pytest.approx(union), False, 1)


def test_shares_entered_for_an_operation_may_make_half_the_shift_together() -> None:
    rows = (RowEntry(row="ostatni.3", share=0.3), RowEntry(row="phk.7", share=0.3))
    found = assess([clip({})], ShiftInputs(rows=rows))
    assert found.union_minutes == pytest.approx(144)
    assert "half_shift_open" in found.warnings


def test_a_share_entered_with_a_clip_holds_for_the_operations_it_shows() -> None:
    shift = ShiftInputs(operations=(Operation(name="press", minutes=200), Operation(name="walking", minutes=280)))
    clips = [clip({}, name, rows=[{"row": "dk.5", "share": share}]) for name, share in (("press", 0.5), ("walking", 0))]
    assert minutes(assess(clips, shift), "dk.5") == pytest.approx(100)
    found = assess([clips[0], clip({}, "walking")], shift)
    assert (row(found, "dk.5").status, row(found, "dk.5").seen_minutes) == ("not_assessed", pytest.approx(100))


@pytest.mark.parametrize(
    "log",
    [
        {"corrections": [told_share("trup.1", 0.1)]},
        {"exclusions": [{"who": "J. N.", "when": WHEN, "reason": "r", "start_s": 1, "end_s": 2}]},
    ],
)
def test_what_belongs_to_a_clip_is_refused_in_the_log_of_a_shift(log: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="belongs to a clip"):
        ShiftInputs.model_validate(log)


def test_draws_keep_what_was_entered_of_one_operation() -> None:
    bent = analyse(acted({"trunk_flexion": [(0, 60, 90)]}, 240), settings=Settings(draws=40))
    upright = analyse(acted({}, 240), settings=Settings(draws=40))
    named = [
        a.model_copy(
            update={
                "observations": tuple(o.model_copy(update={"operation": name}) for o in a.observations),
                "alternatives": (),
            }
        )
        for a, name in ((bent, "press"), (upright, "walking"))
    ]
    shift = ShiftInputs(
        operations=(Operation(name="press", minutes=240), Operation(name="walking", minutes=240)),
        rows=(RowEntry(row="trup.1", share=0.02, operation="press"),),
    )
    found = row(assess(named, shift), "trup.1")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (pytest.approx(4.8), pytest.approx(4.8))


def test_draws_keep_what_was_corrected_in_one_clip() -> None:
    bent = acted({"trunk_flexion": [(0, 60, 90)]}, 240)
    seen, told = (
        analyse(bent, Inputs.model_validate({"corrections": log}), Settings(draws=40))
        for log in ((), [told_share("trup.1", 0.0)])
    )
    found = row(assess([seen, told], ShiftInputs()), "trup.1")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (pytest.approx(60, rel=0.01), pytest.approx(60, rel=0.01))


def test_an_excluded_row_does_not_count_and_the_original_stays() -> None:
    log = (Exclusion(who="J. N.", when=WHEN, reason="other person", row="trup.1"),)
    found = assess([clip(HALF_BENT)], ShiftInputs(exclusions=log))
    assert found.category == 1
    assert row(found, "trup.1").excluded
    assert row(found, "trup.1").original_minutes == pytest.approx(240, rel=0.01)


def test_parts_that_are_not_analysed_are_not_assessed() -> None:
    found = assess([clip(HALF_BENT, parts=["arm_left"])], ShiftInputs())
    assert row(found, "trup.1").status == "not_assessed"
    assert row(found, "lhk.2").status == "measured"
    assert found.category == 1


def drawn(angle: float) -> ShiftAssessment:
    """A shift bent at one angle a quarter of the time, with draws."""
    bent = analyse(acted({"trunk_flexion": [(0, 60, angle)]}, 240, sigma=6.0), settings=Settings(draws=200))
    return assess([bent], ShiftInputs())


def test_an_interval_holds_its_minutes_and_widens_near_a_limit() -> None:
    far, near = row(drawn(90), "trup.1"), row(drawn(62), "trup.1")
    for found in (far, near):
        assert found.interval is not None
        assert found.minutes is not None
        assert found.interval.low <= found.minutes <= found.interval.high
    assert near.interval is not None
    assert far.interval is not None
    assert near.interval.high - near.interval.low > 60
    assert far.interval.high - far.interval.low < near.interval.high - near.interval.low


def test_a_row_an_expert_corrected_has_no_interval_and_does_not_move() -> None:
    log = [{"who": "J. N.", "when": WHEN, "reason": "timed by hand", "row": "trup.1", "share": 0.0}]
    bent = acted({"trunk_flexion": [(0, 15, 65)]}, sigma=2.0)
    seen = analyse(bent, Inputs.model_validate({"corrections": log}), Settings(draws=40))
    found = assess([seen], ShiftInputs())
    assert (row(found, "trup.1").minutes, row(found, "trup.1").interval) == (0, None)


def test_parts_of_the_body_that_are_not_analysed_do_not_make_the_category_unsure() -> None:
    told = Inputs.model_validate({"parts": ("trunk",)})
    hanging, raised = (
        assess([analyse(acted(script, 240), told, Settings(draws=40))], ShiftInputs())
        for script in ({}, {"arm_elevation_gravity_left": [(0, 60, 80.0)]})
    )
    assert raised.category_estimate == 1
    assert raised.category_shares == hanging.category_shares


def test_minutes_that_nobody_knows_how_far_to_trust_have_no_interval_and_make_nothing_certain() -> None:
    standing = acted({}, 240)
    kneeling = analyse(
        replace(standing, posture=np.where(standing.times_s < 200, "kneeling", "standing")), settings=Settings(draws=50)
    )
    found = assess([kneeling], ShiftInputs())
    low = row(found, "ostatni.3")
    assert low.minutes == pytest.approx(400, abs=5)
    assert low.interval is None
    assert not low.certain
    assert (found.category, found.deciding_rows, found.certain) == (3, ("ostatni.3",), False)
    said = RowEntry(row="ostatni.3", minutes=400)
    assert assess([kneeling], ShiftInputs(rows=(said,))).certain


def test_a_category_far_from_every_limit_is_certain_and_near_one_it_is_not() -> None:
    assert drawn(90).certain
    assert not row(drawn(62), "trup.1").certain


def test_a_clip_of_a_minute_makes_nothing_certain() -> None:
    short = analyse(acted({"trunk_flexion": [(0, 15, 90)]}), settings=Settings(draws=50))
    found = assess([short], ShiftInputs())
    assert "little_observed" in found.warnings
    assert not found.certain
    assert not any(r.certain for r in found.rows)


def test_category_shares_sum_to_one() -> None:
    assert sum(drawn(62).category_shares or ()) == pytest.approx(1)


def test_assessing_again_gives_the_same_bytes_also_from_files() -> None:
    analysis = analyse(acted(HALF_BENT), settings=Settings(draws=10))
    again = Analysis.model_validate_json(analysis.model_dump_json())
    first, second = assess([analysis], ShiftInputs()), assess([again], ShiftInputs())
    assert first.model_dump_json() == second.model_dump_json()
    assert ShiftAssessment.model_validate_json(first.model_dump_json()) == first


WHOLE = clip(HALF_BENT, "whole")


@settings(max_examples=15)
@given(shares=st.lists(st.floats(1, 400), min_size=1, max_size=4))
def test_splitting_an_operation_changes_no_minutes(shares: list[float]) -> None:
    total = sum(shares)
    parts = tuple(Operation(name=f"part {n}", minutes=480 * share / total) for n, share in enumerate(shares))
    seen = WHOLE.observations[0]
    clips = [
        WHOLE.model_copy(
            update={"observations": (seen.model_copy(update={"operation": part.name}),), "alternatives": ()}
        )
        for part in parts
    ]
    assert minutes(assess(clips, ShiftInputs(operations=parts)), "trup.1") == pytest.approx(240, rel=0.01)


def test_a_guard_band_gives_a_row_the_category_that_enough_draws_reach_and_keeps_the_best_estimate() -> None:
    # Just below 40° all the time: a row of category 3 in a good part of the draws, and of category 1 by best estimate.
    near = clip({"trunk_flexion": [(0, 60, 37)]}, settings={"draws": 100})
    plain, guarded = (assess([near], ShiftInputs(settings={"decision_share": share})) for share in (0, 0.2))
    assert (plain.category, plain.category_estimate) == (1, 1)
    assert (guarded.category, guarded.category_estimate) == (3, 1)
    assert "trup.6" in guarded.deciding_rows
    assert (row(guarded, "trup.6").category, row(guarded, "trup.6").category_estimate) == (3, 1)
    assert [r.minutes for r in guarded.rows] == [r.minutes for r in plain.rows]
    assert [r.category_estimate for r in guarded.rows] == [r.category for r in plain.rows]


def test_a_guard_band_never_lowers_a_category() -> None:
    bent = clip({"trunk_flexion": [(0, 7, 66), (20, 50, 50)]}, settings={"draws": 60})
    plain = assess([bent], ShiftInputs())
    for share in (0.05, 0.5):
        ruled = assess([bent], ShiftInputs(settings={"decision_share": share}))
        assert (ruled.category or 0) >= (plain.category or 0)
        for guarded, best in zip(ruled.rows, plain.rows, strict=True):
            assert (guarded.category or 0) >= (best.category or 0)
