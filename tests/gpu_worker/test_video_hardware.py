"""Decoding by the GPU: the same frames as by the CPU, and the CPU wherever the GPU cannot."""

from __future__ import annotations

import logging
from itertools import accumulate, islice
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from gpu_worker.video.clip import Clip, Frame
from gpu_worker.video.reader import open_video
from tests.gpu_worker.nvdec_stand_in import StandIn
from tests.gpu_worker.pose_samples import sample
from tests.gpu_worker.video_samples import Make, write

VARIABLE = tuple(accumulate([40, 33, 200, 10, 90, 500, 33], initial=700))
VIDEOS = {
    "h264.mp4": Make(),
    "h264.mkv": Make(),
    "full-range.mp4": Make(pixels="yuvj420p"),
    "hevc-10-bit.mp4": Make("libx265", "yuv420p10le", options=(("x265-params", "log-level=none"),)),
    "vp9.webm": Make("libvpx-vp9"),
    "variable.mp4": Make(frames=len(VARIABLE), times_ms=VARIABLE),
    "turned.mp4": Make(turn_deg=90),
}
LEFT_TO_THE_CPU = {"h264.avi": Make(), "av1.mp4": Make("libsvtav1"), "4-4-4.mp4": Make(pixels="yuv444p")}


def read(path: Path, *, gpu: bool) -> tuple[Clip, list[Frame], float, bool]:
    with open_video(path, path.name, gpu=gpu) as video:
        return video.clip, list(video.frames()), video.lost_s, video.on_gpu


def same(one: tuple[Clip, list[Frame], float, bool], other: tuple[Clip, list[Frame], float, bool]) -> None:
    """Every fact and every byte agree."""
    assert (one[0], one[2]) == (other[0], other[2])
    assert [(f.index, f.time_s) for f in one[1]] == [(f.index, f.time_s) for f in other[1]]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(one[1], other[1], strict=True))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU, so nothing falls back")
@pytest.mark.parametrize("file", [*VIDEOS, *LEFT_TO_THE_CPU])
def test_without_a_gpu_the_cpu_decodes_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    path = write(tmp_path / file, {**VIDEOS, **LEFT_TO_THE_CPU}[file])
    with caplog.at_level(logging.WARNING):
        found = read(path, gpu=True)
    assert not found[3]
    assert [record.message for record in caplog.records if "the CPU does" in record.message]
    same(found, read(path, gpu=False))


@pytest.mark.parametrize("file", VIDEOS)
def test_pictures_as_a_gpu_hands_them_out_give_the_same_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    path = write(tmp_path / file, VIDEOS[file])
    by_cpu = read(path, gpu=False)
    stand_in = StandIn()
    stand_in.install(monkeypatch)
    by_gpu = read(path, gpu=True)
    assert (by_gpu[3], stand_in.opened) == (True, [True])
    same(by_gpu, by_cpu)


@pytest.mark.parametrize("file", LEFT_TO_THE_CPU)
def test_what_a_gpu_cannot_decode_exactly_is_left_to_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    path = write(tmp_path / file, LEFT_TO_THE_CPU[file])
    by_cpu = read(path, gpu=False)
    stand_in = StandIn()
    if file != "av1.mp4":
        stand_in.install(monkeypatch)
    found = read(path, gpu=True)
    assert not found[3]
    same(found, by_cpu)


@pytest.mark.parametrize("file", ["h264.mp4", "variable.mp4", "vp9.webm"])
@pytest.mark.parametrize("packets", [0, 1, 5])
def test_a_gpu_that_breaks_in_the_middle_costs_no_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, file: str, packets: int
) -> None:
    path = write(tmp_path / file, VIDEOS[file])
    by_cpu = read(path, gpu=False)
    stand_in = StandIn(breaks_after=packets)
    stand_in.install(monkeypatch)
    found = read(path, gpu=True)
    assert not found[3]
    assert stand_in.opened[0]
    assert not stand_in.opened[-1]
    assert "CUDA_ERROR_UNKNOWN" in caplog.text
    same(found, by_cpu)


def recoded(path: Path, codec: str, pixels: str) -> Path:
    """A second of the sample clip; GPUs decode no pictures as small as those above but in H.264."""
    with open_video(sample("balancing"), "balancing.mp4") as video, av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = video.clip.width // 4 * 2, video.clip.height // 4 * 2, pixels
        for frame in islice(video.frames(), 30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU with a video decoder")
@pytest.mark.parametrize(
    ("file", "codec", "pixels"),
    [("h264.mp4", "libx264", "yuv420p"), ("hevc.mp4", "libx265", "yuv420p10le"), ("vp9.webm", "libvpx-vp9", "yuv420p")],
)
def test_a_real_gpu_gives_what_the_cpu_gives(tmp_path: Path, file: str, codec: str, pixels: str) -> None:
    path = recoded(tmp_path / file, codec, pixels)
    by_cpu, by_gpu = read(path, gpu=False), read(path, gpu=True)
    assert by_gpu[3], "the GPU did not decode"
    assert not by_cpu[3]
    same(by_gpu, by_cpu)
