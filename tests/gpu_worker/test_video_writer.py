"""Writing videos: what is written is what a browser will show, when it should."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from gpu_worker.video.reader import open_video
from gpu_worker.video.writer import VideoWriter
from tests.gpu_worker.video_samples import picture, red_quarter

TIMES_S = [0.0, 0.1, 0.13, 0.5, 0.533, 1.2]


def write(path: Path) -> None:
    with VideoWriter(path, 160, 96, 30) as video:
        for number, time_s in enumerate(TIMES_S):
            video.write(picture(number), time_s)


def test_frames_come_back_at_their_times_in_their_colours(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4")
    with open_video(tmp_path / "a.mp4", "a.mp4") as video:
        frames = list(video.frames())
    assert np.allclose([f.time_s for f in frames], TIMES_S, atol=1e-4)
    assert {red_quarter(f.image) for f in frames} == {"left top"}
    assert np.abs(frames[0].image[70:90, 90:150].astype(int) - picture(0)[70:90, 90:150]).max() <= 3
    assert video.clip.duration_s == pytest.approx(1.2 + 1 / 30, abs=0.01)


def test_file_is_what_browsers_play_and_starts_with_its_index(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.profile) == ("h264", "yuv420p", "High")
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_sizes_lose_the_last_row_and_column(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 161, 97, 30) as video:
        video.write(np.zeros((97, 161, 3), np.uint8), 0.0)
    with open_video(tmp_path / "a.mp4", "a.mp4") as back:
        assert (back.clip.width, back.clip.height) == (160, 96)


def test_an_error_leaves_nothing_behind_and_an_older_file_as_it_was(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 160, 96, 30) as video:
        video.write(picture(0), 0.0)
    before = (tmp_path / "a.mp4").read_bytes()

    def fail() -> None:
        with VideoWriter(tmp_path / "a.mp4", 160, 96, 30) as video:
            video.write(picture(1), 0.0)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.mp4", before)]


def test_times_that_do_not_rise_and_other_sizes_are_refused(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 160, 96, 30) as video:
        video.write(picture(0), 0.5)
        with pytest.raises(ValueError, match="does not come after"):
            video.write(picture(1), 0.5)
        with pytest.raises(ValueError, match="160x96"):
            video.write(np.zeros((100, 160, 3), np.uint8), 1.0)
