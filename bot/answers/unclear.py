"""Answers a line that was not understood."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Unclear
from handlers.verbs.parse import parse


@answers(Unclear)
async def show_error(_context: AnswerContext, requester: Requester, ask: Unclear) -> Shown:
    """Shows the line with a caret under the word in question, and the line that may have been meant."""
    changes = ask.nearest is not None and parse(ask.nearest, requester.asker)[0].changes_channel
    line, note = requester.request.line, Note(ask.code, ask.args)
    example = ask.example and changes
    return requester.shown(ErrorCard(line, ask.position, ask.length, note, ask.nearest, example, choices=ask.choices))
