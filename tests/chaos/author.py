"""Owes deliveries to a bot that runs elsewhere, as the intake does: a process of its own on the same database.

Arguments: the database's address, the workspace, a seed, the channels. Each number on standard input is a story for so
many channels (every fourth time news of an earlier one, told in its threads); what is owed in all is answered.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from sqlalchemy import text

from bot.deliveries import enqueue
from bot.deliveries.subscription_index import Hit
from bot.errors import StoreBusy
from bot.model import Subscription, Topics
from bot.store import articles, destinations, installations, stories, subscriptions
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store

OWED = text("SELECT count(*) FROM deliveries")


@dataclass
class Author:
    """Owes deliveries as the intake does: an article, its story, cards to the channels that asked, later a reply."""

    store: Store
    team: str
    channels: Sequence[str]
    random: Random
    asked: list[Subscription] = field(default_factory=list)
    units: int = 0
    told: list[int] = field(default_factory=list)

    async def register_installation(self) -> None:
        """The installation, the channels and what they ask for."""
        now = datetime.now(UTC)
        async with self.store.begin() as c:
            await installations.put(
                c, self.team, now, enterprise=None, name="Policy desk", bot_user="U1", bot="B1", scopes=()
            )
            for channel in self.channels:
                place = await destinations.get_or_add(c, self.team, channel, language="en", timezone="Asia/Seoul")
                new = await subscriptions.add(
                    c, team=self.team, destination=place.id, owner=None, query="topic:pact", cadence="instant",
                    at="08:30", weekday="mon", timezone="Asia/Seoul", created_at=now,
                )  # fmt: skip
                self.asked.append(new)

    async def write_patiently(self, channels: int) -> int:
        """One unit, again while the database is locked or full; how many messages are owed by now."""
        self.units += 1
        while True:
            try:
                await self.write(channels)
                async with self.store.read() as c:
                    return int((await c.execute(OWED)).scalar_one())
            except StoreBusy:
                await asyncio.sleep(0.5)

    async def write(self, channels: int) -> None:
        """A new story for so many channels; every fourth time news of an earlier one, told in its threads."""
        now = datetime.now(UTC)
        async with self.store.begin() as c:
            if self.units % 4 == 0 and self.told:
                await self._grow(c, self.random.choice(self.told[-8:]), now)
            else:
                await self._open(c, self.random.sample(self.asked, min(channels, len(self.asked))), now)

    async def _open(self, c: Connection, asked: Sequence[Subscription], now: datetime) -> None:
        """Severe, so that no burst is told in one message: here every story is a message."""
        number = await self._article(c, now)
        fields = {"headline": f"Pact talks, round {self.units}", "url": f"https://example.com/{self.units}"}
        story = await stories.add(
            c, **fields, outlet="closed", language="en", topics=Topics(pact=True, severity=1),
            first_seen_at=now, last_article_at=now, revision=1,
        )  # fmt: skip
        await articles.update(c, number, story=story)
        await enqueue.record_matches(c, [Hit(one, ()) for one in asked], story, number, now)
        told, mine = await stories.get(c, story), await articles.of_story(c, story)
        assert told is not None
        assert len(await enqueue.enqueue_cards(c, told, mine, now, alert=True, risen=False)) == len(asked)
        self.told.append(story)

    async def _grow(self, c: Connection, story: int, now: datetime) -> None:
        number = await self._article(c, now)
        known = await stories.get(c, story)
        assert known is not None
        await articles.update(c, number, story=story)
        await stories.update(c, story, revision=known.revision + 1, last_article_at=now)
        told, mine = await stories.get(c, story), await articles.of_story(c, story)
        assert told is not None
        await enqueue.refresh_cards(c, told, mine, ("milestone",), number, now)

    async def _article(self, c: Connection, now: datetime) -> int:
        url = f"https://example.com/{self.units}"
        new = NewArticle(
            outlet="closed", url=url, canonical_url=url, headline=f"Pact talks, report {self.units}", language="en",
            kind="media", published_at=now, first_seen_at=now, identities=(url,), state="read", wants_page=False,
            topics=Topics(pact=True),
        )  # fmt: skip
        return await articles.add(c, new)


async def write_as_told(address: str, team: str, seed: str, *channels: str) -> None:
    """Until the end of the input."""
    store = Store.open(address)
    await store.migrate()
    author = Author(store, team, channels, Random(int(seed)))
    await author.register_installation()
    print(0, flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(await author.write_patiently(int(line)), flush=True)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(write_as_told(*sys.argv[1:]))
