"""Answers ``edit``: opens the builder with a subscription, or changes the subscription by a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers, restores
from bot.answers.search.clarify import clarification
from bot.answers.search.misread import misread
from bot.answers.subscriptions.builder import builder_of
from bot.answers.subscriptions.editable import Editable, find_editable
from bot.matching.query.nodes import Query, QueryError
from bot.matching.query.option_words import has_only_options, options_start
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.show import show
from bot.model import Destination, Subscription, subscription_id
from bot.store import subscriptions
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard, SenseCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.edit import Edit

MAX_INSTANT = 5
_EDITED = ("query", "cadence", "at", "weekday", "timezone", "min_outlets")


@answers(Edit)
async def edit(context: AnswerContext, requester: Requester, ask: Edit) -> Shown:
    """Opens the builder with the subscription, or changes it as the line says; other options stay."""
    editable = await find_editable(context, requester, ask.subscription_id)
    if editable is None:
        return await not_here(context, requester, ask.subscription_id)
    if not ask.rest.text:
        return requester.shown(await builder_of(context, requester, editable.subscription, editable.destination))
    try:
        query, options = _parsed(context, requester.language, editable.subscription, ask.rest.text)
    except QueryError as error:
        return misread(requester, ask.rest, error)
    question = await _ask_back(context, requester, ask, query, options)
    return question or await change_subscription(context, requester, editable, query, options)


async def not_here(context: AnswerContext, requester: Requester, number: int) -> Shown:
    """Says that there is no such subscription here, and which there are."""
    channel = requester.destination
    async with context.store.read() as c:
        subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
    known = ", ".join(subscription_id(subscription.id) for subscription in subscribed)
    code = "subscription_not_here" if known else "no_subscriptions"
    return requester.error(code, {"id": subscription_id(number), "known": known}, about=subscription_id(number))


async def change_subscription(
    context: AnswerContext, requester: Requester, editable: Editable, query: Query, options: SubscriptionOptions
) -> Shown:
    """Writes the change and posts it in the subscription's channel; what is not named stays as it is."""
    if options.channel or options.personal:
        return requester.error("edit_stays")
    old, now = editable.subscription, context.now()
    before = {name: getattr(old, name) for name in _EDITED} | _end(old.ends_at)
    lasts = timedelta(seconds=options.duration_seconds) if options.duration_seconds else None
    after = before | _named(query, options) | (_end(now + lasts) if lasts else {})
    if after == before:
        return requester.shown(NoticeCard((Note("edit_same", {"id": subscription_id(old.id)}),)))
    async with context.store.begin() as c:
        if "instant" == after["cadence"] != old.cadence and await _instant_are_full(c, editable.destination):
            return requester.error("too_many_instant", {"most": str(MAX_INSTANT)})
        if not await subscriptions.change(c, old.team, old.id, _as_columns(after), now):
            return requester.error("subscription_not_here", {"id": subscription_id(old.id), "known": ""})
        recorded = await record_change(
            c, context, requester, editable.destination, "edited", {**before, "subscription": old.id},
            {**after, "subscription": old.id},
        )  # fmt: skip
    return await confirm_change(context, requester, recorded)


@restores("edited")
async def restore_edited(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Writes the fields as the change set them, or as they were before it."""
    fields: Mapping[str, Any] = change.after if made else change.before
    await subscriptions.change(c, change.team, int(fields["subscription"]), _as_columns(fields), now)


def _end(ends_at: datetime | None) -> dict[str, object]:
    """Returns the end as the row of a change holds it."""
    return {"ends_at": ends_at.isoformat() if ends_at else None}


def _as_columns(fields: Mapping[str, Any]) -> dict[str, object]:
    """Returns the columns of a change; changes of the version before this one do not name the end."""
    values = {name: fields[name] for name in _EDITED}
    if "ends_at" in fields:
        values["ends_at"] = datetime.fromisoformat(fields["ends_at"]) if fields["ends_at"] else None
    return values


async def _instant_are_full(c: Connection, destination: Destination) -> bool:
    return await subscriptions.count_active(c, destination.id, "instant") >= MAX_INSTANT


def _parsed(context: AnswerContext, language: str, old: Subscription, text: str) -> tuple[Query, SubscriptionOptions]:
    """Parses the line; options alone keep the query. Raises QueryError with places of ``text``."""
    if not has_only_options(text):
        return parse_line(text, context.lexicon, language)
    query = f"{old.query} "
    try:
        return parse_line(query + text, context.lexicon, language)
    except QueryError as error:
        raise QueryError(
            max(0, error.position - len(query)), error.length, error.code, error.arguments, error.suggestion,
            example=error.example,
        ) from None  # fmt: skip


def _named(query: Query, options: SubscriptionOptions) -> dict[str, object]:
    """Returns the fields that a line names."""
    weekday = options.weekday[:3].lower() if options.weekday else None
    values: dict[str, object] = {
        "cadence": options.cadence, "at": options.at, "weekday": weekday, "timezone": options.timezone,
        "min_outlets": options.min_outlets,
    }  # fmt: skip
    return {"query": show(query)} | {name: value for name, value in values.items() if value is not None}


async def _ask_back(
    context: AnswerContext, requester: Requester, ask: Edit, query: Query, options: SubscriptionOptions
) -> Shown | None:
    """Asks what an ambiguous or unknown term means; None where the query is clear."""
    asked = await clarification(context, requester.language, query, options)
    if asked is None:
        return None
    if not asked.choices:
        return requester.error(asked.code, {"term": asked.term})
    named = ask.rest.text[options_start(ask.rest.text) :]
    verb = next(iter(requester.request.line.split()), "edit")
    lines = ((label, f"{verb} S{ask.subscription_id} {meant} {named}".strip()) for label, meant in asked.choices)
    return requester.shown(SenseCard(asked.term, tuple(lines), asked.question))
