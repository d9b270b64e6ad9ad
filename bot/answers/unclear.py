"""Answers a line that was not understood."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Unclear


@answers(Unclear)
async def show_error(_context: AnswerContext, requester: Requester, ask: Unclear) -> Shown:
    """Shows the line with a caret under the word in question, and the line that may have been meant."""
    return requester.shown(ErrorCard(requester.request.line, ask.position, ask.length, Note(ask.code), ask.nearest))
