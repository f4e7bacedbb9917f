"""Which limbs were out of sight: the spread of their rotations says so, in the body's track and in its motion alike.

A leg behind a desk is drawn straight because nothing says that it is not: it is not measured. An arm behind the body is
still guessed from the rest of it: it is measured, with its larger sigma, and told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.joints import SIDES

Mask = NDArray[np.bool_]

HIDDEN_SHARE = 0.2
"""Of the frames with the person in sight: a limb that was hidden for more of them is told."""

LEG_KNOWN_DEG = 10.0
"""One standard deviation of a thigh's or shank's rotation, above which it was hidden. On rendered takes of the tuning
split knees err by 4° below it, by 12° up to 12° and by 55° beyond."""
ARM_KNOWN_DEG = 15.0
"""The same of an upper arm: there its elevation errs by 7° below and by 15° above."""


def seen_legs(joint_sigma_deg: NDArray[np.floating]) -> tuple[Mask, Mask]:
    """(2, T) left, right: thighs and shanks that were seen, from the joints' sigma (T, 55); a shank needs its thigh."""
    thighs, shanks = (
        joint_sigma_deg.T[[getattr(side, end) for side in SIDES]] <= LEG_KNOWN_DEG for end in ("hip", "knee")
    )
    return thighs, thighs & shanks


def hidden_limbs(joint_sigma_deg: NDArray[np.floating]) -> dict[str, Mask]:
    """`arm_left`, `arm_right`, `leg_left`, `leg_right` -> (T,) True where it was out of sight; sigma is (T, 55)."""
    _, shanks = seen_legs(joint_sigma_deg)
    legs = {f"leg_{side.name}": ~seen for side, seen in zip(SIDES, shanks, strict=True)}
    arms = {f"arm_{side.name}": joint_sigma_deg[:, side.shoulder] > ARM_KNOWN_DEG for side in SIDES}
    return {**arms, **legs}


def mostly_hidden(joint_sigma_deg: NDArray[np.floating], seen: Mask) -> tuple[str, ...]:
    """`legs` (both at once), `arm_left`, `arm_right`: what was hidden for too many of the `seen` (T,) frames."""
    out = hidden_limbs(joint_sigma_deg)
    told = {
        "legs": out["leg_left"] & out["leg_right"],
        **{f"arm_{side.name}": out[f"arm_{side.name}"] for side in SIDES},
    }
    return tuple(name for name, frames in told.items() if (seen & frames).sum() > HIDDEN_SHARE * seen.sum())
