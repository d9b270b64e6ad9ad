"""Finds the notices whose trouble has no notice of its end yet; the keys of both end with the trouble's begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.store.deliveries import watchdog
from bot.store.engine import Connection


async def open_notices(
    c: Connection, kind: str, end_kind: str, subjects: Sequence[str], team: str | None = None
) -> dict[tuple[str, str], datetime]:
    """Returns since when each trouble lasts, by workspace and subject.

    The key of a notice is ``notice:TEAM:KIND:SUBJECT:2026-03-02T09:00:00+00:00``; that of the end has the other kind.
    """
    subject_of = {f"{kind}:{subject}:": subject for subject in subjects}
    newest = await watchdog.newest_notices(c, tuple(subject_of), team)
    end_of = {notice: key.replace(f":{kind}:", f":{end_kind}:", 1) for notice, key in newest.items()}
    ended = await watchdog.with_keys(c, end_of.values())
    return {
        (of_team, subject_of[start]): datetime.fromisoformat(key.split(":", 4)[4])
        for (of_team, start), key in newest.items()
        if end_of[of_team, start] not in ended
    }
