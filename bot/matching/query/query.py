"""The query language's face: parse, show, what it must know, what it asks, and whether a reading hits it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.matching.query.names import names_of
from bot.matching.query.nodes import (
    And,
    Choice,
    Field,
    Not,
    Or,
    Phrase,
    Query,
    QueryError,
    Question,
    Term,
    Word,
    leaves,
)
from bot.matching.query.parse import Parser, tokens
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from bot.model import Mention, Reading
from settings.lexicon import Lexicon

__all__ = [
    "About", "And", "Choice", "Field", "Not", "Or", "Phrase", "Query", "QueryError", "Question", "Term", "Word",
    "hits", "kind_of", "literals", "parse", "senses", "show",
]  # fmt: skip

_OPINION = re.compile(
    r"\[[^\]]{0,12}(?:사설|칼럼|기고|시론|오피니언|논단|기자수첩|데스크)[^\]]{0,12}\]"
    r"|\b(?:editorial|opinion|op-ed|column)\b|^(?:사설|칼럼|기고|시론)[ :|]"
)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an article beside its text."""

    outlet: str = ""
    """The outlet's key."""
    hosts: tuple[str, ...] = ()
    language: str = ""
    kind: str = "media"
    """official, media or opinion."""


def parse(text: str, lexicon: Lexicon) -> Query:
    """The query that a person typed. Raises QueryError with the place of the bad token and the nearest match."""
    return Parser(tokens(text), names_of(lexicon), len(text)).query()


def show(query: Query) -> str:
    """The query as a person would type it; parsed again it is the same query."""
    return _show(query, 0)


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
        case Field(name, value, said):
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
        # two bare words side by side could be read as one form of the lexicon, behind a minus too: say AND between them
        words = _is_word(before.child if isinstance(before, Not) else before) and _is_word(child)
        shown += (" AND " if words else " ") + _show(child, 2 if not isinstance(child, Not) else 1)
    return shown


def _is_word(query: Query) -> bool:
    return isinstance(query, Word | Term) or (isinstance(query, Field) and query.said != "")


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def literals(query: Query) -> frozenset[str]:
    """What a Scanner must know beside the lexicon: words as they are, phrases in quotes."""
    found = set()
    for leaf in leaves(query):
        if isinstance(leaf, Word):
            found.add(leaf.text)
        elif isinstance(leaf, Phrase):
            found.add(f'"{leaf.text}"')
    return frozenset(found)


def senses(query: Query, lexicon: Lexicon) -> tuple[Question, ...]:
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
        case Field("sector", _, said) if said:
            return said
        case _:
            return None


def _too_short(text: str) -> bool:
    plain = fold(text)
    return len(plain) < 2 or (len(plain) == 2 and not any(is_hangul(c) for c in plain) and plain.isalpha())


def kind_of(headline: str, outlet_kind: str) -> str:
    """What kind of article it is: an official document, an opinion, or news."""
    if outlet_kind == "official":
        return "official"
    return "opinion" if _OPINION.search(fold(headline)) else "media"


# ---------------------------------------------------------------- evaluation


def hits(query: Query, reading: Reading, about: About) -> tuple[Mention, ...] | None:
    """The mentions by which one article hits a query; None if it does not. Only fields may hit without mentions."""
    found = _eval(query, reading, about)
    if found is None:
        return None
    order = {"headline": 0, "text": 1}
    return tuple(sorted(dict.fromkeys(found), key=lambda m: (order[m.field], m.start, m.end)))


def _eval(query: Query, reading: Reading, about: About) -> list[Mention] | None:
    match query:
        case And(children):
            every: list[Mention] = []
            for child in children:
                found = _eval(child, reading, about)
                if found is None:
                    return None
                every += found
            return every
        case Or(children):
            some = [found for child in children if (found := _eval(child, reading, about)) is not None]
            return [mention for found in some for mention in found] if some else None
        case Not(child):
            return [] if _eval(child, reading, about) is None else None
        case Field():
            return _field(query, reading, about)
        case Term():
            return [m for m in reading.mentions if _is_form(m, query)] or None
        case Word(text):
            return [m for m in reading.mentions if m.kind == "literal" and m.topic == text] or None
        case Phrase(text):
            return [m for m in reading.mentions if m.kind == "literal" and m.topic == f'"{text}"'] or None


def _field(query: Field, reading: Reading, about: About) -> list[Mention] | None:
    match query.name:
        case "topic":
            return _topic(query.value, reading)
        case "sector":
            return [m for m in reading.mentions if m.kind == "sector" and m.topic == query.value] or None
        case "who":
            return [m for m in reading.mentions if m.kind == "official" and m.topic == query.value] or None
        case "outlet":
            names = {about.outlet.casefold(), *(host.casefold().removeprefix("www.") for host in about.hosts)}
            within = any(name.endswith(f".{query.value}") for name in names)
            return [] if query.value in names or within else None
        case "lang":
            language = about.language or reading.language
            return [] if language == query.value or language.startswith(f"{query.value}-") else None
        case "kind":
            return [] if about.kind == query.value else None
        case _:
            return [] if reading.topics.severity >= int(query.value) else None


def _topic(value: str, reading: Reading) -> list[Mention] | None:
    if value == "officials":
        return [m for m in reading.mentions if m.kind == "official"] or None
    if value == "pact":
        return [m for m in reading.mentions if m.kind == "pact"] if reading.topics.pact else None
    return [m for m in reading.mentions if m.kind == "sister" and m.topic == value] or None


def _is_form(mention: Mention, term: Term) -> bool:
    """The form itself, or a longer form of the same topic that holds it (양자 in 양자컴퓨터)."""
    if mention.kind != term.kind or mention.topic != term.topic:
        return False
    form, quote = fold(term.form), fold(mention.quote)
    if mention.term == term.form:
        return True
    if any(is_hangul(char) for char in form):
        return form.replace(" ", "") in quote.replace(" ", "")
    return re.search(rf"(?<![a-z0-9]){re.escape(form)}(?:s|es)?(?![a-z0-9])", quote) is not None
