"""Prints a query as a person would type it."""

from __future__ import annotations

from itertools import pairwise

from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, Term, Word


def show(query: Query) -> str:
    """The query as a person would type it; parsing it again gives the same query."""
    return _show(query, 0)


def in_order(query: Query) -> Query:
    """The same query with the children of AND and OR in one order, so that equal meanings in another order compare."""
    match query:
        case And(children):
            return And(tuple(sorted((in_order(child) for child in children), key=show)))
        case Or(children):
            return Or(tuple(sorted((in_order(child) for child in children), key=show)))
        case Not(child):
            return Not(in_order(child))
        case _:
            return query


def _show(query: Query, level: int) -> str:
    match query:
        case Or(children):
            text = " OR ".join(_show(child, 1) for child in children)
            return f"({text})" if level > 0 else text
        case And(children):
            text = _and(children)
            return f"({text})" if level > 1 else text
        case Not(child):
            text = "-" + _show(child, 2)
            return f"({text})" if level > 1 else text
        case FieldFilter(name, value, said):
            return said or f"{name}:{_quoted(value)}"
        case Term(_, _, form):
            return form
        case Word(text):
            return text
        case Phrase(text):
            return f'"{text}"'


def _and(children: tuple[Query, ...]) -> str:
    shown = _show(children[0], 2 if not isinstance(children[0], Not) else 1)
    for before, child in pairwise(children):
        # two bare words side by side, also behind a minus, may parse as one form of the lexicon: AND keeps them apart
        words = _is_word(before.child if isinstance(before, Not) else before) and _is_word(child)
        shown += (" AND " if words else " ") + _show(child, 2 if not isinstance(child, Not) else 1)
    return shown


def _is_word(query: Query) -> bool:
    return isinstance(query, Word | Term) or (isinstance(query, FieldFilter) and query.said != "")


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign in value for sign in " ()") else value
