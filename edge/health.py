"""Whether the parts the Worker depends on answer."""

from __future__ import annotations

import log
from api import Health
from runpod_api import RunPodError
from services import Services

VERSION = "0.1.0"
_PROBE = "health/probe"


async def check(services: Services) -> Health:
    """Ask storage and RunPod; what is wrong goes to the log, not to the public."""
    storage, runpod = await _storage(services), await _runpod(services)
    return Health(status="ok" if storage and runpod else "degraded", version=VERSION, storage=storage, runpod=runpod)


async def _storage(services: Services) -> bool:
    try:
        await services.store.head(_PROBE)
    except Exception as problem:
        log.error("storage_unhealthy", problem)
        return False
    return True


async def _runpod(services: Services) -> bool:
    try:
        workers = (await services.runpod.health()).workers
    except RunPodError as problem:
        log.alert("runpod_unreachable", error=str(problem))
        return False
    if workers.unhealthy:
        log.alert("runpod_workers_unhealthy", unhealthy=workers.unhealthy)
    return not workers.unhealthy or workers.idle + workers.running > 0
