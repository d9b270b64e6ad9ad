"""Status, the digest of now, and the home tab: how things stand, without changing anything."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.context import AnswerContext, Requester
from bot.answers.history import met_by, stored_since, told_since
from bot.answers.window import days_of
from bot.deliveries.cards_from_rows import digest_line, subscription_lines
from bot.deliveries.digest_lines import digest_sections, sector_counts
from bot.deliveries.digest_pages import group_by_subscription
from bot.deliveries.due_digests import next_digest_at
from bot.deliveries.proof import proof
from bot.matching.query.grammar import parse
from bot.matching.query.nodes import Query, QueryError
from bot.model import StoredArticle, Story
from bot.operations.health import health, oldest_reading
from bot.store import articles, destinations, matches, stories, subscriptions
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard
from handlers.cards.digest import DigestCard, DigestLine
from handlers.cards.shown import Shown
from handlers.cards.status import HomeCard, PactDate, SectorHeat, StatusCard
from handlers.cards.texts import Note
from handlers.requests import Digest, Home, Status
from settings.lexicon import Lexicon
from settings.pact_calendar import Milestone as Known
from settings.pact_calendar import PactCalendar

BASELINE_WEEKS = 4
TOP_STORIES = 5
DAYS = 7
MOST_DAYS = 90


async def status(rooms: AnswerContext, here: Requester, ask: Status) -> Shown:
    """The pact's clock, the heat of each sector against its own usual, top stories, sources, this channel."""
    now = rooms.now()
    text, days = days_of(ask.rest.text, DAYS, MOST_DAYS)
    try:
        query = parse(text, rooms.watch.lexicon) if text else None
    except QueryError as error:
        at = ask.rest.offset + error.position
        return here.shown(ErrorCard(here.request.line, at, max(1, error.length), Note(error.code, error.arguments)))
    since = now - timedelta(days=days)
    async with rooms.store.read() as c:
        first = since - timedelta(weeks=BASELINE_WEEKS)
        kept = await _kept(c, rooms, query, first)
        oldest = max(first, await oldest_reading(c) or since)
        heat = heat_of(kept, rooms.watch.lexicon, here.zone, since, now, days, oldest)
        top = await _top(c, rooms, here, kept, since, ours=query is None)
        asked = await subscriptions.of_destination(c, here.place.id) if here.place else ()
        lines = await subscription_lines(c, asked, {here.place.id: here.place} if here.place else {}, now)
        card = StatusCard(
            now=now,
            zone=here.zone,
            days=days,
            query=text or None,
            in_force_on=rooms.calendar.in_force_on,
            notice_days=rooms.calendar.notice_days,
            next_event=milestone_after(rooms.calendar, now.date()),
            last_event=milestone_before(rooms.calendar, now.date()),
            heat=heat,
            top=top,
            proof=await proof(c, rooms.outlets, now),
            health=await health(c, now, here.asker.team, rooms.socket_age()),
            subscriptions=lines,
            next_digest_at=next_digest_at(here.place, asked, now) if here.place else None,
        )
    return here.shown(card, share=True)


async def _kept(c: Connection, rooms: AnswerContext, query: Query | None, since: datetime) -> list[StoredArticle]:
    if query is None:
        return await told_since(c, since)
    stored = await stored_since(c, since, rooms.outlets, in_stories=True)
    return await asyncio.to_thread(met_by, query, stored, rooms.watch.lexicon)


def heat_of(
    kept: Sequence[StoredArticle],
    lexicon: Lexicon,
    zone: str,
    since: datetime,
    now: datetime,
    days: int,
    oldest: datetime,
) -> tuple[SectorHeat, ...]:
    """Stories a sector and day in the window, and what a window of this length usually has.

    ``oldest`` is when we began to read, as far as the weeks before the window go.
    """
    found: list[SectorHeat] = []
    past_days = min((since - oldest) / timedelta(days=1), BASELINE_WEEKS * 7)
    for sector in lexicon.sectors:
        mine = [row for row in kept if sector.id in row.topics.sectors and row.story is not None]
        inside = [row for row in mine if row.first_seen_at >= since]
        first_day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
        by_day: Counter[date] = Counter()
        for row in {row.story: row for row in reversed(inside)}.values():
            by_day[row.first_seen_at.astimezone(ZoneInfo(zone)).date()] += 1
        before = len({row.story for row in mine if row.first_seen_at < since})
        usual = before / past_days * days if past_days >= 1 else 0.0
        series = tuple(by_day[first_day + timedelta(days=step)] for step in range(days))
        if inside or before:
            found.append(SectorHeat(sector.id, len({row.story for row in inside}), series, usual))
    return tuple(sorted(found, key=lambda one: -one.stories))


