"""HTTP requests from the Worker, each with a time-out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPMethod

from workers import fetch

from runpod_api import Answer


async def send(method: str, url: str, headers: Mapping[str, str], body: str | None, timeout_s: float) -> Answer:
    """One request and its whole answer. Raises OSError where none came in time."""

    async def exchange() -> Answer:
        response = await fetch(url, method=HTTPMethod(method), headers=dict(headers), body=body, redirect="manual")
        return Answer(status=response.status, text=await response.text())

    return await asyncio.wait_for(exchange(), timeout_s)
