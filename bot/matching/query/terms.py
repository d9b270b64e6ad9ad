"""What a term that somebody types stands for in a lexicon: a topic, a person, a form, or only itself."""

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
    """A topic with all its forms (``topic``), one spelling of whatever forms have it (``spelling``), or a literal."""

    reason: Reason
    kind: str = ""
    topic: str = ""
    spelling: str = ""

    @property
    def literal(self) -> bool:
        """Whether the lexicon does not know it."""
        return not self.topic and not self.spelling

    def has(self, owner: FormOwner, group: Group) -> bool:
        """Whether a form belongs to what is meant."""
        if self.spelling:
            return self.spelling in spellings(owner.written)
        return (group.kind, group.topic) == (self.kind, self.topic)

    def examples(self, vocabulary: Vocabulary) -> Sequence[str]:
        """Some of the forms that are meant."""
        mine = (owner.term for owner in vocabulary.forms() if self.has(owner, vocabulary.groups[owner.group]))
        return () if self.literal else tuple(islice(mine, _EXAMPLES))


def meaning_of(term: str, lexicon: Lexicon) -> Meaning:
    """Ids and people's names are whole topics; else a form is that form; else another name of a topic; else itself."""
    plain = fold(term).strip()
    whole = _topic_named(plain, lexicon)
    if whole is not None:
        return whole
    owners = [o for o in Vocabulary(lexicon).forms() if plain in spellings(o.written)]
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
