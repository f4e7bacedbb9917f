"""One standard deviation of every angle in every frame: fit, gravity, neutral and the error model together."""

from __future__ import annotations

import numpy as np

from gpu_worker.angles import errors, joints
from gpu_worker.angles.catalogue import BY_NAME, Signal
from gpu_worker.angles.geometry import Array, unit
from gpu_worker.angles.neutral import Neutral
from gpu_worker.angles.segments import AT_ONCE, Body, Segments
from gpu_worker.motion import Gravity, Motion
from gpu_worker.spilled import Columns, pieces

_LEVEL: Array = np.array([[1.0], [0.0], [1.0]])


def sigmas(
    motion: Motion, segments: Segments, neutral: Neutral, gravity: Gravity, signals: Columns[str]
) -> Columns[str]:
    """name -> (T,) standard deviation of a single frame's value, in its unit; NaN where the signal is."""
    model, found = errors.of(motion), Columns(signals, len(motion.times_s))
    for frames in pieces(len(motion.times_s), AT_ONCE):
        tilts = _tilts(segments.part(frames), gravity)
        of_joint = motion.joint_sigma_deg[frames].astype(np.float64).T ** 2
        values = signals.read(signals, frames)
        for signal, value in zip(map(BY_NAME.__getitem__, signals), values, strict=True):
            terms = model.terms[signal.quantity.error]
            fit = sum((of_joint[joint] for joint in _joints(signal)), np.zeros(()))
            # The error model describes whole errors, the fit's share included: a frame is worse than that only where
            # the fit says so itself.
            variance = np.maximum(fit, terms.white**2 + terms.lasting**2) + tilts[signal.quantity.gravity]
            if terms.relative:
                variance = variance + (terms.relative * value) ** 2
            variance = variance + unapplied_deg(neutral, signal) ** 2
            value[:] = np.where(np.isfinite(value), np.sqrt(variance), np.nan)
        found.write(signals, frames, values)
    return found


def unapplied_deg(neutral: Neutral, signal: Signal) -> float:
    """What a neutral offset that was found but not applied may cost this signal, degrees.

    Nothing where a marked posture was refused: it was no neutral one, and says nothing of the body.
    """
    return abs(neutral.offsets.get(signal.name, 0.0)) if signal.segments & neutral.doubtful else 0.0


def _tilts(body: Body, gravity: Gravity) -> dict[str, Array | float]:
    """Variance of gravity's tilt by the axis that a quantity feels it about, square degrees."""
    return {
        "lateral": _tilt_sigma(body.heading[:, 0], gravity),
        "head_lateral": _tilt_sigma(unit(body.turn(joints.HEAD)[:, 0] * _LEVEL), gravity),
        "forward": _tilt_sigma(body.heading[:, 2], gravity),
        "any": max(gravity.pitch_sigma_deg, gravity.roll_sigma_deg) ** 2,
        "": 0.0,
    }


def _tilt_sigma(axis: Array, gravity: Gravity) -> Array:
    """(T,) variance, square degrees, of gravity's tilt about a level (3, T) axis: pitch turns about x, roll about z."""
    return np.asarray((axis[0] * gravity.pitch_sigma_deg) ** 2 + (axis[2] * gravity.roll_sigma_deg) ** 2)


def _joints(signal: Signal) -> list[int]:
    side = next((s for s in joints.SIDES if s.name == signal.side), None)
    trunk = {"pelvis": joints.PELVIS, "spine1": joints.SPINE1, "spine2": joints.SPINE2, "spine3": joints.SPINE3,
             "head": joints.HEAD}  # fmt: skip
    return [trunk[name] if name in trunk else int(getattr(side, name)) for name in signal.quantity.joints]
