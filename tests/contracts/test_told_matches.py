"""Matches are told by one delivery, and become untold where it is never sent, on every store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import Destination
from bot.store import matches, stories, subscriptions
from bot.store.articles import NewArticle, add
from bot.store.deliveries import claims, dependents, settlements
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store
from bot.store.matches import NewMatch


async def _subscription_and_match(store: Store, destination: Destination, now: datetime) -> tuple[int, NewMatch]:
    """A daily subscription, and a story's match with it."""
    daily: dict[str, Any] = {"cadence": "daily", "at": "08:30", "weekday": "mon", "timezone": "Asia/Seoul"}
    common: dict[str, Any] = {"headline": "h", "url": "u", "outlet": "o", "language": "ko"}
    async with store.begin() as c:
        story = await stories.add(c, **common, first_seen_at=now, last_article_at=now)
        article = await add(c, NewArticle("o", "u", "u", "h", "ko", "media", None, now, ("x",), story=story))
        asked = await subscriptions.add(
            c, team="T1", destination=destination.id, owner="U1", query="quantum", created_at=now, **daily
        )
    return asked.id, NewMatch("T1", asked.id, destination.id, story, article, "daily", now)


async def test_a_match_is_told_once_and_a_dead_delivery_leaves_it_untold(
    store: Store, channel: Destination, now: datetime
) -> None:
    asked, met = await _subscription_and_match(store, channel, now)
    async with store.begin() as c:
        await matches.add(c, [met])
        await matches.add(c, [met])
        assert await matches.untold(c, channel.id, ["daily"], now - timedelta(seconds=1)) == ()
        assert await matches.untold(c, channel.id, ["instant"], now) == ()
        (match,) = await matches.untold(c, channel.id, ["daily"], now)
        digest = await deliveries.enqueue(
            c, "d", team="T1", destination=channel.id, kind="digest", now=now, subscriptions=[asked]
        )
        assert digest is not None
        await matches.mark_told(c, [match.id], digest, now)
        assert await matches.untold(c, channel.id, ["daily"], now) == ()
        assert [each.told_by for each in await matches.of_story(c, "T1", match.story)] == [digest]
        assert await matches.count_since(c, asked, now) == 1
    async with store.begin() as c:
        (sending,) = await claims.claim(c, now, Lease("worker", 15), 1)
    assert sending.subscriptions == (asked,)
    async with store.begin() as c:
        await settlements.settle_dead(c, digest, sending.epoch, "invalid_blocks")
        assert len(await matches.untold(c, channel.id, ["daily"], now)) == 1


async def test_a_page_without_its_parent_leaves_its_matches_untold(
    store: Store, channel: Destination, now: datetime
) -> None:
    asked, met = await _subscription_and_match(store, channel, now)
    async with store.begin() as c:
        parent = await deliveries.enqueue(c, "page 1", team="T1", destination=channel.id, kind="card", now=now)
        assert parent is not None
        await matches.add(c, [met])
        (match,) = await matches.untold(c, channel.id, ["daily"], now)
        page = await deliveries.enqueue(
            c, "page 2", team="T1", destination=channel.id, kind="digest", now=now, after=parent, subscriptions=[asked]
        )
        assert page is not None
        await matches.mark_told(c, [match.id], page, now)
        assert await deliveries.cancel(c, parent, "dead")
        assert await dependents.cancel_dependents(c) == 1
        assert [one.id for one in await matches.untold(c, channel.id, ["daily"], now)] == [match.id]


@pytest.mark.parametrize(
    ("reason", "untold"), [("parent_gone", 1), ("may_have_been_sent", 0), ("same_channel", 0), ("aaa", 0)]
)
async def test_a_cancelled_delivery_leaves_its_matches_untold_where_its_parent_is_gone(
    store: Store, channel: Destination, now: datetime, reason: str, untold: int
) -> None:
    _, met = await _subscription_and_match(store, channel, now)
    async with store.begin() as c:
        await matches.add(c, [met])
        (match,) = await matches.untold(c, channel.id, ["daily"], now)
        digest = await deliveries.enqueue(c, "d", team="T1", destination=channel.id, kind="digest", now=now)
        assert digest is not None
        await matches.mark_told(c, [match.id], digest, now)
        (sending,) = await claims.claim(c, now, Lease("worker", 15), 1)
        await settlements.settle_cancelled(c, digest, sending.epoch, reason)
        assert len(await matches.untold(c, channel.id, ["daily"], now)) == untold


async def test_a_sent_delivery_is_the_last_post_of_its_subscriptions_alone(
    store: Store, channel: Destination, now: datetime
) -> None:
    daily: dict[str, Any] = {"cadence": "daily", "at": "08:30", "weekday": "mon", "timezone": "Asia/Seoul"}
    facts = {"team": "T1", "destination": channel.id, "owner": "U1", "query": "quantum", "created_at": now, **daily}
    async with store.begin() as c:
        subscribed = [(await subscriptions.add(c, **facts)).id for _ in range(3)]
        for number, asked in enumerate(subscribed):
            await deliveries.enqueue(
                c, f"d{number}", team="T1", destination=channel.id, kind="digest", now=now, subscriptions=[asked]
            )  # fmt: skip
        (sending,) = await claims.claim(c, now, Lease("worker", 15), 1)
        await settlements.settle_sent(c, sending.id, sending.epoch, "1.5", now + timedelta(seconds=3))
        posted = [row.last_post_at for row in await subscriptions.some(c, "T1", tuple(subscribed))]
        assert posted == [now + timedelta(seconds=3), None, None]
