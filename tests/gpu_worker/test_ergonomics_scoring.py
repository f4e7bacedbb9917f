"""How component scores behave over the whole range of angles, and what a user's inputs do to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gpu_worker.ergonomics import niosh, owas, reba, rula
from gpu_worker.ergonomics.scoring import Band, BandedSignal, Scores, score_bands

ANGLE = st.floats(0, 180)
# The elbow's neutral band is 60-100 degrees: its scores are lowest at 80, not at 0.
COMPONENTS: list[tuple[str, Callable[[float], Scores], float]] = [
    ("RULA upper arm", rula.upper_arm_score, 0),
    ("RULA lower arm", rula.lower_arm_score, 80),
    ("RULA wrist", rula.wrist_score, 0),
    ("RULA neck", rula.neck_score, 0),
    ("RULA trunk", rula.trunk_score, 0),
    ("REBA upper arm", reba.upper_arm_score, 0),
    ("REBA lower arm", reba.lower_arm_score, 80),
    ("REBA wrist", reba.wrist_score, 0),
    ("REBA neck", reba.neck_score, 0),
    ("REBA trunk", reba.trunk_score, 0),
    ("REBA legs", lambda knee: reba.legs_score(True, abs(knee)), 0),
]


@pytest.mark.parametrize(("score", "neutral"), [pytest.param(s, n, id=name) for name, s, n in COMPONENTS])
@given(near=ANGLE, far=ANGLE, sign=st.sampled_from([-1, 1]))
def test_a_component_never_scores_lower_further_from_neutral(
    score: Callable[[float], Scores], neutral: float, near: float, far: float, sign: int
) -> None:
    near, far = sorted((near, far))
    assert int(score(neutral + sign * near)) <= int(score(neutral + sign * far))


@given(angle=st.floats(-90, 270), flags=st.tuples(*[st.booleans()] * 3))
def test_every_point_only_moves_the_upper_arm_as_it_says(angle: float, flags: tuple[bool, bool, bool]) -> None:
    raised, abducted, supported = flags
    plain = int(rula.upper_arm_score(angle))
    got = int(rula.upper_arm_score(angle, raised=raised, abducted=abducted, supported=supported))
    assert got == min(max(plain + raised + abducted - supported, 1), 6)


@given(left=st.floats(0, 180), right=st.floats(0, 180))
def test_owas_does_not_care_which_arm_is_up(left: float, right: float) -> None:
    assert int(owas.arms_code(left, right)) == int(owas.arms_code(right, left))


@given(flexion=st.floats(-90, 180), side=st.floats(-90, 90), twist=st.floats(-90, 90))
def test_bending_left_scores_as_bending_right(flexion: float, side: float, twist: float) -> None:
    assert int(owas.back_code(flexion, side, twist)) == int(owas.back_code(flexion, -side, -twist))


def test_overhead_reach_of_190_degrees_scores_as_overhead() -> None:
    assert int(rula.upper_arm_score(190)) == 4
    assert int(reba.upper_arm_score(190)) == 4


def test_a_missed_frame_is_unknown_and_never_neutral() -> None:
    nan = float("nan")
    for score in (rula.upper_arm_score, rula.neck_score, rula.trunk_score, reba.neck_score, reba.lower_arm_score):
        assert int(score(nan)) == 0
    assert int(owas.back_code(nan, 0, 0)) == 0
    assert int(owas.arms_code(0, nan)) == 0
    assert int(owas.legs_code("", nan, nan)) == 0


@pytest.mark.parametrize(
    ("posture", "left", "right", "code"),
    [
        ("sitting", 90, 90, 1),
        ("standing", 5, 10, 2),
        ("standing", 5, 50, 3),
        ("one_legged", 5, 80, 3),
        ("standing", 40, 50, 4),
        ("squatting", 120, 120, 4),
        ("one_legged", 45, 80, 5),
        ("kneeling", 100, 20, 6),
        ("walking", 20, 40, 7),
        ("lying", 0, 0, 0),
    ],
)
def test_owas_legs(posture: str, left: float, right: float, code: int) -> None:
    assert int(owas.legs_code(posture, left, right)) == code
    assert int(owas.legs_code(posture, right, left)) == code


@pytest.mark.parametrize(("kg", "code"), [(0, 1), (9.99, 1), (10, 2), (20, 2), (20.01, 3)])
def test_owas_load(kg: float, code: int) -> None:
    assert owas.load_code(kg) == code


@pytest.mark.parametrize(
    ("kg", "static", "shock", "paper", "worksheet"),
    [
        (1.99, False, False, 0, 0),
        (2, False, False, 1, 1),
        (10, False, False, 1, 1),
        (10, True, False, 2, 2),
        (10.1, False, False, 2, 3),
        (10.1, True, False, 3, 3),
        (0, False, True, 3, 3),
    ],
)
def test_rula_load(kg: float, static: bool, shock: bool, paper: int, worksheet: int) -> None:
    got = [
        int(rula.load_score(kg, static_or_repeated=static, shock=shock, variant=variant))
        for variant in ("paper", "worksheet")
    ]
    assert got == [paper, worksheet]


@pytest.mark.parametrize(("kg", "shock", "points"), [(4.9, False, 0), (5, False, 1), (10, True, 2), (11, True, 3)])
def test_reba_load(kg: float, shock: bool, points: int) -> None:
    assert reba.load_score(kg, shock=shock) == points


def test_sitting_well_supported_counts_as_an_upright_trunk() -> None:
    assert int(rula.trunk_score(15, well_supported_sitting=True)) == 1
    assert int(rula.trunk_score(15)) == 2


def test_owas_share_of_time_has_a_category() -> None:
    assert owas.category_of_share("back", 2, 30) == 1
    assert owas.category_of_share("back", 2, 30.1) == 2
    assert owas.category_of_share("legs", 4, 100) == 4


def test_a_lift_out_of_reach_may_carry_nothing() -> None:
    lift = niosh.Lift(64, 75, 0, 0, 0.2, 1, "good")
    assert niosh.recommended_weight_limit(lift) == 0
    assert niosh.lifting_index(5, 0) == float("inf")
    assert niosh.index_level(float("inf")) == "very_high"


def test_the_best_lift_may_carry_the_load_constant() -> None:
    assert niosh.recommended_weight_limit(niosh.Lift(20, 75, 10, 0, 0.1, 1, "good")) == pytest.approx(23)


@given(h=st.floats(20, 70), v=st.floats(0, 180), d=st.floats(0, 180), error=st.floats(0, 0.1))
def test_the_range_of_a_weight_limit_holds_its_best_value(h: float, v: float, d: float, error: float) -> None:
    lift = niosh.Lift(h, v, d, 30, 1, 1, "fair")
    low, high = niosh.weight_limit_range(lift, length_error=error, distance_error_cm=5)
    assert low <= niosh.recommended_weight_limit(lift) <= high


def test_the_range_of_a_weight_limit_holds_the_height_at_which_grip_and_frequency_jump() -> None:
    lift = niosh.Lift(20, 72, 0, 0, 1, 1, "fair")
    low, high = niosh.weight_limit_range(lift, length_error=0.09, distance_error_cm=0)
    between = [
        niosh.recommended_weight_limit(niosh.Lift(20 * scale, 72 * scale, 0, 0, 1, 1, "fair"))
        for scale in np.linspace(0.91, 1.09, 500)
    ]
    assert low <= min(between) + 1e-6
    assert max(between) <= high + 1e-6


def test_bands_with_a_gap_are_refused() -> None:
    with pytest.raises(ValidationError):
        BandedSignal(signal="x", frame="y", unit="z", highest=2, bands=[Band(below=1, score=1), Band(above=1, score=2)])


def test_within_the_tolerance_counts_as_neutral() -> None:
    bands = [Band(below=0, score=2), Band(at_least=0, at_most=0, score=1), Band(above=0, score=3)]
    assert score_bands(np.array([-5.01, -5, 0, 5, 5.01]), bands, 5.0).tolist() == [2, 1, 1, 1, 3]
