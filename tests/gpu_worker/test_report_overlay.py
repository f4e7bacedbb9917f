"""The overlay video as a user gets it: written, then decoded again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu_worker.body.model import Body, load_body
from gpu_worker.report.artist import Artist
from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.overlay import write_overlay
from gpu_worker.report.readout import LINES, Readout, clock, shown
from gpu_worker.video.clip import Frame
from gpu_worker.video.reader import open_video
from tests.gpu_worker.report_samples import RATE_HZ, SIZE, UNSEEN, angles_of, walk

GREY = 90
PANEL = (slice(0, 150), slice(0, 150))
"""Where the read-out is, and nothing of the body."""
MIDDLE = (slice(113, 150), slice(150, 170))
"""Where the body is, below the read-out."""


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def frames(count: int = 24, jitter_s: float = 0.0) -> Iterator[Frame]:
    for k in range(count):
        image = np.full((SIZE[1], SIZE[0], 3), GREY, dtype=np.uint8)
        yield Frame(index=3 * k, time_s=k / RATE_HZ + jitter_s * (k % 3), image=image)


def test_video_has_the_times_of_its_frames_and_shows_the_body_only_where_it_was_seen(
    body: Body, tmp_path: Path
) -> None:
    track = walk(body)
    heard: list[float] = []
    target = tmp_path / "walk.overlay.mp4"
    write_overlay(frames(jitter_s=0.01), track, body, angles_of(track), target, on_progress=heard.append)
    with open_video(target, target.name) as video:
        assert (video.clip.codec, video.clip.width, video.clip.height) == ("h264", *SIZE)
        shown = list(video.frames())
    assert [frame.time_s for frame in shown] == pytest.approx([f.time_s for f in frames(jitter_s=0.01)], abs=1e-3)
    middle = [np.abs(frame.image[MIDDLE].astype(int) - GREY).mean() for frame in shown]
    hidden = np.zeros(24, dtype=bool)
    hidden[UNSEEN] = True
    assert max(np.array(middle)[hidden]) < 4
    assert min(np.array(middle)[~hidden]) > 12
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_large_video_is_drawn_at_720p_and_the_body_stays_in_place(body: Body) -> None:
    track = walk(body)
    small = Artist(track, body, None, SIZE, blur=False, language="en")
    big = Artist(track, body, None, (3840, 2160), blur=False, language="en")
    tall = Artist(track, body, None, (1081, 1921), blur=False, language="en")
    assert small.size == SIZE
    assert big.size == (1280, 720)
    assert tall.size[0] % 2 == tall.size[1] % 2 == 0
    assert tall.size[0] <= 720
    assert tall.size[1] <= 1280


def test_every_frame_between_two_samples_gets_a_body(body: Body) -> None:
    artist = Artist(walk(body), body, None, SIZE, blur=False, language="en")
    image = np.full((SIZE[1], SIZE[0], 3), GREY, dtype=np.uint8)
    between = artist.draw(Frame(1, 0.035, image))
    far_after_the_end = artist.draw(Frame(900, 30.0, image))
    assert (between[MIDDLE] != GREY).any()
    assert (far_after_the_end[MIDDLE] == GREY).all()


def test_read_out_shows_angles_only_where_the_person_is_seen(body: Body) -> None:
    track = walk(body)
    artist = Artist(track, body, angles_of(track), SIZE, blur=False, language="cs")
    image = np.full((SIZE[1], SIZE[0], 3), GREY, dtype=np.uint8)
    seen = artist.draw(Frame(0, 0.0, image))[PANEL].astype(int)
    unseen = artist.draw(Frame(3 * UNSEEN.start, UNSEEN.start / RATE_HZ, image))[PANEL].astype(int)
    colourful = [int(((part.max(axis=2) - part.min(axis=2)) > 80).sum()) for part in (seen, unseen)]
    assert colourful[0] > 3 * colourful[1], "zones colour the numbers"
    assert colourful[1] > 20, "the legend of left and right stays"


def test_face_is_blurred_unless_asked_not_to(body: Body) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    track = walk(body)
    kept, blurred = (
        Artist(track, body, None, SIZE, blur=blur, language="en").draw(Frame(0, 0.0, noise)) for blur in (False, True)
    )
    changed = (kept != blurred).any(axis=2)
    assert changed.sum() > 100
    rows = np.nonzero(changed)[0]
    assert rows.max() < 75, "only the head"


def test_video_without_a_frame_is_an_error(body: Body, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frame"):
        write_overlay(iter(()), walk(body), body, None, tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["en", "cs"])
def test_not_seen_is_written_beside_the_clock_and_not_over_it(language: Language) -> None:
    pictures = []
    for seen in (True, False):
        picture = np.full((720, 1280, 3), 120, np.uint8)
        Readout((1280, 720), catalogue(language)).draw(picture, 3599.9, {}, seen)
        pictures.append(picture[:64].astype(int))
    written = np.flatnonzero(np.abs(pictures[0] - pictures[1]).sum((0, 2)))
    clock = np.flatnonzero((pictures[0].min(2) > 180).any(0))
    assert written[0] > clock[-1]


def test_an_arm_drawn_back_is_negative_and_so_in_the_zone_that_the_report_counts_it_in(body: Body) -> None:
    track = walk(body)
    angles = angles_of(track)
    back = {"arm_elevation_left": 30.0, "arm_retroflexion_left": 30.0, "arm_elevation_right": 30.0}
    signals = {**angles.signals, **{name: np.full(len(track.times_s), value) for name, value in back.items()}}
    told = shown(replace(angles, signals=signals))
    zones = {line.signal: line.zones.of(float(told[line.signal][0])) for line in LINES}
    assert (zones["arm_elevation_left"], zones["arm_elevation_right"]) == (2, 0)


def test_times_are_written_with_the_decimal_mark_of_the_language() -> None:
    assert [clock(83.46, catalogue(language)) for language in ("en", "cs")] == ["1:23.4", "1:23,4"]
