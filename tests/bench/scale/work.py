"""The pieces of work whose cost is measured at every size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.answers.context import AnswerContext, Requester
from bot.answers.stories.status import status
from bot.clock_steps import correct_waits
from bot.deliveries.digest import Digests
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.story_rows import reports_of
from bot.intake.story_window import StoryWindow
from bot.matching.query.evaluate import ArticleFacts
from bot.model import Page
from bot.operations.absent_channels import CANDIDATES_A_RUN
from bot.operations.audit import audit_period, count_lost
from bot.operations.cleanup import KEEP_SENTENCES, Cleanup
from bot.outbox.policy import DeliveryPolicy
from bot.store import (
    absent_channels,
    articles,
    destinations,
    digest_looks,
    installations,
    matches,
    mentions,
    sources,
    subscriptions,
)
from bot.store.deliveries import audits, claims
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store
from handlers.requests import Asker, Request
from handlers.verbs.grammar import Rest
from handlers.verbs.status import Status
from scrapers.article import Article, Headline, SourceReading, SourceState
from scrapers.plain_text import content_hash
from settings.lexicon import load as load_lexicon
from settings.pact_calendar import load as load_calendar
from tests.bench.scale.population import A_CHANNEL, NOW, OUTLETS, outlet_of, team_of

Work = Callable[[], Awaitable[object]]
LEASE = Lease("bench", 15)
CLAIMED_AT_ONCE = 5
FIVE = (1, 2, 3, 4, 5)
NEW = 10**9
"""Ids of articles that are not stored."""
TEXT = (
    "A centre for quantum computing opens, says " + ", ".join(f"keyword{1 + A_CHANNEL * each}" for each in FIVE) + "."
)


class Bot:
    """The parts of the bot that the work needs, over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers = count(1)
        self._outlets = {outlet.key: outlet for outlet in map(outlet_of, range(OUTLETS))}
        self._outlet = self._outlets["outlet01"]
        self._index = SubscriptionIndex(load_lexicon(None))
        self._intake = Intake(store, self._index, self._now)
        self._digests = Digests(store, self._now)
        self._cleanup = Cleanup(store, self._outlets, None, self._now)
        self._calendar = load_calendar()
        self._window = StoryWindow()

    @property
    def work(self) -> dict[str, Work]:
        """Each piece of work under its name."""
        return {
            "a 304": self._unchanged,
            "a new entry": self._new_entry,
            "a page, five cards": self._page,
            "matching": self._matching,
            "a subscription edited": self._edited,
            "placement": self._placement,
            "a digest round": self._digests.enqueue_due,
            "five channels due": self._five_channels,
            "outbox: look": self._outbox_look,
            "outbox: claim": self._claim,
            "outbox: claim edits": self._claim_edits,
            "clock: waits": lambda: correct_waits(self._store, DeliveryPolicy(), NOW),
            "cleanup": self._cleanup.run,
            "audit: a workspace": self._audit,
            "audit: all": self._audit_all,
            "absent channels": self._absent,
            "matches given back": self._untell,
            "articles of a day": self._count_articles,
            "old sentences": self._forget_contexts,
            "status": self._status,
        }

    def _now(self) -> datetime:
        return NOW

    async def _read(self, headlines: tuple[Headline, ...]) -> None:
        reading = SourceReading(headlines, SourceState())
        await self._intake.source_read(self._outlet, self._outlet.sources[0], reading, 0.1)

    async def _unchanged(self) -> None:
        reading = SourceReading((), SourceState(), unchanged=True)
        async with self._store.read() as c:
            row = await sources.get(c, self._outlet.key, self._outlet.sources[0].url)
        assert row is not None
        self._intake.source_unchanged(self._outlet, row, reading, 0.1, named_pact_lately=False)
        await self._store.writes.settled()

    async def _new_entry(self) -> Headline:
        number = next(self._numbers)
        address = f"https://outlet01.example/new/{number}"
        headline = Headline(
            outlet=self._outlet.key, url=address, canonical_url=address, identities=(f"url:{address}",),
            title=f"Seoul opens quantum computing centre {number}", summary="",
            published_at=NOW - timedelta(minutes=5), language="en",
        )  # fmt: skip
        await self._read((headline,))
        return headline

    async def _page(self) -> None:
        """An entry and its page, which words of five subscriptions of five channels name."""
        headline = await self._new_entry()
        async with self._store.read() as c:
            row = await articles.by_identities(c, headline.identities)
        assert row is not None
        page = Article(
            headline.outlet, headline.url, headline.canonical_url, headline.identities, headline.title, (TEXT,),
            headline.published_at, None, "en", content_hash(headline.title, (TEXT,)),
        )  # fmt: skip
        await self._intake.page_read(self._outlet, row.id, page)

    async def _matching(self) -> None:
        async with self._store.read() as c:
            indexed = await self._index.load(c, NOW)
        (reading,) = await self._index.read(indexed, [Page("Seoul opens a quantum computing centre", TEXT)])
        assert len(self._index.hits(indexed, reading, ArticleFacts())) == len(FIVE)

    async def _edited(self) -> None:
        """A subscription asks for another word, which the next reading knows."""
        async with self._store.begin() as c:
            query = f"pact OR other{next(self._numbers)}"
            assert await subscriptions.change(c, team_of(1), 1, {"query": query}, NOW)
        await self._matching()

    async def _placement(self) -> None:
        async with self._store.read() as c:
            report, *_ = await reports_of(c, 1)
            number = next(self._numbers)
            other = replace(report, id=NEW + number, headline=f"Seoul opens quantum centre {number}", identities=())
            await self._window.decide(c, other, NOW)

    async def _five_channels(self) -> None:
        """A round that looks at five channels, whose digests were made."""
        async with self._store.begin() as c:
            await digest_looks.lock(c, FIVE)
            await digest_looks.move_on(c, dict.fromkeys(FIVE, NOW), NOW)
        await self._digests.enqueue_due()

    async def _outbox_look(self) -> None:
        async with self._store.read() as c:
            assert await claims.pending_work(c, NOW)

    async def _claim(self) -> None:
        async with self._store.read() as c:  # it keeps nothing, so that the next round finds the same
            assert await claims.claim(c, NOW, LEASE, CLAIMED_AT_ONCE)

    async def _claim_edits(self) -> None:
        async with self._store.read() as c:
            assert await claims.claim_edits(c, NOW, LEASE, CLAIMED_AT_ONCE)

    async def _audit(self) -> None:
        async with self._store.read() as c:
            await count_lost(c, "T0", NOW)
            since, until = audit_period(await audits.last_at(c, "T0"), NOW)
            await audits.sent_between(c, "T0", since, until)
            await audits.given_up(c, "T0", since, until)

    async def _audit_all(self) -> None:
        async with self._store.read() as c:
            for installation in await installations.all_of(c):
                await count_lost(c, installation.team, NOW)

    async def _absent(self) -> None:
        async with self._store.read() as c:
            await absent_channels.absent(c, 0, CANDIDATES_A_RUN)

    async def _untell(self) -> None:
        async with self._store.read() as c:
            await matches.mark_untold(c, 1)

    async def _count_articles(self) -> None:
        async with self._store.read() as c:
            await articles.counts_since(c, NOW - timedelta(days=1))

    async def _forget_contexts(self) -> None:
        async with self._store.read() as c:
            await mentions.forget_contexts(c, NOW - KEEP_SENTENCES)

    async def _status(self) -> None:
        context = AnswerContext(
            store=self._store, subscription_index=self._index, outlets=self._outlets, calendar=self._calendar,
            now=self._now, language="en", timezone="Asia/Seoul", command="/pact", wait_for_delivery=_nothing,
            follow_delivery=_nothing, open_direct=_nothing, channels_of=_no_channels,
        )  # fmt: skip
        asker, ask = Asker("T0", "U1", "C1", direct=False), Status(Rest("", 0))
        async with self._store.read() as c:
            channel = await destinations.get(c, 1)
        await status(context, Requester(Request("1", asker, ask), channel, "en", "Asia/Seoul"), ask)


async def _nothing(*_: object) -> None:
    return None


async def _no_channels(*_: object) -> frozenset[str]:
    return frozenset()
