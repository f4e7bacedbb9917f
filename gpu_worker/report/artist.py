"""Draws on the frames of a clip: body, read-out, and the face unrecognisable. Overlay and thumbnails use it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.body.model import Body
from gpu_worker.body.track import BodyTrack
from gpu_worker.hidden import hidden_limbs
from gpu_worker.report.camera import Camera
from gpu_worker.report.catalogue import Language, catalogue
from gpu_worker.report.faces import HeadTrack, blur_head
from gpu_worker.report.raster import BodyPainter
from gpu_worker.report.readout import Readout, shown
from gpu_worker.video.clip import Frame

LONG_SIDE, SHORT_SIDE = 1280, 720
"""The largest picture drawn, pixels; smaller videos keep their size."""


class Artist:
    """Draws the frames of one clip. `picture`: width and height of the video; `readout`: with time and angles.

    `heads`: circles (K, 4) that hold the heads of everybody seen: seconds, x, y, radius in pixels.
    """

    def __init__(
        self,
        track: BodyTrack,
        body: Body,
        angles: AngleSeries | None,
        picture: tuple[int, int],
        *,
        blur: bool,
        language: Language,
        readout: bool = True,
        heads: Sequence[NDArray[np.float64]] = (),
    ) -> None:
        self._scale = min(1.0, SHORT_SIDE / min(picture), LONG_SIDE / max(picture))
        self.size = (_even(picture[0] * self._scale), _even(picture[1] * self._scale))
        """Width and height of the drawn picture; even, as H.264 wants."""
        self._track, self._body = track, body
        self._shown = {} if angles is None else shown(angles)
        self._camera = Camera(track.focal_px, track.principal_px).scaled(self._scale)
        self._heads = [HeadTrack.of(track), *map(HeadTrack.of_sightings, heads)] if blur else []
        self._painter, self._hidden = BodyPainter(body), hidden_limbs(track.joint_sigma_deg)
        self._readout = Readout(self.size, catalogue(language)) if readout else None
        period_s = float(np.median(np.diff(track.times_s))) if len(track.times_s) > 1 else 1.0
        self.rate_hz = 1 / period_s
        """Samples of the track a second."""
        self._reach_s = 0.51 * period_s

    def draw(self, frame: Frame) -> NDArray[np.uint8]:
        """The finished picture (height, width, 3), RGB, of `frame`."""
        image = self._resized(frame.image)
        for heads in self._heads:
            blur_head(image, heads, frame.time_s, self._scale)
        sample = self._sample(frame)
        seen = sample is not None and bool(self._track.seen[sample])
        hidden: list[str] = []
        if sample is not None and seen:
            one = slice(sample, sample + 1)
            track = self._track
            vertices = self._body.vertices(track.betas, track.poses[one], track.translation[one])[0]
            hidden = [limb for limb, frames in self._hidden.items() if frames[sample]]
            self._painter.draw(image, vertices, self._camera, hidden)
        if self._readout is not None:
            self._readout.draw(image, frame.time_s, self._signals(sample), seen, guessed=bool(hidden))
        return image

    def person_box(self, frame: Frame) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom of the person's joints in the drawn picture; None where the person is unseen."""
        sample = self._sample(frame)
        if sample is None or not self._track.seen[sample]:
            return None
        pixels = self._camera.project(self._track.joints[sample])
        if not np.isfinite(pixels).all():
            return None
        (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def _resized(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A copy of `image` at the drawn size. Averaging areas is slow, and worth it only from half the size down."""
        if image.shape[1::-1] == self.size:
            return image.copy()
        method = cv2.INTER_AREA if self._scale <= 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image, self.size, interpolation=method), dtype=np.uint8)

    def _sample(self, frame: Frame) -> int | None:
        """Index in the track of the sample that shows `frame`: the same frame, or the nearest in time; None if far."""
        times = self._track.times_s
        after = int(np.searchsorted(times, frame.time_s))
        near = [k for k in (after - 1, after) if 0 <= k < len(times)]
        nearest = min(near, key=lambda k: abs(times[k] - frame.time_s), default=None)
        if nearest is None:
            return None
        same = self._track.frame_index[nearest] == frame.index
        return nearest if same or abs(times[nearest] - frame.time_s) <= self._reach_s else None

    def _signals(self, sample: int | None) -> dict[str, float]:
        """The read-out's angles at that sample; angles and track have the same samples."""
        return {} if sample is None else {name: float(values[sample]) for name, values in self._shown.items()}


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))
