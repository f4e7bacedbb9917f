"""Finding a person's neutral posture in a motion: in seconds the user marked, else in quiet standing, else nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.axial import axial_angles
from gpu_worker.angles.catalogue import SIGNALS
from gpu_worker.angles.geometry import DOWN, Array, angle_deg, into, minimal_rotation, relative, rotate, unit
from gpu_worker.angles.joints import HEAD, NECK, PELVIS, SIDES, SPINE3, Side
from gpu_worker.angles.limbs import limb_angles
from gpu_worker.angles.neutral import MODEL_NEUTRAL, Neutral, Reason, Source
from gpu_worker.angles.places import weight_on_right
from gpu_worker.angles.posture import postures
from gpu_worker.angles.segments import Body, Segments, bone, segments_of
from gpu_worker.angles.timing import timeline
from gpu_worker.motion import Gravity, Motion
from gpu_worker.spilled import pieces

Mask = NDArray[np.bool_]

QUIET_S = 2.0
"""Shortest stretch of quiet standing that counts."""
QUIET_M_S = 0.15
"""Neck and wrists slower than this."""
STRAIGHT_KNEE_DEG, HANGING_ARM_DEG, UPRIGHT_DEG = 15.0, 30.0, 25.0
LOADED_SHARE = 0.2
"""Both feet bear at least this share of the weight."""
AUTOMATIC_LIMIT_DEG, MARKED_LIMIT_DEG = 8.0, 30.0
ABOVE_AUTOMATIC: Reason = "above_8_degrees"
ABOVE_MARKED: Reason = "above_30_degrees"
HEADINGS_DEG = 45.0
"""Standing seen over a smaller range of headings cannot tell a posture from the camera's bias."""
_LEGS = ("thigh", "shank")


def neutral_of(
    motion: Motion,
    gravity: Gravity | None = None,
    marked_s: Sequence[tuple[float, float]] = (),
    confirmed: bool = False,
) -> Neutral:
    """The neutral posture of a motion's person.

    `marked_s` are (start, stop) seconds in which the user says the person stands in the neutral posture; without them
    stretches of at least `QUIET_S` of quiet standing are taken. Offsets found automatically are applied only up to 8°
    and when seen from different headings, or up to 30° where the user says the person stands so (`confirmed`). Raises
    ValueError where no marked second shows the person and which way they face: someone who lies on the side from the
    start has no heading.
    """
    if not marked_s and not motion.seen.any():
        return MODEL_NEUTRAL
    with np.errstate(invalid="ignore"):
        segments = segments_of(motion, gravity)
        angles = segments.signals(
            lambda frames, body: (
                axial_angles(body, MODEL_NEUTRAL) | limb_angles(body, MODEL_NEUTRAL, motion.hands_seen[frames])
            )
        )
        posture = postures(segments)
        source: Source = "marked" if marked_s else "standing"
        if marked_s:
            times = motion.times_s
            frames = motion.seen & np.any([(times >= a) & (times <= b) for a, b in marked_s], axis=0)
            frames &= np.isfinite(segments.lateral).all(axis=0)
            if not frames.any():
                raise ValueError("the marked seconds do not show the person, or not which way they face")
        else:
            frames = quiet_standing(segments, angles, posture)
            if not frames.any():
                return MODEL_NEUTRAL
        rotations = _mean_rotations(segments, frames)
    away = {
        segment: _away_deg(rotation, _model(motion.rest_joints, segment)) for segment, rotation in rotations.items()
    }
    spread = heading_spread_deg(angles["view"][frames])
    standing = bool(np.mean(posture[frames] == "standing") > 0.5)
    left_out = _left_out(source, away, spread, standing, confirmed)
    line = timeline(motion.times_s, frames)
    applied = frozenset(away.keys() - left_out.keys())
    return Neutral(source, rotations, applied, _offsets(angles, frames), away, line.observed_s, spread, left_out)


def quiet_standing(segments: Segments, angles: Mapping[str, Array], posture: NDArray[np.str_]) -> Mask:
    """(T,) True within stretches of at least `QUIET_S`: upright, knees straight, arms hanging, feet loaded, at rest."""
    right = segments.over(weight_on_right)
    calm = (posture == "standing") & (np.abs(right - 0.5) <= 0.5 - LOADED_SHARE)
    calm &= angles["trunk_inclination"] < UPRIGHT_DEG
    for side in SIDES:
        calm &= angles[f"knee_flexion_{side.name}"] < STRAIGHT_KNEE_DEG
        calm &= angles[f"arm_elevation_gravity_{side.name}"] < HANGING_ARM_DEG
    for joint in (NECK, *(side.wrist for side in SIDES)):
        calm &= _speed(segments.times_s, segments.place(joint)) < QUIET_M_S
    line = timeline(segments.times_s, calm)
    measured = line.known & calm
    # A stretch ends at the first restless frame, even a short one.
    run = np.cumsum(np.concatenate([[True], ~measured[1:] | ~measured[:-1] | (line.run[1:] != line.run[:-1])]))
    length = np.bincount(run, weights=line.weights_s * measured)
    return np.asarray(measured & (length[run] >= QUIET_S))


def heading_spread_deg(headings: Array) -> float:
    """Smallest arc in degrees that holds all of the (N,) headings."""
    around = np.sort(np.mod(headings[np.isfinite(headings)], 360.0))
    if len(around) == 0:
        return 0.0
    gaps = np.diff(np.append(around, around[0] + 360.0))
    return float(360.0 - gaps.max())


