"""Decodes a video: frames with exact times, upright, in constant memory, from a file or a seekable file object."""

from __future__ import annotations

import io
import logging
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import av
import av.error
import numpy as np
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from contract.base import refusal
from contract.failures import FailureCode, JobFailed
from gpu_worker.video import hardware
from gpu_worker.video.clip import Clip, Frame
from gpu_worker.video.orientation import Orientation

# Playlists (hls, concat, dash) and picture sequences could make FFmpeg open other files or addresses.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,flv,asf,ogg,h264,hevc,ivf,obu,mxf,dv"
_BUFFER_BYTES = 1 << 18
_EARLY = 0.05
"""Part of a sampling interval by which a frame may come early: containers round times to as much as a millisecond."""
_DAMAGE = (av.error.InvalidDataError, av.error.PatchWelcomeError, av.error.EOFError)
_LOG = logging.getLogger(__name__)


class _Picture(NamedTuple):
    number: int
    time_s: float
    frame: VideoFrame


def open_video(source: Path | BinaryIO, name: str, threads: int = 0, *, gpu: bool = False) -> VideoReader:
    """Open a video; `name` is what the user called it; `threads` for decoding, 0 means one a core.

    gpu: let an NVIDIA GPU decode it. What the GPU cannot decode the CPU does, with a warning in the log.
    Raises JobFailed: VIDEO_UNREADABLE when it is no video or no frame of it can be decoded, UNSUPPORTED_FORMAT when
    there is no picture in it or no decoder for it. An OSError of the source itself passes through.
    """
    return VideoReader(source, name, threads, gpu=gpu)


