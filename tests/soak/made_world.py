"""Outlets and a Slack that are made up and fail now and then; both keep little, so that what grows is the bot's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from handlers.cards.shown import Shown
from handlers.errors import OutcomeUnknown, RateLimited
from scrapers.article import Article, Headline, SourceReading, SourceState
from scrapers.errors import BadStatus, FetchRateLimited, Unreachable
from scrapers.further_pages import AreNew
from scrapers.outlet import Outlet, Source
from scrapers.plain_text import content_hash
from scrapers.scraper import Scraper
from tests.support.bot_harness import RecordingSlack
from tests.support.unlike_stories import headline_of, text_of

FAULTS = 0.03
"""The share of requests that fail."""
A_TOPIC = 5
"""One entry of so many is about what channels follow; the others get no story."""
KEPT_POSTS = 15
"""Messages of a channel that Slack keeps: no more than the warm-up posts, so that nothing here grows afterwards."""


class MadeScraper(Scraper):
    """Answers for every outlet, without a connection: an entry now and then, else that nothing changed."""

    def __init__(self, outlets: Mapping[str, Outlet], now: Any, random: Random) -> None:
        self.outlets = outlets
        self._now = now
        self._random = random
        self.news = 1.0
        """The share of readings that find a new entry."""
        self.on_reading: Callable[[], object] = lambda: None
        self.readings = 0
        self.entries = 0
        self.faults = 0

    async def headlines(
        self, outlet: Outlet, source: Source, state: SourceState, are_new: AreNew | None = None
    ) -> SourceReading:
        """Reads a source."""
        self.readings += 1
        self.on_reading()
        self._fail_sometimes(source.url)
        if state.body_hash and self._random.random() >= self.news:
            return SourceReading((), state, unchanged=True)
        self.entries += 1
        return SourceReading((self._entry(outlet),), SourceState(body_hash=str(self.entries)))

    async def read(self, outlet: Outlet, headline: Headline) -> Article:
        """Reads a page."""
        self._fail_sometimes(headline.url)
        number = int(headline.url.rsplit("/", 1)[1])
        text = (text_of(number) if number % A_TOPIC == 0 else "It rained all day.",)
        return Article(
            headline.outlet, headline.url, headline.canonical_url, headline.identities, headline.title, text,
            headline.published_at, None, headline.language, content_hash(headline.title, text),
        )  # fmt: skip

    def _entry(self, outlet: Outlet) -> Headline:
        url = f"https://{outlet.hosts[0]}/{self.entries}"
        title = headline_of(self.entries) if self.entries % A_TOPIC == 0 else f"Rain over town {self.entries}"
        return Headline(outlet.key, url, url, (f"url:{url}",), title, "", self._now(), outlet.language)

    def _fail_sometimes(self, url: str) -> None:
        if self._random.random() < FAULTS:
            self.faults += 1
            errors = (Unreachable(url, "timeout"), BadStatus(url, 502), FetchRateLimited(url, "429", 60.0))
            raise self._random.choice(errors)


@dataclass
class FailingSlack(RecordingSlack):
    """Loses answers before and after a message was accepted, limits the rate, and forgets old messages."""

    random: Random = field(default_factory=Random)
    accepted: int = 0
    faults: int = 0
    calm: bool = False
    """Nothing fails any more."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Any:
        """Posts, or fails before or after it."""
        self._fail_sometimes(channel)
        posted = await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)
        self.accepted += 1
        self._forget(channel)
        if not self.calm and self.random.random() < FAULTS:
            self.faults += 1
            raise OutcomeUnknown("answer_lost", channel)
        return posted

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Edits, or fails before it."""
        self._fail_sometimes(channel)
        if ts in self.posts.get(channel, {}):
            await super().edit(channel, ts, shown, plain=plain)

    def _fail_sometimes(self, channel: str) -> None:
        if not self.calm and self.random.random() < FAULTS:
            self.faults += 1
            raise self.random.choice((OutcomeUnknown("timeout", channel), RateLimited("ratelimited", channel, 20.0)))

    def _forget(self, channel: str) -> None:
        self.tried.clear()
        self.asked.clear()
        posts = self.posts[channel]
        while len(posts) > KEPT_POSTS:
            ts = next(iter(posts))
            del posts[ts]
            self.threads.pop(ts, None)
            self.keys = {key: other for key, other in self.keys.items() if other != ts}


def present_of(harness_now: datetime) -> str:
    """The instant as a label of the progress bar."""
    return f"{harness_now:%m-%d %H:%M}"
