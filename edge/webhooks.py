"""RunPod's callback at the end of a run: a hint. It decides nothing by itself; RunPod is asked again."""

from __future__ import annotations

import log
import records
from contract.events import RunView
from dispatch import with_view
from services import Services
from watchdog import settle

_ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")


async def run_ended(services: Services, job_id: str, attempt: int, view: RunView) -> None:
    """Note the run and its cost; when it was to finish the current attempt and did not, settle the attempt."""
    job = await records.load(services.store, job_id)
    if job is None:
        return
    record = await records.change_record(services.store, job_id, lambda r: with_view(r, attempt, view))
    log.info(
        "run_ended", job=job_id, attempt=attempt, run=view.id, state=view.status, job_spend_s=round(record.spend_s, 1)
    )
    if job.status.ended:
        await records.mark_closed(services.store, job_id)
        return
    lease = job.status.lease
    its_turn = job.status.attempt == attempt and (lease is None or lease.run_id == view.id)
    if its_turn and view.status in _ENDED:
        await settle(services, records.Job(record, job.status), hinted=True)
