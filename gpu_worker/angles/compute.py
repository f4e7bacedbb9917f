"""Motion in, angles out: `angles(motion, neutral, gravity) → AngleSeries`. Pure; same input, same output."""

from __future__ import annotations

import numpy as np

from gpu_worker.angles.axial import axial_angles
from gpu_worker.angles.catalogue import BY_NAME, SIGNALS
from gpu_worker.angles.geometry import Array
from gpu_worker.angles.joints import SIDES
from gpu_worker.angles.limbs import limb_angles
from gpu_worker.angles.neutral import MODEL_NEUTRAL, Neutral
from gpu_worker.angles.places import place_signals
from gpu_worker.angles.posture import ON_FEET, postures
from gpu_worker.angles.segments import Body, segments_of
from gpu_worker.angles.series import AngleSeries, LeftOut
from gpu_worker.angles.sigma import sigmas
from gpu_worker.angles.smoothing import bandwidth
from gpu_worker.angles.timing import timeline
from gpu_worker.motion import Gravity, Motion


def angles(
    motion: Motion, neutral: Neutral | None = None, gravity: Gravity | None = None, *, smoothed: bool = True
) -> AngleSeries:
    """Every signal of the catalogue from one motion of T frames.

    `neutral` shifts the zero of each segment (default: the body model's own), `gravity` replaces the motion's own
    estimate of where down is; gravity first, then the neutral. `smoothed=False` leaves the filter out, to compare
    single frames. Signals are NaN where the person is unseen, a leg's also where the leg is hidden, and where the
    angle is singular.
    """
    neutral = neutral or MODEL_NEUTRAL
    with np.errstate(invalid="ignore"):
        segments = segments_of(motion, gravity, smoothed)
        posture = postures(segments)
        on_feet = np.isin(posture, ON_FEET)

        def of(frames: slice, body: Body) -> dict[str, Array]:
            values = axial_angles(body, neutral) | limb_angles(body, neutral, motion.hands_seen[frames])
            values |= place_signals(body, on_feet[frames])
            return {signal.name: values[signal.name] for signal in SIGNALS}

        signals = segments.signals(of)
        sigma = sigmas(motion, segments, neutral, gravity or motion.gravity, signals)
    passed = bandwidth(motion.times_s) if smoothed and len(motion.times_s) > 1 else None
    return AngleSeries(
        times_s=motion.times_s,
        frame_index=motion.frame_index,
        seen=motion.seen,
        signals=signals,
        sigma=sigma,
        posture=posture,
        offsets=_offsets(neutral),
        left_out=_left_out(neutral),
        flags={
            "heading_held": segments.heading_held,
            "interpolated": timeline(motion.times_s, motion.seen).interpolated,
            **{
                f"leg_hidden_{s.name}": motion.seen & ~seen for s, seen in zip(SIDES, segments.shanks_seen, strict=True)
            },
        },
        bandwidth_hz={"body": passed.body_hz, "head": passed.head_hz} if passed else {},
        error_model=motion.error_model,
    )


def _offsets(neutral: Neutral) -> dict[str, float]:
    """The offsets of the signals that nothing but applied segments of the neutral move."""
    return {
        name: degrees
        for name, degrees in neutral.offsets.items()
        if BY_NAME[name].segments & neutral.applied and not BY_NAME[name].segments & neutral.left_out.keys()
    }


def _left_out(neutral: Neutral) -> dict[str, LeftOut]:
    """The offsets of the signals of which some segment was not applied, and why; the last segment is the nearest."""
    found = {}
    for name, degrees in neutral.offsets.items():
        reasons = [neutral.left_out[segment] for segment in neutral.left_out if segment in BY_NAME[name].segments]
        if reasons:
            found[name] = LeftOut(degrees, reasons[-1])
    return found
