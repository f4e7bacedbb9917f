"""The small print on the overlay: time, a few angles coloured by zone, and which colour is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.zones import signed_elevation
from gpu_worker.report.catalogue import Catalogue
from gpu_worker.report.raster import LEFT_COLOUR, RIGHT_COLOUR, Colour

INK: Colour = (244, 246, 248)
FAINT: Colour = (168, 176, 184)
PANEL: Colour = (16, 20, 24)
PANEL_SHARE = 0.72

ZONE_COLOURS: tuple[Colour, Colour, Colour] = (92, 203, 134), (255, 193, 62), (255, 107, 97)
"""RGB of the acceptable, the conditional and the unacceptable zone, on the dark panel."""


@dataclass(frozen=True)
class Zones:
    """Degrees that part the zones: below `back` or above `far` is zone 2, above `middle` zone 1, the rest zone 0."""

    back: float
    middle: float
    far: float

    def of(self, angle_deg: float) -> int:
        """The zone of `angle_deg`: 0 acceptable, 1 conditional, 2 unacceptable."""
        if angle_deg < self.back or angle_deg > self.far:
            return 2
        return 1 if angle_deg > self.middle else 0


@dataclass(frozen=True)
class Line:
    """One angle of the read-out: its signal, the message that names it and its zones."""

    signal: str
    message: str
    zones: Zones
    side: str = ""
    """Of an arm."""
    colour: Colour | None = None
    """The limb's colour in the drawing, shown beside the name."""


TRUNK_ZONES, NECK_ZONES, ARM_ZONES = Zones(-15, 40, 60), Zones(-15, 25, 60), Zones(0, 40, 60)
"""The limits of the original service; kept because its users know them."""

LINES: tuple[Line, ...] = (
    Line("trunk_flexion", "overlay-trunk", TRUNK_ZONES),
    Line("neck_flexion", "overlay-neck", NECK_ZONES),
    Line("arm_elevation_left", "overlay-arm-left", ARM_ZONES, "left", LEFT_COLOUR),
    Line("arm_elevation_right", "overlay-arm-right", ARM_ZONES, "right", RIGHT_COLOUR),
)


def shown(angles: AngleSeries) -> dict[str, NDArray[np.float64]]:
    """Signal of each line -> (T,) degrees as its zones count them: negative where an arm is drawn back."""
    return {
        line.signal: signed_elevation(angles, line.side) if line.side else angles.signals[line.signal] for line in LINES
    }


class Readout:
    """Draws the panel for pictures of one size. `signals`: name -> value in degrees, NaN where unseen."""

    def __init__(self, size: tuple[int, int], catalogue: Catalogue) -> None:
        self._unit = max(0.6, min(size) / 720)
        self._catalogue = catalogue
        self._face = cv2.FontFace("sans")
        self._names = [catalogue.text(line.message) for line in LINES]
        widest = max(self._width(name, 17) for name in self._names)
        notes = (catalogue.text(note) for note in ("overlay-unseen", "overlay-guessed"))
        head = self._width(clock(3599, catalogue), 22, 600) + max(self._width(note, 15, 500) for note in notes)
        self._value_x = max(round(widest + self._px(18 + 22 + 64)), head + self._px(16))
        self._panel = (self._value_x + self._px(40), self._px(52 + 27 * len(LINES) + 8))

    def draw(
        self,
        image: NDArray[np.uint8],
        time_s: float,
        signals: Mapping[str, float],
        seen: bool,
        *,
        guessed: bool = False,
    ) -> None:
        """Draw over `image` (H, W, 3) RGB, in place; a missing signal shows a dash. `guessed`: some limb is grey."""
        width, height = self._panel
        origin = self._px(16)
        box = image[origin : origin + height, origin : origin + width]
        box[:] = (box * (1 - PANEL_SHARE) + np.array(PANEL) * PANEL_SHARE).astype(np.uint8)
        self._text(image, clock(time_s, self._catalogue), self._px(16 + 14), self._px(16 + 32), 22, 600, INK)
        if note := "overlay-unseen" if not seen else "overlay-guessed" if guessed else None:
            self._text_right(image, self._catalogue.text(note), self._px(16 + 32), 15, 500, FAINT)
        for row, (line, name) in enumerate(zip(LINES, self._names, strict=True)):
            value = signals.get(line.signal, np.nan) if seen else np.nan
            self._line(image, row, line, name, value)

    def _line(self, image: NDArray[np.uint8], row: int, line: Line, name: str, value: float) -> None:
        baseline = self._px(16 + 52 + 27 * row + 16)
        centre = (self._px(16 + 20), baseline - self._px(6))
        if line.colour is not None:
            cv2.circle(image, centre, self._px(6), line.colour, cv2.FILLED, cv2.LINE_AA)
        self._text(image, name, self._px(16 + 36), baseline, 17, 400, INK)
        if not np.isfinite(value):
            self._text_right(image, "–", baseline, 17, 400, FAINT)
            return
        zone = line.zones.of(value)
        self._text_right(image, f"{round(value)}°".replace("-", "−"), baseline, 19, 600, ZONE_COLOURS[zone])
        self._mark(image, zone, (self._px(16) + self._panel[0] - self._px(17), baseline - self._px(6)))

    def _mark(self, image: NDArray[np.uint8], zone: int, centre: tuple[int, int]) -> None:
        """A shape for each zone, so that colour is not the only sign: dot, triangle, square."""
        (x, y), r = centre, self._px(5)
        if zone == 0:
            cv2.circle(image, centre, max(2, r - 2), ZONE_COLOURS[0], cv2.FILLED, cv2.LINE_AA)
        elif zone == 1:
            corners = np.array([[x, y - r], [x - r, y + r], [x + r, y + r]], dtype=np.int32)
            cv2.fillConvexPoly(image, corners, ZONE_COLOURS[1], cv2.LINE_AA)
        else:
            cv2.rectangle(image, (x - r, y - r), (x + r, y + r), ZONE_COLOURS[2], cv2.FILLED)

    def _px(self, points: float) -> int:
        return round(points * self._unit)

    def _width(self, text: str, points: int, weight: int = 400) -> int:
        box: Sequence[int] = cv2.getTextSize((4096, 4096), text, (0, 0), self._face, self._px(points), weight)
        return int(box[2])

    def _text(
        self, image: NDArray[np.uint8], text: str, x: int, baseline: int, points: int, weight: int, colour: Colour
    ) -> None:
        cv2.putText(image, text, (x, baseline), colour, self._face, self._px(points), weight)

    def _text_right(
        self, image: NDArray[np.uint8], text: str, baseline: int, points: int, weight: int, colour: Colour
    ) -> None:
        edge = self._px(16) + self._panel[0] - self._px(30)
        self._text(image, text, edge - self._width(text, points, weight), baseline, points, weight, colour)


def clock(time_s: float, words: Catalogue) -> str:
    """`time_s` as minutes, seconds and tenths: 83.46 -> "1:23.4", in Czech "1:23,4"; hours are put before if needed."""
    tenths = int(time_s * 10 + 1e-6)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{rest // 10:02d}{words.decimal_mark}{rest % 10}"
