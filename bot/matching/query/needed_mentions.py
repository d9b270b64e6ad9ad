"""Says which mentions a query needs, so that an article is compared only with the queries that it may hit."""

from __future__ import annotations

from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, Term, Word
from bot.model import Reading

MentionKey = tuple[str, str]
"""The kind and the topic of a mention; the topic is ``ANY`` where every topic of the kind will do."""

ANY = "*"
_KINDS_BY_FIELD = {"sector": "sector", "who": "official", "topic": "sister"}
_ANY_OF_KIND = {"officials": "official", "pact": "pact"}


def needed_mentions(query: Query) -> frozenset[MentionKey] | None:
    """Keys of which an article has at least one if it hits the query; None where it may hit without a mention."""
    match query:
        case And(children):
            needed = [keys for child in children if (keys := needed_mentions(child)) is not None]
            return min(needed, key=len, default=None)
        case Or(children):
            joined = frozenset[MentionKey]()
            for child in children:
                keys = needed_mentions(child)
                if keys is None:
                    return None
                joined |= keys
            return joined
        case Not():
            return None
        case FieldFilter(name, value):
            return _of_field(name, value)
        case Term(kind, topic):
            return frozenset({(kind, topic)})
        case Word(text):
            return frozenset({("literal", text)})
        case Phrase(text):
            return frozenset({("literal", f'"{text}"')})


def _of_field(name: str, value: str) -> frozenset[MentionKey] | None:
    if name == "topic" and value in _ANY_OF_KIND:
        return frozenset({(_ANY_OF_KIND[value], ANY)})
    kind = _KINDS_BY_FIELD.get(name)
    return None if kind is None else frozenset({(kind, value)})


def mention_keys(reading: Reading) -> set[MentionKey]:
    """The keys of an article's mentions. It may be about the pact although no mention is left that says so."""
    keys: set[MentionKey] = {(mention.kind, topic) for mention in reading.mentions for topic in (mention.topic, ANY)}
    return keys | {("pact", ANY)} if reading.topics.pact else keys
