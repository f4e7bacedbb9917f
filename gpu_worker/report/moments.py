"""The worst moments: their sentences, and their pictures with the body drawn and the face unrecognisable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.report.artist import Artist
from gpu_worker.report.catalogue import Catalogue, Language
from gpu_worker.report.texts import duration, part_side, region_text, sided_text
from gpu_worker.video.clip import Frame

QUALITY = 82
"""JPEG quality of the thumbnails."""
ACCEPTED = {
    "trunk_sagittal": (-5.0, 40.0),
    "trunk_asymmetry": (-10.0, 10.0),
    "head_sagittal": (-5.0, 25.0),
    "head_asymmetry": (-15.0, 15.0),
    "arm_elevation": (0.0, 40.0),
    "arm_back": (0.0, 10.0),
    "shoulder": (-180.0, 15.0),
}
"""Degrees of each track that no row of the law takes (or, of the head's asymmetry, no unacceptable one)."""
ACCEPTED_PERCENT = 90.0
"""Percent of a joint's range of motion from which the law calls it extreme."""
ACCEPTED_SCORE = {"rula": 2, "reba": 3, "owas": 1, "niosh": 1}
"""Highest score (of lifts the lifting index) of each method that asks for nothing soon."""
STANDARDS = ("iso11226", "en1005_4")
"""Methods whose moments are only those that they do not accept."""
MOST = 12
"""Pictures a clip's report shows."""
SAME_S, APART_S = 0.25, 1.0
"""Moments closer than the first look the same; closer than the second, they do of one part of the body."""
ASPECT, ROOM = 4 / 3, 0.3
"""Width by height of the pictures, and the room left around the person as a share of the person's size."""
LONG_SIDE = 640
"""Pixels."""
IN_SIGHT = 0.5
"""Share of the person that a picture has to show: a picture of the place without the person tells nothing."""


def chosen(moments: Sequence[Moment], most: int = MOST) -> tuple[int, ...]:
    """Indices of the moments worth a picture: the first of every method and body part, then the second, … in turn.

    Within a turn each method comes once before any comes again. Left out: moments within what is acceptable, and those
    whose picture would show an instant already chosen.
    """
    turns: dict[tuple[str, ...], int] = {}
    ranked: list[tuple[int, int, int]] = []
    for number, moment in enumerate(moments):
        if not _bad(moment):
            continue
        key = (moment.method, moment.part, moment.side)
        turns[key] = turns.get(key, -1) + 1
        in_turn = (moment.method, str(turns[key]))
        turns[in_turn] = turns.get(in_turn, -1) + 1
        ranked.append((turns[key], turns[in_turn], number))
    picked: list[int] = []
    for *_, number in sorted(ranked):
        if len(picked) < most and not any(_alike(moments[number], moments[other]) for other in picked):
            picked.append(number)
    return tuple(sorted(picked))


def _alike(one: Moment, other: Moment) -> bool:
    """Whether the pictures of two moments would tell the same."""
    distance = abs(one.time_s - other.time_s)
    return distance <= SAME_S or (one.part == other.part and distance <= APART_S)


def worth_telling(moments: Sequence[Moment]) -> tuple[int, ...]:
    """Indices of the moments outside what their methods accept, in order of time."""
    bad = [number for number, moment in enumerate(moments) if _bad(moment)]
    return tuple(sorted(bad, key=lambda number: moments[number].time_s))


def _bad(moment: Moment) -> bool:
    """Whether the moment lies outside what its method accepts."""
    if moment.method in STANDARDS:
        return True
    angle, score = moment.values.get("angle_deg"), moment.values.get("score", moment.values.get("index"))
    percent = moment.values.get("angle_percent")
    if isinstance(percent, float | int):
        return percent >= ACCEPTED_PERCENT
    if isinstance(angle, float | int):
        low, high = ACCEPTED.get(str(moment.values.get("track")).removesuffix("_left").removesuffix("_right"), (0, 0))
        return not low <= angle <= high
    if isinstance(score, float | int):
        return score > ACCEPTED_SCORE.get(moment.method, 0)
    return True


def moment_text(moment: Moment, words: Catalogue) -> str:
    """What was seen, as a sentence. Raises KeyError for a sentence the catalogue does not have."""
    numbers = {name: value for name, value in moment.values.items() if isinstance(value, float | int)}
    region, track = moment.values.get("region"), moment.values.get("track")
    return words.text(
        f"moment-{moment.sentence.replace('_', '-')}",
        method=words.text(f"method-{moment.method.replace('_', '-')}") if moment.method != "nv361" else "",
        part=_part(moment, words),
        posture=region_text(str(region), words) if region is not None else "",
        track=sided_text("track", str(track), words) if track is not None else "",
        seconds=_length(numbers.get("seconds"), words),
        limit=_length(numbers.get("limit_s"), words),
        mean=_angle("mean", numbers, words),
        angle=_angle("angle", numbers, words),
        score=words.number(numbers.get("score"), 0),
        rate=words.number(numbers.get("per_min"), 1),
        load=words.number(numbers.get("load_kg"), 1),
        horizontal=words.number(numbers.get("horizontal_cm"), 0),
        vertical=words.number(numbers.get("vertical_cm"), 0),
        index=words.number(numbers.get("index"), 2),
    )


def _angle(name: str, numbers: Mapping[str, float], words: Catalogue) -> str:
    """Degrees, or the percent of a joint's range of motion."""
    percent = numbers.get(f"{name}_percent")
    if percent is not None:
        return words.text("percent-of-range", percent=words.percent(percent / 100, 0))
    return words.degrees(numbers.get(f"{name}_deg"))


def _length(seconds: float | None, words: Catalogue) -> str:
    return words.number(None) if seconds is None else duration(seconds, words)


def _part(moment: Moment, words: Catalogue) -> str:
    if moment.part == "body":
        return words.text("side-both") if moment.side == "both" else words.text(f"side-{moment.side}")
    return part_side(moment.part, moment.side, words)


class MomentPictures:
    """Takes the picture of each moment while the frames of a clip pass by; keeps one frame at a time.

    The picture is the frame nearest to the moment, cut to the person, the body drawn, the face unrecognisable.
    """

    def __init__(
        self,
        moments: Sequence[Moment],
        track: BodyTrack,
        body: Body,
        *,
        language: Language = "en",
        blur: bool = True,
        heads: Sequence[NDArray[np.float64]] = (),
    ) -> None:
        self._pending = sorted(chosen(moments), key=lambda number: moments[number].time_s)
        self._moments, self._track, self._body = moments, track, body
        self._language, self._blur, self._heads = language, blur, heads
        self._last: Frame | None = None
        self._artist: Artist | None = None
        self._pictures: dict[int, bytes] = {}

    def look(self, frame: Frame) -> None:
        """The next frame of the clip."""
        if self._last is not None:
            middle = (self._last.time_s + frame.time_s) / 2
            while self._pending and self._moments[self._pending[0]].time_s <= middle:
                self._take(self._pending.pop(0), self._last)
        self._last = frame

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """`frames`, looked at while they pass to somebody else."""
        for frame in frames:
            self.look(frame)
            yield frame

    def finish(self) -> Mapping[int, bytes]:
        """JPEG of each chosen moment by its index, after the last frame."""
        if self._last is not None:
            while self._pending:
                self._take(self._pending.pop(0), self._last)
        return self._pictures

    def _take(self, number: int, frame: Frame) -> None:
        if self._artist is None:
            size = (frame.image.shape[1], frame.image.shape[0])
            self._artist = Artist(
                self._track,
                self._body,
                None,
                size,
                blur=self._blur,
                language=self._language,
                readout=False,
                heads=self._heads,
            )
        box = self._artist.person_box(frame)
        if not in_sight(box, self._artist.size):
            return
        image = cropped(self._artist.draw(frame), box)
        scale = min(1.0, LONG_SIDE / max(image.shape[:2]))
        small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        done, data = cv2.imencode(".jpg", np.ascontiguousarray(small[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            raise ValueError("a thumbnail could not be encoded")
        self._pictures[number] = data.tobytes()


def in_sight(box: tuple[float, float, float, float] | None, size: tuple[int, int]) -> bool:
    """Whether enough of the person's `box` (left, top, right, bottom) lies in a picture of `size` (width, height)."""
    if box is None:
        return False
    left, top, right, bottom = box
    shown = [max(0.0, min(high, side) - max(low, 0.0)) for low, high, side in
             ((left, right, size[0]), (top, bottom, size[1]))]  # fmt: skip
    return shown[0] * shown[1] >= IN_SIGHT * (right - left) * (bottom - top)


def cropped(image: NDArray[np.uint8], box: tuple[float, float, float, float] | None) -> NDArray[np.uint8]:
    """The part of `image` around the person's `box` (left, top, right, bottom), as far as the picture reaches."""
    if box is None:
        return image
    left, top, right, bottom = box
    room = ROOM * max(right - left, bottom - top)
    height = max(bottom - top + 2 * room, (right - left + 2 * room) / ASPECT)
    height = min(height, image.shape[0])
    width = min(height * ASPECT, image.shape[1])
    first = (
        int(np.clip((left + right - width) / 2, 0, image.shape[1] - width)),
        int(np.clip((top + bottom - height) / 2, 0, image.shape[0] - height)),
    )
    return image[first[1] : first[1] + round(height), first[0] : first[0] + round(width)]


def thumbnails(frames: Iterable[Frame], pictures: MomentPictures) -> Mapping[int, bytes]:
    """The pictures of the chosen moments, where the frames are read for nothing else."""
    for frame in frames:
        pictures.look(frame)
    return pictures.finish()
