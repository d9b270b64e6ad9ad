"""Evaluates a query on one article: whether it hits, and by which mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, Term, Word
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from bot.model import Mention, Reading

_OPINION = re.compile(
    r"\[[^\]]{0,12}(?:사설|칼럼|기고|시론|오피니언|논단|기자수첩|데스크)[^\]]{0,12}\]"
    r"|\b(?:editorial|opinion|op-ed|column)\b|^(?:사설|칼럼|기고|시론)[ :|]"
)


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What is known of an article beside its text."""

    outlet: str = ""
    """The outlet's key."""
    hosts: tuple[str, ...] = ()
    language: str = ""
    kind: str = "media"
    """official, media or opinion."""


def kind_by_headline(headline: str, outlet_kind: str) -> str:
    """What kind of article it is: an official document, an opinion, or news."""
    if outlet_kind == "official":
        return "official"
    return "opinion" if _OPINION.search(fold(headline)) else "media"


def hits(query: Query, reading: Reading, about: ArticleFacts) -> tuple[Mention, ...] | None:
    """The mentions by which one article hits a query; None if it does not. Only fields may hit without mentions."""
    found = _eval(query, reading, about)
    if found is None:
        return None
    order = {"headline": 0, "text": 1}
    return tuple(sorted(dict.fromkeys(found), key=lambda m: (order[m.field], m.start, m.end)))


def _eval(query: Query, reading: Reading, about: ArticleFacts) -> list[Mention] | None:
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
        case FieldFilter():
            return _field(query, reading, about)
        case Term():
            return [m for m in reading.mentions if _is_form(m, query)] or None
        case Word(text):
            return [m for m in reading.mentions if m.kind == "literal" and m.topic == text] or None
        case Phrase(text):
            return [m for m in reading.mentions if m.kind == "literal" and m.topic == f'"{text}"'] or None


def _field(query: FieldFilter, reading: Reading, about: ArticleFacts) -> list[Mention] | None:
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
