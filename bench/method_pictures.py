"""The pictures of `docs/method.md`: `python -m bench.method_pictures VIDEO SECOND` draws one frame in every stage.

Everything is drawn from what our own stages give for that video: landmarks, fitted body, skeleton in the gravity frame
with its angles, and the trunk's angle over the clip in its zones.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.angles.compute import angles
from gpu_worker.body.background import Background
from gpu_worker.body.gravity import to_motion
from gpu_worker.body.model import Body, load_body
from gpu_worker.body.skeleton import JOINT_NAMES, PARENTS
from gpu_worker.body.solver import fit
from gpu_worker.body.track import BodyTrack
from gpu_worker.body.upright import estimate_gravity
from gpu_worker.motion import Motion
from gpu_worker.pose.estimate import estimate, load_estimator
from gpu_worker.pose.track import PoseTrack
from gpu_worker.report.artist import Artist
from gpu_worker.report.faces import HeadTrack, blur_head
from gpu_worker.video.clip import Frame
from gpu_worker.video.reader import open_video

Picture = NDArray[np.uint8]
HEIGHT = 560
_INK, _PAPER, _LEFT, _RIGHT = (40, 44, 52), (250, 249, 246), (245, 158, 36), (64, 156, 255)
_SIDES = {"left_": _LEFT, "right_": _RIGHT}
_ZONES = (
    (-90, -15, (240, 200, 196)),
    (-15, 40, (214, 234, 222)),
    (40, 60, (245, 228, 190)),
    (60, 140, (240, 200, 196)),
)
_BONES = (
    (11, 12), (23, 24), (11, 23), (12, 24), (11, 13), (13, 15), (12, 14), (14, 16), (23, 25), (25, 27), (24, 26),
    (26, 28), (27, 31), (28, 32), (0, 11), (0, 12),
)  # fmt: skip


def landmarks_picture(frame: Frame, pose: PoseTrack, track: BodyTrack, sample: int) -> Picture:
    """The frame with the detector's landmarks; the face unrecognisable."""
    image = frame.image.copy()
    blur_head(image, HeadTrack.of(track), frame.time_s)
    points = pose.image[sample]
    for one, other in _BONES:
        colour = _LEFT if one % 2 and other % 2 else _RIGHT if not (one % 2 or other % 2) else (255, 255, 255)
        ends = [tuple(int(v) for v in points[i]) for i in (one, other)]
        cv2.line(image, ends[0], ends[1], colour, 5, cv2.LINE_AA)
    for x, y in points[11:]:
        cv2.circle(image, (int(x), int(y)), 7, (255, 255, 255), -1, cv2.LINE_AA)
    return _scaled(image)


def body_picture(frame: Frame, track: BodyTrack, body: Body) -> Picture:
    """The fitted body over the frame."""
    size = (frame.image.shape[1], frame.image.shape[0])
    return _scaled(Artist(track, body, None, size, blur=True, language="en", readout=False).draw(frame))


def gravity_picture(motion: Motion, sample: int, trunk_deg: float) -> Picture:
    """The skeleton seen from its right side against the vertical, with the trunk's flexion."""
    width = round(HEIGHT * 0.8)
    canvas = np.full((HEIGHT, width, 3), _PAPER, np.uint8)
    joints = motion.joints[sample][:22] - motion.joints[sample][0]
    lateral = motion.rotations[sample][0, :, 0] * [1, 0, 1]
    forward = np.cross(lateral / np.linalg.norm(lateral), [0, 1, 0])
    flat = np.stack([joints @ forward, joints[:, 1]], 1)
    at = [(int(width / 2 + 250 * x), int(HEIGHT * 0.48 - 250 * y)) for x, y in flat]
    cv2.line(canvas, (at[0][0], 30), (at[0][0], HEIGHT - 30), (190, 190, 185), 2, cv2.LINE_AA)
    for joint in range(1, 22):
        colour = next((paint for side, paint in _SIDES.items() if JOINT_NAMES[joint].startswith(side)), _INK)
        cv2.line(canvas, at[PARENTS[joint]], at[joint], colour, 6, cv2.LINE_AA)
    cv2.line(canvas, at[0], at[12], (20, 120, 80), 3, cv2.LINE_AA)
    _write(canvas, f"trunk flexion {trunk_deg:.0f} deg", (24, 48))
    return canvas


def series_picture(times_s: NDArray[np.float64], trunk: NDArray[np.float64], now_s: float) -> Picture:
    """The trunk's flexion over the clip on the original zones."""
    width = round(HEIGHT * 1.2)
    canvas = np.full((HEIGHT, width, 3), _PAPER, np.uint8)
    low, high = min(-30.0, np.nanmin(trunk) - 5), max(70.0, np.nanmax(trunk) + 5)

    def row(degrees: float) -> int:
        return int(np.clip((high - degrees) / (high - low), 0, 1) * (HEIGHT - 1))

    for bottom, top, colour in _ZONES:
        cv2.rectangle(canvas, (0, row(top)), (width, row(bottom)), colour, -1)
    columns = (times_s - times_s[0]) / (times_s[-1] - times_s[0]) * (width - 1)
    line = np.array([(int(x), row(y)) for x, y in zip(columns, trunk, strict=True) if np.isfinite(y)], np.int32)
    cv2.polylines(canvas, [line.reshape(-1, 1, 2)], False, _INK, 3, cv2.LINE_AA)
    now = int((now_s - times_s[0]) / (times_s[-1] - times_s[0]) * (width - 1))
    cv2.line(canvas, (now, 0), (now, HEIGHT), (20, 120, 80), 2)
    for limit in (-15, 40, 60):
        _write(canvas, str(limit), (12, row(limit) - 6))
    return canvas


def _scaled(image: Picture) -> Picture:
    width = round(image.shape[1] * HEIGHT / image.shape[0])
    return np.asarray(cv2.resize(image, (width, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _write(canvas: Picture, text: str, at: tuple[int, int]) -> None:
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, _INK, 2, cv2.LINE_AA)


def main() -> None:
    """Draw the four pictures into `docs/images/`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("second", type=float)
    parser.add_argument("--weights", type=Path, default=Path(".cache/models"))
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    body, background = load_body(None), Background()
    with open_video(given.video, given.video.name) as video:
        frames = list(video.frames(12.0))
        clip = video.clip
    for frame in frames:
        background.add(frame.image)
    pose = estimate(iter(frames), clip, load_estimator(given.weights))
    track = fit(pose, body)
    gravity = estimate_gravity(track, background.segments()).gravity
    motion = to_motion(
        track, gravity, quality="medium", video_name=clip.name, video_sha256="", video_frames=len(frames),
        video_duration_s=clip.duration_s,
    )  # fmt: skip
    sample = int(np.argmin(np.abs(track.times_s - given.second)))
    trunk = angles(motion).signals["trunk_flexion"]
    pictures = {
        "stage-landmarks": landmarks_picture(frames[sample], pose, track, sample),
        "stage-body": body_picture(frames[sample], track, body),
        "stage-gravity": gravity_picture(motion, sample, float(trunk[sample])),
        "stage-angles": series_picture(track.times_s, trunk, float(track.times_s[sample])),
    }
    for name, image in pictures.items():
        cv2.imwrite(str(given.out / f"{name}.jpg"), image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 86])


if __name__ == "__main__":
    main()
