"""The range of view, distance and visibility that the method was tested in."""

from __future__ import annotations

import numpy as np

from gpu_worker.angles.series import AngleSeries
from gpu_worker.ergonomics.analysis import Analysis
from gpu_worker.hidden import HIDDEN_SHARE, mostly_hidden
from gpu_worker.motion import Motion
from gpu_worker.spilled import pieces

FACING_DEG = 60.0
"""Seen from further to the side than this for most of the time, a clip lies outside."""
NEAR_M, FAR_M = 1.5, 8.0
UNCERTAIN_DEG = 15.0
"""Median uncertainty of the joints' rotations above which a frame counts as badly seen."""
DOUBTFUL_SHARE, UNSEEN_SHARE = HIDDEN_SHARE, 0.1
"""Frames seen badly or with an arm or both legs hidden, and time out of sight, that a clip may have."""
BODY_JOINTS = 22


def outside_range(analysis: Analysis, angles: AngleSeries, motion: Motion) -> tuple[str, ...]:
    """In what a clip lies outside the range the method was tested in: `view`, `distance`, `occlusion`, `unseen`."""
    seen = motion.seen
    if not seen.any():
        return ("unseen",)
    view = np.abs(angles.signals["view"][angles.seen]) if "view" in angles.signals else np.zeros(1)
    pelvis = np.concatenate([motion.joints[piece][:, 0] for piece in pieces(len(seen))])[seen].astype(np.float64)
    distance = float(np.median(np.linalg.norm(pelvis, axis=1)))
    doubtful = np.median(motion.joint_sigma_deg[seen, :BODY_JOINTS].astype(np.float64), axis=1) > UNCERTAIN_DEG
    total = analysis.observed_s + analysis.unknown_s
    found = {
        "view": float(np.nanmean(view > FACING_DEG)) > 0.5,
        "distance": not NEAR_M <= distance <= FAR_M,
        "occlusion": float(doubtful.mean()) > DOUBTFUL_SHARE
        or bool(mostly_hidden(motion.joint_sigma_deg, motion.seen)),
        "unseen": total > 0 and analysis.unknown_s / total > UNSEEN_SHARE,
    }
    return tuple(name for name, outside in found.items() if outside)
