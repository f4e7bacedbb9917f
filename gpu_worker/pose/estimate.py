"""The pose stage: frames in, one person's landmarks over time out; pictures are not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from contract.job import PersonPoint
from gpu_worker.pose import weights
from gpu_worker.pose.blazepose import BlazePose
from gpu_worker.pose.estimator import HAND_LANDMARKS, PoseEstimator
from gpu_worker.pose.persons import Person, choose, persons
from gpu_worker.pose.quality import quality
from gpu_worker.pose.track import LANDMARKS, PoseTrack
from gpu_worker.pose.tracker import Tracker
from gpu_worker.pose.trail import heads, landmarks_of
from gpu_worker.spilled import Mapped, Spilled, pieces
from gpu_worker.video.ahead import ahead
from gpu_worker.video.clip import Clip, Frame

BUILT_IN, PLUG_INS = "blazepose", "poloha.pose_estimators"
_MOST_UNSEEN = 0.8


def load_estimator(
    cache: Path,
    device: str = "auto",
    threads: int = 2,
    *,
    hands: bool = False,
    mirrored: bool = False,
    name: str = BUILT_IN,
) -> PoseEstimator:
    """The built-in estimator with its weights in `cache`, fetched if need be, or a plug-in. `device`: auto, cpu, cuda.

    `hands` looks for every person's hands as well, at 14 ms more a frame on two CPU cores; `mirrored` looks at
    everybody twice, once in the mirror, and takes the mean, at twice the time. Another `name` is that of an entry point
    in the group `poloha.pose_estimators`: a callable with these same parameters, without `name`, that returns a
    `PoseEstimator`. Raises LookupError when none is installed under that name.
    """
    if name == BUILT_IN:
        return BlazePose.load(weights.ensure(cache), device, threads, hands=hands, mirrored=mirrored)
    installed = entry_points(group=PLUG_INS)
    if name not in installed.names:
        known = ", ".join(sorted({BUILT_IN, *installed.names}))
        raise LookupError(f"no pose estimator named {name!r} is installed; there is {known}")
    made: PoseEstimator = installed[name].load()(cache, device, threads, hands=hands, mirrored=mirrored)
    return made


def estimate(
    frames: Iterable[Frame],
    clip: Clip,
    estimator: PoseEstimator,
    person: int | PersonPoint | None = None,
    on_progress: Callable[[float], None] = lambda _: None,
) -> PoseTrack:
    """Follow everyone through the sampled frames and return the person wanted, by default who was seen most.

    `person`: an index by time and size seen (0 the most), or a point of the picture at a time. `on_progress` gets the
    part done, 0..1; it stays 0 where the container does not tell the length. Raises JobFailed NO_PERSON_FOUND when
    that person is not there or nobody is seen in more than 80 % of the frames.
    """
    tracker = Tracker(estimator, person)
    with ahead(frames) as decoded:
        for frame in decoded:
            tracker.push(frame)
            on_progress(min(1.0, frame.time_s / clip.duration_s) if clip.duration_s else 0.0)
    size = (clip.width, clip.height)
    chosen = choose(persons(tracker.trails), person, size)
    track = replace(pose_track(chosen, tracker, size), heads=tuple(heads(trail) for trail in tracker.trails))
    if track.seen.mean() < 1 - _MOST_UNSEEN:
        percent = f"{100 * track.seen.mean():.0f}"
        rarely = refusal("rarely_seen", "seen in {percent} % of the video", percent=percent)
        raise JobFailed(FailureCode.NO_PERSON_FOUND, rarely)
    return track


def pose_track(person: Person, tracker: Tracker, size: tuple[int, int]) -> PoseTrack:
    """One person's landmarks over every frame that `tracker` was given; `size` is the picture's width and height."""
    count = len(tracker.times_s)
    landmarks, scores = Spilled((LANDMARKS, 6), np.float32), np.full(count, np.nan)
    for trail in person.trails:
        frames, rows = np.array(trail.frames), trail.rows
        scores[frames] = trail.scores
        for piece in pieces(len(frames)):
            landmarks.place(frames[piece], landmarks_of(rows[piece]))
    landmarks.fill(count)
    track = PoseTrack(
        times_s=np.array(tracker.times_s),
        frame_index=np.array(tracker.frame_index, dtype=np.int64),
        image=Mapped(landmarks, lambda rows: rows[..., :2]),
        world=Mapped(landmarks, lambda rows: rows[..., 2:5]),
        visibility=Mapped(landmarks, lambda rows: rows[..., 5]),
        score=scores,
        seen=np.isfinite(scores),
        size=size,
    )
    return _with_hands(replace(track, quality=quality(track)), person)


def _with_hands(track: PoseTrack, person: Person) -> PoseTrack:
    looked = [(f, h) for t in person.trails for f, h in zip(t.frames, t.hands, strict=True) if h is not None]
    if not looked:
        return track
    rows = np.full((len(track.times_s), 2, HAND_LANDMARKS, 6), np.nan)
    rows[:, :, :, 5] = 0
    for frame, hands in looked:
        rows[frame] = hands
    return replace(
        track,
        hand_image=np.ascontiguousarray(rows[..., :2]),
        hand_world=np.ascontiguousarray(rows[..., 2:5]),
        hand_score=np.ascontiguousarray(rows[:, :, 0, 5]),
    )
