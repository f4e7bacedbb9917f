"""The worst moments: their sentences, and their pictures with the body drawn and the face unrecognisable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.ergonomics.moment_order import place
from gpu_worker.report.artist import Artist
from gpu_worker.report.catalogue import Catalogue, Language
from gpu_worker.report.texts import duration, part_side, region_text, sided_text
from gpu_worker.video.clip import Frame

T = TypeVar("T")
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
LEAST_PAST_DEG = 5.0
"""A movement that goes less past what is tolerated is within what the camera errs by."""
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
    """Indices of the moments of one clip worth a picture, by method, the worst of each first."""
    return tuple(number for _, number in chosen_of([moments], most))


def chosen_of(clips: Sequence[Sequence[Moment]], most: int) -> tuple[tuple[int, int], ...]:
    """Clip and index of the moments worth a picture, by method, the worst of each first.

    They are the worst of every method, then of each method the next, … in turn; a method's moments of other clips and
    body parts come before a second one of the same. Left out: moments within what is acceptable, and those whose
    picture would show an instant that is already chosen for their method.
    """
    bad = [(clip, number) for clip, moments in enumerate(clips) for number, one in enumerate(moments) if _bad(one)]

    def moment(one: tuple[int, int]) -> Moment:
        return clips[one[0]][one[1]]

    bad.sort(key=lambda one: place(moment(one)))
    parts = _in_turn(bad, lambda one: (one[0], moment(one).method, moment(one).part, moment(one).side))
    picked: list[tuple[int, int]] = []
    for one in _in_turn(parts, lambda one: moment(one).method):
        shown = any(one[0] == other[0] and _alike(moment(one), moment(other)) for other in picked)
        if len(picked) < most and not shown:
            picked.append(one)
    return tuple(one for one in bad if one in picked)


def _in_turn(ordered: Iterable[T], key: Callable[[T], Hashable]) -> list[T]:
    """The first of every key, then the second of every key, …; within a turn as `ordered`."""
    turns: Counter[Hashable] = Counter()
    ranked = []
    for one in ordered:
        ranked.append((turns[key(one)], one))
        turns[key(one)] += 1
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _alike(one: Moment, other: Moment) -> bool:
    """Whether the pictures of two moments would tell the same of one method."""
    distance = abs(one.time_s - other.time_s)
    same = distance <= SAME_S or (one.part == other.part and distance <= APART_S)
    return one.method == other.method and same


def worth_telling(moments: Sequence[Moment]) -> tuple[int, ...]:
    """Indices of the moments outside what their methods accept, in order of time."""
    bad = [number for number, moment in enumerate(moments) if _bad(moment)]
    return tuple(sorted(bad, key=lambda number: moments[number].time_s))


def _bad(moment: Moment) -> bool:
    """Whether the moment lies outside what its method accepts."""
    if moment.method in STANDARDS:
        past = moment.values.get("angle_past_deg")
        return not isinstance(past, float | int) or past >= LEAST_PAST_DEG
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
    """What was seen, as a sentence beside its method's name. Raises KeyError for one the catalogue does not have."""
    numbers = {name: value for name, value in moment.values.items() if isinstance(value, float | int)}
    region, track = moment.values.get("region"), moment.values.get("track")
    return words.text(
        f"moment-{moment.sentence.replace('_', '-')}",
        part=_part(moment, words),
        side=moment.side,
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
    """Degrees, degrees past what is tolerated, or the percent of a joint's range of motion."""
    percent, past = numbers.get(f"{name}_percent"), numbers.get(f"{name}_past_deg")
    if percent is not None:
        return words.text("percent-of-range", percent=words.percent(percent / 100, 0))
    if past is not None:
        return words.text("past-tolerance", angle=words.degrees(past))
    return words.degrees(numbers.get(f"{name}_deg"))


def _length(seconds: float | None, words: Catalogue) -> str:
    return words.number(None) if seconds is None else duration(seconds, words)


def _part(moment: Moment, words: Catalogue) -> str:
    if moment.part == "body":
        return words.text(f"side-{moment.side}")
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
