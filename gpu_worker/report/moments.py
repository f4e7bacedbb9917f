"""The worst moments: their sentences, and their pictures with the body drawn and the face unrecognisable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np

from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.ergonomics.analysis import Moment
from gpu_worker.report.artist import Artist
from gpu_worker.report.catalogue import Catalogue, Language
from gpu_worker.report.texts import clock, part_text
from gpu_worker.video.clip import Frame

QUALITY = 82
"""JPEG quality of the thumbnails."""
LONG_SIDE = 640
"""Pixels."""


def moment_text(moment: Moment, words: Catalogue) -> str:
    """What was seen, as a sentence; a sentence this catalogue does not know is made of part and method."""
    message = f"moment-{moment.sentence.replace('_', '-').replace('.', '-')}"
    if not words.has(message):
        return f"{part_text(moment.part, words)}: {moment.method}"
    values = {name: words.number(v, 0) if isinstance(v, float) else v for name, v in moment.values.items()}
    part = part_text(moment.part, words)
    return words.text(message, part=part, time=clock(moment.time_s, words), **values)


class MomentPictures:
    """Takes the picture of each moment while the frames of a clip pass by; keeps one frame at a time.

    The picture is the frame nearest to the moment, the body drawn, the face unrecognisable.
    """

    def __init__(
        self, moments: Sequence[Moment], track: BodyTrack, body: Body, *, language: Language = "en", blur: bool = True
    ) -> None:
        self._pending = sorted(range(len(moments)), key=lambda number: moments[number].time_s)
        self._moments, self._track, self._body = moments, track, body
        self._language, self._blur = language, blur
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

    def finish(self) -> Mapping[int, bytes]:
        """JPEG of each moment by its index, after the last frame."""
        if self._last is not None:
            while self._pending:
                self._take(self._pending.pop(0), self._last)
        return self._pictures

    def _take(self, number: int, frame: Frame) -> None:
        if self._artist is None:
            size = (frame.image.shape[1], frame.image.shape[0])
            self._artist = Artist(
                self._track, self._body, None, size, blur=self._blur, language=self._language, readout=False
            )
        image = self._artist.draw(frame)
        scale = min(1.0, LONG_SIDE / max(image.shape[:2]))
        small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        done, data = cv2.imencode(".jpg", np.ascontiguousarray(small[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not done:
            raise ValueError("a thumbnail could not be encoded")
        self._pictures[number] = data.tobytes()


def thumbnails(frames: Iterable[Frame], pictures: MomentPictures) -> Mapping[int, bytes]:
    """The pictures of all moments, where the frames are read for nothing else."""
    for frame in frames:
        pictures.look(frame)
    return pictures.finish()
