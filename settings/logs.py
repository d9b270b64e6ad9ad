"""Formats log lines: an event word and its fields, as text for people or JSON for machines.

``log.info("scraped", extra={"outlet": "asiae", "new": 3})`` becomes ``scraped outlet=asiae new=3``. Fields of a whole
task (job, outlet, team) are bound once with ``bound``.

The field ``trace`` follows one thing through all processes: ``a91`` an article from its source to its posts, ``r`` and
ten hexadecimal digits a person's request to its answer. A delivery's row carries it from one process to another.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal, TextIO

_STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_bound_fields: ContextVar[dict[str, Any]] = ContextVar("bound_fields", default={})  # noqa: B039 - never mutated, replaced


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Adds fields to every line that this task logs inside the block."""
    token = _bound_fields.set({**_bound_fields.get(), **fields})
    try:
        yield
    finally:
        _bound_fields.reset(token)


def article_trace(article_id: int) -> str:
    """Returns the trace of an article."""
    return f"a{article_id}"


def request_trace(request_id: str) -> str:
    """Returns the trace of what Slack sent under this id, which is longer and may name a person."""
    return f"r{blake2b(request_id.encode(), digest_size=5).hexdigest()}"


def current_trace() -> str | None:
    """Returns the trace that is bound, or None."""
    return _bound_fields.get().get("trace")


def set_up(log_format: Literal["text", "json"], level: str, stream: TextIO | None = None) -> None:
    """Sends every log line to a stream (default: standard error) in this format; libraries log warnings and errors."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for library in ("slack_bolt", "slack_sdk", "aiohttp.access", "apscheduler", "httpx", "alembic", "aiosqlite"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own = {key: value for key, value in vars(record).items() if key not in _STANDARD_ATTRIBUTES}
    return {**_bound_fields.get(), **own}


def _logged_at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {key}={_quoted(value)}" for key, value in _fields(record).items())
        line = f"{_logged_at(record)} {record.levelname:<7} {_one_line(record.getMessage())}{pairs}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": _logged_at(record), "level": record.levelname, "logger": record.name}
        line |= {"event": record.getMessage(), **_fields(record)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _quoted(value: Any) -> str:
    text = _one_line(f"{value:.3f}" if isinstance(value, float) else str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
