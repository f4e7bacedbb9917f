"""Posture class of each frame: what the body rests on. Rules on heights and directions, no learning.

Lengths are shares of the leg (hip to ankle), so that they hold for every body. The thresholds are ours, chosen on the
open body's geometry; the table in `docs/method.md` lists them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d  # type: ignore[import-untyped]

from gpu_worker.angles.geometry import DOWN, UP, Array, angle_deg, into
from gpu_worker.angles.intervals import UNKNOWN, settled
from gpu_worker.angles.joints import NECK, SIDES
from gpu_worker.angles.places import dot2, floor_height, mass_centre, sole_height
from gpu_worker.angles.segments import Body, Segments
from gpu_worker.angles.timing import sample_rate_hz, timeline

CLASSES = ("standing", "sitting", "kneeling", "squatting", "one_legged", "lying", "walking")
ON_FEET = ("standing", "squatting", "one_legged", "walking")
STANDING, SITTING, KNEELING, SQUATTING, ONE_LEGGED, LYING, WALKING = range(len(CLASSES))

LYING_TRUNK_DEG = 60.0
LYING_HIP, LYING_NECK = 0.30, 0.45
KNEE_ON_FLOOR, KNEELING_SHANK_DEG, KNEELING_HIP = 0.28, 50.0, 0.22
SEATED_THIGH_DEG, SEATED_HIP, SQUATTING_KNEE_DEG = 55.0, 0.80, 80.0
SEATED_BEHIND_M = 0.12
FLOOR_SEAT_HIP = 0.22
RAISED_FOOT_M = 0.12
WALKING_M_S, STEP_M, STRIDE_S = 0.4, 0.12, 1.5
DWELL_S = 0.4


def postures(segments: Segments) -> NDArray[np.str_]:
    """(T,) class of each frame, empty where the person or both legs are unseen; stays under `DWELL_S` take the class
    before."""
    states = segments.over(_at_rest)
    states[_walks(segments) & np.isin(states, (STANDING, ONE_LEGGED))] = WALKING
    line = timeline(segments.times_s, states != UNKNOWN)
    calm = settled(states, line, DWELL_S)
    return np.append(np.array(CLASSES), "")[calm]


def _at_rest(body: Body) -> NDArray[np.int64]:
    """(T,) class of each frame by itself, so as if nobody walked."""
    soles = sole_height(body)
    floor = floor_height(soles)
    leg = sum(float(np.linalg.norm(body.rest[b] - body.rest[a])) for a, b in ((1, 4), (4, 7)))
    hips = (body.place(1) + body.place(2)) / 2
    hip, neck = (hips[1] - floor) / leg, (body.place(NECK)[1] - floor) / leg
    trunk = angle_deg(body.trunk()[:, 1], UP)
    thighs, shanks = (
        np.stack([angle_deg(body.place(getattr(s, b)) - body.place(getattr(s, a)), DOWN) for s in SIDES])
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    )
    knees = np.stack(
        [
            angle_deg(body.place(s.knee) - body.place(s.hip), body.place(s.ankle) - body.place(s.knee)) for s in SIDES
        ]
    )  # fmt: skip
    knee_heights = np.stack([(body.place(s.knee)[1] - floor) / leg for s in SIDES])
    kneels = (knee_heights < KNEE_ON_FLOOR) & (shanks > KNEELING_SHANK_DEG) & body.shanks_seen
    folded = (_mean_of(thighs, body.thighs_seen) > SEATED_THIGH_DEG) & (hip < SEATED_HIP)
    bent = np.where(body.shanks_seen, knees, np.inf).min(axis=0) < SQUATTING_KNEE_DEG
    supported = (_behind_feet(body) > SEATED_BEHIND_M) | bent
    rules = (
        (LYING, (trunk > LYING_TRUNK_DEG) & (hip < LYING_HIP) & (neck < LYING_NECK)),
        (KNEELING, kneels.any(axis=0) & (hip > KNEELING_HIP)),
        (SITTING, (folded & supported) | (hip < FLOOR_SEAT_HIP)),
        (SQUATTING, folded),
        (ONE_LEGGED, np.abs(soles[0] - soles[1]) > RAISED_FOOT_M),
    )
    states = np.select([rule for _, rule in rules], [state for state, _ in rules], STANDING)
    return np.where(np.isfinite(hip) & np.isfinite(trunk), states, UNKNOWN).astype(np.int64)


def _behind_feet(body: Body) -> Array:
    """(T,) metres by which the mass centre lies behind the middle of the feet; a large figure needs a seat."""
    each = np.stack([(body.place(s.ankle) + body.place(s.foot)) / 2 for s in SIDES], axis=1)
    feet = _mean_of(each, body.shanks_seen)
    return np.asarray(-into(body.heading, mass_centre(body) - feet)[2])


def _mean_of(sides: Array, seen: NDArray[np.bool_]) -> Array:
    """(…, T) mean of (…, 2, T) left and right where both were seen (2, T), else the one that was, else NaN."""
    left, right = (sides[..., number, :] for number in (0, 1))
    one = np.where(seen[0], left, np.where(seen[1], right, np.nan))
    return np.asarray(np.where(seen.all(axis=0), (left + right) / 2, one))


def _walks(segments: Segments) -> NDArray[np.bool_]:
    """(T,) True while the pelvis travels and the feet pass each other."""
    times, pelvis = segments.times_s, segments.place(0)[[0, 2]]
    feet = segments.over(lambda body: into(body.heading, body.place(7) - body.place(8))[2])
    valid = np.isfinite(pelvis[0]) & np.isfinite(segments.lateral[0])
    if valid.sum() < 4:
        return np.zeros(len(times), dtype=np.bool_)
    ahead, behind = (
        np.stack([np.interp(times + shift, times[valid], axis[valid]) for axis in pelvis]) for shift in (0.5, -0.5)
    )
    travel = ahead - behind
    stride = valid & segments.shanks_seen.all(axis=0)
    if stride.sum() < 4:
        return np.zeros(len(times), dtype=np.bool_)
    feet = np.interp(times, times[stride], feet[stride])
    window = max(3, round(STRIDE_S * sample_rate_hz(times)))
    passing = (maximum_filter1d(feet, window) > STEP_M) & (minimum_filter1d(feet, window) < -STEP_M)
    return np.asarray((np.sqrt(dot2(travel, travel)) > WALKING_M_S) & passing)
