"""Faults on request: tests make calls of either API slow, wrong, or answered into the void."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler


@dataclass
class Fault:
    """The next `times` calls named `call` (`run`, `status`, `job-take`, `job-done`, …) misbehave.

    `status` answers with that code and does nothing; `lose_answer` does the work and then cuts the connection.
    """

    call: str
    times: int = 1
    delay_s: float = 0.0
    status: int | None = None
    lose_answer: bool = False


class Faults:
    """The faults still to come; an aiohttp middleware applies them."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        self._pending.append(fault)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let the first fault that names this call happen to it."""
        fault = self._next(request)
        if fault is None:
            return await handler(request)
        await asyncio.sleep(fault.delay_s)
        if fault.status is not None:
            return web.Response(status=fault.status)
        response = await handler(request)
        if fault.lose_answer and request.transport is not None:
            request.transport.abort()
        return response

    def _next(self, request: web.Request) -> Fault | None:
        call = request.path.split("/")[3:4]
        for fault in self._pending:
            if [fault.call] == call:
                fault.times -= 1
                if fault.times <= 0:
                    self._pending.remove(fault)
                return fault
        return None
