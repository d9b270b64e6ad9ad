"""Looks up the words of a query: sectors, people, the pact, and forms of the lexicon."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from bot.matching.engine.forms import spellings
from bot.matching.engine.patterns import ByVersion, shown
from bot.matching.query.nodes import FieldFilter, Query, Term
from bot.matching.text.korean import is_hangul, without_particle
from bot.matching.text.normalize import fold
from handlers.text.typed_query import FIELDS, TYPED, VALUES
from scrapers.language import LANGUAGES
from settings.lexicon import Lexicon

_FIELDS = {korean: field for field, korean in FIELDS.items()} | {
    "언론사": "outlet", "official": "who", "language": "lang", "source": "outlet",
}  # fmt: skip
"""What people type for a field, besides its own name."""
_MORE_VALUES = {"topic": {"협정": "pact", "당국자": "officials"}, "kind": {"사설": "opinion"}}
_VALUES: dict[str, dict[str, str]] = {"severity": {"1": "1"}} | {
    field: {word: value for value, korean in VALUES[field].items() for word in (value, korean)} | more
    for field, more in _MORE_VALUES.items()
}
TOPIC_WORDS = _VALUES["topic"]
"""What people type for the value of ``topic:``."""
_LANGUAGES = {korean: tag for tag, korean in VALUES["lang"].items()} | {
    "한글": "ko", "국문": "ko", "korean": "ko", "kr": "ko", "kor": "ko", "영문": "en", "english": "en", "eng": "en",
    "us": "en", "uk": "en", "gb": "en", "japanese": "ja", "jp": "ja", "chinese": "zh", "cn": "zh", "french": "fr",
    "german": "de", "spanish": "es", "russian": "ru", "arabic": "ar",
}  # fmt: skip
"""What people type for a language; a country's code is one of them."""
_ADDRESS_OF_HOST = re.compile(r"^https?://")
_OUTLET_NAME = re.compile(r"\w[\w.&'·()+! -]{0,79}")
_GENITIVE = re.compile(r"['’]s$")
_PACT_WORDS = ("pact", "협정", "협약", "한미협정", "한미협약")
MAX_FORM_WORDS = 6


