"""Answers ``help``."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from handlers.cards.answers import HelpCard
from handlers.cards.shown import Shown
from handlers.verbs.help import Help


@answers(Help)
async def show_help(context: AnswerContext, requester: Requester, ask: Help) -> Shown:
    """Shows what can be typed, or one verb's page."""
    return requester.shown(HelpCard(ask.verb, context.command))
