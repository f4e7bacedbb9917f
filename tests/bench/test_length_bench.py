"""The length measurement: its video is as long as it says and decodes whole, its phases cover the run."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from bench.length import Run, lines, loop_video, phases_of, stage_told, thinned
from contract.job import Stage
from gpu_worker.report.catalogue import catalogue
from gpu_worker.terminal import TerminalReport

FRAMES, RATE = 20, 10


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """Two seconds of H.264 with B-frames."""
    path = tmp_path / "short.mp4"
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=RATE, options={"bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(FRAMES):
            picture = np.full((48, 64, 3), 10 * number, dtype=np.uint8)
            made.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        made.mux(stream.encode())
    return path


def test_looped_video_has_every_frame_of_every_pass_in_order(short: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    lasts = loop_video(short, long, minutes=0.15)
    assert lasts == pytest.approx(10 / 60)
    with av.open(str(long)) as opened:
        times = [float(frame.time or 0.0) for frame in opened.decode(video=0)]
    assert len(times) == 5 * FRAMES
    assert np.diff(times) == pytest.approx(1 / RATE)


def test_there_and_back_has_no_cut(short: Path, tmp_path: Path) -> None:
    once, long = tmp_path / "once.mp4", tmp_path / "long.mp4"
    thinned(short, once, RATE, there_and_back=True)
    loop_video(once, long, minutes=0.1)
    with av.open(str(long)) as opened:
        levels = [float(frame.to_ndarray(format="gray").mean()) for frame in opened.decode(video=0)]
    assert len(levels) == 2 * (2 * FRAMES - 2)
    assert np.abs(np.diff(levels)).max() < 15


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_known_by_what_the_command_prints_of_it(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    TerminalReport(catalogue("en")).progress(stage, 0.5)
    assert stage_told(capsys.readouterr().err.rstrip()) == stage


def test_phases_add_up_to_the_whole_run() -> None:
    told = [
        (1.0, "long.mp4: 64×48, 10 Hz, 10.0 s, h264"),
        (2.0, "  2% finding the body in the picture"),
        (7.0, " 60% the body in 3D"),
        (8.0, "wrote results/long.motion.npz"),
        (9.0, " 80% drawing the body over the video"),
        (12.0, "wrote results/long.overlay.mp4"),
    ]
    phases = phases_of(told, end_s=15.0)
    assert phases == {"starting": 2.0, "pose": 5.0, "body": 2.0, "overlay": 3.0, "report": 3.0}
    printed = "\n".join(lines([Run(0.25, "low", 15.0, 512.0, phases)]))
    assert "1.00" in printed
    assert "512" in printed
