"""Logs as JSON lines on stdout; wrangler and Cloudflare take stderr for errors. Never give it a URL's query string."""

from __future__ import annotations

import json
import traceback


def info(event: str, **fields: str | int | float | bool | None) -> None:
    """One line about something expected."""
    _write("info", event, fields)


def alert(event: str, **fields: str | int | float | bool | None) -> None:
    """One line about something an operator should look at."""
    _write("alert", event, fields)


def error(event: str, problem: BaseException, **fields: str | int | float | bool | None) -> None:
    """One line about an unexpected exception, with its traceback."""
    trace = "".join(traceback.format_exception(problem))
    _write("error", event, {**fields, "error": f"{type(problem).__name__}: {problem}", "traceback": trace})


def _write(level: str, event: str, fields: dict[str, str | int | float | bool | None]) -> None:
    print(json.dumps({"level": level, "event": event, **fields}, ensure_ascii=False))
