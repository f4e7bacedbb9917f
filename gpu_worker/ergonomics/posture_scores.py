"""RULA, REBA and OWAS of every frame: component scores from angles, posture class and what the user entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics import owas, reba, rula
from gpu_worker.ergonomics.given import Given
from gpu_worker.ergonomics.scoring import Angles, Scores
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.ergonomics.signals import SIDES, signal

Mask = NDArray[np.bool_]
_Points = Callable[[float, bool, bool], int]


@dataclass(frozen=True)
class Effort:
    """What the time course adds to a frame's posture; each (T,) True where it holds."""

    arm: Mapping[str, Mask]
    """Side -> the arm is held still for long, or moves again and again."""
    trunk: Mask
    """The same of neck, trunk and legs."""
    static: Mask
    """Some part is held still for long (REBA)."""
    repeated: Mask
    """Some part moves again and again while not walking (REBA)."""


@dataclass(frozen=True)
class SideScores:
    """Scores of one body side over T frames."""

    components: Mapping[str, Scores]
    score: Scores
    """(T,) grand score; 0 where unknown."""
    level: Scores
    """(T,) action level; -1 where unknown."""


@dataclass(frozen=True)
class OwasCodes:
    """The four codes and the action category over T frames; 0 where unknown."""

    back: Scores
    arms: Scores
    legs: Scores
    load: Scores
    category: Scores


def upper_arm_angle(angles: AngleSeries, side: str) -> Angles:
    """(T,) flexion against the thorax; elevation where the arm is out to the side and flexion has no meaning."""
    flexion, elevation = signal(angles, f"arm_flexion_{side}"), signal(angles, f"arm_elevation_{side}")
    return np.where(np.isnan(flexion), elevation, flexion)


def rula_scores(angles: AngleSeries, given: Given, effort: Effort, settings: Settings) -> dict[str, SideScores]:
    """RULA of both sides."""
    common = {
        "neck": rula.neck_score(
            signal(angles, "neck_flexion"),
            twisted=_beyond(angles, ("neck_twist",), settings.asymmetric_deg),
            side_bent=_beyond(angles, ("neck_side_bend",), settings.asymmetric_deg),
            tolerance_deg=settings.upright_tolerance_deg,
        ),
        "legs": _known(1 + np.isin(angles.posture, settings.uneven_postures), angles),
    }
    return {side: _rula_side(angles, given, effort, settings, side, common) for side in SIDES}


def reba_scores(angles: AngleSeries, given: Given, effort: Effort, settings: Settings) -> dict[str, SideScores]:
    """REBA of both sides."""
    common = {
        "neck": reba.neck_score(
            signal(angles, "neck_flexion"),
            asymmetric=_beyond(angles, ("neck_twist", "neck_side_bend"), settings.asymmetric_deg),
            tolerance_deg=settings.upright_tolerance_deg,
        ),
        "trunk": reba.trunk_score(
            signal(angles, "trunk_flexion"),
            asymmetric=_beyond(angles, ("trunk_twist", "trunk_side_bend"), settings.asymmetric_deg),
            tolerance_deg=settings.upright_tolerance_deg,
        ),
        "legs": _known(_reba_legs(angles, settings), angles),
    }
    return {side: _reba_side(angles, given, effort, settings, side, common) for side in SIDES}


def worse(sides: Mapping[str, SideScores]) -> Scores:
    """(T,) the higher score of both sides; unknown only where both are."""
    left, right = (sides[side].score for side in SIDES)
    return np.maximum(left, right)


def _rula_side(
    angles: AngleSeries, given: Given, effort: Effort, settings: Settings, side: str, common: Mapping[str, Scores]
) -> SideScores:
    """One side; `common` components are those of both."""
    lateral = signal(angles, f"hand_lateral_{side}_m")
    # A thigh that a desk hides does not speak against sitting well.
    sitting = (angles.posture == "sitting") & ~(signal(angles, f"hip_flexion_{side}") > 90)
    parts = {
        **common,
        "upper_arm": rula.upper_arm_score(
            upper_arm_angle(angles, side),
            raised=signal(angles, f"shoulder_raised_{side}") > settings.shoulder_raised_deg,
            abducted=signal(angles, f"arm_abduction_{side}") > settings.abducted_deg,
            supported=given.support[f"arm_{side}"],
        ),
        "lower_arm": rula.lower_arm_score(
            signal(angles, f"elbow_flexion_{side}"),
            across_or_out=(lateral < -settings.across_m) | (lateral > settings.out_to_side_m),
        ),
        "wrist": _assume_one(
            rula.wrist_score(
                signal(angles, f"wrist_flexion_{side}"),
                deviated=np.abs(signal(angles, f"wrist_deviation_{side}")) > settings.deviated_deg,
                tolerance_deg=settings.wrist_tolerance_deg,
            ),
            angles,
        ),
        "wrist_twist": _known(1 + given.forearm_twisted, angles),
        "trunk": rula.trunk_score(
            signal(angles, "trunk_flexion"),
            twisted=_beyond(angles, ("trunk_twist",), settings.asymmetric_deg),
            side_bent=_beyond(angles, ("trunk_side_bend",), settings.asymmetric_deg),
            well_supported_sitting=sitting & given.support["trunk"],
            tolerance_deg=settings.upright_tolerance_deg,
        ),
    }
    force = _rula_force(given, settings)
    entered = given.muscle_use
    total = rula.rula(
        **parts,
        muscle_a=np.where(entered < 0, effort.arm[side], entered),
        muscle_b=np.where(entered < 0, effort.trunk, entered),
        force_a=force,
        force_b=force,
    )
    return SideScores(parts, total.grand, total.level)


