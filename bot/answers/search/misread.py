"""Answers a line whose query or options are not understood."""

from __future__ import annotations

from bot.answers.context import Requester
from bot.matching.query.nodes import QueryError
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.grammar import Rest


def misread(requester: Requester, rest: Rest, error: QueryError) -> Shown:
    """Shows the line with a caret under the bad token, and the line that may have been meant.

    ``rest`` is the part of the line that was parsed.
    """
    line, position = requester.request.line, rest.offset + error.position
    nearest = line[:position] + error.suggestion + line[position + error.length :] if error.suggestion else None
    note = Note(error.code, error.arguments)
    return requester.shown(ErrorCard(line, position, max(1, error.length), note, nearest, error.example))
