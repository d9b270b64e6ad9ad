"""A workspace's links join stories for it alone, and follow a story that is merged for all; on every store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from bot.deliveries.linked_cards import settle_cards
from bot.deliveries.linked_stories import story_as_seen
from bot.intake.merge_stories import merge_stories
from bot.model import Destination
from bot.store import articles, matches, stories, story_links, story_views, subscriptions
from bot.store.articles import NewArticle
from bot.store.deliveries import story_cards
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store, lock_stories
from bot.store.schema import matches as match_rows


async def add_story(c: Connection, channel: Destination, now: datetime, name: str) -> tuple[int, int]:
    """A story with one article, and its pending card in the channel, which tells the one match; both ids."""
    url = f"https://a.example/{name}"
    shared: dict[str, Any] = {"headline": name, "url": url, "outlet": "a", "language": "en"}
    story = await stories.add(c, **shared, first_seen_at=now, last_article_at=now)
    article = await articles.add(
        c, NewArticle("a", url, url, name, "en", "media", now, now, (url,), state="read", story=story)
    )
    plan: dict[str, Any] = {"cadence": "instant", "at": "08:30", "weekday": "mon", "timezone": "UTC", "owner": "U1"}
    subscription = await subscriptions.add(c, team="T1", destination=channel.id, query=name, created_at=now, **plan)
    key = f"card:T1:{channel.id}:{story}"
    card = await deliveries.enqueue(c, key, team="T1", destination=channel.id, kind="card", story=story, now=now)
    assert card is not None
    row = {"team": "T1", "subscription": subscription.id, "destination": channel.id, "story": story}
    told = {"article": article, "cadence": "instant", "matched_at": now, "told_by": card, "told_at": now}
    await c.execute(insert(match_rows).values(**row, **told))
    return story, card


async def states(c: Connection, *cards: int) -> list[tuple[str, str | None]]:
    found = [await deliveries.get(c, card) for card in cards]
    return [(card.state, card.error) for card in found if card is not None]


async def test_a_link_withholds_one_of_two_pending_cards_and_its_undo_restores_it(
    store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        await lock_stories(c)
        (first, older), (second, newer) = [await add_story(c, channel, now, name) for name in ("first", "second")]
        link_id = await story_links.add(c, team="T1", story=first, other=second, person="U1", now=now)
        for _ in range(2):
            await settle_cards(c, "T1", (first, second), now)
            assert await states(c, older, newer) == [("due", None), ("cancelled", story_cards.LINKED)]
            assert [match.told_by for match in await matches.of_story(c, "T1", second)] == [None]
    async with store.read() as c:
        for team, count in (("T1", 2), ("T2", 1)):
            seen = await story_as_seen(c, team, second)
            assert seen is not None
            assert len(seen.articles) == len(seen.ids) == count
    async with store.begin() as c:
        assert await story_links.get(c, "T2", link_id) is None
        link = await story_links.get(c, "T1", link_id)
        assert link is not None
        await story_links.remove(c, link)
        for _ in range(2):
            await settle_cards(c, "T1", (first, second), now)
            assert await states(c, older, newer) == [("due", None), ("due", None)]
            assert [match.told_by for match in await matches.of_story(c, "T1", second)] == [newer]
        again = await story_links.add(c, team="T1", story=first, other=second, person="U1", now=now, link=link_id)
        assert again == link_id


async def test_a_withheld_card_whose_story_a_digest_told_is_not_restored(
    store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        (first, _), (second, newer) = [await add_story(c, channel, now, name) for name in ("first", "second")]
        link_id = await story_links.add(c, team="T1", story=first, other=second, person="U1", now=now)
        await settle_cards(c, "T1", (first,), now)
        digest = await deliveries.enqueue(c, "d", team="T1", destination=channel.id, kind="digest", now=now)
        assert digest is not None
        await matches.mark_told(c, [match.id for match in await matches.of_story(c, "T1", second)], digest, now)
        link = await story_links.get(c, "T1", link_id)
        assert link is not None
        await story_links.remove(c, link)
        await settle_cards(c, "T1", (first, second), now)
        assert await states(c, newer) == [("cancelled", story_cards.LINKED)]


async def test_links_follow_a_story_that_is_merged_for_all(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        await lock_stories(c)
        first, second, third = [(await add_story(c, channel, now, name))[0] for name in ("first", "second", "third")]
        await story_links.add(c, team="T1", story=second, other=third, person="U1", now=now)
        await merge_stories(c, first, second, now)
        assert [(link.story, link.other) for link in await story_links.of_team(c, "T1")] == [(first, third)]
        assert await story_views.teams_with(c, third) == ("T1",)
        assert await story_views.teams_with(c, second) == ()
