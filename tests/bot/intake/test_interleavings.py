"""Every story that was asked for is told once in its channel, in whatever order things happen."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bot.intake.merge_stories import merge_stories
from bot.store import articles, stories
from handlers.requests import SlackEvent
from scrapers.errors import Unreachable
from tests.support.bot_harness import BotHarness

CHANNELS = ("C1", "C2", "C3")


def words_of(random: Random, count: int) -> str:
    return " ".join("".join(random.sample("abcdefghijklmnop", 7)) for _ in range(count))


class Day:
    """Some days of several outlets, with restarts of the process in between."""

    def __init__(self, harness: BotHarness, seed: int, *, merging: bool = False) -> None:
        self.harness = harness
        self.merging = merging
        self.random = Random(seed)
        self.pages: list[tuple[Any, str]] = []
        self.events = [f"{words_of(self.random, 5)} quantum computer" for _ in range(7)]
        self.texts = [f"{words_of(self.random, 25)} quantum computer." for _ in self.events]

    async def announce(self) -> None:
        """Lists a new article on one of the events, with some articles that were listed before."""
        key = self.random.choice(["herald", "times", "shy"])
        event = self.random.randrange(len(self.events))
        age = timedelta(hours=self.random.choice([0, 0, 1, 30]))
        item = self.harness.headline(key, f"{self.events[event]} {key}", at=self.harness.at - age)
        self.pages.append((item, f"{self.texts[event]} {key} {self.random.random()}"))
        again = [page for page, _ in self.random.sample(self.pages, min(3, len(self.pages))) if page.outlet == key]
        await self.harness.announce(key, item, *again)

    async def read(self) -> None:
        """Reads a page, perhaps for the second time, or fails to read it."""
        if not self.pages:
            return
        item, text = self.random.choice(self.pages)
        if self.random.random() < 0.3:
            article_id = await self.harness.number_of(item)
            await self.harness.intake.page_failed(
                self.harness.outlets[item.outlet], article_id, Unreachable(item.url, "away")
            )
        else:
            await self.harness.take(item, text)

    async def leave_or_return(self) -> None:
        channel = self.random.choice(CHANNELS)
        gone = channel in self.harness.slack.closed
        (self.harness.slack.closed.discard if gone else self.harness.slack.closed.add)(channel)
        if gone or self.random.random() < 0.5:
            event_id = f"E{next(self.harness.numbers)}"
            await self.harness.membership.note(SlackEvent(event_id, "T1", "joined" if gone else "left", channel))

    async def mute(self) -> None:
        await self.harness.ask(f"mute outlet {self.random.choice(['herald', 'times'])} {self.random.choice('159')}h")

    async def merge(self) -> None:
        """Merges two stories that turn out to be one event."""
        async with self.harness.store.begin() as c:
            rows = await articles.recent(c, self.harness.at - timedelta(days=60))
            story_ids = sorted({row.story for row in rows if row.story is not None})
            if len(story_ids) > 1:
                first, second = self.random.sample(story_ids, 2)
                await merge_stories(c, first, second, self.harness.now())

    async def step(self) -> None:
        """Does one thing at random."""
        often = [self.announce, self.announce, self.read, self.read, self.read, self.leave_or_return, self.mute]
        await self.random.choice([*often, *([self.merge] * self.merging)])()
        if self.random.random() < 0.2:
            self.harness.start()
        if self.random.random() < 0.5:
            await self.harness.outbox.run_once()
        if self.random.random() < 0.5:
            await self.harness.digests.enqueue_due()
        self.harness.pass_time(minutes=self.random.choice([0, 1, 40, 300]))

    async def settle(self) -> None:
        """Reads all pages, invites the bot to all channels, and lets some days pass."""
        for item, text in self.pages:
            await self.harness.take(item, text)
        for channel in CHANNELS:
            self.harness.slack.closed.discard(channel)
            await self.harness.membership.note(SlackEvent(f"E{next(self.harness.numbers)}", "T1", "joined", channel))
        for _ in range(3):
            await self.harness.deliver(12)
            self.harness.pass_time(hours=24)
            await self.harness.digests.enqueue_due()
        await self.harness.deliver(12)


@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 8))])
async def test_every_story_is_told_once_in_every_channel_that_asked(harness: BotHarness, seed: int) -> None:
    for channel, cadence in zip(CHANNELS, ("instant", "daily", "hourly"), strict=True):
        await harness.subscribe("quantum", cadence, channel)
    await harness.subscribe("computer", "daily", "C1")
    day = Day(harness, seed)
    for _ in range(40):
        await day.step()
    await day.settle()
    async with harness.store.read() as c:
        rows = await articles.recent(c, harness.at - timedelta(days=60))
    wanted = sorted({f"ST{row.story}" for row in rows if row.story is not None})
    assert len(wanted) >= 4
    for channel in CHANNELS:
        cards = [card.story for card in harness.cards(channel)]
        lines = [
            line.story
            for digest in harness.digests_in(channel)
            for section in digest.sections
            for line in section.lines
        ]
        assert sorted(cards + lines) == wanted, channel


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 40))])
async def test_one_event_has_one_card_in_a_channel_however_its_stories_are_merged(
    harness: BotHarness, seed: int
) -> None:
    for channel, cadence in zip(CHANNELS, ("instant", "daily", "hourly"), strict=True):
        await harness.subscribe("quantum", cadence, channel)
    await harness.subscribe("computer", "daily", "C1")
    day = Day(harness, seed, merging=True)
    for _ in range(50):
        await day.step()
    await day.settle()
    async with harness.store.read() as c:
        rows = await articles.recent(c, harness.at - timedelta(days=60))
        today = await stories.ids_today(c, {row.story for row in rows if row.story is not None} | set(range(1, 30)))
    wanted = {f"ST{story}" for story in today.values()}
    for channel in CHANNELS:
        cards = [card.story for card in harness.cards(channel)]
        lines = {
            f"ST{today[int(line.story[2:])]}"
            for digest in harness.digests_in(channel)
            for section in digest.sections
            for line in section.lines
        }
        assert len(cards) == len(set(cards)), channel
        assert {*cards, *lines} == wanted, channel
