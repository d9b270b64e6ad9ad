"""Enqueues deliveries as the intake does, in a process of its own on the bot's database.

Arguments: the database's address, the workspace, a seed, the channels. Each number on standard input enqueues a story
for so many channels (every fourth time a reply to an earlier one); standard output gets the count of deliveries.
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
from bot.deliveries.growth import Growth
from bot.deliveries.refresh_cards import refresh_cards
from bot.deliveries.subscription_index import Hit
from bot.errors import StoreBusy
from bot.model import Subscription, Topics
from bot.queue.open_queue import migrate
from bot.store import articles, destinations, installations, stories, subscriptions
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store
from bot.stories.report import Report

COUNT = text("SELECT count(*) FROM deliveries")


@dataclass
class Enqueuer:
    """Enqueues as the intake does: an article, its story, cards for subscribed channels, later a reply."""

    store: Store
    team: str
    channels: Sequence[str]
    random: Random
    subscriptions: list[Subscription] = field(default_factory=list)
    rounds: int = 0
    story_ids: list[int] = field(default_factory=list)

    async def register_installation(self) -> None:
        """Add the installation, the channels and their subscriptions."""
        now = datetime.now(UTC)
        async with self.store.begin() as c:
            await installations.put(
                c, self.team, now, enterprise=None, name="Policy team", bot_user="U1", bot="B1", scopes=()
            )
            for channel in self.channels:
                destination = await destinations.get_or_add(c, self.team, channel, language="en", timezone="Asia/Seoul")
                new = await subscriptions.add(
                    c, team=self.team, destination=destination.id, owner=None, query="topic:pact", cadence="instant",
                    at="08:30", weekday="mon", timezone="Asia/Seoul", created_at=now,
                )  # fmt: skip
                self.subscriptions.append(new)

    async def enqueue_patiently(self, channels: int) -> int:
        """Enqueue once, trying again while the database is locked or full; the number of deliveries by now."""
        while True:
            self.rounds += 1  # also after a commit whose outcome is unknown
            try:
                await self.enqueue_story(channels)
                async with self.store.read() as c:
                    return int((await c.execute(COUNT)).scalar_one())
            except StoreBusy:
                await asyncio.sleep(0.5)

    async def enqueue_story(self, channels: int) -> None:
        """Enqueue a new story for so many channels, or every fourth time a reply to an earlier one."""
        now, new = datetime.now(UTC), list[int]()
        async with self.store.begin() as c:
            if self.rounds % 4 == 0 and self.story_ids:
                await self._enqueue_replies(c, self.random.choice(self.story_ids[-8:]), now)
            else:
                asked = self.random.sample(self.subscriptions, min(channels, len(self.subscriptions)))
                new = [await self._enqueue_cards(c, asked, now)]
        self.story_ids += new  # after the commit: a full disk may have refused it

    async def _enqueue_cards(self, c: Connection, asked: Sequence[Subscription], now: datetime) -> int:
        """Enqueue cards of a severe story: severe stories are never rolled up, so every story is a message."""
        number = await self._article(c, now)
        fields = {
            "headline": f"Pact talks, round {self.rounds}",
            "url": f"https://example.com/{self.rounds}",
        }
        story = await stories.add(
            c, **fields, outlet="closed", language="en", topics=Topics(pact=True, severity=1),
            first_seen_at=now, last_article_at=now, revision=1,
        )  # fmt: skip
        await articles.update(c, number, story=story)
        await enqueue.record_matches(c, [Hit(one, ()) for one in asked], story, number, now)
        row, reports = await stories.get(c, story), await articles.of_story(c, story)
        assert row is not None
        assert len(await enqueue.enqueue_cards(c, row, reports, now, alert=True, risen=False)) == len(asked)
        return story

    async def _enqueue_replies(self, c: Connection, story: int, now: datetime) -> None:
        number = await self._article(c, now)
        known = await stories.get(c, story)
        assert known is not None
        await articles.update(c, number, story=story)
        await stories.update(c, story, revision=known.revision + 1, last_article_at=now)
        row, reports = await stories.get(c, story), await articles.of_story(c, story)
        assert row is not None
        korean, english = (
            Report(article, "Pact talks", language, "closed", now, now)
            for article, language in ((reports[0].id, "ko"), (number, "en"))
        )
        growth = Growth(number, [korean], [korean, english])
        await refresh_cards(c, row, reports, growth, now)

    async def _article(self, c: Connection, now: datetime) -> int:
        url = f"https://example.com/{self.rounds}"
        new = NewArticle(
            outlet="closed", url=url, canonical_url=url, headline=f"Pact talks, report {self.rounds}", language="en",
            kind="media", published_at=now, first_seen_at=now, identities=(url,), state="read", wants_page=False,
            topics=Topics(pact=True),
        )  # fmt: skip
        return await articles.add(c, new)


async def enqueue_as_asked(address: str, team: str, seed: str, *channels: str) -> None:
    """Enqueue until the input ends."""
    store = Store.open(address)
    await migrate(store)
    enqueuer = Enqueuer(store, team, channels, Random(int(seed)))
    await enqueuer.register_installation()
    print(0, flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(await enqueuer.enqueue_patiently(int(line)), flush=True)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(enqueue_as_asked(*sys.argv[1:]))
