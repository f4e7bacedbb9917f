"""The daily round over open jobs: whatever message of theirs got lost is made up for.

Piece by piece and job by job, each in a message of its own: no number of jobs is too large for one invocation, and a
job that cannot be read stands in no other's way.
"""

from __future__ import annotations

import records
import uploads
from contract import keys
from contract.events import Check, Expiry, Round, Watchdog
from contract.job import JobState
from services import Services

_JOBS_IN_A_PIECE = 500


async def go_round(services: Services, message: Round) -> None:
    """Have the next open jobs checked, and whatever comes behind them. To repeat it does no harm."""
    last, count = message.after, 0
    async for facts in services.store.list(keys.ACTIVE, after=message.after):
        if count == _JOBS_IN_A_PIECE:
            await services.messages.send(Round(after=last), 0)
            return
        # later, because a job that is being created is on the list before it can be read
        await services.messages.send(Check(job_id=facts.key.removeprefix(keys.ACTIVE)), services.settings.look_s)
        last, count = facts.key, count + 1


async def check(services: Services, message: Check) -> None:
    """Send the message that an open job waits for; one that is there already makes this one stale."""
    store, job_id = services.store, message.job_id
    job = await records.load(store, job_id)
    if job is None:
        # its creation was cut off, so nobody has its token
        await records.erase(store, job_id)
    elif job.status.ended:
        await records.mark_closed(store, job_id)
    elif job.status.state is JobState.AWAITING_UPLOAD:
        await uploads.expire(services, Expiry(job_id=job_id))
    else:
        mark, _ = await records.load_open(store, job_id)
        look = mark.look if mark.attempt == job.status.attempt else 0
        await services.messages.send(Watchdog(job_id=job_id, attempt=job.status.attempt, look=look), 0)
