"""Results for the fake cloud, written by the worker's own code from a made-up movement."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

import av
import numpy as np

from contract.inputs import Inputs
from contract.job import CONTENT_TYPES, Artifact, ArtifactKind
from gpu_worker.angles.series import AngleSeries
from gpu_worker.angles.table import encoded
from gpu_worker.angles.zones import original_zones
from gpu_worker.ergonomics.alone import judged_alone
from gpu_worker.ergonomics.analyse import analyse
from gpu_worker.ergonomics.analysis import Analysis, Moment, OffsetLeftOut
from gpu_worker.ergonomics.camera import CameraResult, LensResult
from gpu_worker.ergonomics.given import given
from gpu_worker.ergonomics.settings import Settings
from gpu_worker.motion import Gravity
from tests.frontend.fake_cloud import FakeCloud
from tests.gpu_worker.report_content import BENDING, angles

SECONDS, RATE = 4.0, 12.0
UNSEEN = (2.5, 3.2)
MOMENTS = (
    Moment(
        method="nv361", part="trunk", side="both", kind="peak", time_s=2.0, start_s=2.0, end_s=2.0,
        sentence="peak_of_track", values={"track": "trunk_sagittal", "angle_deg": 70.0},
    ),
    Moment(
        method="nv361", part="arm_right", side="right", kind="peak", time_s=2.25, start_s=2.25, end_s=2.25,
        sentence="peak_of_track", values={"track": "arm_elevation_right", "angle_deg": 118.0},
    ),
    Moment(
        method="rula", part="body", side="right", kind="peak", time_s=1.5, start_s=1.0, end_s=2.0,
        sentence="highest_score", values={"score": 6.0, "seconds": 1.0},
    ),
    Moment(
        method="nv361", part="trunk", side="both", kind="hold", time_s=1.0, start_s=0.0, end_s=2.0,
        sentence="hold_in_region", values={"region": "trunk_over_60", "seconds": 2.0, "mean_deg": 65.0},
    ),
    Moment(
        method="nv361", part="other", side="both", kind="hold", time_s=3.5, start_s=3.4, end_s=3.6,
        sentence="stay_in_region", values={"region": "low_posture", "seconds": 0.2},
    ),
    Moment(
        method="iso11226", part="trunk", side="both", kind="hold", time_s=1.0, start_s=0.0, end_s=2.0,
        sentence="hold_past_limit", values={"seconds": 2.0, "limit_s": 1.0, "mean_deg": 65.0},
    ),
    Moment(
        method="en1005_4", part="arm", side="right", kind="peak", time_s=2.25, start_s=2.25, end_s=2.25,
        sentence="movement_refused", values={"per_min": 12.0, "angle_deg": 118.0},
    ),
    Moment(
        method="niosh", part="body", side="both", kind="peak", time_s=0.5, start_s=0.5, end_s=0.5,
        sentence="lift", values={"load_kg": 15.0, "horizontal_cm": 40.0, "vertical_cm": 70.0, "index": 1.42},
    ),
    Moment(
        method="strasser", part="wrist", side="left", kind="peak", time_s=0.6, start_s=0.6, end_s=0.6,
        sentence="too_much_turning", values={"turns": 7.0},
    ),
)  # fmt: skip
"""Of most kinds one, and one of a worker that is newer than the page."""


def movement() -> AngleSeries:
    """Four seconds: bends to 70°, looks down, raises the right arm overhead, draws the left one back; 0.7 s unseen."""
    times = np.arange(0, SECONDS, 1 / RATE)
    wave = np.sin(np.pi * times / SECONDS)
    signals = {
        "trunk_flexion": 70 * wave,
        "neck_flexion": 30 * wave - 10,
        "arm_elevation_left": np.full_like(times, 25.0),
        "arm_elevation_right": 120 * wave,
        "arm_retroflexion_left": np.where(times < 1, 24.0, 0.0),
        "arm_retroflexion_right": np.zeros_like(times),
    }
    seen = (times < UNSEEN[0]) | (times > UNSEEN[1])
    signals = {name: np.where(seen, values, np.nan) for name, values in signals.items()}
    return AngleSeries(
        times_s=times,
        frame_index=np.arange(len(times), dtype=np.int64),
        seen=seen,
        signals=signals,
        sigma={name: np.full_like(times, 3.0) for name in signals},
        posture=np.where(seen, "standing", ""),
        offsets={},
    )


@cache
def overlay() -> bytes:
    """An H.264 clip as long as the movement."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(24))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(int(24 * SECONDS)):
            picture = np.full((360, 640, 3), (38, 52, 58), np.uint8)
            picture[60:340, 60 + 4 * number : 120 + 4 * number] = (120, 190, 180)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


