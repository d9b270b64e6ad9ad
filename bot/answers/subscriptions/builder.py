"""Answers the subscription builder: its fields, and what its query would find in stored history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.search.clarify import clarification
from bot.answers.search.outlook import WEEK, stored_as_seen
from bot.answers.search.stored_history import count_stories, matching
from bot.answers.stories.top_stories import top_stories_of
from bot.answers.subscriptions.editable import find_editable
from bot.deliveries.cards_from_rows import outlet_name
from bot.matching.query.names import shown_names
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.model import Destination, StoredArticle, Subscription
from handlers.cards.digest import DigestLine
from handlers.cards.modals import BuilderCard, BuilderPreview
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.text.times import local_date
from handlers.text.typed_query import typed_query
from handlers.verbs.parse import LINE_MAX_CHARS
from handlers.views.asks import BuilderFields, OpenBuilder, PreviewSubscription

DEFAULT_CADENCE, DEFAULT_TIME, DEFAULT_WEEKDAY = "instant", "08:30", "mon"


@answers(OpenBuilder)
async def open_builder(context: AnswerContext, requester: Requester, ask: OpenBuilder) -> Shown:
    """Shows the builder for a new subscription of this channel, or of the person where it is asked elsewhere."""
    fields = PreviewSubscription(ask.query, for_me=requester.asker.direct, channel=_channel_here(requester))
    return requester.shown(await with_preview(context, requester, fields))


@answers(PreviewSubscription)
async def preview(context: AnswerContext, requester: Requester, ask: PreviewSubscription) -> Shown:
    """Shows the builder again, with what the fields would find."""
    return requester.shown(await with_preview(context, requester, ask))


async def builder_of(
    context: AnswerContext, requester: Requester, subscription: Subscription, destination: Destination
) -> BuilderCard:
    """Returns the builder filled in with a subscription."""
    query = typed_query(subscription.query, requester.language, shown_names(context.lexicon))
    fields = PreviewSubscription(
        query, subscription.cadence, subscription.at, subscription.weekday, subscription.timezone,
        subscription.min_outlets, destination.person is not None, destination.slack_id, subscription.id,
    )  # fmt: skip
    return await with_preview(context, requester, fields)


def line_of(fields: BuilderFields) -> str:
    """Returns the fields as the line that would be typed: the query and its options."""
    words = [fields.query.strip()[:LINE_MAX_CHARS]]
    if fields.cadence:
        words.append(f"as {fields.cadence}")
    if fields.cadence == "weekly" and fields.weekday:
        words.append(f"on {fields.weekday}")
    if fields.cadence in ("daily", "weekly"):
        words += [f"at {fields.at}"] if fields.at else []
        words += [f"tz {fields.timezone}"] if fields.timezone else []
    if fields.min_outlets > 1:
        words.append(f"min {fields.min_outlets} outlets")
    if fields.lasts:
        words.append(f"for {fields.lasts}")
    if fields.subscription is None:
        words.append("for me" if fields.for_me else f"in <#{fields.channel}>")
    return " ".join(words)


def _channel_here(requester: Requester) -> str:
    channel = requester.asker.channel
    return channel if channel[:1] in ("C", "G") and not requester.asker.direct else ""


async def with_preview(context: AnswerContext, requester: Requester, fields: BuilderFields) -> BuilderCard:
    """Returns the builder with its fields, and with what the query would find or what is wrong with it."""
    card = BuilderCard(
        query=fields.query,
        cadence=fields.cadence or DEFAULT_CADENCE,
        at=fields.at or DEFAULT_TIME,
        weekday=fields.weekday or DEFAULT_WEEKDAY,
        timezone=fields.timezone or requester.zone,
        min_outlets=fields.min_outlets,
        for_me=fields.for_me,
        channel=fields.channel or _channel_here(requester),
        opened_in=requester.asker.channel,
        subscription=fields.subscription,
        revision=fields.revision,
        zone=requester.zone,
        lasts=fields.lasts,
        ends_at=await _end_of(context, requester, fields.subscription),
    )
    if not fields.query.strip():
        return card
    try:
        query, options = parse_line(fields.query, context.lexicon, requester.language)
    except QueryError as error:
        return replace(card, notes=(Note(error.code, error.arguments),), choices=_suggestion(fields.query, error))
    asked = await _asked(context, requester, query, options)
    if asked is not None:
        return replace(card, notes=asked[0], choices=asked[1])
    return replace(card, preview=await _preview(context, requester, query))


async def _end_of(context: AnswerContext, requester: Requester, number: int | None) -> datetime | None:
    """Returns when the subscription that is edited ends; None to a person who may not edit it."""
    editable = None if number is None else await find_editable(context, requester, number)
    return editable.subscription.ends_at if editable else None


def _suggestion(text: str, error: QueryError) -> tuple[tuple[str, str], ...]:
    """Returns the query that may have been meant, as the one choice; none for what is but an example."""
    if error.suggestion is None or error.example:
        return ()
    meant = text[: error.position] + error.suggestion + text[error.position + error.length :]
    return ((meant, meant),)


async def _asked(
    context: AnswerContext, requester: Requester, query: Query, options: SubscriptionOptions
) -> tuple[tuple[Note, ...], tuple[tuple[str, str], ...]] | None:
    """Returns the first question about the query, with the queries that may be meant."""
    asked = await clarification(context, requester.language, query, options)
    if asked is None:
        return None
    alone = "_alone" if asked.question == "unknown" and len(asked.choices) == 1 else ""
    code = f"builder_{asked.question}{alone}" if asked.choices else asked.code
    return (Note(code, {"term": asked.term}),), asked.choices


async def _preview(context: AnswerContext, requester: Requester, query: Query) -> BuilderPreview:
    now, team = context.now(), requester.asker.team
    stored = await stored_as_seen(context, team, WEEK)
    matched = await asyncio.to_thread(matching, query, stored, context.lexicon)
    async with context.store.read() as c:
        hits = await top_stories_of(c, team, context.outlets, requester.language, _stories(matched))
    alone = (_line_alone(article, context) for article in matched if article.story is None)
    return BuilderPreview(count_stories(matched), (*hits, *alone), local_date(now, requester.zone))


def _line_alone(article: StoredArticle, context: AnswerContext) -> DigestLine:
    """Returns an article without a story, such as one that its outlet listed before it was first read."""
    outlet = outlet_name(context.outlets, article.outlet)
    return DigestLine("", article.headline, article.language, article.url, outlet, article.published_at, 1, ())


def _stories(matched: Sequence[StoredArticle]) -> frozenset[int]:
    return frozenset(article.story for article in matched if article.story is not None)
