"""Evaluates a query on one article: whether it hits, and by which mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, Term, Word
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from bot.model import Mention, MentionKind, Reading

_OPINION = re.compile(
    r"\[[^\]]{0,12}(?:사설|칼럼|기고|시론|오피니언|논단|기자수첩|데스크)[^\]]{0,12}\]"
    r"|\b(?:editorial|opinion|op-ed|column)\b|^(?:사설|칼럼|기고|시론)[ :|]"
)
_OPINION_WORDS = re.compile("사설|칼럼|기고|시론|오피니언|논단|기자수첩|데스크|editorial|opinion|op-ed|column")
"""The words of the pattern, which are found faster: few headlines have one."""


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The facts of an article that a query may ask for besides its text."""

    outlet: str = ""
    """The outlet's key."""
    hosts: tuple[str, ...] = ()
    language: str = ""
    kind: str = "media"
    """official, media or opinion."""
    outlet_name: str = ""
    """The outlet's name, as readers know it."""


def kind_by_headline(headline: str, outlet_kind: str) -> str:
    """The kind of an article: official, opinion or media."""
    if outlet_kind == "official":
        return "official"
    folded = fold(headline)
    return "opinion" if _OPINION_WORDS.search(folded) and _OPINION.search(folded) else "media"


def hits(query: Query, reading: Reading, facts: ArticleFacts) -> tuple[Mention, ...] | None:
    """The mentions by which an article hits a query, in order; None if it does not. Only fields may hit without any."""
    mentions = _evaluate(query, reading, facts)
    if mentions is None:
        return None
    order = {"headline": 0, "text": 1}
    unique = dict.fromkeys(mentions)
    return tuple(sorted(unique, key=lambda mention: (order[mention.field], mention.start, mention.end)))


def _evaluate(query: Query, reading: Reading, facts: ArticleFacts) -> list[Mention] | None:
    match query:
        case And(children):
            joined: list[Mention] = []
            for child in children:
                mentions = _evaluate(child, reading, facts)
                if mentions is None:
                    return None
                joined += mentions
            return joined
        case Or(children):
            results = [_evaluate(child, reading, facts) for child in children]
            hit = [mentions for mentions in results if mentions is not None]
            return [mention for mentions in hit for mention in mentions] if hit else None
        case Not(child):
            return [] if _evaluate(child, reading, facts) is None else None
        case FieldFilter():
            return _field(query, reading, facts)
        case Term():
            return [mention for mention in reading.mentions if _is_form(mention, query)] or None
        case Word(text):
            return _mentions(reading, "literal", text)
        case Phrase(text):
            return _mentions(reading, "literal", f'"{text}"')


def _mentions(reading: Reading, kind: MentionKind, topic: str) -> list[Mention] | None:
    """The mentions of one topic; None if there is none. A field that is named in passing is none."""
    of_kind = (mention for mention in reading.mentions if mention.kind == kind and not mention.passing)
    return [mention for mention in of_kind if mention.topic == topic] or None


def _field(query: FieldFilter, reading: Reading, facts: ArticleFacts) -> list[Mention] | None:
    match query.name:
        case "topic":
            return _topic(query.value, reading)
        case "sector":
            return _mentions(reading, "sector", query.value)
        case "who":
            return _mentions(reading, "official", query.value)
        case "outlet":
            return [] if is_from_outlet(query.value, facts) else None
        case "lang":
            language = facts.language or reading.language
            return [] if language == query.value or language.startswith(f"{query.value}-") else None
        case "kind":
            return [] if facts.kind == query.value else None
        case _:
            return [] if reading.topics.severity >= int(query.value) else None


def is_from_outlet(value: str, facts: ArticleFacts) -> bool:
    """Returns whether this is the outlet's key, its name, one of its hosts, or a domain above one.

    Blanks in a name are no difference: 새연 뉴스 is 새연뉴스.
    """
    plain = fold(value).removeprefix("www.")
    hosts = {host.casefold().removeprefix("www.") for host in facts.hosts}
    is_named = _joined(plain) in (facts.outlet.casefold(), _joined(fold(facts.outlet_name))) or plain in hosts
    return is_named or any(host.endswith(f".{plain}") for host in (*hosts, facts.outlet.casefold()))


def _joined(name: str) -> str:
    return "".join(name.split())


def _topic(value: str, reading: Reading) -> list[Mention] | None:
    if value == "officials":
        return [mention for mention in reading.mentions if mention.kind == "official"] or None
    if value == "pact":
        return [mention for mention in reading.mentions if mention.kind == "pact"] if reading.topics.pact else None
    return _mentions(reading, "sister", value)


def _is_form(mention: Mention, term: Term) -> bool:
    """Is it the form itself, or a longer form of the same topic that holds it (양자 in 양자컴퓨터)?"""
    if mention.kind != term.kind or mention.topic != term.topic or mention.passing:
        return False
    form, quote = fold(term.form), fold(mention.quote)
    if mention.term == term.form:
        return True
    if any(is_hangul(char) for char in form):
        return form.replace(" ", "") in quote.replace(" ", "")
    return re.search(rf"(?<![a-z0-9]){re.escape(form)}(?:s|es)?(?![a-z0-9])", quote) is not None
