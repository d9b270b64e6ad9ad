"""Reads and writes the ``hub_subscriptions`` table: the subscription of each source at its WebSub hub."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.plain_statements import Statement, given
from bot.store.rows import fetch_one, from_row, upsert
from bot.store.schema import hub_subscriptions
from bot.store.steps import StepConnection

HubState = Literal["wanted", "asked", "active", "denied", "failed", "leaving"]
_h = hub_subscriptions.c
LONGEST_LEASE = timedelta(days=30)
"""No subscription is believed to last longer, so no request waits longer."""
PUSH_GAP = timedelta(seconds=5)
"""Pushes that follow each other sooner make one reading."""


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """The subscription of one source; ``outlet`` and ``url`` (as the spec has it) are its key."""

    outlet: str
    url: str
    hub: str
    topic: str
    public_url: str
    """Our own address at which the hub was asked to call."""
    token: str
    """The last part of the callback's path, which nobody can guess."""
    secret: str
    """The key of the hub's signatures."""
    state: HubState = "wanted"
    failures: int = 0
    """In a row."""
    reason: str = ""
    """Why the hub did not subscribe, or denied it."""
    asked_at: datetime | None = None
    verified_at: datetime | None = None
    expires_at: datetime | None = None
    next_try_at: datetime | None = None
    """When the hub is asked next; None where it is not."""
    last_push_at: datetime | None = None
    push_due_at: datetime | None = None
    """When the source is to be read because of a push; None after it was read."""

    @property
    def callback(self) -> str:
        """The address that the hub calls."""
        return f"{self.public_url}/websub/{self.token}"


async def get(c: AsyncConnection, outlet: str, url: str) -> HubSubscription | None:
    """Returns the source's row, or None."""
    return await fetch_one(c, HubSubscription, hub_subscriptions, _h.outlet == outlet, _h.url == url)


_PUSH = Statement(select(_h.push_due_at).where(_h.outlet == given(_h.outlet), _h.url == given(_h.url)))


def push_due_at_in_step(c: StepConnection, sources: Sequence[tuple[str, str]]) -> list[datetime | None]:
    """Returns for each source, given by its outlet and address, when it is to be read because of a push, or None."""
    found = c.each(_PUSH, [{"outlet": outlet, "url": url} for outlet, url in sources])
    return [rows[0][0] if rows else None for rows in found]


async def by_token(c: AsyncConnection, token: str) -> HubSubscription | None:
    """Returns the row to whose callback a request came, or None."""
    return await fetch_one(c, HubSubscription, hub_subscriptions, _h.token == token)


async def save(c: AsyncConnection, row: HubSubscription) -> None:
    """Writes the whole row."""
    await upsert(c, hub_subscriptions, asdict(row))


async def replace_unchanged(c: AsyncConnection, before: HubSubscription, after: HubSubscription) -> bool:
    """Writes a row unless it was asked, verified or replaced since ``before`` was read; returns whether it did.

    What pushes have noted meanwhile stays.
    """
    values = {name: value for name, value in asdict(after).items() if name not in ("last_push_at", "push_due_at")}
    where = (_h.token == before.token, _h.state == before.state, _h.asked_at.is_not_distinct_from(before.asked_at))
    return (await c.execute(update(hub_subscriptions).where(*where).values(**values))).rowcount == 1


async def due(c: AsyncConnection, now: datetime, limit: int) -> tuple[HubSubscription, ...]:
    """Returns the rows whose hub is to be asked by now, the longest due first."""
    query = select(hub_subscriptions).where(_h.next_try_at <= now)
    rows = await c.execute(query.order_by(_h.next_try_at, _h.token).limit(limit))
    return tuple(from_row(HubSubscription, row) for row in rows)


async def next_try_at(c: AsyncConnection) -> datetime | None:
    """Returns when a hub is to be asked next, which may be past, or None."""
    query = select(_h.next_try_at).where(_h.next_try_at.is_not(None)).order_by(_h.next_try_at).limit(1)
    at: datetime | None = (await c.execute(query)).scalar_one_or_none()
    return at


async def all_of(c: AsyncConnection) -> tuple[HubSubscription, ...]:
    """Returns every row, in the order of outlets."""
    rows = await c.execute(select(hub_subscriptions).order_by(_h.outlet, _h.url))
    return tuple(from_row(HubSubscription, row) for row in rows)


async def note_push(c: AsyncConnection, row: HubSubscription, due_at: datetime, now: datetime) -> None:
    """Makes the source due for reading; one that is due already stays so."""
    values = {"last_push_at": now, "push_due_at": func.coalesce(_h.push_due_at, due_at)}
    await c.execute(update(hub_subscriptions).where(_h.token == row.token).values(**values))


async def begin_reading(c: AsyncConnection, outlet: str, url: str) -> None:
    """Notes that a source is read now; a push that comes meanwhile makes it due again."""
    await c.execute(update(hub_subscriptions).where(_h.outlet == outlet, _h.url == url).values(push_due_at=None))


async def forget(c: AsyncConnection, row: HubSubscription) -> None:
    """Deletes the row."""
    await c.execute(delete(hub_subscriptions).where(_h.token == row.token))


async def forget_ended(c: AsyncConnection, outlets: Collection[str], before: datetime) -> None:
    """Deletes rows whose unsubscribing was sent before an instant, and what is left of outlets that are unknown.

    The hub of an outlet that was removed is asked to unsubscribe first, if it is asked anything at all.
    """
    was_left = and_(_h.state == "leaving", _h.next_try_at.is_(None), _h.asked_at < before)
    is_unknown = and_(_h.outlet.not_in(outlets), _h.next_try_at < before)
    await c.execute(delete(hub_subscriptions).where(or_(was_left, is_unknown)))