async def _top(
    c: Connection, rooms: AnswerContext, here: Requester, kept: Sequence[StoredArticle], since: datetime, *, ours: bool
) -> tuple[DigestLine, ...]:
    """The stories that weigh most; with ``ours`` only those that name the pact or its officials."""
    numbers = {row.story for row in kept if row.story is not None and row.first_seen_at >= since}
    mine = await articles.of_stories(c, {number for number in numbers if number is not None})
    told = [(story, mine[story.id]) for number in mine if (story := await stories.get(c, number)) is not None]
    told = [pair for pair in told if not ours or pair[0].topics.pact or pair[0].topics.officials]
    told.sort(key=lambda pair: _weight(*pair), reverse=True)
    return tuple(digest_line(story, rows, rooms.outlets, here.language) for story, rows in told[:TOP_STORIES])


def _weight(story: Story, rows: Sequence[StoredArticle]) -> tuple[int, bool, bool, int, datetime]:
    """The pact before the rest, however many outlets run the rest."""
    outlets = len({row.outlet for row in rows})
    return (
        story.topics.severity,
        story.topics.pact,
        bool(story.topics.officials or story.topics.sister_pact),
        outlets,
        story.last_article_at,
    )


UNDER_THE_PACT = ("signature", "official-text", "committee", "working-group", "follow-up")
"""The kinds of milestones that are the two countries' own doing under the pact."""


def milestone_after(calendar: PactCalendar, today: date) -> PactDate | None:
    """The next formal event, as the calendar knows it; None once everything it knows has passed."""
    coming = [_shown(one) for one in calendar.milestones if one.on > today and one.kind in UNDER_THE_PACT]
    formal = calendar.next_event
    if formal.until >= today:
        until = formal.until if formal.until != formal.begins_on else None
        words = {"ko": formal.ko, "en": formal.en}
        coming.append(PactDate(formal.begins_on, words, formal.sources[0], until))
    return min(coming, key=lambda one: one.on, default=None)


def milestone_before(calendar: PactCalendar, today: date) -> PactDate | None:
    """The last thing that happened between the two countries under the pact."""
    past = [one for one in calendar.milestones if one.on <= today and one.kind in UNDER_THE_PACT]
    last = max(past, key=lambda one: one.on, default=None)
    return _shown(last) if last else None


def _shown(one: Known) -> PactDate:
    return PactDate(one.on, {"ko": one.ko, "en": one.en}, one.sources[0], one.until)


async def digest_now(rooms: AnswerContext, here: Requester, ask: Digest) -> Shown:
    """What this channel's subscriptions met in the last day, told or not; it counts as told by nothing."""
    assert ask.when == "now"
    now = rooms.now()
    since = now - timedelta(days=1)
    async with rooms.store.read() as c:
        asked = await subscriptions.of_destination(c, here.place.id) if here.place else ()
        if not asked:
            return here.error("no_subscriptions")
        met = await matches.since(c, [one.id for one in asked], since)
        sections = await digest_sections(
            c,
            rooms.outlets,
            [(s.subscription, s.stories) for s in group_by_subscription(met, [one.id for one in asked])],
            asked,
            here.language,
        )
        card = DigestCard(
            on=now.astimezone(ZoneInfo(here.zone)).date(),
            zone=here.zone,
            since_at=since,
            sections=sections,
            counts=await sector_counts(c, group_by_subscription(met, [one.id for one in asked])),
            stories=sum(len(section.lines) for section in sections),
            page=1,
            pages=1,
            proof=await proof(c, rooms.outlets, now, since),
            preview=True,
        )
    return here.shown(card, share=True)


async def home(rooms: AnswerContext, here: Requester, _ask: Home) -> Shown:
    """The home tab of one person."""
    now = rooms.now()
    async with rooms.store.read() as c:
        places = {place.id: place for place in await destinations.all_of_team(c, here.asker.team)}
        own = {number for number, place in places.items() if place.person == here.asker.user}
        asked = await subscriptions.active(c, here.asker.team)
        mine = [one for one in asked if one.owner == here.asker.user or one.destination in own]
        today = await told_since(c, now - timedelta(days=1))
        card = HomeCard(
            now=now,
            zone=here.zone,
            proof=await proof(c, rooms.outlets, now),
            health=await health(c, now, here.asker.team, rooms.socket_age()),
            mine=await subscription_lines(c, mine, places, now),
            today=await _top(c, rooms, here, today, now - timedelta(days=1), ours=True),
            next_event=milestone_after(rooms.calendar, now.date()),
            in_force_on=rooms.calendar.in_force_on,
        )
    return here.shown(card)
