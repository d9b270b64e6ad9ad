"""Answers ``status``: how the pact, the sectors, the outlets and this channel stand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.pact.pact_dates import milestone_after, milestone_before
from bot.answers.registry import answers
from bot.answers.search.stored_history import matching, stored_since
from bot.answers.stories.top_stories import top_stories_of, top_stories_of_pact
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.due_digests import next_digest_at
from bot.deliveries.last_digest import last_digest
from bot.deliveries.reading_proof import proof
from bot.deliveries.topic_heat import (
    appearances_as_seen,
    first_appearances,
    heat_of,
    heat_window,
    past_from,
    with_unread_days,
)
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.parse_query import parse
from bot.operations.health import health
from bot.store import subscriptions
from bot.store.articles import Appearance
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
    window = await with_unread_days(c, await heat_window(c, now, ask.days, requester.zone))
    shown = (context.outlets, requester.language)
    if query is None:
        appearances = await first_appearances(c, team, window)
        top = await top_stories_of_pact(c, team, *shown, since)
    else:
        appearances = await appearances_as_seen(c, team, await _matching(c, context, query, past_from(since)))
        ids = {appearance.story for appearance in appearances if appearance.first_seen_at >= since}
        top = await top_stories_of(c, team, *shown, ids)
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
        heat=heat_of(appearances, window),
        top=top,
        proof=await proof(c, context.outlets, now),
        health=await health(c, now, team, context.socket_age()),
        subscriptions=await subscription_lines(c, subscribed, {channel.id: channel} if channel else {}, now),
        next_digest_at=next_digest_at(channel, subscribed, now) if channel else None,
        last_digest=await last_digest(c, channel) if channel else None,
    )


async def _matching(c: Connection, context: AnswerContext, query: Query, since: datetime) -> list[Appearance]:
    """Returns the appearances since then of articles in stories that the query matches."""
    stored = await stored_since(c, since, context.outlets, in_stories=True)
    matched = await asyncio.to_thread(matching, query, stored, context.lexicon)
    return [
        Appearance(row.story, row.first_seen_at, row.topics, row.id, row.outlet)
        for row in matched
        if row.story is not None
    ]
