"""Reads for the watchdog, each for all workspaces at once: since when something is due, last posts, newest notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks
from bot.store.schema import deliveries, destinations, installations

_row = deliveries.c
_team = installations.c.team
_LIKE_CONCATENATION = 6
"""The precedence with which SQLAlchemy sets a concatenation on the right of an operator in parentheses."""


async def due_since(c: AsyncConnection, now: datetime) -> dict[str, datetime]:
    """Since when each workspace's oldest sendable delivery is due: its first try, or the end of its hold."""
    parent = deliveries.alias("parent")
    parent_sent = select(parent.c.state).where(parent.c.id == _row.after).scalar_subquery() == "sent"
    since = case((_row.attempts > 0, _row.first_try_at), else_=_row.not_before)
    query = select(_row.team, func.min(since, type_=_row.not_before.type))
    query = query.join(destinations, and_(destinations.c.id == _row.destination, destinations.c.team == _row.team))
    query = query.join(installations, _team == _row.team).where(
        _row.state.in_(("due", "sending", "unknown")),
        destinations.c.state == "active",
        installations.c.state == "active",
        or_(_row.state != "due", _row.not_before <= now),
        or_(_row.after.is_(None), parent_sent),
    )
    rows = await c.execute(query.group_by(_row.team))
    return {team: oldest_at for team, oldest_at in rows if oldest_at is not None}


async def last_posts(c: AsyncConnection, teams: Collection[str]) -> dict[str, datetime]:
    """The instant of the last post in each of these workspaces that had one."""
    newest = select(func.max(_row.sent_at, type_=_row.sent_at.type))
    newest_of_team = newest.where(_row.team == _team, _row.sent_at.is_not(None)).scalar_subquery()
    posts: dict[str, datetime] = {}
    for some_teams in chunks(teams):  # a look into the index for each: grouped, every post would be read
        rows = await c.execute(select(_team, newest_of_team).where(_team.in_(some_teams)))
        posts |= {team: posted_at for team, posted_at in rows if posted_at is not None}
    return posts


def in_range(c: AsyncConnection, key: ColumnElement[str], first: object, end: object) -> ColumnElement[bool]:
    """A condition on a key from ``first`` on and before ``end``, by the codes of their characters.

    PostgreSQL may sort by a language's rules, and has an index for these operators.
    """
    if c.dialect.name == "postgresql":
        at_least, before = (key.bool_op(sign, precedence=_LIKE_CONCATENATION) for sign in ("~>=~", "~<~"))
        return and_(at_least(first), before(end))
    return and_(key >= first, key < end)


def key_starts_with(c: AsyncConnection, key: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """A condition on a key's prefix, which an index serves."""
    return in_range(c, key, prefix, _after(prefix))


def _after(prefix: str) -> str:
    """The first string that sorts behind all with the prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


async def newest_notices(
    c: AsyncConnection, subjects: Sequence[str], team: str | None = None
) -> dict[tuple[str, str], str]:
    """The key of each workspace's (or of one's) newest notice of each subject, ``notice:TEAM:SUBJECT…``, by both."""
    query = select(_team, *(_newest(c, subject) for subject in subjects))
    ids = (await c.execute(query if team is None else query.where(_team == team))).all()
    notice_of = {row[1 + place]: (row[0], subject) for row in ids for place, subject in enumerate(subjects)}
    keys: dict[tuple[str, str], str] = {}
    for some_ids in chunks(notice for notice in notice_of if notice is not None):
        rows = await c.execute(select(_row.id, _row.key).where(_row.id.in_(some_ids)))
        keys |= {notice_of[notice]: key for notice, key in rows}
    return keys


def _newest(c: AsyncConnection, subject: str) -> ScalarSelect[int]:
    start = "notice:" + _team
    is_of_subject = in_range(c, _row.key, start + f":{subject}", start + f":{_after(subject)}")
    newest = func.max(_row.id + 0)  # PostgreSQL would go back through all ids until a key fits
    return select(newest).where(is_of_subject).scalar_subquery()


async def with_keys(c: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Those of these keys that a delivery has."""
    known: set[str] = set()
    for some_keys in chunks(keys):
        known.update((await c.execute(select(_row.key).where(_row.key.in_(some_keys)))).scalars())
    return known
