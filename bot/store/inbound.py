"""Reads and writes the ``inbound`` table: requests and events of Slack, each stored before it is acknowledged.

So nothing acknowledged is lost, and nothing that Slack sends again is done twice. The process that handles a row holds
it with a lease; when the lease ends, any process may claim it. The first ``mark_handled`` and the first ``mark_shown``
of a row win.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row, try_insert
from bot.store.schema import UNHANDLED, inbound

_i = inbound.c
Key = tuple[str, str]
"""The workspace and the id of a row."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One command, action or event, under the id that Slack gave it (of an envelope, a trigger or an event)."""

    team: str
    id: str
    kind: str
    payload: Mapping[str, object]
    heard_at: datetime
    handled_at: datetime | None
    tries: int
    """How often it was claimed, this time included."""


async def add(
    c: AsyncConnection,
    team: str,
    slack_id: str,
    kind: str,
    payload: Mapping[str, object],
    now: datetime,
    lease_until_at: datetime | None = None,
) -> bool:
    """Stores it with a lease until then; returns False for what Slack sent before."""
    values = {"kind": kind, "payload": dict(payload), "heard_at": now, "lease_until_at": lease_until_at}
    return await try_insert(c, inbound, team=team, id=slack_id, **values)


async def mark_handled(c: AsyncConnection, team: str, slack_id: str, now: datetime) -> bool:
    """Marks it as handled and deletes its payload, with which anybody could answer it.

    Returns False if it was handled before.
    """
    unhandled = update(inbound).where(_is(team, slack_id), UNHANDLED)
    return (await c.execute(unhandled.values(handled_at=now, payload={}))).rowcount == 1


async def mark_shown(c: AsyncConnection, team: str, slack_id: str, now: datetime, *, changed: bool) -> bool:
    """Marks that its answer is about to be shown; returns True once for ever, so that no answer is shown twice.

    ``changed``: the caller made the change that was asked for, and that has marked the row as handled. Any other
    answer is shown only if nobody has handled the row, and handles it.
    """
    state = _i.handled_at.is_not(None) if changed else _i.handled_at.is_(None)
    not_shown = update(inbound).where(_is(team, slack_id), _i.shown_at.is_(None), state)
    values: dict[str, object] = {"shown_at": now}
    if not changed:
        values |= {"handled_at": now, "payload": {}}
    return (await c.execute(not_shown.values(**values))).rowcount == 1


# ── rows whose process stopped half way ────────────────────────────────────────────────────────────────────


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return and_(UNHANDLED, or_(_i.lease_until_at.is_(None), _i.lease_until_at <= now))


async def has_unclaimed(c: AsyncConnection, now: datetime) -> bool:
    """Whether an unhandled row has no lease; needs no write lock."""
    return (await c.execute(select(_i.id).where(_unclaimed(now)).limit(1))).first() is not None


async def claim(c: AsyncConnection, now: datetime, lease_until_at: datetime, limit: int) -> tuple[Inbound, ...]:
    """Claims unhandled rows without a lease, the oldest first; each row goes to one worker."""
    query = select(_i.team, _i.id).where(_unclaimed(now)).order_by(_i.heard_at, _i.id).limit(limit)
    keys = [(row.team, row.id) for row in await c.execute(query.with_for_update(skip_locked=True))]
    if not keys:
        return ()
    values = {"lease_until_at": lease_until_at, "tries": _i.tries + 1}
    await c.execute(update(inbound).where(_among(keys)).values(**values))
    rows = await c.execute(select(inbound).where(_among(keys)).order_by(_i.heard_at, _i.id))
    return tuple(from_row(Inbound, row) for row in rows)


async def renew(c: AsyncConnection, keys: Iterable[Key], lease_until_at: datetime) -> None:
    """Extends the leases of rows that are still being handled."""
    await c.execute(update(inbound).where(_among(list(keys)), UNHANDLED).values(lease_until_at=lease_until_at))


async def release(c: AsyncConnection, team: str, slack_id: str, now: datetime) -> None:
    """Ends the lease of a row whose handling was cut off, so that the next process claims it at once."""
    await c.execute(update(inbound).where(_is(team, slack_id), UNHANDLED).values(lease_until_at=now))


async def forget(c: AsyncConnection, before_at: datetime) -> int:
    """Deletes rows handled before then and returns their number; Slack sends again within the hour at most."""
    old = delete(inbound).where(_i.heard_at < before_at, _i.handled_at < before_at)  # the first of them has an index
    return (await c.execute(old)).rowcount


def _is(team: str, slack_id: str) -> ColumnElement[bool]:
    return and_(_i.team == team, _i.id == slack_id)


def _among(keys: list[Key]) -> ColumnElement[bool]:
    return tuple_(_i.team, _i.id).in_(keys)
