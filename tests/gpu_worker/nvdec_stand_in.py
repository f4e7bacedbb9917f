"""A stand-in for the one thing that these tests' machines lack: a GPU that decodes. Everything else is real.

It takes the place of `av.open`. Asked for an accelerator, it opens the file without one and hands out each picture in
the layout in which PyAV downloads it from a GPU (NV12 or P010, all other properties kept).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
import pytest

_LAYOUT = {"yuv420p": "nv12", "yuv420p10le": "p010le"}


@dataclass
class StandIn:
    """Counts what was opened, and may break."""

    breaks_after: int | None = None
    """Packets after which the GPU answers with an error."""
    opened: list[bool] = field(default_factory=list)
    """For each time a file was opened, whether the GPU was asked for."""

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of `av.open`."""
        real: Callable[..., Any] = av.open

        def opened(*arguments: Any, hwaccel: object = None, **named: Any) -> Any:
            self.opened.append(hwaccel is not None)
            container = real(*arguments, **named)
            return container if hwaccel is None else _Container(container, self.breaks_after)

        monkeypatch.setattr(av, "open", opened)


class _Container:
    def __init__(self, real: Any, breaks_after: int | None) -> None:
        self._real, self._breaks_after = real, breaks_after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def demux(self, stream: Any) -> Iterator[_Packet]:
        for number, packet in enumerate(self._real.demux(stream)):
            yield _Packet(packet, broken=self._breaks_after is not None and number >= self._breaks_after)


@dataclass
class _Packet:
    real: Any
    broken: bool

    def decode(self) -> list[av.VideoFrame]:
        if self.broken:
            raise av.error.ExternalError(0, "CUDA_ERROR_UNKNOWN")
        return [_downloaded(frame) for frame in self.real.decode()]


def _downloaded(frame: av.VideoFrame) -> av.VideoFrame:
    if frame.format.name == "yuvj420p":
        return _nv12_of_full_range(frame)
    return frame.reformat(format=_LAYOUT.get(frame.format.name, frame.format.name))


def _nv12_of_full_range(frame: av.VideoFrame) -> av.VideoFrame:
    """By hand: FFmpeg would squeeze the range, while a GPU hands out the levels as they are."""
    height, width = frame.height, frame.width
    rows = frame.to_ndarray()
    chroma = rows[height:].reshape(2, height // 2, width // 2)
    interleaved = np.moveaxis(chroma, 0, -1).reshape(height // 2, width)
    found = av.VideoFrame.from_ndarray(np.concatenate([rows[:height], interleaved]), format="nv12")
    found.pts, found.time_base = frame.pts, frame.time_base
    found.color_range, found.colorspace = frame.color_range, frame.colorspace
    return found
