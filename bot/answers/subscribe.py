"""Answers ``subscribe``: adds a subscription of a channel or a person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.answers.clarify import Clarification, clarification, unknown_words
from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.permission import is_member
from bot.answers.registry import answers, restores
from bot.answers.stored_history import StoredReading, count_stories, matching, stored_since
from bot.deliveries.linked_stories import articles_as_seen
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query, QueryError
from bot.matching.query.options import SubscriptionOptions, options_start, parse_line
from bot.matching.query.show import show
from bot.model import Cadence, Destination, Subscription, subscription_id
from bot.store import subscriptions
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard, NoticeCard, SenseCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.subscribe import Subscribe

MAX_SUBSCRIPTIONS = 25
MAX_INSTANT = 5
DEFAULT_TIME = "08:30"
DEFAULT_WEEKDAY = "mon"
HISTORY = timedelta(days=7)
"""The answer to a new subscription counts the stories that it would have matched in this time."""
NARROWING_FIELDS = ("outlet", "lang", "kind", "severity")
WIDER_BY = 5
"""A query of any of the words is offered when it matches more than this many times as many stories as all of them."""

_IN_CHANNEL = re.compile(r"\sin\s+<?#", re.IGNORECASE)
_CADENCES: dict[str, Cadence] = {"instant": "instant", "hourly": "hourly", "daily": "daily", "weekly": "weekly"}


@answers(Subscribe)
async def subscribe(context: AnswerContext, requester: Requester, ask: Subscribe) -> Shown:
    """Adds a subscription and posts that in its channel; a line that is not understood changes nothing."""
    try:
        query, options = parse_line(_with_person(ask), context.lexicon)
    except QueryError as error:
        return requester.shown(_misread(requester, ask, error))
    asked = await clarification(context, requester.language, query, options)
    if asked is not None:
        return _clarify(requester, ask, asked)
    if options.channel and options.channel.startswith("#"):
        return requester.error("channel_by_name", {"name": options.channel})
    personal = (ask.for_me or options.personal) and not requester.asker.direct and not options.channel
    channel = options.channel
    if channel and not await is_member(context, requester.asker, channel):
        return requester.error("not_your_channel", {"channel": channel})
    if personal:
        channel = await context.open_direct(requester.asker.team, requester.asker.user)
        if channel is None:
            return requester.error("no_direct")
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester, channel, personal=personal)
        refusal = await _refusal(c, requester, destination, show(query), options)
        if refusal is not None:
            return refusal
        new, notes = await _add(c, context, requester, destination, show(query), options)
        after = {"subscription": new.id, "query": new.query}
        recorded = await record_change(c, context, requester, destination, "subscribed", {}, after)
    outlook = await _outlook(context, requester.asker.team, query)
    unknown = () if options.as_typed else await unknown_words(context, query)
    if unknown:
        notes = (*notes, Note("word_unknown", {"words": ", ".join(unknown)}))
    return await confirm_change(context, requester, recorded, (*notes, *outlook))


def _with_person(ask: Subscribe) -> str:
    """Returns the query with its options, among them ``for me``, which may contradict another."""
    return f"{ask.rest.text} for me" if ask.for_me and _IN_CHANNEL.search(ask.rest.text) else ask.rest.text


async def _refusal(
    c: Connection, requester: Requester, destination: Destination, query: str, options: SubscriptionOptions
) -> Shown | None:
    """Returns what is said instead of adding: it is there already, or a limit is reached. None: it may be added."""
    for subscription in await subscriptions.of_destination(c, destination.id):
        if subscription.query == query and _is_same(subscription, options):
            known = {"id": subscription_id(subscription.id), "query": query}
            code = "already_yours" if destination.person else "already"
            return requester.shown(NoticeCard((Note(code, known),)))
    if await subscriptions.count_active(c, destination.id) >= MAX_SUBSCRIPTIONS:
        return requester.error("too_many_subscriptions", {"most": str(MAX_SUBSCRIPTIONS)})
    if options.cadence == "instant" and await _instant_are_full(c, destination):
        return requester.error("too_many_instant", {"most": str(MAX_INSTANT)})
    return None


async def _instant_are_full(c: Connection, destination: Destination) -> bool:
    return await subscriptions.count_active(c, destination.id, "instant") >= MAX_INSTANT


def _is_same(subscription: Subscription, options: SubscriptionOptions) -> bool:
    """Returns whether it has every option that the line names. A subscription with an end is never the same."""
    wanted = (
        (options.cadence, subscription.cadence),
        (options.at, subscription.at),
        (_short(options.weekday), subscription.weekday),
        (options.timezone, subscription.timezone),
        (options.min_outlets, subscription.min_outlets),
    )
    ends = options.duration_seconds is not None or subscription.ends_at is not None
    return not ends and all(option in (None, value) for option, value in wanted)


def _short(weekday: str | None) -> str | None:
    """Shortens ``monday`` to ``mon``, the name that schedules use."""
    return weekday[:3].lower() if weekday else None


async def _add(
    c: Connection,
    context: AnswerContext,
    requester: Requester,
    destination: Destination,
    query: str,
    options: SubscriptionOptions,
) -> tuple[Subscription, tuple[Note, ...]]:
    """Adds it; without a cadence it is instant, or daily once the channel has ``MAX_INSTANT`` instant ones."""
    now = context.now()
    made_daily = options.cadence is None and await _instant_are_full(c, destination)
    cadence = _CADENCES[options.cadence or ("daily" if made_daily else "instant")]
    new = await subscriptions.add(
        c,
        team=destination.team,
        destination=destination.id,
        owner=requester.asker.user,
        query=query,
        cadence=cadence,
        at=options.at or DEFAULT_TIME,
        weekday=_short(options.weekday) or DEFAULT_WEEKDAY,
        timezone=options.timezone or destination.timezone,
        created_at=now,
        min_outlets=options.min_outlets or 1,
        ends_at=now + timedelta(seconds=options.duration_seconds) if options.duration_seconds else None,
    )
    return new, (Note("daily_because_full", {"most": str(MAX_INSTANT)}),) if made_daily else ()


async def _outlook(context: AnswerContext, team: str, query: Query) -> tuple[Note, ...]:
    """Counts the stories of the last week, and offers a wider query where the terms rarely stand together."""
    async with context.store.read() as c:
        stored = await stored_since(c, context.now() - HISTORY, context.outlets)
        seen = await articles_as_seen(c, team, [row.article for row in stored])
    stored = [replace(row, article=article) for row, article in zip(stored, seen, strict=True)]
    count = await _count(context, query, stored)
    notes = [Note("week_count", {"n": str(count)}) if count else Note("week_count_none")]
    wider = any_of(query)
    if wider is not None:
        wider_count = await _count(context, wider, stored)
        if wider_count > WIDER_BY * count:
            counts = {"few": str(count), "many": str(wider_count)}
            notes.append(Note("any_of_instead", {**counts, "line": f"subscribe {show(wider)}"}))
    return tuple(notes)


async def _count(context: AnswerContext, query: Query, stored: Sequence[StoredReading]) -> int:
    return count_stories(await asyncio.to_thread(matching, query, stored, context.lexicon))


def any_of(query: Query) -> Query | None:
    """Replaces all of the query's terms by any of them and keeps exclusions; None where that is no other query.

    Fields that narrow (an outlet, a language, a kind) stay as they are.
    """
    if not isinstance(query, And):
        return None
    kept = tuple(child for child in query.children if _narrows(child))
    terms = tuple(child for child in query.children if not _narrows(child))
    if len(terms) < 2:
        return None
    return And((Or(terms), *kept)) if kept else Or(terms)


def _narrows(child: Query) -> bool:
    return isinstance(child, Not) or (isinstance(child, FieldFilter) and child.name in NARROWING_FIELDS)


def _misread(requester: Requester, ask: Subscribe, error: QueryError) -> ErrorCard:
    """Makes a card of the line with a caret under the bad token, and of the line that may have been meant."""
    line = requester.request.line
    position = ask.rest.offset + error.position
    nearest = None
    if error.suggestion:
        nearest = line[:position] + error.suggestion + line[position + error.length :]
    note = Note(error.code, error.arguments)
    return ErrorCard(line, position, max(1, error.length), note, nearest, error.example)


def _clarify(requester: Requester, ask: Subscribe, asked: Clarification) -> Shown:
    """Asks what is meant; each choice is the whole line with the term replaced by one that means this alone."""
    text = ask.rest.text
    match = re.search(re.escape(asked.term), text, re.IGNORECASE)
    start, end = match.span() if match else (0, len(text))
    if not asked.choices:
        note = Note(asked.code, {"term": asked.term})
        return requester.shown(ErrorCard(requester.request.line, ask.rest.offset + start, end - start, note))
    verb = requester.request.line[: ask.rest.offset].strip() or "subscribe"
    for_me = requester.request.line[ask.rest.offset + len(text) :].strip() if ask.for_me else ""
    options = text[options_start(text) :]
    lines = (
        (label, " ".join(part for part in (verb, query, options, for_me) if part)) for label, query in asked.choices
    )
    return requester.shown(SenseCard(text[start:end], tuple(lines), asked.is_unknown))


@restores("subscribed", "unsubscribed", "unsubscribed_all")
async def restore_subscriptions(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Reactivates or ends the subscriptions of the change."""
    subscription_ids: Any = change.before.get("subscriptions") or [change.after["subscription"]]
    for subscription_number in subscription_ids:
        if made == (change.what == "subscribed"):
            await subscriptions.reactivate(c, change.team, int(subscription_number))
        else:
            await subscriptions.end(c, change.team, int(subscription_number), now)
