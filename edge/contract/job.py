"""The records of a job: what the caller asked for, what edge keeps to itself, what everybody may poll.

The status object alone decides a job's state and attempt; `contract.state` owns its transitions.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contract.base import JobId, Moment, Strict
from contract.failures import Failure
from contract.inputs import Inputs, LogLength

AUTOMATIC_ATTEMPTS = 3
Language = Literal["en", "cs"]


class JobState(StrEnum):
    """`deleted` is a tombstone; completed, failed, cancelled and expired are left by their owner only."""

    AWAITING_UPLOAD = "awaiting_upload"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DELETED = "deleted"


END_STATES = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED, JobState.DELETED})


class Stage(StrEnum):
    """What the worker is doing, in the order it happens."""

    STARTING = "starting"
    POSE = "pose"
    BODY = "body"
    ANALYSIS = "analysis"
    OVERLAY = "overlay"
    UPLOADING = "uploading"


class Quality(StrEnum):
    """How densely the video is sampled; `docs/measurements.md` gives cost and accuracy of each tier."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    ULTRA = "ultra"


class PersonPoint(Strict):
    """Who to follow: the person nearest to a point of the upright picture at a time."""

    time_s: float = Field(ge=0)
    x: float = Field(ge=0, le=1, description="fraction of the width from the left")
    y: float = Field(ge=0, le=1, description="fraction of the height from the top")


class JobOptions(Strict):
    """What a caller may choose; every field has a default."""

    quality: Quality = Quality.MEDIUM
    person: Annotated[int, Field(ge=0)] | PersonPoint | None = Field(
        default=None, description="index by time × size seen (0 the most), or a point; default the most seen"
    )
    height_m: float | None = Field(default=None, ge=1.2, le=2.3, description="the worker's height, fixes the scale")
    camera_pitch_deg: float | None = Field(default=None, ge=-89, le=89, description="negative looks down")
    camera_roll_deg: float | None = Field(
        default=None, ge=-180, le=180, description="positive: camera turned clockwise"
    )
    focal_px: float | None = Field(default=None, gt=0, description="focal length in pixels of the upright picture")
    blur_faces: bool = True
    overlay: bool = Field(default=True, description="draw the body over the video")
    language: Language = Field(default="en", description="of the reports and the overlay")
    inputs: Inputs = Field(default=Inputs(), description="what the video does not show; all of it can be left out")


class UploadKind(StrEnum):
    """How the browser sends the video."""

    PUT = "put"
    MULTIPART = "multipart"


class Upload(Strict):
    """What edge promised to accept."""

    kind: UploadKind
    name: str = Field(min_length=1, max_length=255, description="as the caller named the file")
    bytes: int = Field(gt=0)
    content_type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)
    key: str
    upload_id: str | None = None
    part_bytes: int | None = Field(default=None, gt=0)


class VideoSource(Strict):
    """A job's own video, whole."""

    kind: Literal["video"] = "video"
    key: str
    name: str = Field(min_length=1, max_length=255, description="as the caller named the video")
    etag: str
    bytes: int = Field(gt=0)


class MotionSource(Strict):
    """The body's motion that an earlier job recovered; its key is never written again."""

    kind: Literal["motion"] = "motion"
    key: str
    name: str = Field(min_length=1, max_length=255, description="of the video it was recovered from")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)


Source = Annotated[VideoSource | MotionSource, Field(discriminator="kind")]


class Parent(Strict):
    """The finished job that a re-analysis judges anew, and what it reads of it."""

    job_id: JobId
    motion: MotionSource
    inherited: LogLength = Field(default=LogLength(), description="entries of its log, which nobody may change")


class Attempt(Strict):
    """One attempt: written as an intent before the run is asked for, so that a crash leaves a trace."""

    number: int = Field(ge=1)
    intended_at: Moment
    asked: int = Field(default=0, ge=0, description="how often a run was about to be asked for")
    run_ids: tuple[str, ...] = ()
    run_s: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="GPU seconds RunPod reported, by run"
    )

    @property
    def spend_s(self) -> float:
        """GPU seconds of all its runs: RunPod bills each."""
        return sum(self.run_s.values())

    def with_spend(self, run_id: str, seconds: float) -> Attempt:
        """A copy that knows what a run took. RunPod says so up to three times: repeats do not add up, more counts."""
        return self.model_copy(update={"run_s": {**self.run_s, run_id: max(self.run_s.get(run_id, 0.0), seconds)}})