class VideoReader:
    """A video being read once, from its start to its end. Use it as a context manager."""

    clip: Clip
    decoded: int
    """Frames decoded so far."""
    last_time_s: float
    """Time of the last decoded frame, in seconds after the first."""

    on_gpu: bool
    """Whether the GPU decodes."""

    def __init__(self, source: Path | BinaryIO, name: str, threads: int = 0, *, gpu: bool = False) -> None:
        # FFmpeg never sees a path: it would take some of them for protocols.
        self._file = source.open("rb") if isinstance(source, Path) else source
        self._owned = self._file if isinstance(source, Path) else None
        self._threads = threads
        try:
            first = self._begin_on_gpu() if gpu else None
            first = first or self._begin()
            if first is None:
                raise JobFailed(FailureCode.VIDEO_UNREADABLE, refusal("video_undecoded", "no picture could be decoded"))
        except BaseException:
            self.close()
            raise
        self._first: _Picture | None = first
        self._orientation = Orientation.of(first.frame, self._stream.sample_aspect_ratio)
        self.clip = self._facts(name, first.frame)

    def frames(self, rate_hz: float | None = None) -> Iterator[Frame]:
        """The frames in order of time, at most `rate_hz` a second; all when None. To be called once.

        Time is cut into slots of 1 / `rate_hz` seconds and the first frame in each slot is taken: the choice depends
        on nothing but the frames' own times. Raises ValueError for a rate that is not positive or a second call.
        """
        if rate_hz is not None and not rate_hz > 0:
            raise ValueError(f"a rate of {rate_hz} Hz")
        if self._first is None:
            raise ValueError("the frames of this reader have been read")
        picture: _Picture | None = self._first
        self._first = None
        last_slot = -1
        while picture is not None:
            slot = picture.number if rate_hz is None else int(np.floor(picture.time_s * rate_hz + _EARLY))
            if slot > last_slot:
                last_slot = slot
                image = self._orientation.upright(hardware.as_from_cpu(picture.frame))
                yield Frame(picture.number, picture.time_s, image)
            picture = next(self._pictures, None)

    @property
    def lost_s(self) -> float:
        """Seconds the container promises and the decoder did not deliver; to be read after the last frame.

        0 when the difference is no more than what containers round. Each damaged packet counts as one frame.
        """
        period = self.last_time_s / (self.decoded - 1) if self.decoded > 1 else 0.0
        missing = self.clip.duration_s - (self.last_time_s + period)
        # Where only the whole file's length is known, sound may outlast the picture.
        tolerance = max(2 * period, 0.1 if self._stream.duration else 1.0)
        return (missing if missing > tolerance else 0.0) + self._damaged * period

    def close(self) -> None:
        """Free the decoder, and close the file if it was opened here."""
        self._release()
        if self._owned is not None:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _release(self) -> None:
        if "_pictures" in vars(self):
            self._pictures.close()
        if "_container" in vars(self):
            self._container.close()

    def _begin(self, accelerator: HWAccel | None = None) -> _Picture | None:
        """Open the file and decode the first picture; None where there is none."""
        self.decoded, self.last_time_s = 0, 0.0
        self._start_decoder(accelerator)
        self._pictures = self._decode()
        return next(self._pictures, None)

    def _start_decoder(self, accelerator: HWAccel | None) -> None:
        self._damaged, self.on_gpu = 0, accelerator is not None
        self._container = _open(self._file, accelerator)
        self._stream = _picture_stream(self._container)
        # FFmpeg discourages threads beside a GPU, which needs none.
        self._stream.codec_context.thread_count = 1 if accelerator else self._threads
        self._stream.thread_type = "AUTO"

    def _begin_on_gpu(self) -> _Picture | None:
        """The first picture if the GPU decodes it; else None, and a warning in the log."""
        try:
            first = self._begin(hardware.accelerator())
            if first is not None and hardware.from_gpu(first.frame) and not self._without_times:
                return first
            reason = f"{self._stream.codec_context.name} in {self._container.format.name}"
        except av.error.FFmpegError as error:
            reason = str(error)
        _LOG.warning("The GPU does not decode this video, the CPU does: %s", reason)
        self._release()
        return None

    def _go_on_without_gpu(self, error: av.error.FFmpegError) -> None:
        """Start again on the CPU; what was handed out already is left out by its times."""
        _LOG.warning("The GPU stopped decoding after %.3f s, the CPU goes on: %s", self.last_time_s, error)
        self._container.close()
        self._start_decoder(None)

    @property
    def _without_times(self) -> bool:
        """AVI stores no presentation times, only packets' places; what FFmpeg shows for them is in decoding order."""
        return self._container.format.name == "avi"

    def _decode(self) -> Generator[_Picture, None, None]:
        """Every frame with its time. Frames that do not come after the one before are left out."""
        start: Fraction | None = None
        rate = self._stream.average_rate or self._stream.guessed_rate or Fraction(25)
        time = -1 / rate
        for frame in self._decoded_frames():
            # A decoder hands out one frame for each packet, in order of presentation: the packet's place is its time.
            stamp = frame.dts if self._without_times else frame.pts
            if stamp is None:
                time += 1 / rate
            else:
                time = stamp * (frame.time_base or self._stream.time_base or Fraction(1, 1000))
            start = time if start is None else start
            time_s = float(time - start)
            if self.decoded and time_s <= self.last_time_s:
                continue
            self.decoded += 1
            self.last_time_s = time_s
            yield _Picture(self.decoded - 1, time_s, frame)

    def _decoded_frames(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except _DAMAGE:
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except _DAMAGE:
                self._damaged += 1
                continue
            except av.error.FFmpegError as error:
                if not self.on_gpu:
                    raise
                self._go_on_without_gpu(error)
                packets = self._container.demux(self._stream)
                continue
            yield from frames

    def _facts(self, name: str, frame: VideoFrame) -> Clip:
        stream = self._stream
        if stream.duration and stream.time_base:
            duration = float(stream.duration * stream.time_base)
        else:
            duration = (self._container.duration or 0) / 1e6
        rate = stream.average_rate or stream.guessed_rate
        width, height = self._orientation.shown_size(frame.width, frame.height)
        return Clip(
            name=name,
            width=width,
            height=height,
            fps=float(rate) if rate else 0.0,
            frames=stream.frames,
            duration_s=duration,
            codec=stream.codec_context.name,
            rotation_deg=self._orientation.rotation_deg,
        )


def _open(source: BinaryIO, accelerator: HWAccel | None) -> InputContainer:
    if source.seek(0, io.SEEK_END) == 0:
        raise JobFailed(FailureCode.VIDEO_UNREADABLE, refusal("video_empty", "the file is empty"))
    source.seek(0)
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": ""}
    try:
        return av.open(
            source,
            "r",
            container_options=options,
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
            hwaccel=accelerator,
        )
    except (av.error.InvalidDataError, av.error.EOFError) as error:
        raise JobFailed(FailureCode.VIDEO_UNREADABLE) from error
    except av.error.ArgumentError as error:
        raise JobFailed(FailureCode.UNSUPPORTED_FORMAT) from error


def _picture_stream(container: InputContainer) -> VideoStream:
    """The largest real video stream; cover pictures of sound files are none."""
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        code = FailureCode.UNSUPPORTED_FORMAT if len(container.streams) else FailureCode.VIDEO_UNREADABLE
        raise JobFailed(code, refusal("video_pictureless", "no picture in the file"))
    playable = [s for s in streams if s.codec_context is not None]
    if not playable:
        raise JobFailed(FailureCode.UNSUPPORTED_FORMAT, refusal("video_codec", "no decoder for this video"))
    return max(playable, key=lambda s: (s.width or 0) * (s.height or 0))
