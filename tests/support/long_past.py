"""Fills a database with a long past of one workspace, and with channels of other workspaces that wait for tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from bot.store.engine import Store
from bot.store.schema import (
    article_identities,
    articles,
    changes,
    deliveries,
    delivery_subscriptions,
    destinations,
    installations,
    matches,
    mentions,
    mutes,
    slots,
    stories,
    story_aliases,
    subscriptions,
)

FIRST_DAY, LAST_DAY = 100, 390
"""The past lies so many days before now: further back than anything looks, and kept still."""
FIRST_ID = 1_000_000
OUTLETS = ("herald", "times", "ilbo")
A_TEAM = 10
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """So many stories of one channel, and channels of other workspaces."""

    stories: int
    channels: int
    now: datetime
    team: str = "T1"
    destination: int = 1
    subscription: int = 1

    async def write(self, store: Store) -> None:
        """Writes all rows; the channel and its subscription are there already."""
        tables: dict[Table, list[Row]] = {}
        for number in range(self.stories):
            for table, row in self._of_story(FIRST_ID + number, number):
                tables.setdefault(table, []).append(row)
        for number in range(self.channels):
            for table, row in self._of_channel(FIRST_ID + number, number):
                tables.setdefault(table, []).append(row)
        async with store.begin() as c:
            for table, rows in tables.items():
                await c.execute(insert(table), rows)
            tomorrow = self.now + timedelta(days=30)
            waits = destinations.update().where(destinations.c.id >= FIRST_ID)
            await c.execute(waits.values(digest_due_at=tomorrow, digest_looked_at=self.now))

    def _of_story(self, id_: int, number: int) -> Iterator[tuple[Table, Row]]:
        at = self.now - timedelta(days=LAST_DAY - (LAST_DAY - FIRST_DAY) * number / self.stories)
        outlet, address = OUTLETS[number % len(OUTLETS)], f"https://herald.example/past/{number}"
        yield stories, {
            "id": id_, "headline": f"Story {number}", "url": address, "outlet": outlet, "language": "en",
            "first_seen_at": at, "last_article_at": at, "sectors": ["quantum"], "pact": number % 2 == 0,
            "merged_into": FIRST_ID if number and number % 10 == 0 else None,
        }  # fmt: skip
        if number and number % 10 == 0:
            yield story_aliases, {"alias": id_ + 10**6, "story": id_, "made_at": at}
        yield articles, {
            "id": id_, "outlet": outlet, "url": address, "canonical_url": address, "language": "en", "kind": "media",
            "state": "read", "headline": f"Story {number}", "published_at": at, "first_seen_at": at, "read_at": at,
            "content_hash": f"{number:x}", "story": id_, "sectors": ["quantum"], "pact": number % 2 == 0,
            "page_order_at": at,
        }  # fmt: skip
        for name in (f"url:{address}", f"id:{outlet}:{number}"):
            yield article_identities, {"identity": name, "article": id_}
        yield mentions, {
            "article": id_, "kind": "sector", "topic": "quantum", "term": "quantum", "field": "text", "start": 0,
            "end": 7, "quote": "quantum", "context": "", "lexicon_version": "1",
        }  # fmt: skip
        yield from self._of_card(id_, number, at)

    def _of_card(self, id_: int, number: int, at: datetime) -> Iterator[tuple[Table, Row]]:
        channel = {"team": self.team, "destination": self.destination}
        is_sent = number % 3 > 0
        yield deliveries, {
            "id": id_, **channel, "key": f"card:T1:1:past{number}", "kind": "card", "story": id_, "created_at": at,
            "state": "sent" if is_sent else "cancelled", "error": None if is_sent else "rolled_up", "not_before": at,
            "sent_at": at if is_sent else None, "ts": f"{at.timestamp():.6f}" if is_sent else None,
            "first_try_at": at if is_sent else None, "last_try_at": at if is_sent else None,
            "shown_revision": int(is_sent),
        }  # fmt: skip
        yield delivery_subscriptions, {"delivery": id_, "subscription": self.subscription}
        yield matches, {
            **channel, "subscription": self.subscription, "story": id_, "article": id_, "cadence": "instant",
            "matched_at": at, "told_by": id_, "told_at": at,
        }  # fmt: skip
        yield slots, {**channel, "local_date": at.date(), "slot": f"{at:%Y-%m-%dT%H:%M}Z", "taken_at": at}
        yield mutes, {
            **channel, "kind": "story", "target": str(id_), "made_at": at, "until_at": at + timedelta(days=1),
        }  # fmt: skip
        yield changes, {**channel, "who": "U1", "what": "mute", "made_at": at, "undo_until_at": at}

    def _of_channel(self, id_: int, number: int) -> Iterator[tuple[Table, Row]]:
        team = f"T9{number // A_TEAM:04d}"
        begun_at = self.now - timedelta(days=FIRST_DAY)
        if number % A_TEAM == 0:
            yield installations, {"team": team, "installed_at": begun_at}
        yield destinations, {"id": id_, "team": team, "slack_id": f"C{id_}", "language": "en", "timezone": "Asia/Seoul"}
        yield subscriptions, {
            "id": id_, "team": team, "destination": id_, "query": f"keyword{number}", "cadence": "weekly",
            "at": "08:30", "weekday": "sun", "timezone": "Asia/Seoul", "created_at": begun_at,
        }  # fmt: skip
