"""Fills a database with articles, stories, matches, deliveries and subscriptions, in bulk.

A thousand articles are first seen a day, so that more articles are a longer past and not more news: what is recent
stays the same at every size beyond the days that a piece of work looks back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, update

from bot.cli.progress_bar import ProgressBar
from bot.store.engine import Connection, Store
from bot.store.schema import (
    article_identities,
    articles,
    deliveries,
    delivery_subscriptions,
    destinations,
    installations,
    matches,
    mentions,
    sources,
    stories,
    subscriptions,
)
from scrapers.outlet import Outlet, Source

NOW = datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
A_DAY = 1_000
"""Articles that are first seen in a day."""
A_STORY = 3
"""Articles of a story."""
OUTLETS = 40
A_CHANNEL = 10
"""Subscriptions of a channel."""
A_TEAM = 10
"""Channels of a workspace."""
DUE = 10
"""Deliveries that wait unless a size says more."""
HELD = 5
STALE = 5
"""Sent messages that want a later revision."""
LOOKED_AT = 200
"""Channels whose digests were not looked at yet; more of them would take the first round minutes."""
KEPT_CONTEXT = timedelta(days=89)
ROWS_A_BATCH = 3_000
CADENCES = ("instant", "daily", "hourly", "weekly")
SECTORS = ("ai", "quantum", "space", "bio", "telecom")


@dataclass(frozen=True, slots=True)
class Size:
    """How much a database holds."""

    articles: int
    subscriptions: int
    backlog: int = DUE
    """Deliveries that wait to be posted."""

    def __str__(self) -> str:
        waiting = "" if self.backlog == DUE else f"+{self.backlog:,}"
        return f"{self.articles // 1_000}k/{self.subscriptions:,}{waiting}"

    @property
    def stories(self) -> int:
        return self.articles // A_STORY

    @property
    def channels(self) -> int:
        return max(1, self.subscriptions // A_CHANNEL)

    def first_seen_at(self, article: int) -> datetime:
        """The newest article was first seen a minute ago."""
        return NOW - timedelta(minutes=1) - timedelta(days=1) * ((self.articles - article) / A_DAY)


def outlet_of(number: int) -> Outlet:
    """An outlet with one feed, whose pages are read."""
    host = f"outlet{number:02d}.example"
    return Outlet(
        key=f"outlet{number:02d}", name=f"Outlet {number}", home=f"https://{host}/", language="en",
        timezone="Asia/Seoul", every_minutes=15, kind="media", hosts=(host,),
        sources=(Source(kind="feed", url=f"https://{host}/feed.xml"),),
    )  # fmt: skip


def team_of(channel: int) -> str:
    return f"T{(channel - 1) // A_TEAM}"


async def populate(store: Store, size: Size) -> None:
    """Fills an empty, migrated database; numbers are those of a clock at ``NOW``."""
    parts: dict[Table, tuple[int, Callable[[int], Iterator[dict[str, Any]]]]] = {
        sources: (OUTLETS, _source),
        installations: (1 + (size.channels - 1) // A_TEAM, lambda n: _installation(n)),
        destinations: (size.channels, _destination),
        subscriptions: (size.subscriptions, _subscription),
        stories: (size.stories, lambda n: _story(size, n)),
        articles: (size.articles, lambda n: _article(size, n)),
        article_identities: (size.articles, _names),
        mentions: (size.articles, lambda n: _mention(size, n)),
        deliveries: (size.stories, lambda n: _delivery(size, n)),
        delivery_subscriptions: (size.stories, lambda n: _pair(size, n)),
        matches: (size.stories, lambda n: _match(size, n)),
    }
    bar = ProgressBar(sum(1 + count // ROWS_A_BATCH for count, _ in parts.values()))
    for table, (count, rows_of) in parts.items():
        for first in range(1, count + 1, ROWS_A_BATCH):
            numbers = range(first, min(first + ROWS_A_BATCH, count + 1))
            async with store.begin() as c:
                await c.execute(insert(table), [row for number in numbers for row in rows_of(number)])
            bar.step(f"{size} {table.name}")
    async with store.begin() as c:
        due = update(destinations).where(destinations.c.id > LOOKED_AT)
        await c.execute(due.values(digest_due_at=NOW + timedelta(hours=1), digest_looked_at=NOW))
        await _settle_ids(c)
    bar.clear()


async def _settle_ids(c: Connection) -> None:
    """On PostgreSQL ids that were written do not move their sequence, and the planner needs its statistics."""
    if c.dialect.name != "postgresql":
        return
    for table in (destinations, subscriptions, stories, articles, mentions, deliveries, matches):
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        await c.exec_driver_sql(f"SELECT setval({sequence}, (SELECT max(id) FROM {table.name}))")
    await c.exec_driver_sql("ANALYZE")


def _source(number: int) -> Iterator[dict[str, Any]]:
    outlet = outlet_of(number - 1)
    yield {
        "outlet": outlet.key,
        "url": outlet.sources[0].url,
        "baseline_at": NOW - timedelta(days=1_000),
        "last_try_at": NOW - timedelta(minutes=10),
        "last_ok_at": NOW - timedelta(minutes=10),
        "newest_at": NOW - timedelta(minutes=20),
    }


def _installation(number: int) -> Iterator[dict[str, Any]]:
    yield {"team": f"T{number - 1}", "installed_at": NOW - timedelta(days=1_000)}


def _destination(channel: int) -> Iterator[dict[str, Any]]:
    yield {
        "id": channel, "team": team_of(channel), "slack_id": f"C{channel}", "language": "en",
        "timezone": ("Asia/Seoul", "America/New_York")[channel % 2],
        "digest_at": f"{6 + channel % 4:02d}:{channel % 12 * 5:02d}" if channel % 3 == 0 else None,
    }  # fmt: skip


def _subscription(number: int) -> Iterator[dict[str, Any]]:
    channel = 1 + (number - 1) // A_CHANNEL
    yield {
        "id": number, "team": team_of(channel), "destination": channel, "query": f"pact OR keyword{number}",
        "cadence": CADENCES[number % 4], "at": f"{7 + number % 3:02d}:{number % 4 * 15:02d}", "weekday": "mon",
        "timezone": "Asia/Seoul", "created_at": NOW - timedelta(days=999),
    }  # fmt: skip


def _story(size: Size, story: int) -> Iterator[dict[str, Any]]:
    first, last = (story - 1) * A_STORY + 1, story * A_STORY
    yield {
        "id": story, "headline": f"Story {story} about quantum computing", "url": f"https://outlet00.example/{first}",
        "outlet": "outlet00", "language": "en", "first_seen_at": size.first_seen_at(first),
        "last_article_at": size.first_seen_at(last), "revision": 1, "severity": story % 4, "pact": story % 20 == 0,
        "sectors": [SECTORS[story % 5]],
    }  # fmt: skip


def _article(size: Size, article: int) -> Iterator[dict[str, Any]]:
    story, at = (article - 1) // A_STORY + 1, size.first_seen_at(article)
    outlet = f"outlet{article % OUTLETS:02d}"
    yield {
        "id": article, "outlet": outlet, "url": f"https://{outlet}.example/{article}",
        "canonical_url": f"https://{outlet}.example/{article}", "language": "en", "kind": "media", "state": "read",
        "headline": f"Report {article} of story {story} about quantum computing", "published_at": at,
        "first_seen_at": at, "read_at": at, "content_hash": f"{article:016x}", "story": min(story, size.stories),
        "pact": story % 20 == 0, "sectors": [SECTORS[story % 5]], "wants_page": False, "page_order_at": at,
    }  # fmt: skip


def _names(article: int) -> Iterator[dict[str, Any]]:
    outlet = f"outlet{article % OUTLETS:02d}"
    for name in (f"url:https://{outlet}.example/{article}", f"id:{outlet}:{article}", f"guid:{outlet}:{article}"):
        yield {"identity": name, "article": article}


def _mention(size: Size, article: int) -> Iterator[dict[str, Any]]:
    kept = size.first_seen_at(article) > NOW - KEPT_CONTEXT
    yield {
        "article": article, "kind": "sector", "topic": SECTORS[article % 5], "term": "quantum computing",
        "field": "text", "start": 10, "end": 27, "quote": "quantum computing", "passing": False,
        "context": "A sentence about quantum computing." if kept else "", "lexicon_version": "1",
    }  # fmt: skip


def _subscription_of(size: Size, story: int) -> int:
    return 1 + story % size.subscriptions


def _channel_of(size: Size, story: int) -> int:
    return 1 + (_subscription_of(size, story) - 1) // A_CHANNEL


def _delivery(size: Size, story: int) -> Iterator[dict[str, Any]]:
    """A sent card of each story; a few of the newest wait, are held, or want another revision."""
    channel, at, age = _channel_of(size, story), size.first_seen_at(story * A_STORY), size.stories - story
    state = "due" if age < size.backlog else "held" if age < size.backlog + HELD else "sent"
    is_stale = state == "sent" and age < size.backlog + HELD + STALE
    sent = {"sent_at": at, "ts": f"{at.timestamp():.6f}"} if state == "sent" else {"sent_at": None, "ts": None}
    yield {
        "id": story, "key": f"card:{team_of(channel)}:{channel}:{story}", "team": team_of(channel),
        "destination": channel, "kind": "card", "state": state, "story": story, "payload": {"severity": 1},
        "wanted_revision": 2 if is_stale else 1, "shown_revision": 1 if state == "sent" else 0, "created_at": at,
        "not_before": NOW + timedelta(days=1) if state == "held" else at, "first_try_at": sent["sent_at"], **sent,
    }  # fmt: skip


def _pair(size: Size, story: int) -> Iterator[dict[str, Any]]:
    yield {"delivery": story, "subscription": _subscription_of(size, story)}


def _match(size: Size, story: int) -> Iterator[dict[str, Any]]:
    subscription, channel = _subscription_of(size, story), _channel_of(size, story)
    at, is_told = size.first_seen_at(story * A_STORY), size.stories - story >= size.backlog
    yield {
        "team": team_of(channel), "subscription": subscription, "destination": channel, "story": story,
        "article": story * A_STORY, "cadence": CADENCES[subscription % 4], "matched_at": at,
        "told_by": story if is_told else None, "told_at": at if is_told else None,
    }  # fmt: skip
