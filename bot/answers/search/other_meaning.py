"""Says beside an answer that changes nothing what else a query may mean, and gives the choices."""

from __future__ import annotations

from bot.answers.context import AnswerContext
from bot.answers.search.clarify import sister_or_unread
from bot.matching.query.nodes import Query
from handlers.cards.texts import Note


def other_meaning(
    context: AnswerContext, query: Query, language: str
) -> tuple[tuple[Note, ...], tuple[tuple[str, str], ...]]:
    """Returns the question that ``subscribe`` would ask, and what each choice stands for, without the query as typed.

    The answer itself is about the query as typed, so nobody has to choose before it.
    """
    asked = sister_or_unread(context, query, language)
    if asked is None:
        return (), ()
    choices = tuple((words, text) for words, text in asked.choices if words != "as_typed")
    code = "meant_sister" if asked.question == "sense" else "meant_known" if choices else "meant_nothing"
    return (Note(code, {"query": asked.term}),), choices
