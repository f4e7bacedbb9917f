"""Decoding on an NVIDIA GPU (NVDEC), by the decoder for it that FFmpeg itself has and PyAV's wheel brings.

Demuxer, times, display matrix and order of frames are the CPU's own; only the pixels come from elsewhere.
"""

from __future__ import annotations

from av.codec.hwaccel import HWAccel
from av.video.frame import VideoFrame

_DOWNLOADED = frozenset({"nv12", "p010le", "p016le"})
"""How pictures leave the GPU. FFmpeg's decoders on the CPU use none of these."""


def accelerator() -> HWAccel:
    """Asks `av.open` for the GPU; streams and pictures that it cannot decode are left to the CPU."""
    return HWAccel("cuda", allow_software_fallback=True)


def from_gpu(frame: VideoFrame) -> bool:
    """Whether the GPU decoded this picture."""
    return frame.format.name in _DOWNLOADED


def as_from_cpu(frame: VideoFrame) -> VideoFrame:
    """The same pixels laid out as the CPU's decoders do: from NV12, FFmpeg would make other colours at edges."""
    return frame.reformat(format="yuv420p") if frame.format.name == "nv12" else frame
