"""Everything of a merged story belongs to the story that is kept, also while other processes work; on every store."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from bot.intake.merge_stories import merge_stories
from bot.model import Delivery, Destination, Subscription
from bot.store import articles, installations, matches, mutes, stories, story_links, subscriptions
from bot.store.articles import NewArticle
from bot.store.deliveries import claims, story_cards
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Connection, Store, lock_stories
from bot.store.schema import deliveries as delivery_rows
from bot.store.schema import feedback, metadata, story_aliases, story_overlays, story_parts
from bot.store.schema import matches as match_rows

ROUNDS = 6


async def add_story(c: Connection, now: datetime, name: str) -> tuple[int, int]:
    """A story with one article; their ids."""
    url = f"https://a.example/{name}"
    shared: dict[str, Any] = {"headline": name, "url": url, "outlet": "a", "language": "en"}
    story = await stories.add(c, **shared, first_seen_at=now, last_article_at=now)
    article = await articles.add(
        c, NewArticle("a", url, url, name, "en", "media", now, now, (url,), state="read", story=story)
    )
    return story, article


async def add_subscription(c: Connection, channel: Destination, now: datetime) -> Subscription:
    daily: dict[str, Any] = {"cadence": "daily", "at": "08:30", "weekday": "mon", "timezone": "UTC", "owner": "U1"}
    return await subscriptions.add(c, team="T1", destination=channel.id, query="quantum", created_at=now, **daily)


async def add_card(c: Connection, channel: Destination, story: int, now: datetime, **columns: object) -> int:
    key = f"card:T1:{channel.id}:{story}"
    card = await deliveries.enqueue(c, key, team="T1", destination=channel.id, kind="card", story=story, now=now)
    assert card is not None
    if columns:
        await c.execute(update(delivery_rows).where(delivery_rows.c.id == card).values(**columns))
    return card


async def add_match(
    c: Connection, subscription: Subscription, story: int, article: int, now: datetime, told_by: int | None = None
) -> None:
    row = {"team": "T1", "subscription": subscription.id, "destination": subscription.destination, "story": story}
    told_at = None if told_by is None else now
    values = {"article": article, "cadence": "daily", "matched_at": now, "told_by": told_by, "told_at": told_at}
    await c.execute(insert(match_rows).values(**row, **values))


async def rows_of(c: Connection, story: int) -> dict[str, int]:
    """How many rows of each table name the story."""
    counts = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "stories.id" for key in column.foreign_keys):
                query = select(func.count()).select_from(table).where(column == story)
                counts[f"{table.name}.{column.name}"] = int((await c.execute(query)).scalar_one())
    return counts


async def merge(store: Store, first: int, second: int, now: datetime) -> None:
    async with store.begin() as c:
        await lock_stories(c)
        await merge_stories(c, first, second, now)


async def test_every_row_that_names_a_story_follows_it(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        keep, _ = await add_story(c, now, "keep")
        lose, article = await add_story(c, now + timedelta(hours=1), "lose")
        earlier, _ = await add_story(c, now, "earlier")
        subscription = await add_subscription(c, channel, now)
        card = await add_card(c, channel, lose, now)
        await add_match(c, subscription, lose, article, now, card)
        await c.execute(insert(story_aliases).values(alias=999, story=lose, made_at=now))
        overlay = {"team": "T1", "article": article, "story": lose, "person": "U1", "made_at": now}
        await c.execute(insert(story_overlays).values(**overlay))
        await c.execute(insert(story_parts).values(story=lose, team="T1", parted_from=lose))
        for story, other in ((lose, earlier), (earlier, lose)):
            await story_links.add(c, team="T1", story=story, other=other, person="U1", now=now)
        for story, person in ((keep, "U1"), (lose, "U1"), (lose, "U2")):
            row = {"team": "T1", "story": story, "person": person, "what": "useful", "said_at": now}
            await c.execute(insert(feedback).values(**row))
        await c.execute(text(f"UPDATE stories SET merged_into = {lose} WHERE id = {earlier}"))
        assert all((await rows_of(c, lose)).values()), "the test fills every table that names a story"
        await mutes.add(
            c, team="T1", destination=channel.id, kind="story", target=str(lose), person="U1", now=now,
            until_at=now + timedelta(hours=1),
        )  # fmt: skip
    await merge(store, keep, lose, now)
    async with store.read() as c:
        left = {name: count for name, count in (await rows_of(c, lose)).items() if count}
        assert left == {"feedback.story": 1}, "both stories had the same word of one person"
        assert (await rows_of(c, keep))["feedback.story"] == 2
        for number in (keep, lose, earlier, 999):
            merged = await stories.get(c, number)
            assert merged is not None
            assert (merged.id, merged.revision) == (keep, 2)
            assert (merged.first_seen_at, merged.last_article_at) == (now, now + timedelta(hours=1))
        assert [mute.target for mute in await mutes.active(c, channel.id, now)] == [str(keep)]
        assert len(await articles.of_story(c, keep)) == 2


@pytest.mark.parametrize(("keep_told", "lose_told"), [(True, False), (False, True), (True, True), (False, False)])
async def test_a_subscription_has_one_match_of_a_merged_story_and_what_either_told_is_told(
    store: Store, channel: Destination, now: datetime, keep_told: bool, lose_told: bool
) -> None:
    async with store.begin() as c:
        keep, first = await add_story(c, now, "keep")
        lose, second = await add_story(c, now, "lose")
        both, one = await add_subscription(c, channel, now), await add_subscription(c, channel, now)
        digests = []
        for key in ("digest:1", "digest:2"):
            digest = await deliveries.enqueue(c, key, team="T1", destination=channel.id, kind="digest", now=now)
            assert digest is not None
            digests.append(digest)
        await add_match(c, both, keep, first, now, digests[0] if keep_told else None)
        await add_match(c, both, lose, second, now - timedelta(minutes=1), digests[1] if lose_told else None)
        await add_match(c, one, lose, second, now)
        await matches.merge(c, lose, keep)
        merged = await matches.of_story(c, "T1", keep)
        assert [match.subscription for match in merged] == [both.id, one.id]
        told_by = digests[1] if lose_told else digests[0] if keep_told else None
        earlier = now - timedelta(minutes=1)
        told_at = earlier if lose_told else now if keep_told else None
        assert (merged[0].told_by, merged[0].told_at) == (told_by, told_at)
        assert (merged[0].article, merged[0].matched_at) == (second, earlier)
        assert merged[1].told_by is None
        assert await matches.of_story(c, None, keep) == merged
        assert await matches.of_story(c, "T2", keep) == await matches.of_story(c, None, lose) == ()


SENT: dict[str, object] = {"state": "sent", "ts": "1.5", "shown_revision": 1, "trying_revision": 1}
PAIRS = [
    ("due", "due", "keep"), ("held", "due", "lose"), ("waiting", "held", "lose"), ("sent", "due", "keep"),
    ("held", "sent", "lose"), ("sent", "sent", "keep"), ("unknown", "due", "keep"), ("due", "sending", "lose"),
    ("sending", "sent", "lose"), ("dead", "due", "lose"), ("due", "dead", "keep"), ("dead", "dead", "keep"),
]  # fmt: skip


@pytest.mark.parametrize(("keep_state", "lose_state", "stands"), PAIRS)
async def test_one_card_of_a_channel_stands_and_tells_the_matches_of_both(
    store: Store, channel: Destination, now: datetime, keep_state: str, lose_state: str, stands: str
) -> None:
    cards: dict[str, int] = {}
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        for name, state in (("keep", keep_state), ("lose", lose_state)):
            story, article = await add_story(c, now, name)
            columns = {"sent_at": now, **SENT} if state == "sent" else {"state": state}
            cards[name] = await add_card(c, channel, story, now, **columns)
            subscription = await add_subscription(c, channel, now)
            await deliveries.add_subscriptions(c, {cards[name]: [subscription.id]})
            await add_match(c, subscription, story, article, now, None if state == "dead" else cards[name])
            if name == "keep":
                keep = story
    await merge(store, keep, story, now)
    await merge(store, story, keep, now)
    async with store.read() as c:
        (standing,) = await story_cards.of_story(c, keep)
        other = await deliveries.get(c, cards["lose" if stands == "keep" else "keep"])
        told = {match.told_by for match in await matches.of_story(c, "T1", keep)}
    assert other is not None
    assert standing.id == cards[stands]
    assert (other.kind, other.story) == ("merged", keep)
    assert len(standing.subscriptions) == 2
    assert told == ({None} if keep_state == lose_state == "dead" else {standing.id})
    other_state = lose_state if stands == "keep" else keep_state
    assert other.state == ("cancelled" if other_state in ("due", "held", "waiting") else other_state)
    assert other.error == ("merged" if other.state == "cancelled" else None)
    if standing.state != "dead":
        assert standing.wanted_revision == 2
        assert other.wanted_revision == 2


async def test_posts_of_a_merged_story_are_edited(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        story_ids = [(await add_story(c, now, name))[0] for name in ("keep", "lose")]
        cards = [await add_card(c, channel, story, now, sent_at=now, **SENT) for story in story_ids]
    later = now + timedelta(minutes=1)
    await merge(store, story_ids[0], story_ids[1], later)
    async with store.begin() as c:
        claimed = await claims.claim_edits(c, later, Lease("worker", 15), 5)
    assert [(each.id, each.kind) for each in claimed] == list(zip(cards, ("card", "merged"), strict=True))


async def test_a_merge_races_a_claim_of_the_card_that_gives_way(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """Either the card is cancelled before it is claimed, or it is at Slack and stands; no channel gets both cards."""
    async with store.begin() as c:
        await installations.put(c, "T1", now)
    for turn in range(ROUNDS):
        async with store.begin() as c:
            story_ids = [(await add_story(c, now, f"{turn}:{name}"))[0] for name in ("keep", "lose")]
            other_id, _ = await add_story(c, now, f"{turn}:other")
            parent = await add_card(c, channel, other_id, now, state="waiting")
            cards = [
                await add_card(c, channel, story_ids[0], now, after=parent),  # so that the other may be claimed
                await add_card(c, channel, story_ids[1], now),
            ]

        async def claim() -> list[Delivery]:
            async with second_store.begin() as c:
                return await claims.claim(c, now, Lease("worker", 15), 5)

        work = [merge(store, story_ids[0], story_ids[1], now), claim()]
        await asyncio.gather(*(work if turn % 2 else reversed(work)))
        async with store.begin() as c:
            rows = [await deliveries.get(c, card) for card in cards]
            assert [(row.kind, row.state) for row in rows if row is not None] in (
                [("card", "due"), ("merged", "cancelled")],
                [("merged", "cancelled"), ("card", "sending")],
            )
            await c.execute(
                update(delivery_rows).values(state="sent", wanted_revision=1, shown_revision=1, sent_at=now)
            )


async def test_two_processes_that_merge_the_same_stories_merge_them_once(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        story_ids = [(await add_story(c, now, name))[0] for name in ("one", "two", "three")]
        for story in story_ids:
            await add_card(c, channel, story, now)
    first, second, third = story_ids
    await asyncio.gather(merge(store, first, third, now), merge(second_store, third, second, now))
    async with store.read() as c:
        (standing,) = await story_cards.of_story(c, first)
        merged = await stories.get(c, third)
        assert merged is not None
        assert (merged.id, merged.revision, standing.story) == (first, 3, first)
        states = sorted(each.state for each in await deliveries.of_story(c, first))
        assert states == ["cancelled", "cancelled", "due"]
