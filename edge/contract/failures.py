"""Failures a user can meet: a stable code, a sentence that says what to do, and whether trying again can help."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class FailureCode(StrEnum):
    """Stable codes; the browser, the API and the reports use the same ones."""

    NO_PERSON_FOUND = "no_person_found"
    VIDEO_UNREADABLE = "video_unreadable"
    VIDEO_TOO_LONG = "video_too_long"
    UNSUPPORTED_FORMAT = "unsupported_format"
    UPLOAD_INCOMPLETE = "upload_incomplete"
    SIZE_MISMATCH = "size_mismatch"
    MOTION_GONE = "motion_gone"
    WORKER_LOST = "worker_lost"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    BODY_MODEL_MISSING = "body_model_missing"
    INVALID_INPUTS = "invalid_inputs"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


SENTENCES: dict[FailureCode, str] = {
    FailureCode.NO_PERSON_FOUND: (
        "No person could be followed through this video. Film one person whole, from head to feet, in good light, "
        "and upload the video again."
    ),
    FailureCode.VIDEO_UNREADABLE: (
        "The file could not be read as a video. Play it on your device to check it, then upload it again."
    ),
    FailureCode.VIDEO_TOO_LONG: "The video is longer than this service accepts. Cut it into parts and upload each.",
    FailureCode.UNSUPPORTED_FORMAT: (
        "The file holds no video this service can decode. Upload MP4, MOV, MKV or WebM with H.264, HEVC, VP9 or AV1."
    ),
    FailureCode.UPLOAD_INCOMPLETE: "The upload did not finish. Choose the video again to send it once more.",
    FailureCode.SIZE_MISMATCH: (
        "The uploaded file is not as large as announced, so it may be damaged. Upload the video again."
    ),
    FailureCode.MOTION_GONE: (
        "The motion that was to be judged again cannot be used any more. Upload the video again."
    ),
    FailureCode.WORKER_LOST: "The computer that worked on this video was lost repeatedly. Start the job again.",
    FailureCode.TIMED_OUT: (
        "The analysis stood still or took longer than allowed. Start the job again; if it fails again, upload a "
        "shorter video or choose a lower quality."
    ),
    FailureCode.OUT_OF_MEMORY: (
        "The analysis ran out of memory. Start the job again with a lower quality or a smaller picture size."
    ),
    FailureCode.BODY_MODEL_MISSING: (
        "The body model this service was set up with is missing. The operator has to set SMPLX_MODEL_PATH to an "
        "existing file or leave it empty to use the open body."
    ),
    FailureCode.INVALID_INPUTS: (
        "What was entered about the work does not fit this video. Correct it as the note says and start a new analysis."
    ),
    FailureCode.CANCELLED: "The job was cancelled. Start it again if you still need the result.",
    FailureCode.INTERNAL: "Something failed on our side. Start the job again; if it fails again, report the reference.",
}

RETRYABLE = frozenset(
    {
        FailureCode.WORKER_LOST,
        FailureCode.TIMED_OUT,
        FailureCode.OUT_OF_MEMORY,
        FailureCode.BODY_MODEL_MISSING,
        FailureCode.CANCELLED,
        FailureCode.INTERNAL,
    }
)


class Failure(BaseModel):
    """Why a job ended without results, as the status object and the API show it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: FailureCode
    message: str
    retryable: bool

    @classmethod
    def of(cls, code: FailureCode, detail: str = "") -> Failure:
        """The failure with its standard sentence; `detail` (a number, a reference id) follows in brackets."""
        sentence = SENTENCES[code]
        return cls(code=code, message=f"{sentence} ({detail})" if detail else sentence, retryable=code in RETRYABLE)


class JobFailed(Exception):
    """Raised anywhere in the pipeline when the job cannot succeed; carries what the user will read.

    `detail`: what exactly is wrong, best as a `refusal`, which the reports can say in every language.
    """

    def __init__(self, code: FailureCode, detail: str | PydanticCustomError = "") -> None:
        said = str(detail)
        super().__init__(f"{code}: {said}" if said else str(code))
        self.failure = Failure.of(code, said)
        self.detail = detail
