"""Messages that failed too often. Cloudflare deletes them after this consumer, so each is read and answered here."""

from __future__ import annotations

import log
import records
import watchdog
from contract import keys
from contract.events import Check, OwnMessage, R2Event, Watchdog
from contract.keys import MalformedKey
from services import Services


async def bury(services: Services, message: R2Event | OwnMessage) -> None:
    """Arm our own messages again; fail a job whose upload event could not be worked off, if nothing runs for it."""
    log.alert("dead_letter", kind="upload" if isinstance(message, R2Event) else message.kind)
    if isinstance(message, Check):
        # comes again tomorrow
        return
    if not isinstance(message, R2Event):
        # the mark may have passed a look whose following was never sent
        alive = message.following if isinstance(message, Watchdog) else message
        await services.messages.send(alive, services.settings.look_s)
        return
    try:
        job_id = keys.parse_upload(message.object.key).job_id
    except MalformedKey:
        return
    job = await records.load(services.store, job_id)
    if job is not None:
        await watchdog.give_up(services, job)
