"""From landmarks to body parameters: first what the clip's frames share, then every frame, chunk by chunk.

The mathematics is in `docs/method.md`, "Body"; the iteration in `descent`. Float64 throughout, no mesh,
deterministic on one machine and thread count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from gpu_worker.body import camera
from gpu_worker.body.descent import Problem, Tie, descend, joint_sigma_deg
from gpu_worker.body.initial import first_guess
from gpu_worker.body.markers import markers
from gpu_worker.body.model import SHAPE_SIZE, Body
from gpu_worker.body.normal import Geometry, State, residuals
from gpu_worker.body.observations import Observed, observe
from gpu_worker.body.prior import Prior, prior
from gpu_worker.body.result import Result, Solution
from gpu_worker.body.shape_prior import shape_prior
from gpu_worker.body.track import BodyTrack
from gpu_worker.pose.track import PoseTrack

CHUNK = 256
MARGIN_S = 1.0
"""A chunk also sees this much of what follows, so that its last kept frames know their future."""
SHARED_FRAMES = 160
"""At most this many frames, evenly spread, decide shape, scale and focal length."""


def fit(
    track: PoseTrack,
    body: Body,
    *,
    focal_px: float | None = None,
    height_m: float | None = None,
    device: str = "cpu",
    corrected: bool = True,
    on_progress: Callable[[float], None] = lambda done: None,
) -> BodyTrack:
    """Fit `body` to one person's landmarks.

    focal_px: the camera's focal length where it is known, else estimated from the clip around a phone's typical one.
    height_m: the worker's height where it is known; it sets the body's size. corrected: apply the learnt model of the
    detector's errors; landmarks of another origin want False. on_progress hears shares from 0 to 1.
    Frames without a person are NaN. Raises JobFailed(NO_PERSON_FOUND) when no frame holds a person.
    """
    # Thousands of matrices of 69 × 69: more threads only wait for each other (7 ms a frame with one, 21 with two).
    with threadpool_limits(limits=1):
        return _fit(track, body, focal_px, height_m, device, corrected, on_progress)


def _fit(
    track: PoseTrack,
    body: Body,
    focal_px: float | None,
    height_m: float | None,
    device: str,
    corrected: bool,
    on_progress: Callable[[float], None],
) -> BodyTrack:
    points = markers(body)
    seen = observe(track, points, device, corrected)
    shape, tables = Geometry.of(body, points, device), prior(device)
    log_focal = seen.centre.new_tensor(focal_px or camera.typical_focal_px(track.size)).log()
    part = seen.part(_spread(len(seen)))
    clip = shape_prior(body, len(part), log_focal, focal_px is not None, height_m)
    guess = first_guess(shape, tables, part, log_focal.new_zeros(SHAPE_SIZE), 0 * log_focal, log_focal)
    shared = descend(Problem(shape, tables, part, clip=clip), guess)
    on_progress(0.1)
    result = Result(track, body, seen)
    _all_frames(shape, tables, seen, shared, result, lambda done: on_progress(0.1 + 0.9 * done))
    return result.track(shared)


def _spread(count: int) -> NDArray[np.int64]:
    """Indices of at most `SHARED_FRAMES` of `count` frames."""
    return np.unique(np.linspace(0, count - 1, min(count, SHARED_FRAMES)).round().astype(np.int64))


def _all_frames(
    shape: Geometry,
    tables: Prior,
    seen: Observed,
    shared: State,
    result: Result,
    on_progress: Callable[[float], None],
) -> None:
    """Chunk by chunk into `result`; each starts tied to the last kept frame of the one before, so there is no seam."""
    times = seen.times_s
    tie: Tie | None = None
    for first in range(0, len(seen), CHUNK):
        last = min(first + CHUNK, len(seen))
        ahead = int(np.searchsorted(times, times[last - 1] + MARGIN_S, side="right"))
        part = seen.part(slice(first, min(ahead, last + CHUNK)))
        start = first_guess(shape, tables, part, shared.betas, shared.log_scale, shared.log_focal)
        solved = _chunk(Problem(shape, tables, part, tie=tie), start, last - first)
        result.add(slice(first, last), solved)
        if last < len(seen):
            tie = Tie(solved.state.local[-1:], solved.state.translation[-1:], float(times[last] - times[last - 1]))
        on_progress(last / len(seen))


def _chunk(problem: Problem, start: State, kept: int) -> Solution:
    """Solve a chunk with its margin and keep its first `kept` frames."""
    found = descend(problem, start)
    at = residuals(found, problem.seen, problem.shape)
    sigma = joint_sigma_deg(problem, found, at)
    pixels = at.pixels * problem.seen.pixel_sigma[..., None]
    state = replace(found, local=found.local[:kept], translation=found.translation[:kept])
    return Solution(state, sigma[:kept], pixels[:kept], problem.seen.trust[:kept])
