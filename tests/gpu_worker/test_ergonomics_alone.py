"""What the law says of one clip alone, as results carry it for the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import numpy as np
import pytest

from contract.inputs import Exclusion, Inputs, SupportEntry
from gpu_worker.ergonomics.alone import clip_shift, judged_alone
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.ergonomics.assess import assess
from gpu_worker.ergonomics.clip_verdict import ClipVerdict, RowVerdict
from gpu_worker.ergonomics.nv361.rules import ROWS
from gpu_worker.ergonomics.observed import NotAssessed
from gpu_worker.ergonomics.settings import Settings
from tests.gpu_worker.acted import Stretch, acted

WORK: dict[str, list[Stretch]] = {
    "trunk_flexion": [(0, 20, 65), (40, 80, 50)],
    "arm_elevation_gravity_right": [(90, 94, 70), (100, 104, 70)],
    "knee_flexion_left": [(110, 128, 149)],
}
EXCLUDED = Exclusion(who="EN", when=datetime(2026, 11, 28, tzinfo=UTC), reason="leant on the bench", row="phk.4")


def analysed(seconds: float = 240, told: Inputs | None = None, **chosen: object) -> Analysis:
    settings = Settings.model_validate({"draws": 40, **chosen})
    return judged_alone(analyse(acted(WORK, seconds), told or Inputs(), settings))[0]


def verdict(analysis: Analysis) -> ClipVerdict:
    assert analysis.verdict is not None
    return analysis.verdict


def row(found: ClipVerdict, name: str) -> RowVerdict:
    return next(one for one in found.rows if one.row == name)


def test_every_row_is_there_once_with_what_the_assessment_found() -> None:
    analysis = analysed()
    found, whole = verdict(analysis), assess([analysis], clip_shift(analysis))
    assert {one.row for one in found.rows} == set(ROWS)
    assert len(found.rows) == len(ROWS)
    for line in whole.rows:
        shown = row(found, line.row)
        assert (shown.status, shown.interval) == (line.status, line.interval)
        assert shown.minutes == (line.minutes if line.status != "not_assessed" else line.seen_minutes)
        assert line.category is None or shown.category == line.category
    assert (found.category, found.at_least) == (whole.category, whole.at_least)


def test_the_worst_row_comes_first_and_minutes_stand_beside_the_limits_that_judge_them() -> None:
    found = verdict(analysed())
    worst = found.rows[0]
    assert (worst.row, worst.category, worst.limits, worst.counts_as) == ("trup.1", 3, (20, 30), "N")
    assert worst.minutes == pytest.approx(40, rel=0.02)
    levels = [one.category or 0 for one in found.rows]
    assert levels == sorted(levels, reverse=True)
    assert row(found, "trup.6").limits == (100, 160)


def test_a_row_seen_only_in_part_says_what_its_minutes_come_to() -> None:
    bent = row(verdict(analysed()), "dk.1")
    assert (bent.status, bent.reason, bent.at_least) == ("not_assessed", "partly_in_video", True)
    assert bent.minutes == pytest.approx(36, rel=0.05)
    assert bent.category == 3


def test_every_row_not_assessed_says_why() -> None:
    low = analysed(low_posture_measured=False)
    unseen = judged_alone(analyse(acted({"head_flexion": [(0, 100, float("nan"))]}, 240), Inputs(), Settings(draws=0)))[
        0
    ]
    excluded = analysed(told=Inputs(exclusions=(EXCLUDED,)))
    trunk = analysed(told=Inputs(parts=("trunk",)))
    expected = (
        (low, "ostatni.3", "entry_only"), (low, "ostatni.1", "not_in_video"), (low, "phk.3", "partly_in_video"),
        (unseen, "hlava_krk.1", "unknown_time"), (excluded, "phk.4", "excluded"), (trunk, "lhk.2", "part_left_out"),
    )  # fmt: skip
    assert [row(verdict(analysis), name).reason for analysis, name, _ in expected] == [why for *_, why in expected]
    assert {why for *_, why in expected} == set(get_args(NotAssessed))
    for analysis in (low, unseen, excluded, trunk):
        for one in verdict(analysis).rows:
            assert (one.reason is None) == (one.status != "not_assessed")


def test_less_than_three_minutes_give_an_indication_only() -> None:
    short, long = verdict(analysed(seconds=150)), verdict(analysed())
    assert (short.indicative, short.sentences[0].key) == (True, "verdict-short")
    assert (long.indicative, long.sentences[0].key) == (False, "meaning-category-3")


def test_too_much_unknown_time_leaves_a_reason_in_place_of_a_category() -> None:
    unseen = judged_alone(analyse(acted({}, 240, unseen=[(0, 100)]), Inputs(), Settings(draws=0)))[0]
    found = verdict(unseen)
    assert (found.category, [one.key for one in found.sentences]) == (None, ["refused-too-much-unknown"])


def test_an_analysis_of_before_is_read_without_a_verdict() -> None:
    old = analysed().model_dump(mode="json")
    del old["verdict"]
    assert Analysis.model_validate(old).verdict is None


def test_a_row_of_which_nothing_can_be_told_has_no_minutes_which_is_not_zero() -> None:
    analysis = analysed()
    found, whole = verdict(analysis), assess([analysis], clip_shift(analysis))
    unknown = [one for one in found.rows if one.status == "not_assessed" and one.row != "dk.1"]
    assert len(unknown) == 17
    assert {(one.minutes, one.at_least) for one in unknown} == {(None, False)}
    assert {line.seen_minutes for line in whole.rows if line.status == "not_assessed"} - {None} == {
        row(found, "dk.1").minutes
    }


def test_a_row_whose_part_of_the_body_was_hidden_says_for_how_long_and_what_it_may_hold() -> None:
    hidden = acted(WORK, 240)
    hidden.posture[:360] = ""
    found = verdict(judged_alone(analyse(hidden, Inputs(), Settings(draws=0)))[0])
    low = row(found, "ostatni.3")
    assert (low.status, low.minutes) == ("measured", 0)
    assert [remark.key for remark in low.remarks] == ["row-unknown"]
    assert low.remarks[0].values["share"] == pytest.approx(0.15, abs=0.01)
    assert low.remarks[0].values["minutes"] == pytest.approx(72, abs=1)
    assert not any(remark.key == "row-unknown" for one in found.rows for remark in one.remarks if one.row != low.row)


def test_support_entered_for_part_of_the_clip_leaves_its_rows_assumed_and_says_for_how_much() -> None:
    def told(end_s: float | None) -> Analysis:
        return analysed(told=Inputs(support=(SupportEntry(part="trunk", supported=False, end_s=end_s),)))

    part, whole, nothing = told(60), told(None), analysed()
    assert [row(verdict(one), "trup.6").status for one in (part, whole, nothing)] == ["assumed", "measured", "assumed"]
    said = row(verdict(part), "trup.6").remarks
    assert [remark.key for remark in said] == ["row-support-entered"]
    assert said[0].values["share"] == pytest.approx(0.25, abs=0.01)
    assert row(verdict(whole), "trup.6").remarks == row(verdict(nothing), "trup.6").remarks == ()
    assert {"support_trunk_partly", "support_trunk"} & set(part.assumed) == {"support_trunk_partly"}
    assert "support_trunk_partly" in part.rula.assumed


def test_hands_taken_as_empty_beside_an_entered_load_are_said_to_be_assumed() -> None:
    def told(end_s: float | None) -> Analysis:
        entered = {"load": [{"kg": 7, "end_s": end_s}], "coupling": [{"coupling": "fair", "end_s": end_s}]}
        return analysed(told=Inputs.model_validate(entered))

    names = {"load", "load_partly", "coupling", "coupling_partly"}
    part, whole, nothing = told(60), told(None), analysed()
    assert names & set(part.assumed) == {"load_partly", "coupling_partly"}
    assert names & set(whole.assumed) == set()
    assert names & set(nothing.assumed) == {"load", "coupling"}
    assert names & set(part.reba.assumed) == {"load_partly", "coupling_partly"}
    assert part.owas.assumed == ("load_partly",)


def test_support_entered_up_to_the_printed_end_of_the_clip_is_entered_for_all_of_it() -> None:
    acting = acted(WORK, 240)
    printed = acting.times_s[-1] + 0.04
    acting = replace(acting, times_s=np.append(acting.times_s[:-1], printed + 0.04))
    inputs = Inputs(support=(SupportEntry(part="trunk", supported=False, end_s=printed),))
    assert not any("support_trunk" in name for name in analyse(acting, inputs, Settings(draws=0)).assumed)
