"""A harness with the stories of some events, which a test merges or splits."""

from __future__ import annotations

from datetime import timedelta

from bot.intake.merge_stories import merge_stories
from bot.model import Delivery, Story
from bot.store import destinations, installations, mutes, subscriptions
from bot.store.deliveries import story_cards
from bot.store.engine import lock_stories
from handlers.cards.story import MergedCard, StoryCard
from scrapers.article import Headline
from tests.support.bot_harness import BotHarness

EVENTS = (
    ("Seoul opens a quantum computing centre", "Seoul opened a centre for quantum computing. Researchers moved in."),
    ("Busan harbour tests a quantum sensor", "The harbour of Busan tested a sensor made by a quantum start-up today."),
    ("Daejeon institute patents quantum memory", "An institute in Daejeon got a patent on a memory of quantum states."),
)


class Case:
    """A harness with the stories of some events, oldest first."""

    def __init__(self, harness: BotHarness) -> None:
        self.harness = harness
        self.items: list[Headline] = []

    async def publish(self, event: int = -1, key: str = "herald") -> int:
        """Publishes the next event, or this one; returns its story's id."""
        title, text = EVENTS[event if event >= 0 else len(self.items)]
        self.items.append(await self.harness.publish(key, title, text))
        row = await self.harness.row(self.items[-1])
        assert isinstance(row.story, int)
        return row.story

    async def merge(self, first: int, second: int) -> Story:
        async with self.harness.store.begin() as c:
            await lock_stories(c)
            return await merge_stories(c, first, second, self.harness.now())

    async def merged_and_shown(self, first: int, second: int) -> Story:
        story = await self.merge(first, second)
        await self.harness.edits()
        return story

    async def cards_of(self, story: int, state: str | None = None) -> list[Delivery]:
        async with self.harness.store.read() as c:
            return [card for card in await story_cards.of_story(c, story) if state in (None, card.state)]

    async def mute(self, story: int) -> None:
        """Mutes a story for four hours, before anything is sent."""
        async with self.harness.store.begin() as c:
            (card,) = await story_cards.of_story(c, story)
            at = self.harness.at
            await mutes.add(
                c, team=card.team, destination=card.destination, kind="story", target=str(story), person="U1", now=at,
                until_at=at + timedelta(hours=4),
            )  # fmt: skip

    async def is_muted(self, story: int) -> bool:
        async with self.harness.store.read() as c:
            (card,) = await story_cards.of_story(c, story)
            return await mutes.until(c, card.destination, "story", str(story), self.harness.at) is not None

    async def days_pass(self, days: int = 3) -> None:
        """Lets some days with their digests pass."""
        for _ in range(days):
            self.harness.pass_time(hours=24)
            await self.harness.digests.enqueue_due()
            await self.harness.deliver()

    def lines(self, channel: str = "C1") -> list[str]:
        """The stories in the channel's digests."""
        return [
            line.story
            for digest in self.harness.digests_in(channel)
            for section in digest.sections
            for line in section.lines
        ]


def standing(case: Case, channel: str = "C1") -> list[tuple[str, str, int]]:
    """The stories of a channel's cards, how each is shown, and how many articles it has."""
    shown = [each.card for each in case.harness.slack.posts.get(channel, {}).values()]
    return [
        (type(card).__name__, card.story, card.articles_en if isinstance(card, StoryCard) else 0)
        for card in shown
        if isinstance(card, StoryCard | MergedCard)
    ]


async def posted(case: Case, *outlets: str, cadence: str = "instant") -> None:
    """One story with an article of the herald and one of each of these outlets; its card, if any, stands in C1."""
    await case.harness.subscribe("quantum", cadence)
    await case.publish(0)
    for outlet in outlets:
        assert await case.publish(0, outlet) == 1
    await case.harness.deliver()


async def second_workspace(case: Case) -> None:
    """A workspace T2 with a channel C2 that gets the same stories."""
    async with case.harness.store.begin() as c:
        await installations.put(c, "T2", case.harness.at)
        other = await destinations.get_or_add(c, "T2", "C2", language="en", timezone="Asia/Seoul")
        await subscriptions.add(
            c, team="T2", destination=other.id, query="quantum", cadence="instant", created_at=case.harness.at,
            at="08:30", weekday="mon", timezone="Asia/Seoul", owner="U2",
        )  # fmt: skip
