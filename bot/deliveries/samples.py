"""Makes a sample alert and a sample digest: the same cards as the real ones, of an event that never was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.deliveries.reading_proof import proof
from bot.model import Destination
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.digest import DigestCard, DigestLine, DigestSection
from handlers.cards.story import StoryCard
from handlers.cards.texts import Lead, Span
from handlers.text.words import localized
from scrapers.outlet import Outlet

SampleKind = Literal["alert", "digest"]
SAMPLES: tuple[SampleKind, ...] = ("alert", "digest")
STORY = "ST0"
"""No story has this number."""
URL = "https://example.com/pactbot-sample"
MINUTES_AGO = timedelta(minutes=12)


async def enqueue_sample(
    c: Connection, destination: Destination, kind: SampleKind, slot: str, now: datetime
) -> int | None:
    """Enqueues a sample, once a slot; returns its delivery, or None where that slot has one."""
    return await deliveries.enqueue(
        c, f"sample:{destination.team}:{destination.id}:{slot}:{kind}",
        team=destination.team, destination=destination.id, kind="sample", now=now,
        payload={"sample": kind, "code": "sample_of_newer", "args": {}},
    )  # fmt: skip


def sample_alert(destination: Destination, now: datetime) -> StoryCard:
    """Returns an alert as the channel would get it, in its language and zone."""
    language = destination.language
    text, term = localized(language, "sample.sentence"), localized(language, "sample.term")
    start = max(0, text.find(term))
    return StoryCard(
        story=STORY,
        headline=localized(language, "sample.headline"),
        headline_language=language,
        url=URL,
        outlet=localized(language, "sample.outlet"),
        published_at=now - MINUTES_AGO,
        seen_at=now,
        zone=destination.timezone,
        lead=Lead(text, (Span(start, start + len(term)),)),
        topics=("pact", "quantum"),
        articles_ko=1,
        articles_en=1,
        articles_other=0,
        first_outlet=None,
        first_by_minutes=None,
        official_url=None,
        after=(),
        subscriptions=(),
    )


async def sample_digest(
    c: Connection, destination: Destination, outlets: Mapping[str, Outlet], now: datetime
) -> DigestCard:
    """Returns a digest as the channel would get it; what it says of the outlets' reading is true."""
    alert = sample_alert(destination, now)
    line = DigestLine(
        story=STORY,
        headline=alert.headline,
        headline_language=alert.headline_language,
        url=URL,
        outlet=alert.outlet,
        published_at=alert.published_at,
        articles=2,
        topics=alert.topics,
    )
    return DigestCard(
        on=now.astimezone(ZoneInfo(destination.timezone)).date(),
        zone=destination.timezone,
        since_at=now - timedelta(days=1),
        sections=(DigestSection(None, "sector:quantum", (line,)),),
        counts=(("quantum", 1),),
        stories=1,
        page=1,
        pages=1,
        proof=await proof(c, outlets, now),
    )
