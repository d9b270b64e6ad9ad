"""What Slack sent: remembered before the ack, so that nothing acked is lost and nothing replayed is done twice.

A row is held with a lease by the process that does it; when the lease runs out, any process takes it up. Whoever says
first that it is handled has done it, and an answer is shown by whoever says first that it is about to be.
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
"""A row's workspace and id."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One command, action or event, by Slack's own id of it (envelope, trigger or event)."""

    team: str
    id: str
    kind: str
    payload: Mapping[str, object]
    heard_at: datetime
    handled_at: datetime | None
    tries: int
    """How often it was taken up again, this time included."""


async def remember(
    c: AsyncConnection,
    team: str,
    slack_id: str,
    kind: str,
    payload: Mapping[str, object],
    now: datetime,
    lease_until_at: datetime | None = None,
) -> bool:
    """True when it is heard for the first time (it is held until then); False for a redelivery or a replay."""
    values = {"kind": kind, "payload": dict(payload), "heard_at": now, "lease_until_at": lease_until_at}
    return await try_insert(c, inbound, team=team, id=slack_id, **values)


async def handled(c: AsyncConnection, team: str, slack_id: str, now: datetime) -> bool:
    """It is done: what was said, and the address that would let anybody answer it, are forgotten.

    False when somebody else did it before.
    """
    mine = update(inbound).where(_is(team, slack_id), UNHANDLED)
    return (await c.execute(mine.values(handled_at=now, payload={}))).rowcount == 1


async def begin_showing(c: AsyncConnection, team: str, slack_id: str, now: datetime, *, changed: bool) -> bool:
    """An answer is about to be shown: True once for ever, so that it is never shown twice, whoever stops half way.

    ``changed``: the answer is that of whoever made the change, and handled it thereby. Any other answer is shown only
    where nobody has handled it, and handles it.
    """
    state = _i.handled_at.is_not(None) if changed else _i.handled_at.is_(None)
    mine = update(inbound).where(_is(team, slack_id), _i.shown_at.is_(None), state)
    values: dict[str, object] = {"shown_at": now}
    if not changed:
        values |= {"handled_at": now, "payload": {}}
    return (await c.execute(mine.values(**values))).rowcount == 1


# ── what somebody stopped half way ─────────────────────────────────────────────────────────────────────────


def _left(now: datetime) -> ColumnElement[bool]:
    return and_(UNHANDLED, or_(_i.lease_until_at.is_(None), _i.lease_until_at <= now))


async def is_any_left(c: AsyncConnection, now: datetime) -> bool:
    """Is there anything that nobody holds and nobody has done? Costs no write."""
    return (await c.execute(select(_i.id).where(_left(now)).limit(1))).first() is not None


async def take_up(c: AsyncConnection, now: datetime, lease_until_at: datetime, limit: int) -> tuple[Inbound, ...]:
    """Hold what nobody holds and nobody has done, the longest heard first; each row is one worker's."""
    query = select(_i.team, _i.id).where(_left(now)).order_by(_i.heard_at, _i.id).limit(limit)
    keys = [(row.team, row.id) for row in await c.execute(query.with_for_update(skip_locked=True))]
    if not keys:
        return ()
    values = {"lease_until_at": lease_until_at, "tries": _i.tries + 1}
    await c.execute(update(inbound).where(_among(keys)).values(**values))
    rows = await c.execute(select(inbound).where(_among(keys)).order_by(_i.heard_at, _i.id))
    return tuple(from_row(Inbound, row) for row in rows)


async def keep(c: AsyncConnection, keys: Iterable[Key], lease_until_at: datetime) -> None:
    """Hold longer what is still being done."""
    await c.execute(update(inbound).where(_among(list(keys)), UNHANDLED).values(lease_until_at=lease_until_at))


async def put_back(c: AsyncConnection, team: str, slack_id: str, now: datetime) -> None:
    """Cut off by a stop: whoever comes next takes it up at once."""
    await c.execute(update(inbound).where(_is(team, slack_id), UNHANDLED).values(lease_until_at=now))


async def forget(c: AsyncConnection, before_at: datetime) -> int:
    """Drop what was handled before then; Slack redelivers within the hour."""
    old = delete(inbound).where(_i.heard_at < before_at, _i.handled_at < before_at)  # the first of them has an index
    return (await c.execute(old)).rowcount


def _is(team: str, slack_id: str) -> ColumnElement[bool]:
    return and_(_i.team == team, _i.id == slack_id)


def _among(keys: list[Key]) -> ColumnElement[bool]:
    return tuple_(_i.team, _i.id).in_(keys)
