"""Reading videos: exact times, upright pictures, honest errors."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.failures import FailureCode, JobFailed
from gpu_worker.video.reader import open_video
from tests.gpu_worker.video_samples import Make, picture, red_quarter, sound, write


@pytest.mark.parametrize(
    ("file", "make"),
    [
        ("h264.mp4", Make()),
        ("h264.mkv", Make()),
        ("h264.ts", Make()),
        ("h264.avi", Make()),
        ("hevc-10-bit.mp4", Make("libx265", "yuv420p10le", options=(("x265-params", "log-level=none"),))),
        ("vp9.webm", Make("libvpx-vp9")),
        ("av1.mp4", Make("libsvtav1")),
        ("mjpeg.mov", Make("mjpeg", "yuvj420p")),
    ],
)
def test_every_frame_of_every_codec_is_decoded_at_its_time(tmp_path: Path, file: str, make: Make) -> None:
    with open_video(write(tmp_path / file, make), file) as video:
        frames = list(video.frames())
    assert [f.index for f in frames] == list(range(30))
    assert np.allclose([f.time_s for f in frames], np.arange(30) / 30, atol=0.001)
    assert all(np.abs(f.image.astype(int) - picture(f.index)).mean() < 8 for f in frames)
    assert video.decoded == 30
    assert video.lost_s == 0
    assert (video.clip.width, video.clip.height) == (160, 96)
    assert video.clip.duration_s == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("codec", ["mpeg4", "libx264", "mjpeg"])
def test_frames_that_an_avi_lacks_leave_their_time_behind(tmp_path: Path, codec: str) -> None:
    places = [place for place in range(60) if place not in (10, 11, 12, 30) and not 40 <= place < 50]
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    make = Make(codec, pixels, frames=len(places), rate=25, places=places)
    with open_video(write(tmp_path / "old.avi", make), "old.avi") as video:
        seen = [f.time_s for f in video.frames()]
    assert np.allclose(seen, np.array(places) / 25, atol=1e-6)
    assert video.lost_s == 0


def test_variable_frame_rate_keeps_the_recorded_times(tmp_path: Path) -> None:
    times = list(accumulate([40, 33, 200, 10, 90, 500, 33], initial=700))
    path = write(tmp_path / "phone.mp4", Make(frames=len(times), times_ms=times))
    with open_video(path, "phone.mp4") as video:
        seen = [f.time_s for f in video.frames()]
    assert np.allclose(seen, (np.array(times) - times[0]) / 1000, atol=0.0006)


@pytest.mark.parametrize(
    ("turn", "mirrored", "place", "clockwise"),
    [
        (0, False, "left top", 0),
        (90, False, "left bottom", 270),
        (180, False, "right bottom", 180),
        (-90, False, "right top", 90),
        (0, True, "right top", 0),
    ],
)
def test_picture_is_upright_as_a_player_shows_it(
    tmp_path: Path, turn: int, mirrored: bool, place: str, clockwise: int
) -> None:
    path = write(tmp_path / "turned.mp4", Make(turn_deg=turn, mirrored=mirrored, frames=3))
    with open_video(path, "turned.mp4") as video:
        images = [f.image for f in video.frames()]
    assert [red_quarter(image) for image in images] == [place] * 3
    assert images[0].shape == (video.clip.height, video.clip.width, 3)
    assert video.clip.rotation_deg == clockwise
    assert (video.clip.width, video.clip.height) == ((96, 160) if turn in (90, -90) else (160, 96))


def test_non_square_pixels_are_stretched(tmp_path: Path) -> None:
    path = write(tmp_path / "camcorder.mp4", Make(aspect=Fraction(4, 3), frames=2))
    with open_video(path, "camcorder.mp4") as video:
        image = next(video.frames()).image
    assert image.shape == (96, 213, 3)
    assert (video.clip.width, video.clip.height) == (213, 96)


def test_sampling_takes_the_wanted_rate_spread_evenly(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", Make(frames=90))
    with open_video(path, "a.mp4") as video:
        sampled = [f.index for f in video.frames(12)]
        assert video.decoded == 90
    assert len(sampled) == 36
    assert set(np.diff(sampled)) == {2, 3}


@pytest.fixture(scope="module")
def three_seconds(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("video") / "a.mkv", Make(frames=60, rate=20)).read_bytes()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=st.floats(0.4, 60))
def test_sampling_never_exceeds_the_rate_and_is_the_same_every_time(three_seconds: bytes, rate: float) -> None:
    def read() -> list[tuple[int, float]]:
        with open_video(io.BytesIO(three_seconds), "a.mkv") as video:
            return [(f.index, f.time_s) for f in video.frames(rate)]

    seen = read()
    assert seen == read()
    assert seen[0] == (0, 0.0)
    assert len(seen) <= 3 * rate + 1
    assert all(seen[i + 2][1] - seen[i][1] >= 0.9 / rate for i in range(len(seen) - 2))


@pytest.mark.parametrize(
    "content", [b"", b"no video, a letter", b"\0" * 5000, b"#EXTM3U\n#EXTINF:5,\nfile:///secret\n"]
)
def test_a_file_that_is_no_video_is_unreadable(content: bytes) -> None:
    with pytest.raises(JobFailed) as caught:
        open_video(io.BytesIO(content), "letter.mp4")
    assert caught.value.failure.code == FailureCode.VIDEO_UNREADABLE


@pytest.mark.parametrize("name", ["voice.mp3", "voice.mp4"])
def test_sound_alone_is_an_unsupported_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(JobFailed) as caught:
        open_video(sound(tmp_path / name), name)
    assert caught.value.failure.code == FailureCode.UNSUPPORTED_FORMAT


def test_a_list_of_other_files_is_never_followed(tmp_path: Path) -> None:
    video = write(tmp_path / "secret.mp4")
    script = tmp_path / "script.mp4"
    script.write_text(f"ffconcat version 1.0\nfile '{video}'\n")
    with pytest.raises(JobFailed):
        open_video(script, "script.mp4")


def test_a_video_cut_off_before_its_first_frame_is_unreadable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", Make(options=(("movflags", "+faststart"),)))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 8])
    with pytest.raises(JobFailed) as caught:
        open_video(path, "a.mp4")
    assert caught.value.failure.code == FailureCode.VIDEO_UNREADABLE


def test_a_truncated_video_is_read_as_far_as_it_goes_and_the_lost_time_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", Make(frames=120, options=(("movflags", "+faststart"),)))
    content = path.read_bytes()
    begin = content.index(b"mdat")
    path.write_bytes(content[: begin + (len(content) - begin) // 2])
    with open_video(path, "a.mp4") as video:
        frames = list(video.frames())
    assert 10 < len(frames) < 110
    assert video.lost_s == pytest.approx(4 - len(frames) / 30, abs=0.2)


def test_an_error_of_the_source_is_not_taken_for_a_damaged_video(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 2000:
                raise ConnectionResetError("storage is gone")
            return super().read(size)

    content = write(tmp_path / "a.mkv", Make(frames=120)).read_bytes()
    with pytest.raises(OSError, match="storage is gone"), open_video(Broken(content), "a.mkv") as video:
        list(video.frames())


def test_frames_are_handed_out_once(three_seconds: bytes) -> None:
    with open_video(io.BytesIO(three_seconds), "a.mkv") as video:
        assert len(list(video.frames(5))) == 15
        with pytest.raises(ValueError, match="have been read"):
            next(video.frames())
