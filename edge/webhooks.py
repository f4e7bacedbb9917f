"""RunPod's callback at the end of a run: a hint. It decides nothing by itself; RunPod is asked again."""

from __future__ import annotations

import log
import records
from contract.events import RunView
from contract.job import JobRecord
from dispatch import with_run
from services import Services
from watchdog import settle

_ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")


async def run_ended(services: Services, job_id: str, attempt: int, view: RunView) -> None:
    """Note the run and its cost; when it was to finish the current attempt and did not, settle the attempt."""
    job = await records.load(services.store, job_id)
    if job is None:
        return
    record = await records.change_record(services.store, job_id, lambda r: _noted(r, attempt, view))
    log.info("run_ended", job=job_id, attempt=attempt, run=view.id, state=view.status)
    if job.status.ended:
        await records.mark_closed(services.store, job_id)
        return
    lease = job.status.lease
    its_turn = job.status.attempt == attempt and (lease is None or lease.run_id == view.id)
    if its_turn and view.status in _ENDED:
        await settle(services, records.Job(record, job.status), hinted=True)


def _noted(record: JobRecord, attempt: int, view: RunView) -> JobRecord:
    record = with_run(record, attempt, view.id)
    entry = record.attempt(attempt)
    if entry is None or view.execution_ms is None:
        return record
    # RunPod calls up to three times for one run, so the same seconds must not add up
    return record.with_attempt(entry.model_copy(update={"spend_s": max(entry.spend_s, view.execution_ms / 1000)}))
