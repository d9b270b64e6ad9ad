"""Answers the saved subscription builder: its fields are checked, then a subscription is added or changed."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers, checks
from bot.answers.subscriptions.builder import line_of, with_preview
from bot.answers.subscriptions.edit import change_subscription, not_here
from bot.answers.subscriptions.editable import find_editable
from bot.answers.subscriptions.subscribe import subscribe
from bot.matching.query.nodes import QueryError
from bot.matching.query.options import parse_line
from handlers.cards.answers import ErrorCard, SenseCard
from handlers.cards.modals import FieldErrorsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.grammar import Rest
from handlers.verbs.subscribe import Subscribe
from handlers.views.asks import SaveSubscription


@checks(SaveSubscription)
async def check(context: AnswerContext, requester: Requester, ask: SaveSubscription) -> Shown | None:
    """Names the fields that are wrong, before the modal is acknowledged."""
    errors: dict[str, Note] = {}
    if not ask.query.strip():
        errors["query"] = Note("builder_query_needed")
    if ask.subscription is None and not ask.for_me and not ask.channel:
        errors["channel"] = Note("builder_channel_needed")
    if not errors:
        try:
            parse_line(line_of(ask), context.lexicon, requester.language)
        except QueryError as error:
            errors["query"] = Note(error.code, error.arguments)
    return requester.shown(FieldErrorsCard(errors, ask.revision)) if errors else None


@answers(SaveSubscription)
async def save(context: AnswerContext, requester: Requester, ask: SaveSubscription) -> Shown:
    """Adds the subscription as if its line were typed, or changes the one that is edited."""
    wrong = await check(context, requester, ask)
    if wrong is not None:
        return requester.shown(await with_preview(context, requester, ask))
    if ask.subscription is not None:
        return await _save_edited(context, requester, ask, ask.subscription)
    line = line_of(ask)
    request = replace(requester.request, line=f"subscribe {line}")
    typed = Subscribe(Rest(line, len("subscribe ")))
    shown = await subscribe(context, replace(requester, request=request), typed)
    return await _in_builder(context, requester, ask, shown)


async def _in_builder(context: AnswerContext, requester: Requester, ask: SaveSubscription, shown: Shown) -> Shown:
    """Puts what was refused or asked into the builder, so that what was filled in is not lost."""
    if not isinstance(shown.card, ErrorCard | SenseCard):
        return shown
    card = await with_preview(context, requester, ask)
    if isinstance(shown.card, ErrorCard):
        return requester.shown(replace(card, notes=(shown.card.note, *card.notes)))
    return requester.shown(card) if card.choices else shown


async def _save_edited(context: AnswerContext, requester: Requester, ask: SaveSubscription, number: int) -> Shown:
    """Changes a subscription. Whether the person may is looked up again, because the modal may be old."""
    editable = await find_editable(context, requester, number)
    if editable is None:
        return await not_here(context, requester, number)
    card = await with_preview(context, requester, ask)
    if card.choices:
        return requester.shown(card)
    query, options = parse_line(line_of(ask), context.lexicon, requester.language)
    shown = await change_subscription(context, requester, editable, query, options)
    return await _in_builder(context, requester, ask, shown)