class Names:
    """The names and words that one lexicon knows."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.sectors: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.handles: dict[str, str] = {}
        self.topics = dict(_VALUES["topic"])
        self.sisters = tuple(sister.id for sister in lexicon.sisters)
        self.words: dict[str, Query] = {}
        self.first_handle = {official.name: official.handles[0] for official in lexicon.officials if official.handles}
        for sector in lexicon.sectors:
            for name in (sector.id, sector.ko, sector.en, *sector.aliases):
                self.sectors.setdefault(fold(name), sector.id)
        for sister in lexicon.sisters:
            for name in (sister.id, *sister.aliases):
                self.topics.setdefault(fold(name), sister.id)
        for official in lexicon.officials:
            for handle in official.handles:
                self.handles.setdefault(fold(handle), official.name)
            for name in (official.name, official.name.replace(" ", "."), official.ko):
                self.people.setdefault(fold(name), official.name)
        self._collect(lexicon)

    def _collect(self, lexicon: Lexicon) -> None:
        for sector in lexicon.sectors:
            self.words.setdefault(fold(sector.id), FieldFilter("sector", sector.id, sector.id))
        for word in _PACT_WORDS:
            self.words.setdefault(word, FieldFilter("topic", "pact", "pact"))
        for official in lexicon.officials:
            person = self.person(official.name)
            full = (text for group in official.forms if not group.needs_full_name for text in group.texts)
            for written in (official.name, official.ko, *full):
                for spelling in spellings(written):
                    self.people.setdefault(spelling, official.name)
                    self.words.setdefault(spelling, person)
        for topic in (*lexicon.sectors, lexicon.pact):
            for group in topic.forms:
                for written in group.texts:
                    if topic.kind == "pact" and not group.meant and is_hangul(written[0]):
                        continue  # 기술번영 alone is plain Korean too, so a query for it means these characters
                    term = Term(topic.kind, topic.id, shown(written))
                    for spelling in spellings(written):
                        self.words.setdefault(spelling, term)

    def person(self, name: str) -> FieldFilter:
        """A person as one word of a query: the first handle, or the canonical name with dots for spaces."""
        return FieldFilter("who", name, "@" + self.first_handle.get(name, name.replace(" ", ".")))

    def word(self, text: str) -> Query | None:
        """The meaning of a word, or of several together; None if the lexicon does not know them.

        A particle or a genitive behind the word changes nothing: 양자컴퓨터를, 6G의, Kratsios's.
        """
        plain = fold(text)
        for known in (plain, _GENITIVE.sub("", plain), without_particle(plain)):
            if known and known in self.words:
                return self.words[known]
        return None

    def value(self, field: str, text: str) -> str | None:
        """A field's value, normalized; None if there is no such value."""
        plain = fold(text).strip()
        match field:
            case "sector":
                return self.sectors.get(plain)
            case "topic":
                return self.topics.get(plain)
            case "who":
                return self.people.get(plain.removeprefix("@")) or self.handles.get(plain.removeprefix("@"))
            case "outlet":
                host = _ADDRESS_OF_HOST.sub("", plain).rstrip("/")
                is_host = re.fullmatch(r"[\w.-]{1,80}", host)
                name = " ".join(text.split())
                return host.removeprefix("www.") if is_host else name if _OUTLET_NAME.fullmatch(name) else None
            case "lang":
                tag = re.sub(r"[-_][a-z0-9]{2,8}$", "", plain)
                language = _LANGUAGES.get(tag, tag)
                return language if language in LANGUAGES else None
            case _:
                return _VALUES[field].get(plain)

    def values(self, field: str) -> Iterable[str]:
        """The values of a field that a person may have meant."""
        match field:
            case "sector":
                return self.sectors
            case "topic":
                return self.topics
            case "who":
                return (*self.people, *self.handles)
            case "lang":
                return (*LANGUAGES, *_LANGUAGES)
            case "outlet":
                return ()
            case _:
                return _VALUES[field]


def field_name(text: str) -> str | None:
    """A field's name, normalized, from either language; None if there is no such field."""
    plain = fold(text).strip()
    return plain if plain in FIELDS else _FIELDS.get(plain)


def known_fields() -> Iterable[str]:
    """Every way to write a field's name."""
    return (*FIELDS, *_FIELDS)


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known word most like the typed one; None if none is like it."""
    return next(iter(difflib.get_close_matches(fold(text), list(known), n=1, cutoff=0.6)), None)


@lru_cache(maxsize=4)
def _names(key: ByVersion) -> Names:
    return Names(key.lexicon)


def names_of(lexicon: Lexicon) -> Names:
    """The names of a lexicon, collected once for each version."""
    return _names(ByVersion(lexicon))


def shown_names(lexicon: Lexicon) -> dict[str, dict[str, str]]:
    """The names of people and topics in each language, for those that the locale has no words for.

    Under ``TYPED`` stands the Korean word that a query takes for it, where there is one.
    """
    topics = {topic.id: {"ko": topic.ko, "en": topic.en} for topic in (*lexicon.sisters, *lexicon.sectors)}
    people = {official.name: {"ko": official.ko, "en": official.name} for official in lexicon.officials}
    names = names_of(lexicon)
    for sister in lexicon.sisters:
        korean = next((alias for alias in sister.aliases if is_hangul(alias[0])), None)
        topics[sister.id] |= {TYPED: korean} if korean and names.value("topic", korean) == sister.id else {}
    for sector in lexicon.sectors:
        topics[sector.id] |= {TYPED: sector.ko} if names.value("sector", sector.ko) == sector.id else {}
    for official in lexicon.officials:
        people[official.name] |= {TYPED: official.ko} if names.value("who", official.ko) == official.name else {}
    return topics | people
