"""Finds the terms of a query that have several senses or are too short, so that the person can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.matching.query.names import names_of
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query, Term, Word, leaves
from bot.matching.query.show import show
from bot.matching.text.korean import is_hangul, without_particle
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible sense: its query, and its words in both languages."""

    query: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A term with several senses, or one that is too short, with the choices."""

    term: str
    code: str
    choices: tuple[Choice, ...] = field(default=())


def questions(query: Query, lexicon: Lexicon) -> tuple[Question, ...]:
    """A question for each term with several senses or too few letters, in the order of the query."""
    asks = {fold(ask.term): ask for ask in lexicon.ambiguous_terms}
    asked: dict[str, Question] = {}
    for leaf in leaves(query):
        text = _typed(leaf)
        if text is None:
            continue
        ask = asks.get(fold(text))
        if ask is not None:
            choices = tuple(Choice(choice.query, choice.ko, choice.en) for choice in ask.choices)
            asked.setdefault(text, Question(text, "query.ambiguous", choices))
        elif isinstance(leaf, Word) and _too_short(text) and sister_named(text, lexicon) is None:
            asked.setdefault(text, Question(text, "query.too_short"))
    return tuple(asked.values())


def sister_named(word: str, lexicon: Lexicon) -> str | None:
    """Returns the sister pact whose country a word is (``uk``, 일본, 영국의); None for another word."""
    names = names_of(lexicon)
    meant = (names.value("topic", known) for known in (word, without_particle(word)) if known)
    return next((topic for topic in meant if topic in names.sisters), None)


def with_sense(query: Query, term: str, sense: Query) -> Query:
    """Returns the query with a term replaced, wherever it stands, by a query that has one of its senses."""
    match query:
        case Not(child):
            return Not(with_sense(child, term, sense))
        case And(children):
            return And(tuple(with_sense(child, term, sense) for child in children))
        case Or(children):
            return Or(tuple(with_sense(child, term, sense) for child in children))
        case _:
            return sense if _typed(query) == term else query


def _typed(leaf: Query) -> str | None:
    match leaf:
        case Term(_, _, form):
            return form
        case Word(text):
            return text
        case FieldFilter("sector", _, said) if said:
            return said
        case FieldFilter("outlet" | "lang"):
            return show(leaf)
        case _:
            return None


def _too_short(text: str) -> bool:
    plain = fold(text)
    return len(plain) < 2 or (len(plain) == 2 and not any(is_hangul(c) for c in plain) and plain.isalpha())