def _reba_side(
    angles: AngleSeries, given: Given, effort: Effort, settings: Settings, side: str, common: Mapping[str, Scores]
) -> SideScores:
    """One side; `common` components are those of both."""
    walking = angles.posture == "walking"
    parts = {
        **common,
        "upper_arm": reba.upper_arm_score(
            upper_arm_angle(angles, side),
            abducted_or_rotated=signal(angles, f"arm_abduction_{side}") > settings.abducted_deg,
            raised=signal(angles, f"shoulder_raised_{side}") > settings.shoulder_raised_deg,
            supported=given.support[f"arm_{side}"],
        ),
        "lower_arm": reba.lower_arm_score(signal(angles, f"elbow_flexion_{side}")),
        "wrist": _assume_one(
            reba.wrist_score(
                signal(angles, f"wrist_flexion_{side}"),
                deviated_or_twisted=np.abs(signal(angles, f"wrist_deviation_{side}")) > settings.deviated_deg,
            ),
            angles,
        ),
    }
    activity = effort.static.astype(np.int8) + (effort.repeated & ~walking) + given.rapid_or_unstable
    total = reba.reba(**parts, load=_reba_load(given), coupling=given.coupling, activity=activity)
    return SideScores(parts, total.final, total.level)


def _reba_legs(angles: AngleSeries, settings: Settings) -> Scores:
    """Legs that were not seen score as straight and evenly loaded; the method's result lists them as assumed."""
    knees = np.fmax(signal(angles, "knee_flexion_left"), signal(angles, "knee_flexion_right"))
    both = ~np.isin(angles.posture, settings.one_sided_postures)
    return reba.legs_score(both, knees, sitting=angles.posture == "sitting")


def owas_codes(angles: AngleSeries, given: Given, settings: Settings) -> OwasCodes:
    """OWAS of every frame; arms by their elevation against gravity."""
    back = owas.back_code(
        *(signal(angles, name) for name in ("trunk_flexion", "trunk_side_bend", "trunk_twist")),
        bent_deg=settings.owas_bent_deg,
        asymmetry_deg=settings.owas_asymmetry_deg,
    )
    arms = owas.arms_code(
        *(signal(angles, f"arm_elevation_gravity_{side}") for side in SIDES),
        shoulder_level_deg=settings.owas_shoulder_level_deg,
    )
    legs = owas.legs_code(
        angles.posture,
        *(signal(angles, f"knee_flexion_{side}") for side in SIDES),
        knee_bent_deg=settings.owas_knee_deg,
    )
    weights, which = np.unique(given.load_kg, return_inverse=True)
    load = np.array([owas.load_code(float(kg)) for kg in weights], dtype=np.int8)[which]
    return OwasCodes(back, arms, legs, load, owas.category(back, arms, legs, load))


def _beyond(angles: AngleSeries, names: Sequence[str], limit: float) -> Mask:
    """(T,) True where any of the signals is further from 0 than the limit."""
    return np.asarray(np.logical_or.reduce([np.abs(signal(angles, name)) > limit for name in names]))


def _known(scores: NDArray[np.generic], angles: AngleSeries) -> Scores:
    """Scores as int8, unknown where the person is unseen."""
    return np.where(angles.seen, scores, 0).astype(np.int8)


def _assume_one(scores: Scores, angles: AngleSeries) -> Scores:
    """Where the hand was not seen the wrist is assumed straight; the method's result lists it as assumed."""
    return _known(np.where(scores == 0, 1, scores), angles)


def _rula_force(given: Given, settings: Settings) -> Scores:
    return _by_case(
        given,
        lambda kg, static, shock: int(
            rula.load_score(kg, static_or_repeated=static, shock=shock, variant=settings.rula_load)
        ),
    )


def _reba_load(given: Given) -> Scores:
    return _by_case(given, lambda kg, static, shock: reba.load_score(kg, shock=shock))


def _by_case(given: Given, points: _Points) -> Scores:
    """Points of every frame, worked out once for each distinct load."""
    found = np.zeros(len(given.load_kg), dtype=np.int8)
    for kg in np.unique(given.load_kg):
        for static in (False, True):
            for shock in (False, True):
                here = (given.load_kg == kg) & (given.static_load == static) & (given.shock == shock)
                if here.any():
                    found[here] = points(float(kg), static, shock)
    return found
