"""From stored rows to what is shown: story cards, replies, digest lines, subscription lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from bot.model import Destination, Mention, StoredArticle, Story, Subscription, story_id, subscription_id
from bot.store import articles, matches, mentions, stories
from bot.store.engine import Connection
from handlers.cards.digest import DigestLine
from handlers.cards.story import StoryCard
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Lead, Span
from scrapers.outlet import Outlet

LEAD_MAX_CHARS = 200
"""Of an outlet's text, a card shows one sentence of at most this length."""
TOPICS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who reports a story."""

    ko: int
    en: int
    other: int
    first_outlet: str | None
    first_by_minutes: int | None
    official_url: str | None
    after: tuple[str, ...]


def outlet_name(outlets: Mapping[str, Outlet], key: str) -> str:
    """What readers know an outlet by."""
    return outlets[key].name if key in outlets else key


def may_quote(key: str, outlets: Mapping[str, Outlet]) -> bool:
    """Whether an outlet's terms allow a sentence of its text to be shown, as they are today."""
    return key in outlets and outlets[key].text_allowed


def coverage_of(mine: Sequence[StoredArticle], outlets: Mapping[str, Outlet]) -> Coverage:
    """Counts and firsts of a story's articles."""
    by_time = sorted(mine, key=lambda article: article.published_at or article.first_seen_at)
    others = [article for article in by_time if by_time and article.outlet != by_time[0].outlet]
    first = by_time[0] if by_time and others else None
    gap = (_at(others[0]) - _at(first)) if first else timedelta(0)
    official = next((article.url for article in by_time if article.kind == "official"), None)
    return Coverage(
        ko=sum(article.language == "ko" for article in mine),
        en=sum(article.language == "en" for article in mine),
        other=sum(article.language not in ("ko", "en") for article in mine),
        first_outlet=outlet_name(outlets, first.outlet) if first else None,
        first_by_minutes=int(gap.total_seconds() // 60) if first else None,
        official_url=official,
        after=tuple(dict.fromkeys(name for article in mine for name in article.topics.after)),
    )


def _at(article: StoredArticle) -> datetime:
    return article.published_at or article.first_seen_at


def leading_article(story: Story, mine: Sequence[StoredArticle]) -> StoredArticle | None:
    """The article that a story is headed by."""
    return next((article for article in mine if article.url == story.url), mine[0] if mine else None)


def heading_article(story: Story, mine: Sequence[StoredArticle], language: str) -> StoredArticle | None:
    """The article that heads a card for readers of this language: one they can read, where there is one."""
    own = leading_article(story, mine)
    told = [one for one in mine if one.language == language and one.state == "read" and not (one.flash or one.suspect)]
    if own is None or own.language == language or not told:
        return own
    return min(told, key=lambda one: (one.kind != "official", one.kind == "opinion", _at(one), one.id))


def topics_of(story: Story) -> tuple[str, ...]:
    """What a story names, most telling first."""
    pact = ("pact",) if story.topics.pact else ()
    return (*pact, *story.topics.sister_pact, *story.topics.officials, *story.topics.sectors)[:TOPICS_SHOWN]


def best_lead(found: Sequence[Mention]) -> Lead | None:
    """The sentence that tells most: of those with a context, the one with most mentions, the pact's first."""
    sentences: dict[str, list[Mention]] = {}
    for mention in found:
        if mention.field == "text" and mention.context:
            sentences.setdefault(mention.context, []).append(mention)
    if not sentences:
        return None
    best = max(sentences, key=lambda text: (any(m.kind == "pact" for m in sentences[text]), len(sentences[text])))
    return lead_with_matches(best, sentences[best])


def lead_with_matches(context: str, found: Sequence[Mention]) -> Lead:
    """A sentence with its matches marked, cut to what a card may show."""
    spans: list[Span] = []
    for mention in found:
        at = context.find(mention.quote)
        if at >= 0:
            spans.append(Span(at, at + len(mention.quote)))
    start, end = _cut(context, min((span.start for span in spans), default=0))
    head, tail = ("…" if start else ""), ("…" if end < len(context) else "")
    moved = [
        Span(s.start - start + len(head), s.end - start + len(head)) for s in spans if start <= s.start < s.end <= end
    ]
    return Lead(head + context[start:end] + tail, _merged(moved))


def _cut(context: str, first: int) -> tuple[int, int]:
    """What a card shows of a sentence: from its beginning while the first match fits, and never half a word."""
    room = LEAD_MAX_CHARS - 2
    if len(context) <= LEAD_MAX_CHARS:
        return 0, len(context)
    start = 0 if first < room * 2 // 3 else min(first - 60, len(context) - room)
    if start:
        start = context.find(" ", start, first) + 1 or start
    end = min(len(context), start + room)
    blank = context.rfind(" ", start + room // 2, end)
    return start, (blank if end < len(context) and blank > first else end)


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


async def story_card(
    c: Connection,
    number: int,
    outlets: Mapping[str, Outlet],
    place: Destination,
    asked_by: Sequence[int],
    muted_until: datetime | None = None,
) -> StoryCard | None:
    """A story as a card for one channel, headed in its language where it can be; None when there is no such story."""
    story = await stories.get(c, number)
    if story is None:
        return None
    mine = await articles.of_story(c, story.id)
    first = heading_article(story, mine, place.language)
    told = coverage_of(mine, outlets)
    lead = await _lead(c, first, mine, outlets)
    return StoryCard(
        story=story_id(story.id),
        **_heading(story, first, outlets),
        seen_at=story.first_seen_at,
        zone=place.timezone,
        lead=lead,
        topics=topics_of(story),
        articles_ko=told.ko,
        articles_en=told.en,
        articles_other=told.other,
        first_outlet=told.first_outlet,
        first_by_minutes=told.first_by_minutes,
        official_url=told.official_url,
        after=told.after,
        subscriptions=tuple(subscription_id(one) for one in asked_by),
        severity=story.topics.severity,
        flash=bool(mine) and all(article.flash for article in mine),
        corrected=first is not None and first.corrected,
        muted_until=muted_until,
    )


class _Heading(TypedDict):
    headline: str
    headline_language: str
    url: str
    outlet: str
    published_at: datetime | None


def _heading(story: Story, first: StoredArticle | None, outlets: Mapping[str, Outlet]) -> _Heading:
    """What stands at the head: the story's own words where its own article heads it."""
    own = first is None or first.url == story.url
    return {
        "headline": story.headline if own or first is None else first.headline,
        "headline_language": story.language if own or first is None else first.language,
        "url": story.url if own or first is None else first.url,
        "outlet": outlet_name(outlets, story.outlet if own or first is None else first.outlet),
        "published_at": first.published_at if first else None,
    }


async def _lead(
    c: Connection, first: StoredArticle | None, mine: Sequence[StoredArticle], outlets: Mapping[str, Outlet]
) -> Lead | None:
    """The leading article's best sentence, else another's; only of outlets whose terms allow it."""
    quotable = [article for article in mine if may_quote(article.outlet, outlets)]
    found = await mentions.mentions_of(c, [article.id for article in quotable])
    ordered = sorted(quotable, key=lambda article: first is None or article.id != first.id)
    return next((lead for article in ordered if (lead := best_lead(found.get(article.id, ())))), None)


def digest_line(
    story: Story, mine: Sequence[StoredArticle], outlets: Mapping[str, Outlet], language: str
) -> DigestLine:
    """One story as one line, headed in the reader's language where it can be."""
    return DigestLine(
        story=story_id(story.id),
        **_heading(story, heading_article(story, mine, language), outlets),
        articles=len(mine),
        topics=topics_of(story),
    )


async def subscription_lines(
    c: Connection, asked: Sequence[Subscription], places: Mapping[int, Destination], now: datetime
) -> tuple[SubscriptionLine, ...]:
    """Subscriptions as lines, each with what the last week brought."""
    week = now - timedelta(days=7)
    counts = {one.id: await matches.count_since(c, one.id, week) for one in asked}
    return tuple(subscription_line(one, places[one.destination], counts[one.id]) for one in asked)


def subscription_line(one: Subscription, place: Destination, week_count: int) -> SubscriptionLine:
    """One subscription as one line."""
    return SubscriptionLine(
        id=subscription_id(one.id),
        query=one.query,
        cadence=one.cadence,
        at=one.at if one.cadence in ("daily", "weekly") else None,
        weekday=one.weekday if one.cadence == "weekly" else None,
        zone=one.timezone,
        owner=one.owner,
        channel=place.slack_id,
        created_at=one.created_at,
        last_post_at=one.last_post_at,
        week_count=week_count,
        state="active" if place.state == "active" and one.state == "active" else _state(one, place),
        min_outlets=one.min_outlets,
        ends_at=one.ends_at,
    )


def _state(one: Subscription, place: Destination) -> str:
    return "ended" if one.state == "ended" else place.state
