"""Writes an MP4 that every browser plays: H.264, yuv420p, index in front, each frame at its own time."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

_CLOCK_HZ = 90_000
_BT709 = 1


class VideoWriter:
    """Writes frames to `path`. Use it as a context manager: the file appears whole at the end, or not at all.

    An odd width or height loses its last column or row, because H.264 with 4:2:0 colour has none. `fps` is a hint for
    players and the length of the last frame. Raises OSError when the file cannot be written.
    """

    def __init__(self, path: Path, width: int, height: int, fps: float, threads: int = 0) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        self._width, self._height = width // 2 * 2, height // 2 * 2
        rate = Fraction(fps).limit_denominator(1001) if fps > 0 else Fraction(25)
        self._period, self._last = round(_CLOCK_HZ / rate), -1
        self._container = av.open(str(self._part), "w", format="mp4", options={"movflags": "+faststart"})
        # Without B-frames decoding order is showing order, and the file's length is right at any frame times.
        options = {"preset": "veryfast", "crf": "23", "profile": "high", "bf": "0"}
        self._stream = self._container.add_stream("libx264", rate=rate, options=options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
        context = self._stream.codec_context
        context.time_base, context.thread_count = Fraction(1, _CLOCK_HZ), threads
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = _BT709

    def write(self, image: NDArray[np.uint8], time_s: float) -> None:
        """Add an RGB picture (height, width, 3) that is shown from `time_s` on.

        Raises ValueError for another size or a time that is not after the last one.
        """
        if image.shape[0] // 2 * 2 != self._height or image.shape[1] // 2 * 2 != self._width:
            raise ValueError(f"a picture of {image.shape[1]}x{image.shape[0]} for {self._width}x{self._height}")
        pts = round(time_s * _CLOCK_HZ)
        if pts <= self._last:
            raise ValueError(f"time {time_s} s does not come after the frame before")
        self._last = pts
        even = np.ascontiguousarray(image[: self._height, : self._width])
        frame = VideoFrame.from_ndarray(even, format="rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts, frame.time_base, frame.duration = pts, Fraction(1, _CLOCK_HZ), self._period
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            with suppress(FileNotFoundError):
                self._part.unlink()
