"""The order of stories in channels: outlets publish, bots are killed and stopped, and Slack is compared with both."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.deliveries.holds import BURST_CARDS
from bot.outbox.policy import metadata_key
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from tests.chaos.chaos_harness import ChaosHarness, Process

OUTLETS = ("hanbit", "seoul-courier", "pacific-wire")
LETTERS = str.maketrans("0123456789", "ghijklmnop")
WORDS = 60
"""The words of a page that no other page has."""
APART_SECONDS = 10.0
"""Stories of one outlet that were published this far apart stand in this order in every channel."""
DROPPED_OF_ACCEPTED = 0.05
SILENT_SHARE = 3
"""Every third channel has quiet hours of two minutes."""
STOP_SECONDS = (0.1, 7.0)
"""A stopped process sleeps for less or for longer than its lease (3 s)."""
LAST_BURST = BURST_CARDS + 2
"""Stories that are published at once, of which a burst holds some in every channel."""
BAR = 30
ENDED = "SELECT 1 FROM deliveries WHERE state IN ('due', 'held', 'sending', 'unknown', 'waiting') LIMIT 1"


@dataclass(frozen=True)
class PublishedStory:
    """A story that one outlet published."""

    outlet: str
    headline: str
    at: float


@dataclass
class OrderFigures:
    """The counts of a run."""

    stories: int = 0
    channels: int = 0
    kills: int = 0
    stops: int = 0
    dropped: int = 0
    held: int = 0
    """Deliveries that were held when all workers but one were dead."""
    rolled_up: int = 0
    """Stories that a channel was told in a roll-up."""
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    inverted: int = 0
    """Pairs of one outlet and channel, published ten seconds or more apart, whose order is wrong."""
    without_row: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in asdict(self).items())


def unlike_article(number: int) -> FakeArticle:
    """An article that shares no rare word with any other."""
    digest = sha256(str(number).encode()).hexdigest().translate(LETTERS)
    words = [sha256(f"{number} {n}".encode()).hexdigest().translate(LETTERS)[:9] for n in range(WORDS)]
    sentence = f"Engineers of {digest[:9]} showed a quantum computer to {digest[9:18]}."
    return FakeArticle(f"story-{number}", f"{digest[:12]} {digest[12:24]} qubit {1000 + number}", (
        sentence, *(" ".join(words[start : start + 12]).capitalize() + "." for start in range(0, WORDS, 12)),
    ))  # fmt: skip


@dataclass
class OrderRun:
    """One run over one database."""

    harness: ChaosHarness
    fake_outlets: FakeOutlets
    channels: Sequence[str]
    """The names of the channels."""
    random: Random
    parts: Sequence[str | None]
    """The part of each process; None for the whole bot."""
    bots: list[tuple[str | None, Process]] = field(default_factory=list)
    published: list[PublishedStory] = field(default_factory=list)
    figures: OrderFigures = field(default_factory=OrderFigures)

    async def prepare(self) -> None:
        """Start the bots, wait for the baseline, and subscribe every channel, some of them with quiet hours."""
        self.bots = [(part, await self.harness.start(only=part)) for part in self.parts]
        self.harness.watch()
        read = "SELECT count(*) FROM sources WHERE baseline_at IS NOT NULL"
        assert await self.harness.until(lambda: self.harness.rows(read) == [(len(OUTLETS),)])
        for number, channel in enumerate(self.channels):
            await self._ask("subscribe quantum", channel)
            if number % SILENT_SHARE == SILENT_SHARE - 1:
                now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Seoul"))
                await self._ask(f"quiet {now:%H:%M}-{now + timedelta(minutes=2):%H:%M}", channel)
        self.dropping = self.harness.slack.faults.drop_after_accept(
            "chat.postMessage", times=None, probability=DROPPED_OF_ACCEPTED
        )

    async def _ask(self, line: str, channel: str) -> None:
        result = await self.harness.slack.command(line, channel, "dana")
        assert result.acked
        await result.answers(20.0)

    # ── what happens at once ───────────────────────────────────────────────────────────────────────────────

    async def run(self, stories: int, kills: int, seconds: float) -> None:
        """Publish stories while bots are killed, and with several processes also stopped."""
        began = time.monotonic()
        moments = sorted(self.random.uniform(0, seconds) for _ in range(stories))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish(began, moments))
            group.create_task(self._disturb(began, kills, seconds))

    async def _publish(self, began: float, moments: Sequence[float]) -> None:
        for number, moment in enumerate(moments, len(self.published)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            outlet, article = self.random.choice(OUTLETS), unlike_article(number)
            self.fake_outlets.publish(outlet, article)
            self.published.append(PublishedStory(outlet, article.headline, time.monotonic()))

    async def _disturb(self, began: float, kills: int, seconds: float) -> None:
        for number in range(1, kills + 1):
            until = began + seconds * number / kills
            if len(self.parts) > 1:
                workers = [bot for part, bot in self.bots if part == "worker"]
                await self._stop_for_a_while(self.random.choice(workers), until)
            with suppress(TimeoutError, AssertionError):
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await self.harness.next_post_of_any()
            await asyncio.sleep(max(0.0, until - time.monotonic() - self.random.uniform(0, seconds / kills)))
            place = self.random.randrange(len(self.bots))
            part, bot = self.bots.pop(place)
            await self.harness.kill(bot)
            self.bots.insert(0, (part, await self.harness.start(only=part)))
            self._show(number, kills, time.monotonic() - began)

    async def _stop_for_a_while(self, bot: Process, until: float) -> None:
        """Stop a process and let it go on, before or after its leases have ended."""
        longest = max(0.1, until - time.monotonic())
        self.figures.stops += 1
        os.kill(bot.pid, signal.SIGSTOP)
        await asyncio.sleep(min(self.random.uniform(*STOP_SECONDS), longest))
        os.kill(bot.pid, signal.SIGCONT)

    def _show(self, kills: int, all_kills: int, seconds: float) -> None:
        full = BAR * kills // all_kills
        told = sum(len(stories) for stories in self.told().values())
        self.harness.report(
            f"  [{'#' * full}{'.' * (BAR - full)}] {kills}/{all_kills} kills, {len(self.published)} stories, "
            f"{told} told, {seconds:.0f} s"
        )

    async def leave_one_worker(self) -> int:
        """Publish a burst, and kill all workers but one while it is held; how many deliveries are held then."""
        held = "SELECT count(*) FROM deliveries WHERE state = 'held'"
        await self._publish(time.monotonic(), [0.0] * LAST_BURST)
        await self.harness.until(lambda: self.harness.rows(held) > [(0,)])
        _, *others = (bot for part, bot in self.bots if part == "worker")
        for bot in others:
            await self.harness.kill(bot)
        self.bots = [each for each in self.bots if each[1] not in others]
        return int(self.harness.rows(held)[0][0])

    async def settle(self, seconds: float) -> None:
        """Wait until every channel was told every story and nothing waits any more."""
        wanted = len(self.published) * len(self.channels)

        def is_settled() -> bool:
            told = sum(len(set(stories)) for stories in self.told().values())
            return told >= wanted and not self.harness.rows(ENDED)

        await self.harness.until(is_settled, seconds)
        for _, bot in self.bots:
            await self.harness.stop(bot)

    # ── the comparison ─────────────────────────────────────────────────────────────────────────────────────

    def told(self) -> dict[str, list[str]]:
        """The headlines of each channel in the order in which they stand there, those of a roll-up in its place."""
        headline_of = dict(self.harness.rows("SELECT story, headline FROM articles WHERE story IS NOT NULL"))
        rows = self.harness.rows("SELECT key, kind, story, payload FROM deliveries WHERE kind IN ('card', 'digest')")
        stories_of = {metadata_key(key): list(_stories(kind, story, payload)) for key, kind, story, payload in rows}
        keys_of = self.harness.keys_by_channel()
        ids = {name: self.harness.slack.channel(name) for name in self.channels}
        return {
            name: [headline_of[story] for key in keys_of[ids[name]] for story in stories_of.get(key, ())]
            for name in self.channels
        }

    def compare(self) -> OrderFigures:
        """Compare what was published with what each channel was told."""
        figures, headlines = self.figures, [story.headline for story in self.published]
        figures.stories, figures.channels = len(self.published), len(self.channels)
        figures.kills, figures.dropped = self.harness.figures.kills, self.dropping.hits
        figures.without_row = self.harness.figures.without_row
        figures.seconds = time.monotonic() - self.harness.began_at
        rolled = "SELECT count(*) FROM deliveries WHERE kind = 'card' AND state = 'cancelled' AND error = 'rolled_up'"
        figures.rolled_up = self.harness.rows(rolled)[0][0]
        for told in self.told().values():
            counts = Counter(told)
            figures.lost += sum(headline not in counts for headline in headlines)
            figures.doubled += sum(times - 1 for times in counts.values())
            figures.inverted += len(inverted_pairs(self.published, told))
        return figures

    def details(self) -> str:
        """The numbers of the published stories as each channel was told them, for the failing test's report."""
        number_of = {story.headline: number for number, story in enumerate(self.published)}
        lines = [f"{name}: {[number_of.get(headline) for headline in told]}" for name, told in self.told().items()]
        pairs = [
            f"{name}: {number_of[first.headline]} ({first.at:.1f}) after {number_of[second.headline]} ({second.at:.1f})"
            for name, told in self.told().items()
            for first, second in inverted_pairs(self.published, told)
        ]
        return "\n".join([*lines, *pairs, *self.harness.lines[-20:]])


def inverted_pairs(
    published: Sequence[PublishedStory], told: Sequence[str]
) -> list[tuple[PublishedStory, PublishedStory]]:
    """The pairs of one outlet, far enough apart, of which the later one stands first."""
    place_of = {headline: place for place, headline in reversed(list(enumerate(told)))}
    return [
        (first, second)
        for first, second in combinations(published, 2)
        if first.outlet == second.outlet
        and second.at - first.at >= APART_SECONDS
        and first.headline in place_of
        and second.headline in place_of
        and place_of[first.headline] > place_of[second.headline]
    ]


def _stories(kind: str, story: int | None, payload: Any) -> Iterator[int]:
    if kind == "card" and story is not None:
        yield story
    if kind == "digest":
        for _, stories in (json.loads(payload) if isinstance(payload, str) else payload)["sections"]:
            yield from stories
