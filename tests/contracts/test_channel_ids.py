"""A channel whose id changes keeps everything that it has, also where the new id was used before; on every store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from bot.model import Destination
from bot.store import channel_ids, destinations, mutes, once, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from bot.store.schema import articles, matches, slots, stories

OLD, NEW = "G0OLD", "C0NEW"


async def place(c: Connection, slack_id: str, team: str = "T1") -> Destination:
    return await destinations.get_or_add(c, team, slack_id, language="en", timezone="UTC")


async def subscribe(c: Connection, destination: Destination, query: str, now: datetime) -> int:
    fields: dict[str, Any] = {"at": "08:30", "weekday": "mon", "timezone": "UTC", "created_at": now, "owner": "U1"}
    new = await subscriptions.add(
        c, team=destination.team, destination=destination.id, query=query, cadence="daily", **fields
    )
    return new.id


async def count_of(c: Connection, table: str) -> int:
    return int((await c.execute(text(f"SELECT COUNT(*) FROM {table}"))).scalar_one())


async def test_the_rows_of_a_channel_are_those_of_its_new_id(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        channel, other_team = await place(c, OLD), await place(c, OLD, "T2")
        number = await subscribe(c, channel, "quantum", now)
        await once.take(c, "T1", f"hello:{OLD}", now)
        await once.take(c, "T1", f"setting:channel:{OLD}", now)
        delivery = await deliveries.enqueue(c, "d1", team="T1", destination=channel.id, kind="notice", now=now)
        assert delivery is not None
        moved = await channel_ids.move(c, "T1", OLD, NEW, now)
        assert moved is not None
        assert (moved.id, moved.slack_id) == (channel.id, NEW)
        assert await destinations.find(c, "T1", OLD) is None
        assert [each.id for each in await subscriptions.of_destination(c, moved.id)] == [number]
        waiting = await deliveries.get(c, delivery)
        assert waiting is not None
        assert waiting.slack_id == NEW
        assert await destinations.find(c, "T2", OLD) == other_team
        for key in ("hello", "setting:channel"):
            assert not await once.take(c, "T1", f"{key}:{NEW}", now)
        assert await channel_ids.move(c, "T1", OLD, NEW, now) is None, "the event is delivered again"
        assert await channel_ids.move(c, "T1", "G0UNKNOWN", "C0X", now) is None
        assert await channel_ids.move(c, "T1", NEW, NEW, now) is None
        assert await destinations.find(c, "T1", NEW) == moved


@pytest.mark.parametrize("sent", [False, True])
async def test_what_was_set_under_the_new_id_before_joins_the_channel(store: Store, now: datetime, sent: bool) -> None:
    async with store.begin() as c:
        channel, later = await place(c, OLD), await place(c, NEW)
        both = (channel, later)
        numbers = [await subscribe(c, each, f"word{n}", now) for n, each in enumerate(both)]
        await destinations.set_digest(c, later.id, "07:00")
        await destinations.set_quiet(c, later.id, "22:00", "07:00")
        for each in both:
            fields: Any = {"kind": "outlet", "target": f"o{each.id}", "person": "U1", "now": now}
            await mutes.add(c, team="T1", destination=each.id, until_at=now + timedelta(days=1), **fields)
        story, article = await stored_story(c, now)
        cards = []
        for each, number in zip(both, numbers, strict=True):
            card = await deliveries.enqueue(
                c, f"card:{each.id}", team="T1", destination=each.id, kind="card", story=story, now=now
            )
            assert card is not None
            cards.append(card)
            row = {"team": "T1", "subscription": number, "destination": each.id, "story": story, "article": article}
            await c.execute(insert(matches).values(**row, cadence="daily", matched_at=now, told_by=card))
        for each, slot in ((channel, "digest:08:30"), (later, "digest:08:30"), (later, "digest:09:00")):
            day = {"team": "T1", "destination": each.id, "local_date": date(2026, 3, 2), "slot": slot}
            await c.execute(insert(slots).values(**day, taken_at=now))
        if sent:
            await c.execute(text(f"UPDATE deliveries SET state = 'sent' WHERE id = {cards[1]}"))
        moved = await channel_ids.move(c, "T1", OLD, NEW, now)
        assert moved is not None
        assert (moved.id, moved.digest_at, moved.quiet_from, moved.quiet_to) == (channel.id, "07:00", "22:00", "07:00")
        assert await destinations.get(c, later.id) is None
        assert [each.id for each in await subscriptions.of_destination(c, moved.id)] == numbers
        assert [mute.target for mute in await mutes.active(c, moved.id, now)] == [f"o{each.id}" for each in both]
        told = (await c.execute(text("SELECT told_by FROM matches ORDER BY id"))).scalars().all()
        assert list(told) == (cards if sent else [cards[0], cards[0]])
        states = (await c.execute(text("SELECT state FROM deliveries ORDER BY id"))).scalars().all()
        assert list(states) == ["due", "sent" if sent else "cancelled"]
        assert await count_of(c, "slots") == 2
        assert await count_of(c, "matches") == 2


async def test_a_setting_that_names_an_old_id_finds_the_channel_however_often_it_moved(
    store: Store, now: datetime
) -> None:
    async with store.begin() as c:
        channel = await place(c, OLD)
        for old, new in ((OLD, "C0X"), ("C0X", NEW), (NEW, "C0X"), ("C0X", NEW)):
            assert await channel_ids.move(c, "T1", old, new, now) is not None
        assert {(await place(c, name)).id for name in (OLD, "C0X", NEW)} == {channel.id}
        assert (await place(c, f"{OLD}%")).slack_id == f"{OLD}%"
        assert (await place(c, OLD, "T2")).slack_id == OLD
        await channel_ids.move(c, "T1", NEW, "C0X", now)
        assert (await place(c, NEW)).slack_id == "C0X"


async def test_the_settings_of_the_old_id_win(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        channel, later = await place(c, OLD), await place(c, NEW)
        for each, at, start in ((channel, "06:00", "21:00"), (later, "07:00", "22:00")):
            await destinations.set_digest(c, each.id, at)
            await destinations.set_quiet(c, each.id, start, "05:00")
        moved = await channel_ids.move(c, "T1", OLD, NEW, now)
        assert moved is not None
        assert (moved.digest_at, moved.quiet_from, moved.quiet_to) == ("06:00", "21:00", "05:00")


async def stored_story(c: Connection, now: datetime) -> tuple[int, int]:
    """A story with one article; their ids."""
    told: dict[str, Any] = {"headline": "h", "url": "https://a.example/1", "outlet": "a", "language": "en"}
    row = {**told, "first_seen_at": now, "last_article_at": now, "revision": 1}
    story = (await c.execute(insert(stories).values(**row).returning(stories.c.id))).scalar_one()
    page = {**told, "canonical_url": "https://a.example/1", "kind": "media", "first_seen_at": now, "content_hash": "x"}
    page |= {"state": "read", "story": story, "lexicon_version": "1"}
    article = (await c.execute(insert(articles).values(**page).returning(articles.c.id))).scalar_one()
    return int(story), int(article)
