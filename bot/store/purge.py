"""Deletes the rows of a workspace that removed the app, table by table, in small transactions.

Articles and stories are shared and stay. A contract test fails for a table with a ``team`` that is not named here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import table_versions
from bot.store.installations import PURGED, UNINSTALLED
from bot.store.schema import (
    bot_tokens,
    changes,
    commitment_states,
    deliveries,
    delivery_subscriptions,
    destinations,
    feedback,
    firsts,
    inbound,
    installations,
    matches,
    mutes,
    people,
    slots,
    story_links,
    story_overlays,
    story_parts,
    subscriptions,
)

BATCH = 500
_KEYS: tuple[tuple[Table, Column[object]], ...] = (
    (matches, matches.c.id),
    (deliveries, deliveries.c.id),
    (slots, slots.c.destination),
    (mutes, mutes.c.id),
    (changes, changes.c.id),
    (subscriptions, subscriptions.c.id),
    (story_overlays, story_overlays.c.article),
    (story_parts, story_parts.c.story),
    (story_links, story_links.c.id),
    (feedback, feedback.c.id),
    (commitment_states, commitment_states.c.clause),
    (inbound, inbound.c.id),
    (firsts, firsts.c.key),
    (people, people.c.slack_id),
    (bot_tokens, bot_tokens.c.enterprise),
    (destinations, destinations.c.id),
)
"""In this order no row is left that refers to a deleted one. Newest ids go first: a page of a digest refers to
its first page."""


async def removed_before(c: AsyncConnection, before_at: datetime) -> tuple[str, ...]:
    """Returns the workspaces that removed the app before then and did not come back."""
    row = installations.c
    gone = (row.state == "stopped", row.reason == UNINSTALLED, row.stopped_at <= before_at)
    return tuple((await c.execute(select(row.team).where(*gone).order_by(row.team))).scalars())


async def forget_some(c: AsyncConnection, team: str, before_at: datetime, batch: int = BATCH) -> bool:
    """Deletes the next few rows of such a workspace; returns False when none is left or it came back meanwhile."""
    row = installations.c
    locked = select(row.team).where(row.team == team).with_for_update()
    await c.execute(locked)
    if team not in await removed_before(c, before_at):
        return False
    for table, key in _KEYS:
        query = select(key).where(table.c.team == team).order_by(key.desc()).limit(batch).distinct()
        keys = list((await c.execute(query)).scalars())
        if keys:
            if table is deliveries:
                pairs = delivery_subscriptions
                await c.execute(delete(pairs).where(pairs.c.delivery.in_(keys)))
            await c.execute(delete(table).where(table.c.team == team, key.in_(keys)))
            if table is subscriptions:
                await table_versions.renew_version(c, subscriptions)
            return True
    forgotten: dict[str, object] = dict.fromkeys(("name", "bot_user", "bot", "token", "ask_again_at"))
    await c.execute(update(installations).where(row.team == team).values(reason=PURGED, scopes=[], **forgotten))
    return False
