"""Logs: an event word and its fields, as text for people or JSON for machines.

``log.info("scraped", extra={"outlet": "asiae", "new": 3})`` becomes ``scraped outlet=asiae new=3``. What holds for a
whole task (job, outlet, team) is bound once with ``bound``.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

_standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_bound: ContextVar[dict[str, Any]] = ContextVar("bound_fields", default={})  # noqa: B039 - never mutated, replaced


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Adds fields to every line logged inside, in this task."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def set_up(form: Literal["text", "json"], level: str) -> None:
    """Sends every log line to standard error in the given form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for loud in ("slack_bolt", "slack_sdk", "aiohttp.access", "apscheduler", "httpx", "alembic", "aiosqlite"):
        logging.getLogger(loud).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own = {key: value for key, value in vars(record).items() if key not in _standard}
    return {**_bound.get(), **own}


def _when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {key}={_quoted(value)}" for key, value in _fields(record).items())
        line = f"{_when(record)} {record.levelname:<7} {_one_line(record.getMessage())}{pairs}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": _when(record), "level": record.levelname, "logger": record.name}
        line |= {"event": record.getMessage(), **_fields(record)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _quoted(value: Any) -> str:
    text = _one_line(f"{value:.3f}" if isinstance(value, float) else str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
