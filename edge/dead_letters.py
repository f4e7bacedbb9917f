"""Messages that failed too often. Cloudflare deletes them after this consumer, so each is read and answered here."""

from __future__ import annotations

import access
import log
import records
from contract import keys, state
from contract.events import Expiry, R2Event, Sweep, Watchdog
from contract.failures import Failure, FailureCode
from contract.job import JobState, JobStatus
from contract.keys import MalformedKey
from contract.state import IllegalTransition
from services import Services


async def bury(services: Services, message: R2Event | Watchdog | Expiry | Sweep) -> None:
    """Arm our own messages again; fail a job whose upload event could not be worked off, if nothing runs for it."""
    log.alert("dead_letter", kind="upload" if isinstance(message, R2Event) else message.kind)
    if not isinstance(message, R2Event):
        await services.messages.send(message, services.settings.look_s)
        return
    try:
        job_id = keys.parse_upload(message.object.key).job_id
    except MalformedKey:
        return
    job = await records.load(services.store, job_id)
    if job is None:
        return
    reference = access.new_id()
    failure = Failure.of(FailureCode.INTERNAL, f"reference {reference}")
    now = services.now()

    def give_up(status: JobStatus) -> JobStatus:
        idle = status.state is JobState.QUEUED and not job.run_ids_of(status.attempt)
        if status.state is not JobState.AWAITING_UPLOAD and not idle:
            raise IllegalTransition(status.state, JobState.FAILED)
        return state.fail(status, now, failure)

    try:
        await records.change_status(services.store, job_id, give_up)
    except IllegalTransition:
        return
    log.alert("gave_up", job=job_id, reference=reference)
    await records.mark_closed(services.store, job_id)
