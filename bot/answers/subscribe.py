"""Subscribe, unsubscribe, list: what a channel or a person wants to hear of."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta

from bot.answers.confirm_change import said
from bot.answers.context import AnswerContext, Requester, place_for
from bot.answers.history import Stored, count_stories, met_by, stored_since
from bot.answers.widening import any_of
from bot.deliveries import changes as making
from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.due_digests import next_digest_at
from bot.matching.query.ambiguity import Question, questions
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.show import show
from bot.model import Cadence, Destination, Subscription, subscription_id
from bot.store import destinations, subscriptions
from bot.store.engine import Connection
from handlers.cards.answers import ConfirmCard, ErrorCard, NoticeCard, SenseCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ListCard
from handlers.cards.texts import Note
from handlers.requests import ListSubscriptions, Subscribe, Unsubscribe

MOST_SUBSCRIPTIONS = 25
MOST_INSTANT = 5
AT = "08:30"
WEEKDAY = "mon"
LINES_A_PAGE = 10
HISTORY = timedelta(days=7)
_CADENCES: dict[str, Cadence] = {"instant": "instant", "hourly": "hourly", "daily": "daily", "weekly": "weekly"}


async def subscribe(rooms: AnswerContext, here: Requester, ask: Subscribe) -> Shown:
    """Adds a subscription and says it in the channel; a line that is not understood changes nothing."""
    try:
        query, options = parse_line(ask.rest.text, rooms.watch.lexicon)
    except QueryError as error:
        return here.shown(_misread(here, ask, error))
    unsure = _unsure(here, query, rooms)
    if unsure is not None:
        return _which_sense(here, ask, unsure)
    if options.channel and options.channel.startswith("#"):
        return here.error("channel_by_name", {"name": options.channel})
    own = (ask.for_me or options.personal) and not here.asker.direct and not options.channel
    channel = await rooms.open_direct(here.asker.team, here.asker.user) if own else options.channel
    if own and channel is None:
        return here.error("no_direct")
    async with rooms.store.begin() as c:
        place = await place_for(c, rooms, here, channel, person=own)
        printed = show(query)
        there = await subscriptions.of_destination(c, place.id)
        ends = options.duration_seconds is not None
        same = next((one for one in there if one.query == printed and _same(one, options, ends)), None)
        if same is not None:
            return here.shown(NoticeCard((Note("already", {"id": subscription_id(same.id), "query": printed}),)))
        refusal = await _full(c, here, place, options)
        if refusal is not None:
            return refusal
        new, notes = await _add(c, rooms, here, place, printed, options)
        after = {"subscription": new.id, "query": printed}
        number, delivery = await making.record_change(
            c, place, here.asker.user, "subscribed", {}, after, rooms.now(), heard=here.request.id
        )
    return await said(rooms, here, number, delivery, (*notes, *await _outlook(rooms, query)))


def _same(one: Subscription, options: SubscriptionOptions, ends: bool) -> bool:
    """Is it what was asked for, as far as the line says? One that ends, or will end, is never the same."""
    said = (
        (options.cadence, one.cadence),
        (options.at, one.at),
        (_short(options.weekday), one.weekday),
        (options.timezone, one.timezone),
        (options.min_outlets, one.min_outlets),
    )
    return not ends and one.ends_at is None and all(wish in (None, has) for wish, has in said)


def _short(weekday: str | None) -> str | None:
    """``mon`` of ``monday``: the name that clocks and schedules use."""
    return weekday[:3].lower() if weekday else None


async def _full(c: Connection, here: Requester, place: Destination, options: SubscriptionOptions) -> Shown | None:
    if await subscriptions.count_active(c, place.id) >= MOST_SUBSCRIPTIONS:
        return here.error("too_many_subscriptions", {"most": str(MOST_SUBSCRIPTIONS)})
    instant = await subscriptions.count_active(c, place.id, "instant")
    if options.cadence == "instant" and instant >= MOST_INSTANT:
        return here.error("too_many_instant", {"most": str(MOST_INSTANT)})
    return None


async def _add(
    c: Connection, rooms: AnswerContext, here: Requester, place: Destination, printed: str, options: SubscriptionOptions
) -> tuple[Subscription, tuple[Note, ...]]:
    now = rooms.now()
    full = await subscriptions.count_active(c, place.id, "instant") >= MOST_INSTANT
    cadence = _CADENCES[options.cadence] if options.cadence else _CADENCES["daily" if full else "instant"]
    notes = (Note("daily_because_full", {"most": str(MOST_INSTANT)}),) if options.cadence is None and full else ()
    new = await subscriptions.add(
        c,
        team=place.team,
        destination=place.id,
        owner=here.asker.user,
        query=printed,
        cadence=cadence,
        at=options.at or AT,
        weekday=_short(options.weekday) or WEEKDAY,
        timezone=options.timezone or place.timezone,
        created_at=now,
        min_outlets=options.min_outlets or 1,
        ends_at=now + timedelta(seconds=options.duration_seconds) if options.duration_seconds else None,
    )
    return new, notes


async def _outlook(rooms: AnswerContext, query: Query) -> tuple[Note, ...]:
    """How much the last week would have brought, and whether the words stand in each other's way."""
    async with rooms.store.read() as c:
        stored = await stored_since(c, rooms.now() - HISTORY, rooms.outlets)
    met = await _count(rooms, query, stored)
    wider = any_of(query)
    notes = [Note("week_count", {"n": str(met)})]
    if wider is not None:
        many = await _count(rooms, wider, stored)
        if many > 5 * met:
            notes.append(
                Note("any_of_instead", {"few": str(met), "many": str(many), "line": f"subscribe {show(wider)}"})
            )
    return tuple(notes)


