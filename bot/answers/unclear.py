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
    line, note = requester.request.line, Note(ask.code, ask.args)
    example = ask.example and ask.nearest is not None and _is_example(ask.nearest, line, requester)
    return requester.shown(ErrorCard(line, ask.position, ask.length, note, ask.nearest, example, choices=ask.choices))


def _is_example(nearest: str, line: str, requester: Requester) -> bool:
    """Whether a line to offer changes something, or has a value (ST91) that was not typed: no button runs it."""
    is_typed = set(nearest.split()[1:]) <= set(line.split())
    return not is_typed or parse(nearest, requester.asker)[0].changes_channel
