"""Publishes stories under which a fleet works, and finds what is lost or doubled."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.fleet.fleet_harness import UNSENT, Fleet
from tests.support.unlike_stories import headline_of, text_of

WORDS = ("kestrel", "osprey", "harrier")
"""Each is what some channels follow; five stories in ten minutes would make a burst, which is told later."""
OUTLETS = ("hanbit", "seoul-courier")


@dataclass
class Load:
    """Outlets that publish stories one after another, each for the channels of one word."""

    fleet: Fleet
    headlines: dict[str, str] = field(default_factory=dict)
    """The word of each headline."""

    async def subscribe(self, channels_of_each: int, option: str = "") -> None:
        """Subscribe so many channels to each word, with this option behind it."""
        for word in WORDS:
            for number in range(channels_of_each):
                channel = f"{word}-{number}"
                self.fleet.slack.add_channel(channel)
                await self.fleet.subscribe(f"{word}{option}", channel, "dana")

    def publish(self) -> None:
        """Publish one more story for each word."""
        for word in WORDS:
            number = len(self.headlines)
            headline, said = f"{word.capitalize()} {headline_of(number)}", f"The {word} was shown. {text_of(number)}"
            rest = [
                f"{headline_of(1000 * (number + 1) + line)} was said, too." for line in range(8)
            ]  # no stub of a page
            self.headlines[headline] = word
            self.fleet.fake_outlets.publish(
                OUTLETS[number % 2], FakeArticle(f"story-{number}", headline, (said, *rest))
            )

    def wrong(self) -> dict[str, tuple[int, int]]:
        """The channels and stories of which not exactly one card is there, with the numbers wanted and there."""
        found = {}
        for headline, word in self.headlines.items():
            for channel in self.fleet.channels:
                wanted, there = int(channel.startswith(word)), self.fleet.cards(headline, channel)
                if wanted != there:
                    found[f"{channel}: {headline}"] = wanted, there
        return found

    async def until_settled(self, within_seconds: float) -> None:
        """Wait until nothing is wrong and nothing waits, or until the time is over: ``wrong`` says which."""
        until = time.monotonic() + within_seconds
        while self.wrong() and time.monotonic() < until:  # noqa: ASYNC110 - other processes post it
            await asyncio.sleep(0.2)
        await self.fleet.until_rows(UNSENT, 0, within_seconds)
