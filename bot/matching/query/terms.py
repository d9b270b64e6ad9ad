"""Looks up the meaning of a typed term in a lexicon: a topic, a person, a form, or only itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.matching.engine.forms import spellings
from bot.matching.engine.patterns import FormOwner, Group, shown
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.query.names import names_of
from bot.matching.text.normalize import fold
from bot.model import Reason
from settings.lexicon import Lexicon

_EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Meaning:
    """A topic with all its forms (``topic``), a spelling with every form that has it (``spelling``), or a literal."""

    reason: Reason
    kind: str = ""
    topic: str = ""
    spelling: str = ""

    @property
    def literal(self) -> bool:
        """Whether the lexicon does not know the term."""
        return not self.topic and not self.spelling

    def has(self, owner: FormOwner, group: Group) -> bool:
        """Does this form belong to the meaning?"""
        if self.spelling:
            return self.spelling in spellings(owner.written)
        return (group.kind, group.topic) == (self.kind, self.topic)

    def examples(self, vocabulary: Vocabulary) -> Sequence[str]:
        """Forms of the meaning, 40 at most."""
        terms = (owner.term for owner in vocabulary.forms() if self.has(owner, vocabulary.groups[owner.group]))
        return () if self.literal else tuple(islice(terms, _EXAMPLES))


def meaning_of(term: str, lexicon: Lexicon) -> Meaning:
    """The first that applies: a topic by its id or a person's name, a form, a sector by another name, a literal."""
    plain = fold(term).strip()
    whole = _topic_named(plain, lexicon)
    if whole is not None:
        return whole
    owners = [owner for owner in Vocabulary(lexicon).forms() if plain in spellings(owner.written)]
    if owners:
        return Meaning(Reason("explain.is_form", {"form": shown(owners[0].written)}), spelling=plain)
    sector_id = names_of(lexicon).sectors.get(plain)
    return _topic("sector", sector_id) if sector_id else Meaning(Reason("explain.is_literal", {"term": term}))


def _topic_named(plain: str, lexicon: Lexicon) -> Meaning | None:
    for topic in (*lexicon.sectors, *lexicon.sisters):
        if plain == fold(topic.id):
            return _topic(topic.kind, topic.id)
    if plain in ("pact", *map(fold, lexicon.pact.aliases)):
        return _topic("pact", "pact")
    for official in lexicon.officials:
        if plain.removeprefix("@") in map(fold, (official.name, official.ko, *official.handles)):
            return _topic("official", official.name)
    return None


def _topic(kind: str, topic: str) -> Meaning:
    return Meaning(Reason(f"explain.is_{kind}", {"topic": topic}), kind=kind, topic=topic)
