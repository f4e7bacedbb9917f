"""Object keys of the bucket, and back. One place, so that no tier builds a key by hand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from contract.job import ArtifactKind

UPLOADS = "uploads/"
RECORDS = "jobs/"
STATUSES = "status/"
CHECKPOINTS = "checkpoints/"
RESULTS = "results/"
ACTIVE = "active/"
MAX_NAME_BYTES = 150

_JOB_ID = r"(?P<job>[A-Za-z0-9_-]{22})"
_UPLOAD = re.compile(rf"uploads/{_JOB_ID}/(?P<name>[^/]+)")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|#%&{}$!'@+`=^~\[\]]")


class MalformedKey(ValueError):
    """The key is not one of ours."""


@dataclass(frozen=True)
class UploadKey:
    """The parts of `uploads/<job>/<name>`."""

    job_id: str
    name: str


def safe_name(name: str) -> str:
    """`name` as it may stand in a key and on any disk: NFC, no separators or control characters, at most 150 bytes.

    The ending survives shortening; a name of which nothing remains becomes `video`.
    """
    clean = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending.encode()) > 12:
        stem, ending = clean, ""
    tail = f".{ending}" if ending else ""
    stem = stem.encode()[: MAX_NAME_BYTES - len(tail.encode())].decode(errors="ignore").strip(" .")
    return f"{stem or 'video'}{tail}"


def stem(name: str) -> str:
    """The name results are called after: the safe name without its ending."""
    head, dot, _ = safe_name(name).rpartition(".")
    return head if dot else safe_name(name)


def upload(job_id: str, name: str) -> str:
    """Where the browser puts the video."""
    return f"{UPLOADS}{job_id}/{safe_name(name)}"


def parse_upload(key: str) -> UploadKey:
    """The job and name of an upload key. Raises MalformedKey."""
    match = _UPLOAD.fullmatch(key)
    if match is None:
        raise MalformedKey(key)
    return UploadKey(job_id=match["job"], name=match["name"])


def record(job_id: str) -> str:
    """Edge's private facts of a job."""
    return f"{RECORDS}{job_id}.json"


def status(job_id: str) -> str:
    """The polled status of a job."""
    return f"{STATUSES}{job_id}.json"


def checkpoint(job_id: str, fingerprint: str, chunk: int) -> str:
    """A finished chunk, for a run that goes on where another ended."""
    return f"{CHECKPOINTS}{job_id}/{fingerprint}/{chunk:06d}"


def result(job_id: str, attempt: int, nonce: str, name: str, kind: ArtifactKind) -> str:
    """A result file of one run; `name` is the video's name."""
    return f"{results_of_run(job_id, attempt, nonce)}{stem(name)}.{kind}"


def results_of_run(job_id: str, attempt: int, nonce: str) -> str:
    """Prefix of one run's results."""
    return f"{RESULTS}{job_id}/{attempt}-{nonce}/"


def active(job_id: str) -> str:
    """Marks a job as open; removed when it is closed."""
    return f"{ACTIVE}{job_id}"


def owner(owner_digest: str, day: date, job_id: str) -> str:
    """Lists a caller's jobs by day."""
    return f"owners/{owner_digest}/{day.isoformat()}/{job_id}"


def token(sha256: str) -> str:
    """An invite token, by digest."""
    return f"tokens/{sha256}.json"


def job_prefixes(job_id: str) -> tuple[str, ...]:
    """Every prefix that holds data of a job, but for its status."""
    return (
        f"{UPLOADS}{job_id}/",
        record(job_id),
        f"{CHECKPOINTS}{job_id}/",
        f"{RESULTS}{job_id}/",
        active(job_id),
    )