TILT = Gravity(-12.0, 2.0, 6.0, 2.0, "estimated")
FOCAL_PX = 1066.0
CAMERA = CameraResult(
    pitch_deg=TILT.pitch_deg,
    roll_deg=TILT.roll_deg,
    pitch_sigma_deg=TILT.pitch_sigma_deg,
    roll_sigma_deg=TILT.roll_sigma_deg,
    source="estimated",
    lens=LensResult(focal_px=FOCAL_PX, width=1280, height=720),
)


@cache
def judged(*, unseen: bool = False, seated: bool = False) -> Analysis:
    """What the methods say of two minutes of work, or of two minutes with nobody in sight for most of them.

    `seated`: a table hides the legs for the last 15 seconds.
    """
    series = angles({} if unseen else BENDING, (10.0, 118.0) if unseen else (110.0, 112.0))
    if seated:
        series.posture[-60:] = ""
    return judged_alone(analyse(series, Inputs(), Settings(draws=40)))[0]


def measurements(
    cloud: FakeCloud,
    job_id: str,
    inputs: Inputs | None = None,
    warnings: tuple[str, ...] = (),
    camera: CameraResult | None = CAMERA,
    *,
    old: bool = False,
    unseen: bool = False,
    seated: bool = False,
    left_out: Mapping[str, OffsetLeftOut] | None = None,
) -> tuple[Artifact, ...]:
    """What is there before the overlay: angles and analysis; `old`: of before the analysis brought a verdict."""
    series, told = movement(), inputs or Inputs()
    content = {
        "inputs": told.model_dump(mode="json"),
        "assumed": given(told, series.times_s).assumed,
        "warnings": warnings,
        "camera": camera.model_dump(mode="json") if camera else None,
        "original_zones": original_zones(series).as_json(),
        "worst_moments": [moment.model_dump(mode="json") for moment in MOMENTS],
    }
    if not old:
        content |= judged(unseen=unseen, seated=seated).model_dump(
            mode="json", include={"rula", "reba", "owas", "verdict"}
        )
    if left_out is not None:
        content["offsets_left_out"] = {name: left.model_dump() for name, left in left_out.items()}
    analysis = json.dumps(content)
    return (
        _put(cloud, job_id, ArtifactKind.ANGLES, b"".join(encoded(series))),
        _put(cloud, job_id, ArtifactKind.ANALYSIS, analysis.encode()),
    )


def everything(
    cloud: FakeCloud,
    job_id: str,
    inputs: Inputs | None = None,
    warnings: tuple[str, ...] = (),
    camera: CameraResult | None = CAMERA,
    *,
    old: bool = False,
    unseen: bool = False,
    seated: bool = False,
    left_out: Mapping[str, OffsetLeftOut] | None = None,
) -> tuple[Artifact, ...]:
    """A whole set of results."""
    return (
        *measurements(
            cloud, job_id, inputs, warnings, camera, old=old, unseen=unseen, seated=seated, left_out=left_out
        ),
        _put(cloud, job_id, ArtifactKind.OVERLAY, overlay()),
    )


def _put(cloud: FakeCloud, job_id: str, kind: ArtifactKind, body: bytes) -> Artifact:
    return cloud.put_result(job_id, kind, body, CONTENT_TYPES[kind])