async def _count(rooms: AnswerContext, query: Query, stored: Sequence[Stored]) -> int:
    return count_stories(await asyncio.to_thread(met_by, query, stored, rooms.watch.lexicon))


def _misread(here: Requester, ask: Subscribe, error: QueryError) -> ErrorCard:
    """The line with a caret under the bad token, and the line that may have been meant."""
    line = here.request.line
    at = ask.rest.offset + error.position
    nearest = None
    if error.suggestion:
        nearest = line[:at] + error.suggestion + line[at + error.length :]
    return ErrorCard(line, at, max(1, error.length), Note(error.code, error.arguments), nearest)


def _unsure(here: Requester, query: Query, rooms: AnswerContext) -> Question | None:
    """The first term to ask about. A sector's id means the sector, except that AI in Korean is avian flu as well."""
    for question in questions(query, rooms.watch.lexicon):
        if here.language == "ko" or rooms.watch.lexicon.sector(question.term.lower()) is None:
            return question
    return None


def _which_sense(here: Requester, ask: Subscribe, unsure: Question) -> Shown:
    """Asks which sense is meant; each choice is a line with the term replaced by what means it."""
    found = re.search(re.escape(unsure.term), ask.rest.text, re.IGNORECASE)
    start, end = found.span() if found else (0, len(ask.rest.text))
    if not unsure.choices:
        note = Note(unsure.code, {"term": unsure.term})
        return here.shown(ErrorCard(here.request.line, ask.rest.offset + start, end - start, note))
    verb = here.request.line[: ask.rest.offset].strip() or "subscribe"
    tail = " for me" if ask.for_me else ""
    lines = [f"{verb} {ask.rest.text[:start]}{one.query}{ask.rest.text[end:]}{tail}" for one in unsure.choices]
    words = [one.ko if here.language == "ko" else one.en for one in unsure.choices]
    return here.shown(SenseCard(ask.rest.text[start:end], tuple(zip(words, lines, strict=True))))


async def unsubscribe(rooms: AnswerContext, here: Requester, ask: Unsubscribe) -> Shown:
    """Ends one subscription of this channel, or all of them after asking."""
    async with rooms.store.read() as c:
        there = await subscriptions.of_destination(c, here.place.id) if here.place else ()
    if ask.everything:
        if not there:
            return here.error("no_subscriptions")
        if not ask.sure:
            note = Note("unsubscribe_all_sure", {"n": str(len(there))})
            return here.shown(ConfirmCard(note, "unsubscribe all sure"))
        return await _end(rooms, here, there, "unsubscribed_all", {"count": len(there)})
    one = next((each for each in there if each.id == ask.number), None)
    if one is None or here.place is None:
        known = ", ".join(subscription_id(each.id) for each in there)
        code = "subscription_not_here" if known else "no_subscriptions"
        return here.error(code, {"id": subscription_id(ask.number or 0), "known": known})
    return await _end(rooms, here, (one,), "unsubscribed", {"subscription": one.id, "query": one.query})


async def _end(
    rooms: AnswerContext, here: Requester, ended: tuple[Subscription, ...], what: str, after: dict[str, object]
) -> Shown:
    now = rooms.now()
    assert here.place is not None
    async with rooms.store.begin() as c:
        for one in ended:
            await subscriptions.end(c, one.team, one.id, now)
        before = {"subscriptions": [one.id for one in ended]}
        number, delivery = await making.record_change(
            c, here.place, here.asker.user, what, before, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def listed(rooms: AnswerContext, here: Requester, ask: ListSubscriptions) -> Shown:
    """The subscriptions of this channel, or of every channel of the workspace."""
    now = rooms.now()
    async with rooms.store.read() as c:
        places = {place.id: place for place in await destinations.all_of_team(c, here.asker.team)}
        if ask.everywhere:
            own = {place.id for place in places.values() if place.person in (None, here.asker.user)}
            asked = tuple(one for one in await subscriptions.active(c, here.asker.team) if one.destination in own)
        else:
            asked = await subscriptions.of_destination(c, here.place.id) if here.place else ()
        pages = max(1, -(-len(asked) // LINES_A_PAGE))
        page = min(max(1, ask.page), pages)
        lines = await subscription_lines(c, asked[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE], places, now)
    place = here.place
    own_digest = place.digest_at if place and not ask.everywhere else None
    following = next_digest_at(place, asked, now) if place and not ask.everywhere else None
    quiet = making.quiet_hours_of(place) if place and not ask.everywhere else None
    card = ListCard(lines, page, pages, here.zone, ask.everywhere, own_digest, following, quiet)
    return here.shown(card, share=not ask.everywhere)
