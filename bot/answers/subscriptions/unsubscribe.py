"""Answers ``unsubscribe``: ends a subscription by its number or its query, or all of them after asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search.misread import misread
from bot.answers.subscriptions.edit import not_here
from bot.answers.subscriptions.editable import find_editable
from bot.matching.query.nodes import QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.show import in_order, show
from bot.model import Destination, Subscription, subscription_id
from bot.store import subscriptions
from handlers.cards.answers import ConfirmCard, ErrorCard
from handlers.cards.choice import Choice, ChoiceCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.grammar import Rest
from handlers.verbs.unsubscribe import Unsubscribe


@answers(Unsubscribe)
async def unsubscribe(context: AnswerContext, requester: Requester, ask: Unsubscribe) -> Shown:
    """Ends the subscription with this number or query, or all."""
    if ask.subscription_id is not None:
        return await end_by_number(context, requester, ask.subscription_id)
    channel = requester.destination
    async with context.store.read() as c:
        subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
    if channel is None or not subscribed:
        return requester.error("no_subscriptions")
    if ask.everything:
        if not ask.sure:
            code = "unsubscribe_one_sure" if len(subscribed) == 1 else "unsubscribe_all_sure"
            note = Note(code, {"n": str(len(subscribed)), "id": subscription_id(subscribed[0].id)})
            return requester.shown(ConfirmCard(note, "unsubscribe all sure"))
        return await _end(context, requester, channel, subscribed, "unsubscribed_all", {"count": len(subscribed)})
    assert ask.query is not None
    return await _end_by_query(context, requester, channel, subscribed, ask.query)


async def end_by_number(context: AnswerContext, requester: Requester, number: int) -> Shown:
    """Ends a subscription of this conversation, of the person's own, or of a channel that the person is in."""
    editable = await find_editable(context, requester, number)
    if editable is None:
        return await not_here(context, requester, number)
    return await _end_one(context, requester, editable.destination, editable.subscription)


async def _end_by_query(
    context: AnswerContext,
    requester: Requester,
    channel: Destination,
    subscribed: Sequence[Subscription],
    typed: Rest,
) -> Shown:
    """Ends the subscription of a query that means the same as the typed one; of several the person is asked."""
    try:
        query, options = parse_line(typed.text, context.lexicon, requester.language)
    except QueryError as error:
        return misread(requester, typed, error)
    index, wanted = context.subscription_index, in_order(query)
    parsed = ((each, index.query_of(each)) for each in subscribed if _fits(each, options))
    meant = [each for each, its_query in parsed if its_query is not None and in_order(its_query) == wanted]
    if len(meant) == 1:
        return await _end_one(context, requester, channel, meant[0])
    if not meant:
        known = ", ".join(f"{subscription_id(each.id)} {each.query}" for each in subscribed)
        note = Note("no_such_query", {"query": show(query), "queries": known})
        return requester.shown(ErrorCard(requester.request.line, typed.offset, len(typed.text), note))
    choices = (Choice(_label(each), f"unsubscribe {subscription_id(each.id)}") for each in meant)
    return requester.shown(ChoiceCard(Note("unsubscribe_which", {"n": str(len(meant))}), tuple(choices)))


def _fits(subscription: Subscription, options: SubscriptionOptions) -> bool:
    """Returns whether a subscription has the cadence and the time that the line names."""
    wanted = ((options.cadence, subscription.cadence), (options.at, subscription.at))
    return all(option in (None, value) for option, value in wanted)


def _label(subscription: Subscription) -> Note:
    """Returns a button's label: the number, and what tells subscriptions of one query apart."""
    args = {"id": subscription_id(subscription.id), "at": subscription.at}
    return Note(f"unsubscribe_{subscription.cadence}", args)


async def _end_one(context: AnswerContext, requester: Requester, channel: Destination, ended: Subscription) -> Shown:
    after = {"subscription": ended.id, "query": ended.query}
    return await _end(context, requester, channel, (ended,), "unsubscribed", after)


async def _end(
    context: AnswerContext,
    requester: Requester,
    channel: Destination,
    ended: Sequence[Subscription],
    what: str,
    after: Mapping[str, object],
) -> Shown:
    async with context.store.begin() as c:
        present = [each.id for each in ended if await subscriptions.end(c, each.team, each.id, context.now())]
        if present:
            before = {"subscriptions": present}
            recorded = await record_change(c, context, requester, channel, what, before, after)
    if not present:  # somebody else has just ended it
        return await not_here(context, requester, ended[0].id)
    return await confirm_change(context, requester, recorded)
