"""Videos for the tests of reading and writing, made with the encoders that PyAV ships."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

SIZE = (160, 96)


@dataclass(frozen=True)
class Make:
    """How to make a video; its first quarter (left, top) is red, and its brightness tells the frame's number."""

    codec: str = "libx264"
    pixels: str = "yuv420p"
    frames: int = 30
    rate: int = 30
    times_ms: Sequence[int] | None = None
    places: Sequence[int] | None = None
    """Which frames of an even rate there are; the others were dropped while filming."""
    turn_deg: int = 0
    """Counter-clockwise, as a player will show it."""
    mirrored: bool = False
    aspect: Fraction | None = None
    muxer: str | None = None
    options: tuple[tuple[str, str], ...] = ()


def picture(number: int) -> NDArray[np.uint8]:
    """Frame `number` as it is stored."""
    image = np.full((SIZE[1], SIZE[0], 3), 20 + 3 * number % 200, np.uint8)
    image[: SIZE[1] // 2, : SIZE[0] // 2] = (230, 20, 20)
    return image


def write(path: Path, make: Make = Make()) -> Path:
    """Write the video and return its path."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        return _write(path, make)
    finally:
        # As root, SVT-AV1 makes the calling thread a real-time one, and every process started later inherits that:
        # two busy ones then starve the whole machine.
        os.sched_setscheduler(0, *before)


def _write(path: Path, make: Make) -> Path:
    with av.open(str(path), "w", format=make.muxer, options=dict(make.options)) as container:
        stream = container.add_stream(make.codec, rate=make.rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *SIZE, make.pixels
        if make.aspect is not None:
            stream.codec_context.sample_aspect_ratio = make.aspect
        if make.turn_deg or make.mirrored:
            stream.set_display_rotation(make.turn_deg, hflip=make.mirrored)
        if make.times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if make.places is not None:
            stream.codec_context.time_base = Fraction(1, make.rate)
        for number in range(make.frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            if make.times_ms is not None:
                frame.pts, frame.time_base = make.times_ms[number], Fraction(1, 1000)
            if make.places is not None:
                frame.pts, frame.time_base = make.places[number], Fraction(1, make.rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sound(path: Path) -> Path:
    """Write a second of silence."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mp3" if path.suffix == ".mp3" else "aac", rate=44100)
        assert isinstance(stream, av.AudioStream)
        for start in range(0, 44100, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def red_quarter(image: NDArray[np.uint8]) -> str:
    """Which quarter of the picture is red, e.g. `left top`."""
    height, width = image.shape[:2]
    places = {
        f"{x} {y}": image[height // 4 + (y == "bottom") * height // 2, width // 4 + (x == "right") * width // 2]
        for x in ("left", "right")
        for y in ("top", "bottom")
    }
    return max(places, key=lambda name: int(places[name][0]) - int(places[name][1]))
