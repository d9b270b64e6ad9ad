"""Decides from heartbeats which processes live, and which of the Procfile's types has been missing for too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.store.processes import Process

Role = Literal["web", "clock", "worker"]
ROLES: tuple[Role, ...] = ("web", "clock", "worker")
ROLES_OF: Mapping[str, tuple[Role, ...]] = {"slack": ("web",), "clock": ("clock",), "worker": ("worker",), "all": ROLES}
"""What each part of ``run --only`` is as a process type; a process without ``--only`` is all of them."""
HEARTBEAT_SECONDS = 20.0
LIVES_FOR = timedelta(seconds=60)
"""How long a process counts as living after its last heartbeat."""
MISSING_AFTER = timedelta(minutes=5)
"""How long no process of a type may live: a restart, and a release with its migrations, take less."""


def living(processes: Sequence[Process], now: datetime) -> list[Process]:
    """Returns the processes that run at this moment."""
    return [each for each in processes if each.ended_at is None and now - each.beat_at < LIVES_FOR]


def counts(processes: Sequence[Process], now: datetime) -> dict[str, int]:
    """Returns how many processes of each type live; nothing where one process is the whole bot."""
    present = living(processes, now)
    if all(each.part == "all" for each in present) and len(present) < 2:
        return {}
    return {role: sum(role in ROLES_OF.get(each.part, ()) for each in present) for role in ROLES}


def missing(processes: Sequence[Process], watched_since: datetime, now: datetime) -> dict[Role, datetime]:
    """Returns the types of which no process has lived for too long, and since when.

    ``watched_since`` is when the heartbeats of whoever asks began without a gap: before that it cannot know of others,
    because the database was away, or because the whole installation was stopped.
    """
    absent: dict[Role, datetime] = {}
    first_at = min((each.started_at for each in processes), default=now)
    for role in ROLES:
        since = max((each.beat_at for each in processes if role in ROLES_OF.get(each.part, ())), default=first_at)
        if now - max(since, watched_since) > MISSING_AFTER:
            absent[role] = since
    return absent
