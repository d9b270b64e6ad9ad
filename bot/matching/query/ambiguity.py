"""Asks which sense is meant where a term of a query has several, or is too short to have one."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.matching.query.nodes import FieldFilter, Query, Term, Word, leaves
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Choice:
    """One sense that may be meant: the query that says so, and its words in both languages."""

    query: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A term that may mean several things, or is too short to mean one."""

    term: str
    code: str
    choices: tuple[Choice, ...] = field(default=())


def questions(query: Query, lexicon: Lexicon) -> tuple[Question, ...]:
    """The terms that may mean several things or are too short, each with the choices that would settle it."""
    asks = {fold(ask.term): ask for ask in lexicon.asks}
    found: dict[str, Question] = {}
    for leaf in leaves(query):
        text = _typed(leaf)
        if text is None:
            continue
        ask = asks.get(fold(text))
        if ask is not None:
            choices = tuple(Choice(c.query, c.ko, c.en) for c in ask.choices)
            found.setdefault(text, Question(text, "query.ambiguous", choices))
        elif isinstance(leaf, Word) and _too_short(text):
            found.setdefault(text, Question(text, "query.too_short"))
    return tuple(found.values())


def _typed(leaf: Query) -> str | None:
    match leaf:
        case Term(_, _, form):
            return form
        case Word(text):
            return text
        case FieldFilter("sector", _, said) if said:
            return said
        case _:
            return None


def _too_short(text: str) -> bool:
    plain = fold(text)
    return len(plain) < 2 or (len(plain) == 2 and not any(is_hangul(c) for c in plain) and plain.isalpha())
