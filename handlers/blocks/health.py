"""Words the bot's health: one line for readers, and the figures of queue, socket, processes and audit for operators."""

from __future__ import annotations

from datetime import datetime

from handlers.blocks.localizer import Localizer
from handlers.cards.status import Audited, Health


def reader_health_text(health: Health, now: datetime, localizer: Localizer, *, with_post: bool = True) -> str:
    """Returns the last post, and the deliveries that wait or are uncertain, where there are any.

    Without the post (``with_post``), which stands elsewhere, it may be empty.
    """
    post = [_last("post", health.last_post_at, now, localizer)] if with_post else []
    text = " · ".join([*post, *_waiting(health, now, localizer)])
    return text[:1].upper() + text[1:]


def operator_health_lines(health: Health, now: datetime, localizer: Localizer) -> list[str]:
    """Returns a line of six figures, one of the processes, and one of the last audit's findings.

    The processes are left out where one is the whole bot, the audit where it has counted nothing.
    """
    waiting = [localizer.text("status.queue", n=health.queue_depth)]
    waiting += _oldest(health, now, localizer)
    waiting.append(localizer.text("status.unknown", n=health.unknown))
    figures = [
        ", ".join(waiting),
        _last("post", health.last_post_at, now, localizer),
        _last("read", health.last_sweep_at, now, localizer),
        _socket(health.socket_age_seconds, localizer),
    ]
    lines = [f"{localizer.text('status.health')}: {' · '.join(figures)}"]
    if health.processes:
        counted = ", ".join(f"{role} {n}" for role, n in health.processes.items())
        lines.append(localizer.text("status.processes", counted=counted))
    if health.audited is not None and health.audited.has_counted:
        lines.append(_audit_text(health.audited, localizer))
    return lines


def _waiting(health: Health, now: datetime, localizer: Localizer) -> list[str]:
    queue = [localizer.text("status.queue", n=health.queue_depth), *_oldest(health, now, localizer)]
    parts = [", ".join(queue)] if health.queue_depth > 0 else []
    return [*parts, *([localizer.text("status.unknown", n=health.unknown)] if health.unknown > 0 else [])]


def _oldest(health: Health, now: datetime, localizer: Localizer) -> list[str]:
    at = health.oldest_due_at
    return [] if at is None else [localizer.text("status.queue_oldest", when=localizer.format_recent(at, now))]


def _last(name: str, at: datetime | None, now: datetime, localizer: Localizer) -> str:
    if at is None:
        return localizer.text(f"status.no_{name}")
    return localizer.text(f"status.last_{name}", when=localizer.format_recent(at, now))


def _socket(age_seconds: float | None, localizer: Localizer) -> str:
    if age_seconds is None:
        return localizer.text("status.over_http")
    return localizer.text("status.heard", n=round(age_seconds))


def _audit_text(audit: Audited, localizer: Localizer) -> str:
    """Returns the audit's findings; the rare counts are left out when they are zero."""
    day = localizer.format_date(audit.on)
    parts = [localizer.text("status.audit", day=day, doubled=audit.doubled, lost=audit.lost, n=audit.posted)]
    rare_counts = (("missing", audit.missing), ("unsent", audit.unsent), ("unread", audit.unread))
    parts += [localizer.text(f"status.audit_{name}", n=count) for name, count in rare_counts if count]
    return " · ".join(parts)
