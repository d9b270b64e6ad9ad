"""Answers ``subscribe``: adds a subscription of a channel or a person."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.permission import is_member
from bot.answers.registry import answers, restores
from bot.answers.search.clarify import Clarification, clarification
from bot.answers.search.misread import misread
from bot.answers.search.outlook import week_outlook
from bot.matching.query.nodes import QueryError
from bot.matching.query.option_words import options_start
from bot.matching.query.options import SubscriptionOptions, parse_line
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
_CADENCES: dict[str, Cadence] = {"instant": "instant", "hourly": "hourly", "daily": "daily", "weekly": "weekly"}


@answers(Subscribe)
async def subscribe(context: AnswerContext, requester: Requester, ask: Subscribe) -> Shown:
    """Adds a subscription and posts that in its channel; a line that is not understood changes nothing."""
    try:
        query, options = parse_line(ask.rest.text, context.lexicon, requester.language)
    except QueryError as error:
        return misread(requester, ask.rest, error)
    asked = await clarification(context, requester.language, query, options)
    if asked is not None:
        return _clarify(requester, ask, asked)
    if options.channel and options.channel.startswith("#"):
        return requester.error("channel_by_name", {"name": options.channel}, about=options.channel)
    personal = options.personal and not requester.asker.direct
    channel = options.channel
    if channel and not await is_member(context, requester.asker, channel):
        return requester.error("not_your_channel", {"channel": channel}, about=channel)
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
    outlook = await week_outlook(context, requester.asker.team, query)
    offers = outlook.offers(subscription_id(new.id))
    return await confirm_change(context, requester, recorded, (*notes, *outlook.notes()), offers)


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


def _clarify(requester: Requester, ask: Subscribe, asked: Clarification) -> Shown:
    """Asks what is meant; each choice is the whole line with the term replaced by one that means this alone."""
    text = ask.rest.text
    match = re.search(re.escape(asked.term), text, re.IGNORECASE)
    start, end = match.span() if match else (0, len(text))
    if not asked.choices:
        note = Note(asked.code, {"term": asked.term})
        return requester.shown(ErrorCard(requester.request.line, ask.rest.offset + start, end - start, note))
    verb = requester.request.line[: ask.rest.offset].strip() or "subscribe"
    options = text[options_start(text) :]
    lines = ((label, " ".join(part for part in (verb, query, options) if part)) for label, query in asked.choices)
    return requester.shown(SenseCard(text[start:end], tuple(lines), asked.question))


@restores("subscribed", "unsubscribed", "unsubscribed_all")
async def restore_subscriptions(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Reactivates or ends the subscriptions of the change."""
    subscription_ids: Any = change.before.get("subscriptions") or [change.after["subscription"]]
    for subscription_number in subscription_ids:
        if made == (change.what == "subscribed"):
            await subscriptions.reactivate(c, change.team, int(subscription_number))
        else:
            await subscriptions.end(c, change.team, int(subscription_number), now)