class JobRecord(Strict):
    """`jobs/<job>.json`, edge only: private facts. Decides nothing. A job has an upload or a parent."""

    job_id: JobId
    owner: str | None = Field(default=None, description="digest of the invite token; None where none is needed")
    token_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="digest of the job token")
    options: JobOptions
    upload: Upload | None = None
    created_at: Moment
    video_etag: str | None = None
    parent: Parent | None = None
    attempts: tuple[Attempt, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.upload is None) == (self.parent is None):
            raise ValueError("a job has an upload or a parent")
        return self

    @property
    def source(self) -> VideoSource | MotionSource | None:
        """What a worker is to read; None while the video has not come."""
        if self.parent is not None:
            return self.parent.motion
        if self.upload is None or self.video_etag is None:
            return None
        upload = self.upload
        return VideoSource(key=upload.key, name=upload.name, etag=self.video_etag, bytes=upload.bytes)

    @property
    def spend_s(self) -> float:
        """GPU seconds of all attempts."""
        return sum(attempt.spend_s for attempt in self.attempts)

    def attempt(self, number: int) -> Attempt | None:
        """The attempt with this number, if its intent was written."""
        return next((a for a in self.attempts if a.number == number), None)

    def with_attempt(self, attempt: Attempt) -> JobRecord:
        """A copy in which `attempt` stands in place of the one with its number, or at the end."""
        kept = tuple(a for a in self.attempts if a.number != attempt.number)
        return self.model_copy(update={"attempts": (*kept, attempt)})


class OpenJob(Strict):
    """`active/<job>`, edge only: the job is open, and this is the next look that counts; earlier ones came twice."""

    attempt: int = Field(default=0, ge=0)
    look: int = Field(default=0, ge=0)


class Lease(Strict):
    """Who may write results: RunPod's run and a nonce of this very handler call."""

    run_id: str = Field(min_length=1)
    nonce: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")


class VideoFacts(Strict):
    """What is known of the video; name and size from the upload, the rest once decoded."""

    name: str
    bytes: int = Field(gt=0)
    duration_s: float | None = Field(default=None, ge=0)
    width: int | None = Field(default=None, gt=0)
    height: int | None = Field(default=None, gt=0)
    fps: float | None = Field(default=None, gt=0)
    frames: int | None = Field(default=None, ge=0)


class ArtifactKind(StrEnum):
    """Results; the value is also the file's ending, `<stem>.<kind>`."""

    MOTION = "motion.npz"
    SMPLX = "smplx.npz"
    ANGLES = "angles.csv"
    ANALYSIS = "analysis.json"
    OVERLAY = "overlay.mp4"
    GLB = "glb"
    WORKBOOK = "report.xlsx"
    DOCUMENT = "report.pdf"
    ROWS = "rows.csv"


CONTENT_TYPES: dict[ArtifactKind, str] = {
    ArtifactKind.MOTION: "application/octet-stream",
    ArtifactKind.SMPLX: "application/octet-stream",
    ArtifactKind.ANGLES: "text/csv; charset=utf-8",
    ArtifactKind.ANALYSIS: "application/json",
    ArtifactKind.OVERLAY: "video/mp4",
    ArtifactKind.GLB: "model/gltf-binary",
    ArtifactKind.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ArtifactKind.DOCUMENT: "application/pdf",
    ArtifactKind.ROWS: "text/csv; charset=utf-8",
}


class Artifact(Strict):
    """One finished result file."""

    name: str = Field(description="file name for the download: the input's stem, of a re-analysis its moment, the kind")
    kind: ArtifactKind
    key: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    content_type: str


class Summary(Strict):
    """The few numbers a list of jobs shows."""

    observed_s: float = Field(ge=0)
    unknown_s: float = Field(ge=0)
    body_model: str = Field(description="openbody or smplx")
    worst_zone_percent: dict[str, float] = Field(
        default_factory=dict, description="percent of observed time in the worst zone, by body part"
    )


class JobStatus(Strict):
    """`status/<job>.json`, the polled object: no links, nothing private."""

    job_id: JobId
    state: JobState
    stage: Stage | None = None
    progress: float = Field(default=0, ge=0, le=1)
    message: str = ""
    attempt: int = Field(default=0, ge=0, description="0 until the first attempt is queued")
    attempt_limit: int = Field(
        default=AUTOMATIC_ATTEMPTS, ge=0, description="highest attempt that may start without its owner"
    )
    revision: int = Field(ge=1)
    lease: Lease | None = None
    created_at: Moment
    updated_at: Moment
    heartbeat_at: Moment | None = None
    video: VideoFacts
    artifacts: tuple[Artifact, ...] = ()
    failure: Failure | None = None
    summary: Summary | None = None

    @property
    def ended(self) -> bool:
        """True where nothing automatic may happen any more."""
        return self.state in END_STATES
