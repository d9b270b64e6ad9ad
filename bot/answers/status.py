"""Answers ``status``: how the pact, the sectors, the outlets and this channel stand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.heat import HeatWindow, baseline_from, heat_of
from bot.answers.pact_dates import milestone_after, milestone_before
from bot.answers.registry import answers
from bot.answers.stored_history import articles_in_stories, matching, stored_since
from bot.answers.top_stories import top_stories
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.due_digests import next_digest_at
from bot.deliveries.linked_stories import articles_as_seen
from bot.deliveries.reading_proof import proof
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.parse_query import parse
from bot.model import StoredArticle
from bot.operations.health import first_reading_at, health
from bot.store import subscriptions
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.status import StatusCard
from handlers.cards.texts import Note
from handlers.verbs.status import Status


@answers(Status)
async def status(context: AnswerContext, requester: Requester, ask: Status) -> Shown:
    """Shows the status of everything, or of what a query matches."""
    try:
        query = parse(ask.query.text, context.lexicon) if ask.query.text else None
    except QueryError as error:
        position, length = ask.query.offset + error.position, max(1, error.length)
        note = Note(error.code, error.arguments)
        return requester.shown(ErrorCard(requester.request.line, position, length, note))
    async with context.store.read() as c:
        card = await _status_card(c, context, requester, ask, query)
    return requester.shown(card, share=True)


async def _status_card(
    c: Connection, context: AnswerContext, requester: Requester, ask: Status, query: Query | None
) -> StatusCard:
    now, channel = context.now(), requester.destination
    since = now - timedelta(days=ask.days)
    team = requester.asker.team
    articles = await articles_as_seen(c, team, await _articles(c, context, query, baseline_from(since)))
    oldest = max(baseline_from(since), await first_reading_at(c) or since)
    subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
    return StatusCard(
        now=now,
        zone=requester.zone,
        days=ask.days,
        query=ask.query.text or None,
        in_force_on=context.calendar.in_force_on,
        notice_days=context.calendar.notice_days,
        next_event=milestone_after(context.calendar, now.date()),
        last_event=milestone_before(context.calendar, now.date()),
        heat=heat_of(articles, context.lexicon, HeatWindow(now, ask.days, requester.zone, oldest)),
        top=await top_stories(c, team, context.outlets, requester.language, articles, since, of_the_pact=query is None),
        proof=await proof(c, context.outlets, now),
        health=await health(c, now, team, context.socket_age()),
        subscriptions=await subscription_lines(c, subscribed, {channel.id: channel} if channel else {}, now),
        next_digest_at=next_digest_at(channel, subscribed, now) if channel else None,
    )


async def _articles(c: Connection, context: AnswerContext, query: Query | None, since: datetime) -> list[StoredArticle]:
    """Returns the articles of stories since then: all, or those that the query matches."""
    if query is None:
        return await articles_in_stories(c, since)
    stored = await stored_since(c, since, context.outlets, in_stories=True)
    return await asyncio.to_thread(matching, query, stored, context.lexicon)