def _speed(times_s: Array, place: Array) -> Array:
    """(T,) speed in m/s of a joint over about half a second around each frame."""
    valid = np.isfinite(place[0])
    if valid.sum() < 2:
        return np.full(len(times_s), np.inf)
    after, before = (
        np.stack([np.interp(times_s + shift, times_s[valid], axis[valid]) for axis in place]) for shift in (0.25, -0.25)
    )
    moved = after - before
    span = np.minimum(times_s + 0.25, times_s[-1]) - np.maximum(times_s - 0.25, times_s[0])
    return np.asarray(np.sqrt((moved**2).sum(axis=0)) / np.maximum(span, 1e-3))


def _left_out(
    source: Source, away: Mapping[str, float], spread: float, standing: bool, confirmed: bool
) -> dict[str, Reason]:
    """Segments that are not applied, in their order, and why; their size comes before what the record cannot tell."""
    wide = source == "marked" or confirmed
    limit, size = (MARKED_LIMIT_DEG, ABOVE_MARKED) if wide else (AUTOMATIC_LIMIT_DEG, ABOVE_AUTOMATIC)
    left_out: dict[str, Reason] = {segment: size for segment, angle in away.items() if angle > limit}
    if source == "standing" and spread < HEADINGS_DEG and not confirmed:
        left_out = {segment: left_out.get(segment, "one_heading") for segment in away}
    if source == "marked" and not standing:
        legs = (segment for segment in away if segment.startswith(_LEGS))
        left_out = {**dict.fromkeys(legs, "legs_not_standing"), **left_out}
    return {segment: left_out[segment] for segment in away if segment in left_out}


def _mean_rotations(segments: Segments, frames: Mask) -> dict[str, Array]:
    """segment -> (3, 3), the robust mean over the frames in the form `Neutral` holds."""
    chosen = [
        {name: values[..., frames[piece]] for name, values in _places_of(segments.part(piece)).items()}
        for piece in pieces(len(frames))
        if frames[piece].any()
    ]
    rotations = {}
    for name in chosen[0]:
        values = np.concatenate([part[name] for part in chosen], axis=-1)
        trunk = values.ndim == 3
        rotations[name] = _mean_rotation(values) if trunk else minimal_rotation(_mean_direction(values), DOWN)
    return rotations


def _places_of(body: Body) -> dict[str, Array]:
    """segment -> (3, 3, T) how it is turned in the level frame, or (3, T) where a limb points."""
    axial = {
        "pelvis": body.turn(PELVIS), "trunk": body.trunk(), "thorax": body.turn(SPINE3), "head": body.turn(HEAD)
    }  # fmt: skip
    places = {name: relative(body.heading, turn) for name, turn in axial.items()}
    for side in SIDES:
        places |= {f"{name}_{side.name}": direction for name, direction in _limb_directions(body, side).items()}
    return places


def _limb_directions(body: Body, side: Side) -> dict[str, Array]:
    """(3, T) directions of the limbs: upper arm and thigh in the level frame, forearm and shank in their parent's."""
    forearm = rotate(body.turn(side.elbow), body.rest_direction(side.elbow, side.wrist))
    thigh = rotate(body.turn(side.hip), body.rest_direction(side.hip, side.knee))
    shank = rotate(body.turn(side.knee), body.rest_direction(side.knee, side.ankle))
    return {
        "upper_arm": into(body.heading, -body.upper_arm(side)[:, 1]),
        "forearm": into(body.turn(side.shoulder), forearm),
        "thigh": into(body.heading, thigh),
        "shank": into(body.turn(side.hip), shank),
    }


def _model(rest: Array, segment: str) -> Array | None:
    """(3,) direction of a limb in the model's own neutral, None for the segments of the trunk; `rest` is (55, 3)."""
    for side in SIDES:
        directions = {
            f"upper_arm_{side.name}": DOWN,
            f"forearm_{side.name}": bone(rest, side.elbow, side.wrist),
            f"thigh_{side.name}": bone(rest, side.hip, side.knee),
            f"shank_{side.name}": bone(rest, side.knee, side.ankle),
        }
        if segment in directions:
            return directions[segment]
    return None


def _away_deg(rotation: Array, model: Array | None) -> float:
    """Angle of a segment's neutral from the model's, degrees."""
    if model is None:
        return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))))
    return float(angle_deg((rotation.T @ DOWN)[:, None], model)[0])


def _offsets(angles: Mapping[str, Array], frames: Mask) -> dict[str, float]:
    """Median of each angle that a neutral can move, degrees; left out where it has no value."""
    medians: dict[str, float] = {}
    for signal in SIGNALS:
        if signal.quantity.segments and np.isfinite(angles[signal.name][frames]).any():
            medians[signal.name] = float(np.nanmedian(angles[signal.name][frames]))
    return medians


def _mean_rotation(rotations: Array) -> Array:
    """(3, 3) mean of (3, 3, N) rotations without outliers (beyond 2.5 robust standard deviations)."""
    kept = rotations
    for _ in range(3):
        u, _, vt = np.linalg.svd(kept.mean(axis=2))
        mean = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
        turned = np.einsum("ij,ijn->n", mean, rotations)
        kept = rotations[:, :, _near(np.degrees(np.arccos(np.clip((turned - 1) / 2, -1, 1))))]
    return np.asarray(mean)


def _mean_direction(directions: Array) -> Array:
    """(3,) mean of (3, N) directions without outliers."""
    kept = directions
    for _ in range(3):
        mean = unit(kept.mean(axis=1))
        kept = directions[:, _near(angle_deg(directions, mean))]
    return mean


def _near(away_deg: Array) -> Mask:
    """(N,) True for distances from the mean that are no outliers; at least half are kept."""
    # 1.4826 × the median makes a standard deviation of it; a floor of 1° keeps a still body's frames together.
    return np.asarray(away_deg <= np.maximum(2.5 * 1.4826 * np.median(away_deg), 1.0))
