"""The few stories that are shown are those that weighing every story would choose."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.answers.stories.top_stories import TOP_STORIES, top_stories_of, top_stories_of_pact
from bot.deliveries.linked_stories import stories_as_seen, view_of
from bot.deliveries.splits import add_part
from bot.model import StoredArticle, Story, Topics
from bot.store import articles, stories, story_links
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from tests.support.bot_harness import TEAM, BotHarness

DAY = timedelta(days=1)
STORIES = 30
NO_TOPICS = Topics()


def topics_of(random: Random) -> Topics:
    return Topics(
        pact=random.random() < 0.4,
        sister_pact=("uk",) if random.random() < 0.3 else (),
        officials=("Michael Kratsios",) if random.random() < 0.3 else (),
        sectors=("quantum",),
        severity=random.randrange(2),
    )


async def add_stories(c: Connection, random: Random, now: datetime) -> list[int]:
    """Stories of one to four articles each, some older than a day, whose topics are those of all their articles."""
    ids = []
    for number in range(STORIES):
        first_at = now - random.random() * 2 * DAY
        topics = topics_of(random)
        fields: dict[str, Any] = {"headline": f"Story {number}", "url": "u", "outlet": "herald", "language": "en"}
        story = await stories.add(
            c, **fields, first_seen_at=first_at, last_article_at=now, revision=1, topics=topics, marks={}
        )
        for place in range(random.randrange(1, 5)):
            seen_at = first_at + place * timedelta(minutes=1)
            outlet = random.choice(("herald", "times", "ilbo"))
            address = f"https://{outlet}.example/{story}/{place}"
            await articles.add(c, NewArticle(
                outlet, address, address, f"Report {place} of {story}", "en", "media", seen_at, seen_at, (address,),
                state="read", story=story, topics=topics,
            ))  # fmt: skip
        ids.append(story)
    return ids


async def change(c: Connection, random: Random, ids: list[int], now: datetime) -> None:
    """People of the workspace make some stories one and split an article off others."""
    for _ in range(3):
        first, second = sorted(random.sample(ids, 2))
        await story_links.add(c, team=TEAM, story=first, other=second, person="U1", now=now)
    for story in random.sample(ids, 4):
        of_story = await articles.of_story(c, story)
        await add_part(c, TEAM, random.sample(of_story, 1), story, "U1", now)
    other = random.sample(ids, 2)
    await story_links.add(c, team="T2", story=min(other), other=max(other), person="U2", now=now)


def weight(story: Story, of_story: tuple[StoredArticle, ...]) -> tuple[object, ...]:
    topics, outlets = story.topics, len({article.outlet for article in of_story})
    parties = bool(topics.officials or topics.sister_pact)
    return topics.severity, topics.pact, parties, outlets, story.last_article_at


@pytest.mark.parametrize("is_changed", [False, True])
@pytest.mark.parametrize("seed", range(6))
async def test_the_shown_stories_are_the_weightiest_of_all(harness: BotHarness, seed: int, *, is_changed: bool) -> None:
    random, now = Random(seed), harness.at
    async with harness.store.begin() as c:
        ids = await add_stories(c, random, now)
        if is_changed:
            await change(c, random, ids, now)
        view = await view_of(c, TEAM)
        recent = await articles.recent(c, now - DAY, in_stories=True)
        shown_ids = {view.shown_in(article.id, article.story) for article in recent if article.story is not None}
        seen = [(each.story, each.articles) for each in await stories_as_seen(c, TEAM, shown_ids)]
        of_pact = [pair for pair in seen if pair[0].topics.pact or pair[0].topics.officials]
        lines = await top_stories_of_pact(c, TEAM, harness.outlets, "en", now - DAY)
        all_lines = await top_stories_of(c, TEAM, harness.outlets, "en", shown_ids)
    for chosen, expected in ((lines, of_pact), (all_lines, seen)):
        weights = {f"ST{story.id}": weight(story, of_story) for story, of_story in expected}
        shown = [weights[line.story] for line in chosen]
        assert shown == sorted(weights.values(), reverse=True)[:TOP_STORIES]
        assert len({line.story for line in chosen}) == len(chosen)


async def test_a_story_that_was_placed_lately_and_seen_long_ago_is_not_shown(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        (story,) = (await add_stories(c, Random(1), harness.at))[:1]
        for article in await articles.recent(c, harness.at - 9 * DAY):
            await articles.update(c, article.id, first_seen_at=harness.at - 3 * DAY)
        await stories.update(c, story, topics=replace(NO_TOPICS, pact=True))
        assert await top_stories_of_pact(c, TEAM, harness.outlets, "en", harness.at - DAY) == ()
