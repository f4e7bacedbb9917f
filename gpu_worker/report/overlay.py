"""`.overlay.mp4`: the body drawn over the video, a few angles, the face unrecognisable. Streams, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.report.artist import Artist
from gpu_worker.report.catalogue import Language
from gpu_worker.video.ahead import ahead
from gpu_worker.video.clip import Frame
from gpu_worker.video.writer import VideoWriter


def write_overlay(
    frames: Iterable[Frame],
    track: BodyTrack,
    body: Body,
    angles: AngleSeries | None,
    target: Path,
    *,
    blur_faces: bool = True,
    language: Language = "en",
    heads: Sequence[NDArray[np.float64]] = (),
    on_progress: Callable[[float], None] = lambda fraction: None,
) -> None:
    """Write an H.264 MP4 of `frames` with their own times to `target`.

    The body is drawn where the track saw the person and nothing where it did not. `heads`: see `Artist`.
    `on_progress` hears the finished share of the clip, 0..1. Raises ValueError when there is no frame.
    """
    stream = iter(frames)
    first = next(stream, None)
    if first is None:
        raise ValueError("an overlay needs at least one frame")
    height, width = first.image.shape[:2]
    artist = Artist(track, body, angles, (width, height), blur=blur_faces, language=language, heads=heads)
    end_s = max(float(track.times_s[-1]), 1e-6)
    drawn = ((artist.draw(frame), frame.time_s) for frame in chain([first], stream))
    with VideoWriter(target, *artist.size, fps=artist.rate_hz) as writer, ahead(drawn) as pictures:
        for image, time_s in pictures:
            writer.write(image, time_s)
            on_progress(min(1.0, time_s / end_s))
