"""The README's picture: frames of an overlay video side by side. `python -m bench.picture OVERLAY TARGET SECOND…`"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from gpu_worker.video.reader import open_video

_HEIGHT = 640


def main() -> None:
    """Write the frames nearest to the named seconds, all of one height, as a JPEG."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("overlay", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("seconds", type=float, nargs="+")
    given = parser.parse_args()
    with open_video(given.overlay, given.overlay.name) as video:
        frames = list(video.frames(None))
    chosen = [min(frames, key=lambda f: abs(f.time_s - second)).image for second in given.seconds]
    scaled = [
        cv2.resize(i, (round(i.shape[1] * _HEIGHT / i.shape[0]), _HEIGHT), interpolation=cv2.INTER_AREA) for i in chosen
    ]
    given.target.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(given.target), np.hstack(scaled)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main()
