"""A channel is told what was published first before what was published later, also through bursts and quiet hours."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest

from handlers.cards.digest import DigestCard
from handlers.cards.story import StoryCard
from tests.support.bot_harness import BotHarness

LETTERS = str.maketrans("0123456789", "ghijklmnop")


async def publish(harness: BotHarness, number: int) -> str:
    """A story that is like no other; returns its headline."""
    word = sha256(bytes([number])).hexdigest().translate(LETTERS)[:12]
    headline = f"{word} {word[::-1]}z qubit {1000 + number}"
    await harness.publish("herald", headline, f"{word} a quantum computer {2000 + number}.")
    return headline


def told(harness: BotHarness) -> list[str]:
    """The headlines of the channel in the order in which they stand there, those of a roll-up in its place."""
    headlines: list[str] = []
    for shown in harness.slack.posts.get("C1", {}).values():
        if isinstance(shown.card, StoryCard):
            headlines.append(shown.card.headline)
        if isinstance(shown.card, DigestCard):
            headlines += [line.headline for section in shown.card.sections for line in section.lines]
    return headlines


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
async def test_no_story_overtakes_another(harness: BotHarness, seed: int) -> None:
    """The digest job runs once a minute, and stories come between a hold's end and the roll-up that follows it."""
    random = Random(seed)
    await harness.subscribe("quantum")
    if seed:
        await harness.ask("quiet 09:20-09:30")
    published: list[str] = []
    digest_at = harness.at
    while len(published) < 60:
        published.append(await publish(harness, len(published)))
        await harness.deliver(random.randrange(4))
        harness.pass_time(seconds=random.choice((1, 5, 30, 45)))
        if (harness.at - digest_at).total_seconds() >= 60:
            digest_at = harness.at
            await harness.digests.enqueue_due()
    for _ in range(20):
        harness.pass_time(minutes=1)
        await harness.digests.enqueue_due()
        await harness.deliver(4)
    headlines = told(harness)
    assert sorted(headlines) == sorted(published)
    places = [published.index(headline) for headline in headlines]
    assert [pair for pair in pairwise(places) if pair[0] > pair[1]] == []
